use base::Db;
use project::{Json, Package, package_facts, packages, project_file};
use serde_json::Map;

use super::kind::ConfigKind;

/// What the sections of `dbt_project.yml` say about a resource, outermost level first.
pub(super) struct Sections {
    pub(super) own: Vec<Map<String, Json>>,
    /// The root project's word about a package's resource.
    pub(super) root: Vec<Map<String, Json>>,
}

pub(super) fn sections(db: &dyn Db, own: Package, kind: ConfigKind, fqn: &[String]) -> Sections {
    between(db, own, |holder| {
        let facts = package_facts(db, holder);
        levels(&facts.data, kind.sections(), fqn)
    })
}

/// The same as it is written, Jinja included.
pub(super) fn unrendered_sections(
    db: &dyn Db,
    own: Package,
    kind: ConfigKind,
    fqn: &[String],
) -> Sections {
    between(db, own, |holder| {
        let facts = project_file(db, holder.file(db));
        levels(&facts.data, kind.unrendered_sections(), fqn)
    })
}

fn between(
    db: &dyn Db,
    own: Package,
    levels_of: impl Fn(Package) -> Vec<Map<String, Json>>,
) -> Sections {
    let root = packages(db, own.project(db)).first().copied().filter(|it| *it != own);
    Sections { own: levels_of(own), root: root.map(levels_of).unwrap_or_default() }
}

fn levels(data: &Json, sections: &[&str], fqn: &[String]) -> Vec<Map<String, Json>> {
    let mut levels = Vec::new();
    let mut level = sections.iter().find_map(|it| data.get(*it)?.as_object());
    let mut names = fqn.iter();
    while let Some(values) = level {
        let mut configs = Map::new();
        for (key, value) in values {
            match key.strip_prefix('+') {
                Some(key) => {
                    configs.insert(key.trim().to_owned(), value.clone());
                }
                None if !value.is_object() => {
                    configs.insert(key.clone(), value.clone());
                }
                None => {}
            }
        }
        levels.push(configs);
        level = names.next().and_then(|it| values.get(it)).and_then(Json::as_object);
    }
    levels
}
