use std::sync::Arc;

use base::{Db, File};
use project::{Json, Package, package_facts, package_name, packages, resources};
use semantic::{Macro, adapter, macro_named, macro_names, package_macro, package_named};
use syntax::jinja::{DefinitionId, DefinitionKind};

/// The macro that `name(…)` or `package.name(…)` calls in a file of `package`.
pub(crate) fn called_macro(db: &dyn Db, package: Package, path: &[&str]) -> Option<Macro> {
    match path {
        [name] => macro_named(db, package, name),
        [owner, name] => {
            let owner = package_named(db, package.project(db), (*owner).to_owned())?;
            package_macro(db, owner, (*name).to_owned())
        }
        _ => None,
    }
}

/// What `adapter.dispatch(name, namespace)` chooses: the packages in their order, in each the
/// adapter's own implementation before those of its parents and `default__`.
pub(crate) fn dispatched_macro(
    db: &dyn Db,
    package: Package,
    name: &str,
    namespace: Option<&str>,
) -> Option<Macro> {
    let project = package.project(db);
    let adapter = adapter(db, project);
    let mut prefixes = vec![&*adapter];
    prefixes.extend(match &*adapter {
        "redshift" => Some("postgres"),
        "databricks" => Some("spark"),
        _ => None,
    });
    prefixes.push("default");
    let spellings: Vec<String> = prefixes.iter().map(|it| format!("{it}__{name}")).collect();
    let Some(namespace) = namespace else {
        return spellings.iter().find_map(|it| macro_named(db, package, it));
    };
    let order = search_order(db, package, namespace);
    let found = order.iter().filter_map(|it| package_named(db, project, it.clone()));
    found
        .flat_map(|package| spellings.iter().map(move |it| (package, it)))
        .find_map(|(package, spelling)| package_macro(db, package, spelling.clone()))
}

/// `search_order` of `dispatch:` in the root project, else the root project before the namespace.
fn search_order(db: &dyn Db, package: Package, namespace: &str) -> Vec<String> {
    let Some(root) = packages(db, package.project(db)).first().copied() else { return Vec::new() };
    let facts = package_facts(db, root);
    let configured = facts.data.get("dispatch").and_then(Json::as_array).into_iter().flatten();
    let mut configured =
        configured.filter(|it| it.get("macro_namespace").and_then(Json::as_str) == Some(namespace));
    let order = configured.find_map(|it| it.get("search_order")?.as_array());
    match order {
        Some(order) => order.iter().filter_map(|it| Some(it.as_str()?.to_owned())).collect(),
        None => vec![package_name(db, root).to_string(), namespace.to_owned()],
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
