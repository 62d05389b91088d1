mod kind;
mod merge;
mod sections;
mod written;

pub(crate) use written::is_read_statically;

use std::sync::Arc;

use base::Db;
use project::{
    Json, Package, YamlContext, original_path, package_facts, package_name, place_in, render_value,
};
use serde_json::Map;

use crate::foreign_patches::{foreign_patch, is_given_away};
use crate::{
    Node, NodeKind, PatchPlace, adapter, functions_named, nodes_named, parsed_config, patch,
};

pub use kind::ConfigKind;
pub(crate) use merge::{Layers, deep_merge};

/// A resource's configs as dbt merges them: every key that dbt knows, `null` where nothing is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    kind: ConfigKind,
    /// What is not as the kind has it anyway, which is little.
    said: Map<String, Json>,
    /// Keys that the last word takes back although the value stays.
    taken_back: Vec<String>,
}

impl Config {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.value(key).filter(|it| !it.is_null())
    }

    /// The value of a key, `null` where dbt knows the key and nobody says anything.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Json> {
        self.said.get(key).or_else(|| self.kind.defaults().get(key))
    }

    /// Every key with its value, in dbt's order.
    #[must_use]
    pub fn values(&self) -> Map<String, Json> {
        let mut values = self.kind.defaults().clone();
        values.extend(self.said.iter().map(|(key, value)| (key.clone(), value.clone())));
        values
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

    /// What a `generate_*_name` macro is told.
    #[must_use]
    pub fn for_name(&self, key: &str) -> Option<&str> {
        if self.taken_back.iter().any(|it| it == key) { None } else { self.text(key) }
    }
}

/// `dbt_project.yml` of the node's package, then its properties, then its own `config()`; the root
/// project has the last word over its packages.
#[salsa::tracked(returns(clone))]
pub fn config(db: &dyn Db, node: Node) -> Arc<Config> {
    let kind = ConfigKind::of(node.kind(db).resource_type());
    let adapter = adapter(db, node.package(db).project(db));
    let mut layers = layers(db, node, kind, property_config(db, node));
    let mut values = layers.merged(kind, &adapter);
    let mut taken_back = Vec::new();
    // dbt has set configs before it reads properties, and before that, before it calls anything:
    // a later `null` takes nothing away.
    if layers.say_null() {
        layers.properties = python_config(db, node);
        let before_properties = layers.merged(kind, &adapter);
        layers.call = Map::new();
        for before in [before_properties, layers.merged(kind, &adapter)] {
            let gone: Vec<String> = nulls(&values, kind).cloned().collect();
            for key in gone {
                if let Some(value) = before.get(&key).filter(|it| !it.is_null()) {
                    values.insert(key.clone(), value.clone());
                    taken_back.push(key);
                }
            }
        }
    }
    let defaults = kind.defaults();
    // A map of its own size: the one that was merged has room for every key that dbt knows.
    let said = values.into_iter().filter(|(key, value)| defaults.get(key) != Some(value)).collect();
    Arc::new(Config { kind, said, taken_back })
}

fn nulls(values: &Map<String, Json>, kind: ConfigKind) -> impl Iterator<Item = &String> {
    // Whether something is enabled may depend on what nobody knows here: that stays open.
    let known = move |key: &str| key != "enabled" && kind.defaults().contains_key(key);
    values.iter().filter(move |(key, value)| value.is_null() && known(key)).map(|(key, _)| key)
}

fn layers(db: &dyn Db, node: Node, kind: ConfigKind, properties: Map<String, Json>) -> Layers {
    let sections = sections::sections(db, node.package(db), kind, &fqn(db, node));
    Layers {
        own: sections.own,
        properties,
        call: (*parsed_config(db, node)).clone(),
        root: sections.root,
    }
}

/// A node's configs when dbt has read the node but no properties yet.
pub(crate) fn config_before_properties(db: &dyn Db, node: Node) -> Map<String, Json> {
    let kind = ConfigKind::of(node.kind(db).resource_type());
    layers(db, node, kind, python_config(db, node))
        .merged(kind, &adapter(db, node.package(db).project(db)))
}

