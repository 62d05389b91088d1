//! Which nodes read which, by small queries: moved text wakes nobody.

use std::collections::VecDeque;
use std::sync::Arc;

use base::{Db, File, Project, TextRange};
use project::packages;
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::jinja::Expr;

use crate::{
    Node, NodeKind, RefCall, Resolution, macro_of_package, node_template, nodes, parsed,
    resolve_function, resolve_ref, template,
};

/// What a call of `ref` names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RefName {
    pub package: Option<String>,
    pub name: String,
    pub version: Option<String>,
}

impl RefName {
    fn of(call: &RefCall) -> Self {
        let RefCall { package, name, version, .. } = call;
        Self { package: package.clone(), name: name.clone(), version: version.clone() }
    }

    /// As dbt wants it written.
    #[must_use]
    pub fn to_call(&self) -> String {
        let package = self.package.as_ref().map(|it| format!("'{it}', ")).unwrap_or_default();
        let version = self.version.as_ref().map(|it| format!(", v='{it}'")).unwrap_or_default();
        format!("ref({package}'{}'{version})", self.name)
    }
}

/// The refs that parsing meets, each once.
#[salsa::tracked(returns(clone))]
pub fn parsed_refs(db: &dyn Db, node: Node) -> Arc<[RefName]> {
    let mut seen = FxHashSet::default();
    let names = parsed(db, node).refs.iter().map(RefName::of).collect::<Vec<_>>();
    names.into_iter().filter(|it| seen.insert(it.clone())).collect()
}

/// The functions of the database that parsing meets, by package and name, each once.
#[salsa::tracked(returns(clone))]
fn parsed_functions(db: &dyn Db, node: Node) -> Arc<[(Option<String>, String)]> {
    let mut seen = FxHashSet::default();
    let parsed = parsed(db, node);
    let names = parsed.functions.iter().map(|it| (it.package.clone(), it.name.clone()));
    names.filter(|it| seen.insert(it.clone())).collect()
}

/// The nodes that a node reads, and the functions that it calls, each once.
#[salsa::tracked(returns(clone))]
pub fn parents(db: &dyn Db, node: Node) -> Arc<[Node]> {
    let mut found = Vec::new();
    for it in parsed_refs(db, node).iter() {
        let (package, version) = (it.package.as_deref(), it.version.as_deref());
        if let Resolution::Node(parent) =
            resolve_ref(db, node.package(db), package, &it.name, version)
            && !found.contains(&parent)
        {
            found.push(parent);
        }
    }
    for (package, name) in parsed_functions(db, node).iter() {
        let called = resolve_function(db, node.package(db), package.as_deref(), name).node();
        found.extend(called.filter(|it| !found.contains(it)));
    }
    found.into()
}

/// No circle of more nodes is looked for: its name would be longer than anybody reads, and whatever a
/// project holds, looking takes time in proportion to its size.
const LONGEST_CYCLE: usize = 1_000;

/// The way from a node back to itself, both ends included, where there is one: one of the shortest.
#[salsa::tracked(returns(clone))]
pub fn cycle_through(db: &dyn Db, node: Node) -> Option<Arc<[Node]>> {
    search(node, |it| parents(db, it))
}

/// The same for every node of a project that has one.
#[salsa::tracked(returns(clone))]
pub fn cycles(db: &dyn Db, project: Project) -> Arc<FxHashMap<Node, Arc<[Node]>>> {
    let all = packages(db, project);
    let read = |it: &Node| it.kind(db).is_refable() || it.kind(db) == NodeKind::Function;
    let all =
        all.iter().flat_map(|it| nodes(db, *it).iter().copied().filter(read).collect::<Vec<_>>());
    let graph: Vec<(Node, Arc<[Node]>)> = all.map(|it| (it, parents(db, it))).collect();
    let places: FxHashMap<Node, usize> =
        graph.iter().enumerate().map(|(place, (node, _))| (*node, place)).collect();
    let mut read: Vec<Vec<usize>> = Vec::with_capacity(graph.len());
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
    for (reader, (_, parents)) in graph.iter().enumerate() {
        let parents: Vec<usize> = parents.iter().filter_map(|it| places.get(it).copied()).collect();
        parents.iter().for_each(|it| readers[*it].push(reader));
        read.push(parents);
    }
    // Whoever reads only what is on no circle is on none, nor is who is read only by such nodes.
    let mut left = vec![true; graph.len()];
    peel(&mut left, &read, &readers);
    peel(&mut left, &readers, &read);
    let left = graph.iter().zip(left).filter(|(_, left)| *left);
    let left: FxHashMap<Node, &Arc<[Node]>> =
        left.map(|((node, parents), _)| (*node, parents)).collect();
    let known = |it: Node| left.get(&it).map(|it| Arc::clone(it)).unwrap_or_default();
    Arc::new(left.keys().filter_map(|it| Some((*it, search(*it, known)?))).collect())
}

