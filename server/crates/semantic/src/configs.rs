use std::sync::Arc;

use base::Db;
use project::{Json, Package, YamlContext, package_facts, package_name, packages, render_value};
use serde_json::Map;

use crate::{Node, NodeKind, PatchPlace, parsed_config, patch};

/// A node's configs as dbt merges them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    pub values: Map<String, Json>,
}

impl Config {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.values.get(key).filter(|it| !it.is_null())
    }

    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// `view` for a model that says nothing.
    #[must_use]
    pub fn materialized(&self) -> &str {
        self.text("materialized").unwrap_or_default()
    }

    fn update(&mut self, values: &Map<String, Json>) {
        for (key, value) in values {
            let key = if key == "pre_hook" || key == "post_hook" {
                key.replace('_', "-")
            } else {
                key.clone()
            };
            let merged = match key.as_str() {
                "tags" | "pre-hook" | "post-hook" => append(self.values.get(&key), value),
                "meta" | "docs" | "persist_docs" => merge(self.values.get(&key), value),
                _ => value.clone(),
            };
            self.values.insert(key, merged);
        }
    }
}

fn append(old: Option<&Json>, new: &Json) -> Json {
    let items = |it: &Json| match it {
        Json::Array(items) => items.clone(),
        Json::Null => Vec::new(),
        other => vec![other.clone()],
    };
    let mut all = old.map(items).unwrap_or_default();
    all.extend(items(new));
    Json::Array(all)
}

fn merge(old: Option<&Json>, new: &Json) -> Json {
    match (old, new) {
        (Some(Json::Object(old)), Json::Object(new)) => {
            let mut all = old.clone();
            all.extend(new.iter().map(|(key, value)| (key.clone(), value.clone())));
            Json::Object(all)
        }
        _ => new.clone(),
    }
}

/// `dbt_project.yml` of the node's package, then its properties, then its own `config()`; the root
/// project has the last word over its packages.
#[salsa::tracked(returns(clone))]
pub fn config(db: &dyn Db, node: Node) -> Arc<Config> {
    let mut config = Config::default();
    config.values.insert("enabled".to_owned(), Json::Bool(true));
    let materialized = match node.kind(db) {
        NodeKind::Model => "view",
        NodeKind::PythonModel => "table",
        NodeKind::Seed => "seed",
        NodeKind::Snapshot => "snapshot",
        NodeKind::SingularTest | NodeKind::GenericTest => "test",
        NodeKind::Analysis | NodeKind::Operation => "view",
    };
    config.values.insert("materialized".to_owned(), Json::String(materialized.to_owned()));
    let own = node.package(db);
    let fqn = fqn(db, node);
    for level in project_levels(db, own, node.kind(db), &fqn) {
        config.update(&level);
    }
    for values in property_configs(db, node) {
        config.update(&values);
    }
    config.update(&parsed_config(db, node));
    let root = packages(db, own.project(db)).first().copied();
    if let Some(root) = root.filter(|it| *it != own) {
        for level in project_levels(db, root, node.kind(db), &fqn) {
            config.update(&level);
        }
    }
    Arc::new(config)
}

/// What depends on something unknown, such as a target that is not there, counts as enabled.
#[salsa::tracked(returns(copy))]
pub fn is_enabled(db: &dyn Db, node: Node) -> bool {
    config(db, node).get("enabled").and_then(Json::as_bool).unwrap_or(true)
}

/// Whether a node is enabled for certain.
#[must_use]
pub fn is_surely_enabled(db: &dyn Db, node: Node) -> bool {
    config(db, node).get("enabled").and_then(Json::as_bool) == Some(true)
}