/// The tags of a node, each once: those that properties add come last.
#[must_use]
pub fn all_tags(db: &dyn Db, node: Node) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let before = config_before_properties(db, node);
    let config = config(db, node);
    for listed in [before.get("tags"), config.get("tags")] {
        for tag in listed.and_then(Json::as_array).into_iter().flatten() {
            if let Some(tag) = tag.as_str()
                && !tags.iter().any(|it| it == tag)
            {
                tags.push(tag.to_owned());
            }
        }
    }
    tags
}

/// What was said about a node, as `dbt_project.yml` has it before its Jinja is rendered.
#[must_use]
pub fn unrendered_config(db: &dyn Db, node: Node) -> Map<String, Json> {
    let kind = ConfigKind::of(node.kind(db).resource_type());
    let sections = sections::unrendered_sections(db, node.package(db), kind, &fqn(db, node));
    let mut properties = property_config(db, node);
    if written::keeps_unrendered(db, node) {
        deep_merge(&mut properties, &written_properties(db, node));
    }
    // What dbt reads without rendering it writes over everything else, until it meets properties.
    let static_call = written::static_call(db, node).filter(|_| !has_property_config(db, node));
    let layers = Layers {
        own: sections.own,
        properties,
        call: written::call(db, node),
        root: sections.root,
    };
    let mut said = layers.said(&adapter(db, node.package(db).project(db)));
    said.extend(static_call.into_iter().flatten());
    said
}

/// Whether properties say anything that dbt takes for a config.
fn has_property_config(db: &dyn Db, node: Node) -> bool {
    node.version(db).is_some()
        || node_patch(db, node).is_some_and(|it| crate::other_calls::has_config(&it.patch.data))
}

/// `config` of a node's properties, of its version where it has one, as it is written.
fn written_properties(db: &dyn Db, node: Node) -> Map<String, Json> {
    let Some(place) = node_patch(db, node) else { return Map::new() };
    let version = node.version(db);
    let of_version = place.patch.versions.iter().find(|it| version == Some(it.v.as_str()));
    let data = of_version.map_or(&place.patch.data, |it| &it.data);
    data.get("config").and_then(Json::as_object).cloned().unwrap_or_default()
}

/// The configs of a resource that is no node: what properties say about it has the last word in
/// its own package.
pub(crate) fn resource_config(
    db: &dyn Db,
    package: Package,
    kind: ConfigKind,
    fqn: &[String],
    said: &Map<String, Json>,
) -> (Map<String, Json>, Map<String, Json>) {
    let adapter = adapter(db, package.project(db));
    let with = |sections: sections::Sections| Layers {
        own: sections.own,
        properties: said.clone(),
        call: Map::new(),
        root: sections.root,
    };
    let mut rendered = with(sections::sections(db, package, kind, fqn)).merged(kind, &adapter);
    // Only nodes have hooks: groups, which get the models' configs, lose them.
    if !kind.defaults().contains_key("pre-hook") {
        rendered.retain(|key, _| key != "pre-hook" && key != "post-hook");
    }
    let unrendered = with(sections::unrendered_sections(db, package, kind, fqn)).said(&adapter);
    (rendered, unrendered)
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
            let path = original_path(db, package, node.file(db).path(db));
            without_first_folder(&path).to_owned()
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
    let facts = package_facts(db, package);
    let paths = &facts.paths;
    let folders = match node.kind(db) {
        NodeKind::Model | NodeKind::PythonModel => paths.models.clone(),
        NodeKind::Seed => paths.seeds.clone(),
        NodeKind::Snapshot if node.file(db).path(db).extension() == "sql" => {
            paths.snapshots.clone()
        }
        NodeKind::Analysis => paths.analyses.clone(),
        NodeKind::SingularTest => paths.tests.clone(),
        NodeKind::Function => paths.functions.clone(),
        NodeKind::GenericTest => {
            let name = crate::generic_test(db, node).map(|it| it.short_name().to_owned());
            return format!("{}.sql", name.unwrap_or_default());
        }
        NodeKind::Operation => return format!("hooks/{}.sql", node.name(db)),
        // What stands in properties.
        NodeKind::Snapshot => paths.properties(),
    };
    let path = node.file(db).path(db);
    let place = place_in(package.root(db), path, &folders).map(|it| it.below.to_owned());
    let below = place.unwrap_or_else(|| original_path(db, package, path));
    match node.kind(db) {
        NodeKind::Snapshot if !below.ends_with(".sql") => format!("{below}/{}.sql", node.name(db)),
        NodeKind::Analysis => format!("analysis/{below}"),
        _ => below,
    }
}

