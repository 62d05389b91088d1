use std::sync::Arc;

use base::{Db, File};
use project::{Package, resources};
use semantic::{Dispatched, Macro, dispatched, macro_in_scope, macro_names, macro_of_package};
use syntax::jinja::{DefinitionId, DefinitionKind};

/// The macro that `name(…)` or `package.name(…)` calls in a file of `package`.
pub(crate) fn called_macro(db: &dyn Db, package: Package, path: &[&str]) -> Option<Macro> {
    match path {
        [name] => macro_in_scope(db, package, name),
        [owner, name] => macro_of_package(db, package.project(db), owner, name),
        _ => None,
    }
}

/// What `adapter.dispatch(name, namespace)` chooses.
pub(crate) fn dispatched_macro(
    db: &dyn Db,
    package: Package,
    name: &str,
    namespace: Option<&str>,
) -> Option<Macro> {
    match dispatched(db, package, name, namespace) {
        Dispatched::Found(found) => Some(found),
        Dispatched::Missing(_) => None,
    }
}

/// A macro that templates can call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Callable {
    pub name: String,
    /// `name(a, b=1)`
    pub signature: String,
}

/// The macros of a file, generic tests and materializations left out: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
fn callables_in(db: &dyn Db, package: Package, file: File) -> Arc<[Callable]> {
    let names = macro_names(db, file);
    let names = names.iter().filter(|it| it.kind == DefinitionKind::Macro);
    let signature = |definition: DefinitionId| Macro { package, file, definition }.signature(db);
    names
        .map(|it| Callable { name: it.name.clone(), signature: signature(it.definition) })
        .collect()
}

/// Every macro of a package by name. Implementations for one adapter come last: they are called
/// through `adapter.dispatch`.
#[salsa::tracked(returns(clone))]
pub(crate) fn callables(db: &dyn Db, package: Package) -> Arc<[Callable]> {
    let mut all: Vec<Callable> = Vec::new();
    for file in &resources(db, package).macros {
        all.extend(callables_in(db, package, *file).iter().cloned());
    }
    all.sort_by(|a, b| (a.name.contains("__"), &a.name).cmp(&(b.name.contains("__"), &b.name)));
    all.dedup_by(|a, b| a.name == b.name);
    all.into()
}
