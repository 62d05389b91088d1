use std::collections::VecDeque;
use std::sync::Arc;

use base::{Db, Project};
use project::{Origin, packages};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Node, Resolution, is_enabled, nodes, parsed, resolve_ref};

/// The nodes that a node reads, each once: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
pub fn parents(db: &dyn Db, node: Node) -> Arc<[Node]> {
    let mut found = Vec::new();
    for call in &parsed(db, node).refs {
        let (package, version) = (call.package.as_deref(), call.version.as_deref());
        if let Resolution::Node(parent) =
            resolve_ref(db, node.package(db), package, &call.name, version)
            && !found.contains(&parent)
        {
            found.push(parent);
        }
    }
    found.into()
}

/// So many nodes are looked at to tell the way round.
const SEARCH_LIMIT: usize = 10_000;

/// The way from a node back to itself, both ends included, where there is one. One of the shortest;
/// of a circle too large to be searched the node alone.
#[must_use]
pub fn cycle_through(db: &dyn Db, node: Node) -> Option<Vec<Node>> {
    if !cyclic_nodes(db, node.package(db).project(db)).contains(&node) {
        return None;
    }
    let mut came_from: FxHashMap<Node, Node> = FxHashMap::default();
    let mut queue = VecDeque::from([node]);
    while let Some(at) = queue.pop_front() {
        for next in parents(db, at).iter().copied() {
            if next == node {
                let mut way = vec![node, at];
                while let Some(before) = way.last().and_then(|it| came_from.get(it)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if came_from.len() < SEARCH_LIMIT && !came_from.contains_key(&next) {
                came_from.insert(next, at);
                queue.push_back(next);
            }
        }
    }
    Some(vec![node])
}

/// Every node that reads itself, directly or through others.
#[salsa::tracked(returns(clone))]
fn cyclic_nodes(db: &dyn Db, project: Project) -> Arc<FxHashSet<Node>> {
    let mut all = Vec::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        all.extend(nodes(db, *package).iter().copied().filter(|it| is_enabled(db, *it)));
    }
    let mut search = Search::default();
    for node in all {
        search.visit(db, node);
    }
    Arc::new(search.cyclic)
}

/// Tarjan's search for strongly connected nodes, with a stack of its own: chains are long.
#[derive(Default)]
struct Search {
    /// In the order of the first visit, with the lowest that is reached.
    numbers: FxHashMap<Node, (usize, usize)>,
    open: Vec<Node>,
    is_open: FxHashSet<Node>,
    cyclic: FxHashSet<Node>,
}

impl Search {
    fn visit(&mut self, db: &dyn Db, start: Node) {
        if self.numbers.contains_key(&start) {
            return;
        }
        let mut work = vec![self.enter(db, start)];
        while let Some((node, parents, next)) = work.last_mut() {
            let node = *node;
            if let Some(parent) = parents.get(*next).copied() {
                *next += 1;
                if parent == node {
                    self.cyclic.insert(node);
                } else if !self.numbers.contains_key(&parent) {
                    let entered = self.enter(db, parent);
                    work.push(entered);
                } else if self.is_open.contains(&parent) {
                    let number = self.numbers[&parent].0;
                    self.lower(node, number);
                }
                continue;
            }
            work.pop();
            let (number, lowest) = self.numbers[&node];
            if let Some((child, ..)) = work.last() {
                self.lower(*child, lowest);
            }
            if number == lowest {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, db: &dyn Db, node: Node) -> (Node, Arc<[Node]>, usize) {
        let number = self.numbers.len();
        self.numbers.insert(node, (number, number));
        self.open.push(node);
        self.is_open.insert(node);
        (node, parents(db, node), 0)
    }

    fn lower(&mut self, node: Node, lowest: usize) {
        if let Some(it) = self.numbers.get_mut(&node) {
            it.1 = it.1.min(lowest);
        }
    }

    /// The nodes that were entered since are connected with this one.
    fn close(&mut self, node: Node) {
        let start = self.open.iter().rposition(|it| *it == node).unwrap_or_default();
        let group = self.open.split_off(start);
        for it in &group {
            self.is_open.remove(it);
        }
        if group.len() > 1 {
            self.cyclic.extend(group);
        }
    }
}
