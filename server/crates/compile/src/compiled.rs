use std::sync::Arc;

use base::{Db, TextRange, TextSize};
use semantic::{Node, RenderProblem, Resolution, resolve_ref};

use crate::ephemeral::{Part, Query, inject};
use crate::places::{Frame, Origin, Piece, home};
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
    /// What each stretch of the text is, in order and without gaps.
    pub(crate) pieces: Vec<Piece>,
}

/// A node's SQL with the queries of the ephemeral nodes that it reads, each once, those that
/// others need first.
#[must_use]
pub fn compiled(db: &dyn Db, node: Node) -> Arc<Compiled> {
    let origin = origin(db, node);
    let mut found = Vec::new();
    let mut open = vec![node];
    collect(db, node, &origin, &Arc::from([]), &mut open, &mut found);
    let own = &origin.rendered;
    let queries: Vec<Query> = found
        .iter()
        .map(|it| Query {
            name: format!("__dbt__cte__{}", semantic::relation(db, it.node).identifier),
            sql: it.origin.rendered.text.clone(),
        })
        .collect();
    let (text, parts) = inject(&own.text, &queries);
    let met_hole = own.met_hole || found.iter().any(|it| it.origin.rendered.met_hole);
    let mut pieces = Vec::with_capacity(parts.len());
    let mut start = TextSize::new(0);
    for (end, part) in parts {
        let end = size(end);
        let range = TextRange::new(start, end.max(start));
        start = range.end();
        if range.is_empty() && part != Part::Own(0) {
            continue;
        }
        let (query, calls) = match part {
            Part::Own(from) => (Some((Arc::clone(&origin), size(from))), Arc::from([])),
            Part::Injected(index) => {
                let it = &found[index];
                (Some((Arc::clone(&it.origin), TextSize::new(0))), Arc::clone(&it.calls))
            }
            Part::Around(index) => (None, Arc::clone(&found[index].calls)),
        };
        pieces.push(Piece { range, query, calls });
    }
    Arc::new(Compiled {
        text,
        problems: own.problems.clone(),
        met_hole,
        prepended: found.into_iter().map(|it| it.node).collect(),
        pieces,
    })
}

/// An ephemeral node that is read, directly or through others.
struct Ephemeral {
    node: Node,
    origin: Arc<Origin>,
    /// The calls of `ref` that lead to it, innermost first.
    calls: Arc<[Frame]>,
}

/// Depth first, each node once; a node that leads back to itself is not followed again.
fn collect(
    db: &dyn Db,
    node: Node,
    own: &Origin,
    calls: &Arc<[Frame]>,
    open: &mut Vec<Node>,
    found: &mut Vec<Ephemeral>,
) {
    for next in own.rendered.ephemeral.iter().copied() {
        if found.iter().any(|it| it.node == next) || open.contains(&next) || open.len() > 200 {
            continue;
        }
        let mut inner = vec![call_of(db, node, own, next)];
        inner.extend(calls.iter().cloned());
        let (origin, calls) = (origin(db, next), Arc::from(inner));
        open.push(next);
        collect(db, next, &origin, &calls, open, found);
        open.pop();
        found.push(Ephemeral { node: next, origin, calls });
    }
}

fn origin(db: &dyn Db, node: Node) -> Arc<Origin> {
    Arc::new(Origin { rendered: rendered(db, node), home: home(db, node) })
}

/// Where a node calls another one.
fn call_of(db: &dyn Db, node: Node, own: &Origin, wanted: Node) -> Frame {
    let call = own.rendered.refs.iter().find(|it| {
        let (package, version) = (it.package.as_deref(), it.version.as_deref());
        let meant = resolve_ref(db, node.package(db), package, &it.name, version);
        meant == Resolution::Node(wanted)
    });
    let range = own.home.or_else(|| call.map(|it| it.site.range)).unwrap_or_default();
    Frame { file: node.file(db), range, macro_name: None }
}

fn size(length: usize) -> TextSize {
    TextSize::new(u32::try_from(length).unwrap_or(u32::MAX))
}
