use project::{Json, Origin, package_name};
use semantic::{Macro, PatchKind, patch, template};
use syntax::jinja::DefinitionKind;

use super::text::{Teller, cell, code, join_paragraphs};

/// A macro or a generic test: how it is called, what is said about it, where it is from.
pub(super) fn macro_(teller: &Teller<'_>, found: Macro) -> String {
    let db = teller.db;
    let template = template(db, found.file);
    let definition = template.definition(found.definition);
    let name = template.name(definition.name);
    let (kind, called) = match definition.kind {
        DefinitionKind::Test => ("generic test", format!("test_{name}")),
        _ => ("macro", name.to_owned()),
    };
    let place = patch(db, found.package, PatchKind::Macro, called);
    let description = place
        .as_ref()
        .map_or_else(String::new, |it| teller.description(found.package, it.patch.description()));
    let arguments = place.as_ref().and_then(|it| it.patch.data.get("arguments")?.as_array());
    let arguments = arguments.map(|it| arguments_list(teller, found, it)).unwrap_or_default();
    let owner = package_name(db, found.package);
    let origin = match found.package.origin(db) {
        Origin::Library => format!("dbt's own {kind} (Tandem's library), in {}", code(&owner)),
        Origin::Engine => {
            let engine = found.package.project(db).settings(db).engine();
            let dbt = engine.map_or_else(String::new, |it| {
                format!(" {} at {}", it.version.as_deref().unwrap_or_default(), code(&it.place))
            });
            format!("dbt's own {kind} (dbt{dbt}), in {}", code(&owner))
        }
        Origin::Root | Origin::Local | Origin::Installed | Origin::Upstream => {
            format!("{kind} of {} · {}", code(&owner), code(&teller.path(found.file)))
        }
    };
    join_paragraphs([
        format!("```jinja\n{}\n```", teller.mask(&found.signature(db))),
        description,
        arguments,
        origin,
    ])
}

fn arguments_list(teller: &Teller<'_>, found: Macro, arguments: &[Json]) -> String {
    let lines = arguments.iter().filter_map(|it| {
        let text = |key: &str| it.get(key).and_then(Json::as_str);
        let mut line = format!("- {}", code(text("name")?));
        if let Some(data_type) = text("type") {
            line.push_str(&format!(" ({})", cell(&teller.mask(data_type))));
        }
        if let Some(description) = text("description").filter(|it| !it.trim().is_empty()) {
            line.push_str(&format!(": {}", cell(&teller.description(found.package, description))));
        }
        Some(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}
