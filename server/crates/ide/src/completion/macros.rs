use base::TextRange;
use project::{Origin, Package, internal_packages, package_name, packages};
use semantic::{PatchKind, patch};

use super::choose::choose;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shorten};
use crate::lookup::{Callable, callables};

/// What can be called by its bare name: the package's own macros, then the root project's; and the
/// packages whose macros are called by theirs.
pub(super) fn reachable(teller: &Teller<'_>, range: TextRange, typed: &str) -> Vec<CompletionItem> {
    let db = teller.db;
    let all = packages(db, teller.project);
    let root = all.first().copied().filter(|it| *it != teller.package);
    let mut items = Vec::new();
    for package in std::iter::once(teller.package).chain(root) {
        items.extend(of_package(teller, range, typed, package));
    }
    for package in all.iter().filter(|it| it.origin(db) != Origin::Upstream) {
        if !callables(db, *package).is_empty() {
            let name = package_name(db, *package);
            items.push(plain(range, CompletionKind::Package, &name, "package"));
        }
    }
    items
}

/// What can be called in the namespace `dbt`.
pub(super) fn of_dbt(teller: &Teller<'_>, range: TextRange, typed: &str) -> Vec<CompletionItem> {
    let mut items: Vec<CompletionItem> = Vec::new();
    for package in internal_packages(teller.db, teller.project).iter() {
        let more = of_package(teller, range, typed, *package);
        items.extend(more.into_iter().filter(|it| !it.label.contains("__")));
    }
    items.truncate(super::MAX_COMPLETIONS);
    items
}

pub(super) fn of_package(
    teller: &Teller<'_>,
    range: TextRange,
    typed: &str,
    package: Package,
) -> Vec<CompletionItem> {
    let db = teller.db;
    let all = callables(db, package);
    let owner = package_name(db, package);
    let item = |it: &Callable| {
        let place = patch(db, package, PatchKind::Macro, it.name.clone());
        let description = place.map(|it| teller.description(package, it.patch.description()));
        let parameters = it.signature.strip_prefix(it.name.as_str()).unwrap_or_default();
        CompletionItem {
            documentation: description.filter(|it| !it.is_empty()).map(|it| shorten(&it, 400)),
            ..plain(
                range,
                CompletionKind::Macro,
                &it.name,
                &format!("{} · {owner}", shorten(&teller.mask(parameters), 80)),
            )
        }
    };
    choose(all.iter(), typed, |it| &it.name).into_iter().map(item).collect()
}

pub(super) fn plain(
    range: TextRange,
    kind: CompletionKind,
    name: &str,
    detail: &str,
) -> CompletionItem {
    CompletionItem {
        label: name.to_owned(),
        kind,
        detail: Some(detail.to_owned()),
        documentation: None,
        node: None,
        range,
        insert: name.to_owned(),
    }
}
