//! `model` and `graph`: what dbt knows of nodes, as templates see it.

use std::sync::Arc;

use base::Db;
use jinja::data::from_json;
use jinja::value::{Dict, Value};
use project::{Json, Origin, Package, packages};

use super::{Mode, World};
use crate::{
    Node, PatchKind, exposure_id, exposure_json, group_id, group_json, is_enabled,
    is_source_enabled, node_json, nodes, patches, source_id, source_json, source_tables,
};

/// `model`: keys without a value are left out.
pub(super) fn compiled_model(world: &World<'_>, node: Node) -> Value {
    let mut model = Dict::new();
    for (key, value) in node_json(world.db, node).iter().filter(|(_, it)| !it.is_null()) {
        model.insert_str(key, from_json(&without_nulls(value)));
    }
    Value::dict(model)
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
    let mut sections: [Dict; 4] = Default::default();
    let [exposures, groups, all_nodes, sources] = &mut sections;
    let here: Vec<Package> = packages(db, project)
        .iter()
        .copied()
        .filter(|it| it.origin(db) != Origin::Upstream)
        .collect();
    for package in &here {
        for node in nodes(db, *package).iter().filter(|it| is_enabled(db, **it)) {
            all_nodes.insert_str(&node.unique_id(db), node_value(db, *node));
        }
        for place in patches(db, *package, PatchKind::Exposure) {
            let value = from_json(&exposure_json(db, *package, &place));
            exposures.insert_str(&exposure_id(db, *package, &place), value);
        }
        for place in patches(db, *package, PatchKind::Group) {
            let value = from_json(&group_json(db, *package, &place));
            groups.insert_str(&group_id(db, *package, &place), value);
        }
    }
    for place in source_tables(db, project) {
        if here.contains(&place.package) && is_source_enabled(db, &place) {
            sources.insert_str(&source_id(db, &place), from_json(&source_json(db, &place)));
        }
    }
    let [exposures, groups, all_nodes, sources] = sections.map(Value::dict);
    let nothing = || Value::dict(Dict::new());
    let mut graph = Dict::new();
    for (key, value) in [
        ("exposures", exposures),
        ("functions", nothing()),
        ("groups", groups),
        ("metrics", nothing()),
        ("nodes", all_nodes),
        ("sources", sources),
        ("semantic_models", nothing()),
        ("saved_queries", nothing()),
    ] {
        graph.insert_str(key, value);
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
