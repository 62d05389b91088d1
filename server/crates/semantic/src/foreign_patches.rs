//! What the properties of one package say about a node of another: dbt takes them for the first
//! enabled node with that name where the package itself has none.

use std::sync::Arc;

use base::{Db, Project};
use project::{Origin, Package, packages};
use rustc_hash::FxHashMap;

use crate::{
    Node, PatchKind, PatchPlace, is_enabled_before_properties, nodes, nodes_named, patch, patches,
};

const KINDS: [PatchKind; 3] = [PatchKind::Model, PatchKind::Seed, PatchKind::Snapshot];

type ForeignPatches = FxHashMap<(PatchKind, String), (Package, PatchPlace)>;

/// The properties that another package has for a node.
pub(crate) fn foreign_patch(db: &dyn Db, node: Node) -> Option<PatchPlace> {
    if node.version(db).is_some() {
        return None;
    }
    let kind = node.kind(db).patch_kind()?;
    let all = foreign_patches(db, node.package(db).project(db));
    if all.is_empty() {
        return None;
    }
    let (package, place) = all.get(&(kind, node.name(db).to_owned()))?;
    (*package == node.package(db)).then(|| place.clone())
}

/// Whether the properties of a node's own package are about a node of another instead.
pub(crate) fn is_given_away(db: &dyn Db, node: Node, place: &PatchPlace) -> bool {
    let all = foreign_patches(db, node.package(db).project(db));
    if all.is_empty() {
        return false;
    }
    let found = all.get(&(place.patch.kind, place.patch.name.clone()));
    found.is_some_and(|(package, it)| *package != node.package(db) && it.file == place.file)
}

/// All of them, by kind and name, with the package whose node they are about. Nearly always empty,
/// and then nobody who reads it is woken. Of the root project, which is large, only single names
/// are asked for.
#[salsa::tracked(returns(clone))]
fn foreign_patches(db: &dyn Db, project: Project) -> Arc<ForeignPatches> {
    let all = packages(db, project);
    let mut found = ForeignPatches::default();
    let Some((root, others)) = all.split_first() else { return found.into() };
    let others: Vec<Package> =
        others.iter().copied().filter(|it| it.origin(db) != Origin::Upstream).collect();
    let mut add = |from: Package, kind: PatchKind, place: PatchPlace| {
        let name = place.patch.name.clone();
        let named = nodes_named(db, project, name.clone());
        if named.iter().all(|it| it.package(db) == from) {
            return;
        }
        let is_enabled = |it: &&Node| is_enabled_before_properties(db, **it);
        if named.iter().filter(|it| it.package(db) == from).any(|it| is_enabled(&it)) {
            return;
        }
        let first = all
            .iter()
            .flat_map(|package| named.iter().filter(move |it| it.package(db) == *package))
            .find(is_enabled);
        if let Some(node) = first
            && node.kind(db).patch_kind() == Some(kind)
        {
            found.entry((kind, name)).or_insert((node.package(db), place));
        }
    };
    for package in &others {
        for node in nodes(db, *package).iter().filter(|it| it.kind(db).is_refable()) {
            let kind = node.kind(db).patch_kind();
            let place = kind.and_then(|it| patch(db, *root, it, node.name(db).to_owned()));
            if let (Some(kind), Some(place)) = (kind, place) {
                add(*root, kind, place);
            }
        }
        for kind in KINDS {
            for place in patches(db, *package, kind) {
                add(*package, kind, place);
            }
        }
    }
    found.into()
}