/// What a path is below the first of its folders, whatever `model-paths` says.
pub(crate) fn without_first_folder(path: &str) -> &str {
    let path = path.trim_start_matches("./");
    path.split_once('/').map_or(path, |(_, it)| it)
}

/// The properties of a node, where it has any. Of two nodes with one name they are about the one
/// that is enabled.
pub fn node_patch(db: &dyn Db, node: Node) -> Option<PatchPlace> {
    let kind = node.kind(db).patch_kind()?;
    let own = patch(db, node.package(db), kind, node.name(db).to_owned());
    let Some(found) = own else { return foreign_patch(db, node) };
    if is_given_away(db, node, &found) {
        return None;
    }
    let twins = twins(db, node);
    let is_other = !twins.is_empty()
        && !is_enabled_before_properties(db, node)
        && twins.iter().any(|it| is_enabled_before_properties(db, *it));
    (!is_other).then_some(found)
}

/// Other nodes that would have the same id.
fn twins(db: &dyn Db, node: Node) -> Vec<Node> {
    let (project, name) = (node.package(db).project(db), node.name(db).to_owned());
    let named = match node.kind(db) {
        NodeKind::Function => functions_named(db, project, name),
        _ if node.kind(db).is_refable() => nodes_named(db, project, name),
        _ => return Vec::new(),
    };
    let same = |it: &Node| {
        (it.package(db), it.kind(db).resource_type(), it.version(db))
            == (node.package(db), node.kind(db).resource_type(), node.version(db))
    };
    named.iter().copied().filter(|it| *it != node && same(it)).collect()
}

/// Whether a node is enabled when dbt has read it but no properties yet.
#[must_use]
pub fn is_enabled_before_properties(db: &dyn Db, node: Node) -> bool {
    let config = config_before_properties(db, node);
    config.get("enabled").and_then(Json::as_bool).unwrap_or(true)
}

/// What properties say: `config` with the keys that may stand outside of it, then the version's.
fn property_config(db: &dyn Db, node: Node) -> Map<String, Json> {
    let mut config = Map::new();
    if let Some(place) = node_patch(db, node) {
        let data = &place.patch.data;
        config = config_of(db, node.package(db), data);
        if let Some(version) = node.version(db)
            && let Some(version) = place.patch.versions.iter().find(|it| it.v == version)
        {
            let version = version.data.get("config").and_then(Json::as_object).cloned();
            deep_merge(
                &mut config,
                &rendered_config(db, node.package(db), &version.unwrap_or_default()),
            );
        }
    }
    for (key, value) in python_config(db, node) {
        config.entry(key).or_insert(value);
    }
    config
}

/// A Python model is a table whatever the project says.
fn python_config(db: &dyn Db, node: Node) -> Map<String, Json> {
    let mut config = Map::new();
    if node.kind(db) == NodeKind::PythonModel {
        config.insert("materialized".to_owned(), Json::String("table".to_owned()));
    }
    config
}

fn config_of(db: &dyn Db, package: Package, data: &Json) -> Map<String, Json> {
    let mut config = data.get("config").and_then(Json::as_object).cloned().unwrap_or_default();
    for key in ["meta", "docs", "group", "contract", "access"] {
        if let Some(value) = data.get(key)
            && !config.contains_key(key)
        {
            config.insert(key.to_owned(), value.clone());
        }
    }
    rendered_config(db, package, &config)
}

/// The Jinja of properties is rendered when they are read, that of hooks when they run, that of
/// descriptions and tests later too, wherever they stand.
fn rendered_config(db: &dyn Db, package: Package, config: &Map<String, Json>) -> Map<String, Json> {
    let project = package.project(db);
    let rendered = config.iter().map(|(key, value)| {
        let late = matches!(
            key.as_str(),
            "pre_hook" | "post_hook" | "description" | "tests" | "data_tests" | "loaded_at_query"
        );
        let value = if late {
            value.clone()
        } else {
            render_value(db, project, value, YamlContext::Properties(package))
        };
        (key.clone(), value)
    });
    rendered.collect()
}
