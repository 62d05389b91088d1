use std::sync::Arc;

use base::Db;
use project::{Json, Package, package_facts, package_name};

use crate::{Node, NodeKind};

const HOOKS: [&str; 2] = ["on-run-start", "on-run-end"];

/// The commands that `dbt_project.yml` wants run before and after everything else.
#[salsa::tracked(returns(clone))]
pub fn operation_nodes(db: &dyn Db, package: Package) -> Arc<[Node]> {
    let name = package_name(db, package);
    let file = package.file(db);
    let mut nodes = Vec::new();
    for hook in HOOKS {
        for index in 0..commands(db, package, hook).len() {
            let name = Arc::from(format!("{name}-{hook}-{index}"));
            nodes.push(Node::new(db, package, NodeKind::Operation, file, name, None, None));
        }
    }
    nodes.into()
}

/// The template of an operation.
#[must_use]
pub fn operation_sql(db: &dyn Db, node: Node) -> Option<String> {
    let package = node.package(db);
    let name = node.name(db).strip_prefix(&*package_name(db, package))?.strip_prefix('-')?;
    let (hook, index) = name.rsplit_once('-')?;
    commands(db, package, hook).into_iter().nth(index.parse().ok()?)
}

/// Which of the two lists an operation stands in, and where.
#[must_use]
pub fn operation_hook(db: &dyn Db, node: Node) -> Option<(&'static str, usize)> {
    if node.kind(db) != NodeKind::Operation {
        return None;
    }
    let (name, index) = node.name(db).rsplit_once('-')?;
    let hook = HOOKS.into_iter().find(|it| name.ends_with(it))?;
    Some((hook, index.parse().ok()?))
}

fn commands(db: &dyn Db, package: Package, hook: &str) -> Vec<String> {
    match package_facts(db, package).data.get(hook) {
        Some(Json::String(it)) => vec![it.clone()],
        Some(Json::Array(items)) => {
            items.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}
