use std::collections::BTreeSet;

use project::{Json, command_line_vars, package_facts, package_name, packages, variable};
use semantic::package_named;

use super::choose::choose;
use super::slot::Slot;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shorten, value_text, variable_origin};
use crate::lookup::{docs_block, docs_names, docs_text, used_variable_names};

/// Names for `var`: those that are set, then those that are only asked for somewhere.
pub(super) fn names(teller: &Teller<'_>, slot: &Slot) -> Vec<CompletionItem> {
    let (db, package) = (teller.db, teller.package);
    let mut names = set_names(teller);
    names.extend(used_variable_names(db, teller.project).iter().cloned());
    let mut items: Vec<(bool, CompletionItem)> = Vec::new();
    for name in choose(names, &slot.typed, |it| it) {
        let value = variable(db, package, name.clone());
        // What is being typed counts as a name that is asked for: it is none to choose.
        if value.is_none() && name == slot.content {
            continue;
        }
        let detail = match &value {
            Some(value) => {
                let origin = variable_origin(teller, &name).unwrap_or_default();
                let value = shorten(&teller.mask(&value_text(value)), 60);
                format!("{value} · {}", origin.replace('`', ""))
            }
            None => "not set".to_owned(),
        };
        let item =
            CompletionItem { detail: Some(detail), ..slot.item(CompletionKind::Variable, &name) };
        items.push((value.is_none(), item));
    }
    items.sort_by_key(|it| it.0);
    items.into_iter().map(|it| it.1).collect()
}

fn set_names(teller: &Teller<'_>) -> BTreeSet<String> {
    let db = teller.db;
    let mut names = BTreeSet::new();
    let keys = |it: &Json| -> Vec<String> {
        it.as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default()
    };
    names.extend(keys(&command_line_vars(db, teller.project)));
    let own = package_name(db, teller.package);
    let root = packages(db, teller.project).first().copied();
    for holder in root.into_iter().chain([teller.package]) {
        let facts = package_facts(db, holder);
        let Some(vars) = facts.data.get("vars").and_then(Json::as_object) else { continue };
        for (name, value) in vars {
            // A mapping under a package's name holds that package's vars.
            let is_package =
                value.is_object() && package_named(db, teller.project, name.clone()).is_some();
            if !is_package {
                names.insert(name.clone());
            } else if **name == *own {
                names.extend(keys(value));
            }
        }
    }
    names
}

/// Names of docs blocks, the package's own first.
pub(super) fn docs(teller: &Teller<'_>, slot: &Slot) -> Vec<CompletionItem> {
    let db = teller.db;
    let all = packages(db, teller.project);
    let others = all.iter().copied().filter(|it| *it != teller.package);
    let mut names: Vec<String> = Vec::new();
    for package in std::iter::once(teller.package).chain(others) {
        names.extend(docs_names(db, package));
    }
    let chosen = choose(names, &slot.typed, |it| it);
    let items = chosen.iter().map(|name| {
        let text = docs_block(db, teller.package, None, name).map(|it| docs_text(db, it));
        CompletionItem {
            documentation: text.map(|it| shorten(&teller.mask(&it), 400)),
            ..slot.item(CompletionKind::Docs, name)
        }
    });
    items.collect()
}
