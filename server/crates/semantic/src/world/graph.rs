//! `model` and `graph`: what dbt knows of nodes, as templates see it.

use std::sync::Arc;

use base::Db;
use jinja::data::from_json;
use jinja::value::{Dict, Value};
use project::{Json, Origin, Package, packages};

use super::{Mode, World};
use crate::{
    Node, NodeKind, PatchKind, identity_key, is_enabled, is_source_enabled, node_json, nodes,
    parsed_config, resource_entries, source_id, source_json, source_tables,
};

/// What stands in properties, in the order of the sections below.
const KINDS: [PatchKind; 5] = [
    PatchKind::Exposure,
    PatchKind::Group,
    PatchKind::Metric,
    PatchKind::SemanticModel,
    PatchKind::SavedQuery,
];

/// `model`: keys without a value are left out.
pub(super) fn compiled_model(world: &World<'_>, node: Node) -> Value {
    let mut model = Dict::new();
    for (key, value) in node_json(world.db, node).iter().filter(|(_, it)| !it.is_null()) {
        model.insert_str(key, from_json(&without_nulls(key, value)));
        if key == "created_at" {
            add_calls(world.db, node, &mut model);
        }
    }
    Value::dict(model)
}

/// One key of `model`. Most who ask for it want its configs and nothing else: those who do must
/// not depend on what tests and columns say.
pub(super) fn compiled_model_key(world: &World<'_>, key: &str) -> Option<Value> {
    let value = identity_key(world.db, world.node?, key).filter(|it| !it.is_null())?;
    Some(from_json(&without_nulls(key, &value)))
}

/// What dbt hands to templates and leaves out of the manifest.
fn add_calls(db: &dyn Db, node: Node, value: &mut Dict) {
    let called = Json::Object((*parsed_config(db, node)).clone());
    value.insert_str("config_call_dict", from_json(&called));
    value.insert_str("unrendered_config_call_dict", Value::dict(Dict::new()));
}

/// Keys below which dbt keeps objects of its own: those lose what is not set. Whatever else is in a
/// node is the user's data.
const SHAPED: [&str; 16] = [
    "arguments",
    "build_after",
    "checksum",
    "config",
    "constraints",
    "contract",
    "custom_granularities",
    "depends_on",
    "docs",
    "freshness",
    "post-hook",
    "pre-hook",
    "refs",
    "returns",
    "snapshot_meta_column_names",
    "time_spine",
];

fn without_nulls(key: &str, value: &Json) -> Json {
    let shaped = |value: &Json| match value {
        Json::Object(object) => Json::Object(
            object
                .iter()
                .filter(|(_, it)| !it.is_null())
                .map(|(key, it)| (key.clone(), without_nulls(key, it)))
                .collect(),
        ),
        other => other.clone(),
    };
    match value {
        Json::Object(columns) if key == "columns" => {
            columns.iter().map(|(name, it)| (name.clone(), shaped(it))).collect()
        }
        Json::Array(items) if SHAPED.contains(&key) => items.iter().map(shaped).collect(),
        Json::Object(_) if SHAPED.contains(&key) => shaped(value),
        other => other.clone(),
    }
}

/// `graph`: empty while parsing. It is made once in a render: whoever changes it in one place sees
/// that in the others.
pub(super) fn graph(world: &World<'_>) -> Value {
    if world.mode != Mode::Compile {
        return Value::dict(Dict::new());
    }
    if let Some(graph) = &*world.graph.borrow() {
        return graph.clone();
    }
    let (db, project) = (world.db, world.project());
    let (mut all_nodes, mut functions, mut sources) = (Dict::new(), Dict::new(), Dict::new());
    let mut others: [Dict; 5] = Default::default();
    let here: Vec<Package> = packages(db, project)
        .iter()
        .copied()
        .filter(|it| it.origin(db) != Origin::Upstream)
        .collect();
    for package in &here {
        for node in nodes(db, *package).iter().filter(|it| is_enabled(db, **it)) {
            let section = match node.kind(db) {
                NodeKind::Function => &mut functions,
                _ => &mut all_nodes,
            };
            section.insert_str(&node.unique_id(db), node_value(db, *node));
        }
        for entry in resource_entries(db, *package).into_iter().filter(|it| it.is_enabled) {
            let kind = KINDS.iter().position(|it| *it == entry.kind);
            if let Some(section) = kind.and_then(|it| others.get_mut(it)) {
                section.insert_str(&entry.id, from_json(&Json::Object(entry.data)));
            }
        }
    }
    for place in source_tables(db, project) {
        if here.contains(&place.package) && is_source_enabled(db, &place) {
            sources.insert_str(&source_id(db, &place), from_json(&source_json(db, &place)));
        }
    }
    let [exposures, groups, metrics, semantic_models, saved_queries] = others;
    let mut graph = Dict::new();
    for (key, section) in [
        ("exposures", exposures),
        ("functions", functions),
        ("groups", groups),
        ("metrics", metrics),
        ("nodes", all_nodes),
        ("sources", sources),
        ("semantic_models", semantic_models),
        ("saved_queries", saved_queries),
    ] {
        graph.insert_str(key, Value::dict(section));
    }
    let graph = Value::dict(graph);
    *world.graph.borrow_mut() = Some(graph.clone());
    graph
}

fn node_value(db: &dyn Db, node: Node) -> Value {
    let json = node_json(db, node);
    let mut value = Dict::new();
    for (key, it) in Arc::as_ref(&json) {
        value.insert_str(key, from_json(it));
        if key == "created_at" {
            add_calls(db, node, &mut value);
        }
    }
    Value::dict(value)
}
