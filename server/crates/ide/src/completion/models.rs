use std::sync::Arc;

use base::{Db, Project};
use project::{Origin, Package, package_name, packages};
use semantic::{NodeKind, node_patch, nodes_named, package_named};

use super::choose::choose;
use super::slot::Slot;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shorten};
use crate::lookup::{RefCandidate, ref_candidates};

/// Everything that a `ref` can name, then the packages of its form with two arguments.
pub(super) fn of_all(teller: &Teller<'_>, slot: &Slot) -> Vec<CompletionItem> {
    if !slot.is_last {
        // The model stands behind it already.
        return package_items(teller, slot);
    }
    let lists = ref_candidates(teller.db, teller.package);
    // A model of an upstream project is another one than the project's own of that name.
    let is_own = |package: Package| package.origin(teller.db) != Origin::Upstream;
    let is_known = |earlier: &[(Package, Arc<[RefCandidate]>)], name: &str| {
        let mut own = earlier.iter().filter(|(package, _)| is_own(*package));
        own.any(|(_, list)| list.binary_search_by(|it| it.name.as_str().cmp(name)).is_ok())
    };
    let candidates = lists.iter().enumerate().flat_map(|(index, (package, list))| {
        let earlier = if is_own(*package) { &lists[..index] } else { &[] };
        let new = list.iter().filter(move |it| !is_known(earlier, &it.name));
        new.map(|it| (*package, it))
    });
    let chosen = choose(candidates, &slot.typed, |(_, it)| &it.name);
    let mut items: Vec<CompletionItem> =
        chosen.into_iter().map(|(package, it)| model(teller, slot, package, it)).collect();
    items.extend(package_items(teller, slot));
    items.truncate(super::MAX_COMPLETIONS);
    items
}

pub(super) fn of_package(teller: &Teller<'_>, slot: &Slot, package: &str) -> Vec<CompletionItem> {
    let Some(package) = package_named(teller.db, teller.project, package.to_owned()) else {
        return Vec::new();
    };
    let lists = ref_candidates(teller.db, package);
    let Some((_, list)) = lists.first() else { return Vec::new() };
    let chosen = choose(list.iter(), &slot.typed, |it| &it.name);
    let item = |it: &RefCandidate| CompletionItem {
        label: it.name.clone(),
        insert: slot.arguments(&[&it.name]),
        ..model(teller, slot, package, it)
    };
    chosen.into_iter().map(item).collect()
}

fn model(
    teller: &Teller<'_>,
    slot: &Slot,
    package: Package,
    candidate: &RefCandidate,
) -> CompletionItem {
    let db = teller.db;
    let owner: Arc<str> = package_name(db, package);
    let name = candidate.name.as_str();
    let kind = match candidate.node.kind(db) {
        NodeKind::PythonModel => "Python model",
        other => other.resource_type(),
    };
    let mut detail = format!("{kind} · {owner}");
    if !candidate.versions.is_empty() {
        detail.push_str(&format!(" · v{}", candidate.versions.join(", v")));
    }
    // dbt finds a model of another project only by both names.
    let is_upstream = package.origin(db) == Origin::Upstream;
    let (label, insert) = if is_upstream {
        (format!("{owner}.{name}"), slot.arguments(&[&owner, name]))
    } else {
        (name.to_owned(), slot.arguments(&[name]))
    };
    CompletionItem {
        label,
        insert,
        detail: Some(detail),
        node: Some(candidate.node.unique_id(db)),
        ..slot.item(CompletionKind::Model, name)
    }
}

/// What properties say of a node that was offered: of a thousand only a few are looked at.
#[must_use]
pub fn completion_documentation(db: &dyn Db, unique_id: &str) -> Option<String> {
    let name = unique_id.split('.').nth(2)?;
    let named = |project: &Project| nodes_named(db, *project, name.to_owned());
    let projects = db.workspace().projects(db).iter();
    let node = projects
        .flat_map(|it| named(it).to_vec())
        .find(|it| it.unique_id(db) == unique_id && node_patch(db, *it).is_some())?;
    let description = node_patch(db, node)?.patch.description().trim().to_owned();
    let teller = Teller::new(db, node.package(db));
    (!description.is_empty())
        .then(|| shorten(&teller.description(teller.package, &description), 400))
}

fn package_items(teller: &Teller<'_>, slot: &Slot) -> Vec<CompletionItem> {
    let all = packages(teller.db, teller.project);
    all.iter().map(|it| package_item(teller, slot, *it)).collect()
}

fn package_item(teller: &Teller<'_>, slot: &Slot, package: Package) -> CompletionItem {
    let name = package_name(teller.db, package);
    let detail = match package.origin(teller.db) {
        Origin::Root => "this project",
        Origin::Local | Origin::Installed => "package",
        Origin::Upstream => "upstream project",
        Origin::Engine | Origin::Library => "dbt",
    };
    let item = slot.item(CompletionKind::Package, &name);
    CompletionItem { detail: Some(detail.to_owned()), ..item }
}
