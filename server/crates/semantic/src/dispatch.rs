use base::{Db, Project};
use project::{
    Json, Package, adapter_parents, internal_packages, package_facts, package_name, packages,
};

use crate::{Macro, adapter, macro_in_scope, macro_of_package, package_named};

/// What `adapter.dispatch` came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispatched {
    Found(Macro),
    /// No implementation: what was looked for, in order.
    Missing(Vec<String>),
}

/// The prefixes of an adapter's implementations, its own first.
#[must_use]
pub fn implementation_prefixes(adapter: &str) -> Vec<&str> {
    let own = (adapter != "default").then_some(adapter);
    own.into_iter().chain(adapter_parents(adapter).iter().copied()).chain(["default"]).collect()
}

/// The macro that `adapter.dispatch(name, namespace)` chooses while a node of `package` is
/// rendered: package after package, in each the adapter's own implementation before those of its
/// parents and `default__`.
pub fn dispatched(
    db: &dyn Db,
    package: Package,
    name: &str,
    namespace: Option<&str>,
) -> Dispatched {
    let project = package.project(db);
    let adapter = adapter(db, project);
    let spellings: Vec<String> = implementation_prefixes(&adapter)
        .into_iter()
        .map(|prefix| format!("{prefix}__{name}"))
        .collect();
    let mut attempts = Vec::new();
    for owner in search_order(db, project, namespace) {
        for spelling in &spellings {
            let (found, attempt) = match &owner {
                Some(owner) => {
                    (macro_of_package(db, project, owner, spelling), format!("{owner}.{spelling}"))
                }
                None => (macro_in_scope(db, package, spelling), spelling.clone()),
            };
            if let Some(found) = found {
                return Dispatched::Found(found);
            }
            attempts.push(attempt);
        }
    }
    Dispatched::Missing(attempts)
}

/// Whether a dispatch looks in no package in particular.
pub(crate) fn is_anywhere(db: &dyn Db, project: Project, namespace: Option<&str>) -> bool {
    search_order(db, project, namespace) == [None]
}

/// The packages to look in: those of `dispatch:` in the root project, else the root project before
/// the namespace. Without a namespace, and with one that no package has, whatever is in scope.
fn search_order(db: &dyn Db, project: Project, namespace: Option<&str>) -> Vec<Option<String>> {
    let (Some(namespace), Some(root)) = (namespace, packages(db, project).first().copied()) else {
        return vec![None];
    };
    let facts = package_facts(db, root);
    let configured = facts.data.get("dispatch").and_then(Json::as_array).into_iter().flatten();
    let mut configured =
        configured.filter(|it| it.get("macro_namespace").and_then(Json::as_str) == Some(namespace));
    let order = configured.find_map(|it| it.get("search_order")?.as_array());
    if let Some(order) = order.filter(|it| !it.is_empty()) {
        return order.iter().map(|it| it.as_str().map(str::to_owned)).collect();
    }
    let is_package = package_named(db, project, namespace.to_owned()).is_some()
        || internal_packages(db, project).iter().any(|it| *package_name(db, *it) == *namespace);
    if is_package {
        vec![Some(package_name(db, root).to_string()), Some(namespace.to_owned())]
    } else {
        vec![None]
    }
}
