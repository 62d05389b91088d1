use std::sync::Arc;

use base::Db;
use project::Package;
use rustc_hash::FxHashSet;

use super::source_id;
use crate::{
    Node, NodeKind, Parsed, Resolution, is_source_enabled, later_calls, parsed, resolve_function,
    resolve_ref, source_named,
};

/// The unique ids that a node reads: sources first, functions last, all in the order of
/// the calls.
#[salsa::tracked(returns(clone))]
pub fn node_dependencies(db: &dyn Db, node: Node) -> Arc<[String]> {
    let (parsed, later) = (parsed(db, node), later_calls(db, node));
    let package = node.package(db);
    let mut ids = resolve_all(db, package, &[&parsed, &later]);
    // dbt does not note which sources a function of the database reads.
    if node.kind(db) == NodeKind::Function {
        ids.retain(|it| !it.starts_with("source."));
    }
    ids.into()
}

/// The unique ids behind some calls of a package's file.
pub(super) fn resolved(db: &dyn Db, package: Package, parsed: &Parsed) -> Vec<String> {
    resolve_all(db, package, &[parsed])
}

fn resolve_all(db: &dyn Db, from: Package, calls: &[&Parsed]) -> Vec<String> {
    let project = from.project(db);
    let mut ids = Vec::new();
    for call in calls.iter().flat_map(|it| &it.sources) {
        let found = source_named(db, project, call.source.clone(), call.table.clone());
        if let Some(place) = found.filter(|it| is_source_enabled(db, it)) {
            ids.push(source_id(db, &place));
        }
    }
    for call in calls.iter().flat_map(|it| &it.refs) {
        let (package, version) = (call.package.as_deref(), call.version.as_deref());
        if let Resolution::Node(found) = resolve_ref(db, from, package, &call.name, version) {
            ids.push(found.unique_id(db));
        }
    }
    for call in calls.iter().flat_map(|it| &it.functions) {
        let found = resolve_function(db, from, call.package.as_deref(), &call.name);
        ids.extend(found.node().map(|it| it.unique_id(db)));
    }
    let mut seen = FxHashSet::default();
    ids.retain(|it| seen.insert(it.clone()));
    ids
}
