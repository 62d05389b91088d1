use std::sync::Arc;

use base::Db;
use project::{Json, Origin, Package, packages};
use semantic::{Node, PatchKind, nodes, patch};

/// A name that a `ref` can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefCandidate {
    pub name: String,
    /// One of its nodes, where it has versions.
    pub node: Node,
    pub versions: Vec<String>,
}

/// Models, seeds and snapshots of a package, sorted by name, each name once. Of an upstream
/// project only what it makes public.
#[salsa::tracked(returns(clone))]
fn candidates_of(db: &dyn Db, package: Package) -> Arc<[RefCandidate]> {
    let is_upstream = package.origin(db) == Origin::Upstream;
    let mut all: Vec<RefCandidate> = Vec::new();
    for node in nodes(db, package).iter().filter(|it| it.kind(db).is_refable()) {
        if is_upstream && !is_public(db, *node) {
            continue;
        }
        let versions = node.version(db).map(str::to_owned).into_iter().collect();
        all.push(RefCandidate { name: node.name(db).to_owned(), node: *node, versions });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|later, first| {
        let same = later.name == first.name;
        if same {
            first.versions.append(&mut later.versions);
        }
        same
    });
    all.into()
}

fn is_public(db: &dyn Db, node: Node) -> bool {
    let place = patch(db, node.package(db), PatchKind::Model, node.name(db).to_owned());
    place.is_some_and(|it| {
        let data = &it.patch.data;
        let access = data.get("config").and_then(|it| it.get("access"));
        access.or_else(|| data.get("access")).and_then(Json::as_str) == Some("public")
    })
}

/// The candidates of each package, the package that asks first.
pub(crate) fn ref_candidates(db: &dyn Db, from: Package) -> Vec<(Package, Arc<[RefCandidate]>)> {
    let all = packages(db, from.project(db));
    let others = all.iter().copied().filter(|it| *it != from);
    std::iter::once(from).chain(others).map(|it| (it, candidates_of(db, it))).collect()
}
