//! Functions of the database: what a call of `function()` means, and where they lie.

use std::sync::Arc;

use base::{Db, Project};
use project::{Package, package_name, packages};
use rustc_hash::FxHashMap;

use crate::resolve::search_order;
use crate::{
    Node, NodeKind, Quoting, Relation, Resolution, adapter, chosen_relation, is_enabled, nodes,
};

type FunctionIndex = FxHashMap<String, Vec<Node>>;

#[salsa::tracked(returns(clone))]
fn function_index(db: &dyn Db, project: Project) -> Arc<FunctionIndex> {
    let mut index = FunctionIndex::default();
    for package in packages(db, project).iter() {
        for node in nodes(db, *package).iter().filter(|it| it.kind(db) == NodeKind::Function) {
            index.entry(node.name(db).to_owned()).or_default().push(*node);
        }
    }
    Arc::new(index)
}

/// Every function of a project and its packages that has a name.
#[salsa::tracked(returns(clone))]
pub(crate) fn functions_named(db: &dyn Db, project: Project, name: String) -> Arc<[Node]> {
    function_index(db, project).get(&name).map_or_else(|| Arc::from([]), |it| it.as_slice().into())
}

/// The functions that a call can take, sorted by their names.
pub fn function_names(db: &dyn Db, project: Project) -> Vec<Node> {
    let index = function_index(db, project);
    let mut all: Vec<Node> = index.values().flatten().copied().collect();
    all.sort_by(|a, b| a.name(db).cmp(b.name(db)));
    all
}

/// `function(name)`, `function(package, name)`, written in a file of `from`.
pub fn resolve_function(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
) -> Resolution {
    let candidates = functions_named(db, from.project(db), name.to_owned());
    let mut disabled = None;
    for place in search_order(db, from) {
        if package.is_some_and(|it| *package_name(db, place) != *it) {
            continue;
        }
        for node in candidates.iter().copied().filter(|it| it.package(db) == place) {
            if is_enabled(db, node) {
                return Resolution::Node(node);
            }
            disabled.get_or_insert(node);
        }
    }
    disabled.map_or(Resolution::Missing, Resolution::Disabled)
}

/// What a function is called by: the project's quoting is not about functions.
pub fn function_relation(db: &dyn Db, node: Node) -> Relation {
    let chosen = chosen_relation(db, node);
    let relation = &chosen.relation;
    let adapter = adapter(db, node.package(db).project(db));
    Relation::new(
        &adapter,
        Quoting::of_adapter(&adapter),
        relation.database.clone(),
        relation.schema.clone(),
        relation.identifier.clone(),
    )
}