/// Package, folders below the resource path, name: what sections of `dbt_project.yml` match.
pub fn fqn(db: &dyn Db, node: Node) -> Vec<String> {
    let package = node.package(db);
    let mut fqn = vec![package_name(db, package).to_string()];
    let path = match node.kind(db) {
        // The folder of its file without the first one, whatever `model-paths` says.
        NodeKind::GenericTest => {
            let path = node.file(db).path(db).relative_to(package.root(db)).unwrap_or_default();
            path.split_once('/').map_or(path, |(_, it)| it).to_owned()
        }
        // A block counts as lying in a folder with the name of its file.
        NodeKind::Snapshot => {
            let path = resource_path(db, node);
            let block = node.file(db).path(db).extension() == "sql";
            let folder = || path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file = if block { &*path } else { folder() };
            file.strip_suffix(".sql").map_or_else(|| file.to_owned(), |block| format!("{block}/"))
        }
        _ => resource_path(db, node),
    };
    if let Some((folders, _)) = path.rsplit_once('/') {
        fqn.extend(folders.split('/').map(str::to_owned));
    }
    fqn.push(node.name(db).to_owned());
    fqn.extend(node.version(db).map(|it| format!("v{it}")));
    fqn
}

/// The path below the folder of `model-paths` and the like that holds the file.
pub fn resource_path(db: &dyn Db, node: Node) -> String {
    let package = node.package(db);
    let relative = node.file(db).path(db).relative_to(package.root(db)).unwrap_or_default();
    let facts = package_facts(db, package);
    let paths = &facts.paths;
    let folders = match node.kind(db) {
        NodeKind::Model | NodeKind::PythonModel => &paths.models,
        NodeKind::Seed => &paths.seeds,
        NodeKind::Snapshot => &paths.snapshots,
        NodeKind::Analysis => &paths.analyses,
        NodeKind::SingularTest => &paths.tests,
        NodeKind::GenericTest => {
            let name = crate::generic_test(db, node).map(|it| it.short_name.clone());
            return format!("{}.sql", name.unwrap_or_default());
        }
        NodeKind::Operation => return format!("hooks/{}.sql", node.name(db)),
    };
    let below = folders.iter().find_map(|it| {
        let folder = it.trim_start_matches("./").trim_end_matches('/');
        relative.strip_prefix(folder)?.strip_prefix('/')
    });
    let below = below.unwrap_or(relative);
    match node.kind(db) {
        NodeKind::Snapshot if !below.ends_with(".sql") => format!("{below}/{}.sql", node.name(db)),
        NodeKind::Analysis => format!("analysis/{below}"),
        _ => below.to_owned(),
    }
}

/// The levels of a section along the fqn, outermost first.
fn project_levels(
    db: &dyn Db,
    holder: Package,
    kind: NodeKind,
    fqn: &[String],
) -> Vec<Map<String, Json>> {
    let facts = package_facts(db, holder);
    let section = facts.data.get(kind.section());
    // `tests:` is the older name of `data_tests:`.
    let section = section
        .or_else(|| (kind.resource_type() == "test").then(|| facts.data.get("tests")).flatten());
    let mut levels = Vec::new();
    let mut level = section.and_then(Json::as_object);
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

/// The properties of a node, where it has any.
pub fn node_patch(db: &dyn Db, node: Node) -> Option<PatchPlace> {
    let kind = node.kind(db).patch_kind()?;
    patch(db, node.package(db), kind, node.name(db).to_owned())
}

/// What properties say: keys that stand outside `config`, then `config`, then the version's own.
fn property_configs(db: &dyn Db, node: Node) -> Vec<Map<String, Json>> {
    let Some(place) = node_patch(db, node) else { return Vec::new() };
    let data = &place.patch.data;
    let mut outside = Map::new();
    for key in ["meta", "docs", "group", "access", "contract"] {
        if let Some(value) = data.get(key) {
            outside.insert(key.to_owned(), value.clone());
        }
    }
    let object =
        |value: Option<&Json>| value.and_then(Json::as_object).cloned().unwrap_or_default();
    let mut levels = vec![outside, object(data.get("config"))];
    if let Some(version) = node.version(db)
        && let Some(version) = place.patch.versions.iter().find(|it| it.v == version)
    {
        levels.push(object(version.data.get("config")));
    }
    let project = node.package(db).project(db);
    for level in &mut levels {
        for value in level.values_mut() {
            *value = render_value(db, project, value, YamlContext::Resource);
        }
    }
    levels
}
