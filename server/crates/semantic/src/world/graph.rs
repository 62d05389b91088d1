//! `model` and `graph`: what dbt knows of nodes, as templates see it.

use std::sync::Arc;

use base::Db;
use jinja::data::from_json;
use jinja::value::{Dict, Value};
use project::{Json, Origin, Package, packages};

use super::{Mode, World};
use crate::{
    Node, PatchKind, identity_key, is_enabled, is_source_enabled, node_json, nodes,
    resource_entries, source_id, source_json, source_tables,
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
        model.insert_str(key, from_json(&without_nulls(value)));
    }
    Value::dict(model)
}

/// One key of `model`. Most who ask for it want its configs and nothing else: those who do must
/// not depend on what tests and columns say.
pub(super) fn compiled_model_key(world: &World<'_>, key: &str) -> Option<Value> {
    let value = identity_key(world.db, world.node?, key).filter(|it| !it.is_null())?;
    Some(from_json(&without_nulls(&value)))
}

fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(object) => Json::Object(
            object
                .iter()
                .filter(|(_, it)| !it.is_null())
                .map(|(key, it)| (key.clone(), without_nulls(it)))
                .collect(),
        ),
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
    let (mut all_nodes, mut sources) = (Dict::new(), Dict::new());
    let mut others: [Dict; 5] = Default::default();
    let here: Vec<Package> = packages(db, project)
        .iter()
        .copied()
        .filter(|it| it.origin(db) != Origin::Upstream)
        .collect();
    for package in &here {
        for node in nodes(db, *package).iter().filter(|it| is_enabled(db, **it)) {
            all_nodes.insert_str(&node.unique_id(db), node_value(db, *node));
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
        ("functions", Dict::new()),
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
    }
    Value::dict(value)
}
