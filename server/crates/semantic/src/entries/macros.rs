use base::Db;
use project::{ResourceKind, original_path, package_facts, package_name, packages, resource_kind};
use serde_json::{Value as Json, json};
use syntax::jinja::{DefinitionKind, Param, Template};

use super::columns::object;
use super::descriptions::describe;
use super::macro_calls::macro_dependencies;
use super::resource::{rendered, value};
use crate::{Macro, PatchKind, patch, template};

/// A macro as dbt knows it.
#[must_use]
pub fn macro_json(db: &dyn Db, name: &str, it: Macro) -> Json {
    let package = it.package;
    let path = it.file.path(db);
    let path = original_path(db, package, path);
    let template = template(db, it.file);
    let patch = patch(db, package, PatchKind::Macro, name.to_owned());
    let item = patch.as_ref().map(|it| {
        rendered(db, package, &it.patch.data, &|path| path.last() == Some(&"description"))
    });
    let item = item.unwrap_or_default();
    let described = |it: &Json| {
        let text = it.get("description").and_then(Json::as_str).unwrap_or_default();
        describe(db, package, text).text
    };
    let config = item.get("config");
    let both = |key: &str| {
        let mut values = object(item.get(key).cloned());
        values.extend(object(config.and_then(|it| it.get(key)).cloned()));
        values
    };
    let mut docs = object(Some(json!({"show": true, "node_color": null})));
    docs.extend(both("docs"));
    let meta = both("meta");
    let arguments = item.get("arguments").and_then(Json::as_array).into_iter().flatten();
    let mut arguments: Vec<Json> = arguments
        .map(|it| {
            json!({"name": it.get("name"), "type": value(it, "type"), "description": described(it)})
        })
        .collect();
    if arguments.is_empty() && reads_parameters(db, it) {
        arguments = parameters(&template, it);
    }
    let patch_path = patch.map(|it| {
        let file = it.file.path(db);
        let file = original_path(db, package, file);
        format!("{}://{file}", package_name(db, package))
    });
    json!({
        "name": name, "resource_type": "macro", "package_name": &*package_name(db, package),
        "path": path, "original_file_path": path, "unique_id": it.unique_id(db),
        "macro_sql": macro_sql(&template, it),
        "depends_on": {"macros": &*macro_dependencies(db, package, it.file, it.definition)},
        "description": described(&item), "meta": meta, "docs": docs,
        "config": {"meta": meta, "docs": docs}, "patch_path": patch_path, "arguments": arguments,
        "created_at": 0.0, "supported_languages": languages(&template, it),
    })
}

/// Whether dbt takes arguments that properties do not name from the macro itself. It never does for
/// what lies in `tests/generic`.
fn reads_parameters(db: &dyn Db, it: Macro) -> bool {
    let root = packages(db, it.package.project(db)).first().copied();
    root.and_then(|it| package_facts(db, it).flag("validate_macro_args")) == Some(true)
        && resource_kind(db, it.package, it.file) == Some(ResourceKind::Macro)
}

fn parameters(template: &Template, it: Macro) -> Vec<Json> {
    let definition = template.definition(it.definition);
    let params = match definition.kind {
        DefinitionKind::Macro | DefinitionKind::Test => &definition.params[..],
        _ => &[],
    };
    let name = |it: &Param| template.name(it.name).to_owned();
    params.iter().map(|it| json!({"name": name(it), "type": null, "description": ""})).collect()
}

/// A block with the blanks that its outer tags take away.
fn macro_sql(template: &Template, it: Macro) -> String {
    let text = template.source();
    let range = template.definition(it.definition).range;
    let (mut start, mut end) = (usize::from(range.start()), usize::from(range.end()));
    let (before, after) = (&text[..start], &text[end..]);
    // dbt strips a file before it reads it, and blanks belong to the block that takes them first.
    let blank = before.len() - before.trim_end().len();
    let is_taken = before.trim_end().ends_with("-%}") || before.trim().is_empty();
    if text[start..].starts_with("{%-") && !is_taken {
        start -= blank;
    }
    if text[..end].ends_with("-%}") && !after.trim().is_empty() {
        end += after.len() - after.trim_start().len();
    }
    text[start..end].to_owned()
}

/// The languages of a materialization; SQL where it names none.
fn languages(template: &Template, it: Macro) -> Json {
    let definition = template.definition(it.definition);
    if definition.kind != DefinitionKind::Materialization {
        return Json::Null;
    }
    let Some(written) = definition.supported_languages else { return json!(["sql"]) };
    let text = template.slice(template.expr(written).range);
    let words = text.split([',', '[', ']', '(', ')']).map(|it| it.trim().trim_matches(['\'', '"']));
    json!(words.filter(|it| !it.is_empty()).collect::<Vec<_>>())
}
