use std::sync::Arc;

use base::Db;
use semantic::{Node, RenderProblem};

use crate::ephemeral::{Query, inject};
use crate::rendered;

/// What dbt would run for a node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compiled {
    pub text: String,
    pub problems: Vec<RenderProblem>,
    /// The text lacks what only dbt can know.
    pub met_hole: bool,
    /// The ephemeral nodes whose queries stand in front, in that order.
    pub prepended: Vec<Node>,
}

/// A node's SQL with the queries of the ephemeral nodes that it reads, each once, those that
/// others need first.
#[must_use]
pub fn compiled(db: &dyn Db, node: Node) -> Arc<Compiled> {
    let own = rendered(db, node);
    let mut prepended: Vec<Node> = Vec::new();
    let mut open = vec![node];
    collect(db, node, &mut open, &mut prepended);
    let queries: Vec<Query> = prepended
        .iter()
        .map(|it| Query {
            name: format!("__dbt__cte__{}", semantic::relation(db, *it).identifier),
            sql: rendered(db, *it).text.clone(),
        })
        .collect();
    Arc::new(Compiled {
        text: inject(&own.text, &queries),
        problems: own.problems.clone(),
        met_hole: own.met_hole || prepended.iter().any(|it| rendered(db, *it).met_hole),
        prepended,
    })
}

/// Depth first, each node once; a node that leads back to itself is not followed again.
fn collect(db: &dyn Db, node: Node, open: &mut Vec<Node>, found: &mut Vec<Node>) {
    for next in rendered(db, node).ephemeral.iter().copied() {
        if found.contains(&next) || open.contains(&next) || open.len() > 200 {
            continue;
        }
        open.push(next);
        collect(db, next, open, found);
        open.pop();
        found.push(next);
    }
}
