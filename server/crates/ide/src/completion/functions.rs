//! Functions of the database.

use project::package_name;
use rustc_hash::FxHashSet;
use semantic::{function_names, node_patch};

use super::choose::choose;
use super::slot::Slot;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shorten};

/// What a call of `function()` can name: of one package, or of all.
pub(super) fn all(teller: &Teller<'_>, slot: &Slot, package: Option<&str>) -> Vec<CompletionItem> {
    let db = teller.db;
    let mut seen = FxHashSet::default();
    let nodes = function_names(db, teller.project).into_iter().filter(|it| match package {
        Some(package) => *package_name(db, it.package(db)) == *package,
        None => seen.insert(it.name(db)),
    });
    let named = nodes.map(|it| (it.name(db).to_owned(), it));
    let chosen = choose(named, &slot.typed, |(name, _)| name);
    let items = chosen.into_iter().map(|(name, node)| {
        let description = node_patch(db, node).map(|it| it.patch.description().trim().to_owned());
        let documentation = description
            .filter(|it| !it.is_empty())
            .map(|it| shorten(&teller.description(node.package(db), &it), 400));
        CompletionItem {
            detail: Some(format!("function · {}", package_name(db, node.package(db)))),
            documentation,
            ..slot.item(CompletionKind::Model, &name)
        }
    });
    items.collect()
}