/// Takes away, again and again, what nothing that is left stands before.
fn peel(left: &mut [bool], before: &[Vec<usize>], after: &[Vec<usize>]) {
    let count = |it: &Vec<usize>| it.iter().filter(|it| left[**it]).count();
    let mut counts: Vec<usize> = before.iter().map(count).collect();
    let mut free: Vec<usize> = (0..left.len()).filter(|it| left[*it] && counts[*it] == 0).collect();
    while let Some(place) = free.pop() {
        left[place] = false;
        for next in &after[place] {
            counts[*next] -= 1;
            if counts[*next] == 0 && left[*next] {
                free.push(*next);
            }
        }
    }
}

fn search(node: Node, parents: impl Fn(Node) -> Arc<[Node]>) -> Option<Arc<[Node]>> {
    let mut came_from: FxHashMap<Node, Node> = FxHashMap::default();
    let mut queue = VecDeque::from([(node, 1)]);
    while let Some((at, length)) = queue.pop_front() {
        for next in parents(at).iter().copied() {
            if next == node {
                let mut way = vec![node, at];
                while let Some(before) = way.last().and_then(|it| came_from.get(it)) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way.into());
            }
            if length < LONGEST_CYCLE && !came_from.contains_key(&next) {
                came_from.insert(next, at);
                queue.push_back((next, length + 1));
            }
        }
    }
    None
}

/// A `ref` that stands in a node's text, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenRef {
    /// Nothing where a name is not written out.
    pub name: Option<RefName>,
    /// The whole call.
    pub range: TextRange,
    /// Whether parsing met it: otherwise it stands in a branch that parsing does not take, and dbt
    /// knows of no dependency.
    pub taken: bool,
}

/// Every `ref` of a node's own text, those in branches included that parsing does not take.
#[salsa::tracked(returns(clone))]
pub fn written_refs(db: &dyn Db, node: Node) -> Arc<[WrittenRef]> {
    let Some(template) = node_template(db, node) else { return Arc::default() };
    let parsed = parsed(db, node);
    let own = parsed.refs.iter().map(|it| &it.site).filter(|it| it.through.is_none());
    let mut sites: Vec<TextRange> = own.map(|it| it.range).collect();
    sites.sort_unstable_by_key(|it| it.start());
    let met = |range: TextRange| {
        let from = sites.partition_point(|it| it.start() < range.start());
        let mut inside = sites[from..].iter().take_while(|it| it.start() < range.end());
        inside.any(|it| range.contains_range(*it))
    };
    let calls = template.calls().filter(|it| it.is("ref"));
    let written = calls.map(|call| {
        let text = |index| call.positional(index).and_then(|it| it.literal).map(str::to_owned);
        let version = call.keyword("v").or_else(|| call.keyword("version"));
        let version = version.map(|it| match template.expr(it.expr).kind {
            Expr::Int(number) => Some(number.to_string()),
            _ => it.literal.map(str::to_owned),
        });
        let known =
            version.as_ref().is_none_or(Option::is_some) && call.args().all(|it| !it.unpacked);
        let version = version.flatten();
        let name = match (text(0), call.positional(1).is_some(), text(1)) {
            (Some(name), false, _) => Some(RefName { package: None, name, version }),
            (Some(package), true, Some(name)) => {
                Some(RefName { package: Some(package), name, version })
            }
            _ => None,
        };
        let range = call.range();
        WrittenRef { name: name.filter(|_| known), range, taken: met(range) }
    });
    written.collect()
}

/// Whether a macro, by its unique id, lies in a file that calls `ref` and asks whether dbt compiles:
/// parsing may miss what it reads.
#[salsa::tracked(returns(copy))]
pub fn may_branch_on_compiling(db: &dyn Db, project: Project, id: String) -> bool {
    let mut parts = id.splitn(3, '.').skip(1);
    let (Some(package), Some(name)) = (parts.next(), parts.next()) else { return false };
    let found = macro_of_package(db, project, package, name);
    found.is_some_and(|it| branches_on_compiling(db, it.file))
}

#[salsa::tracked(returns(copy))]
fn branches_on_compiling(db: &dyn Db, file: File) -> bool {
    let template = template(db, file);
    template.find_name("execute").is_some() && template.calls().any(|it| it.is("ref"))
}
