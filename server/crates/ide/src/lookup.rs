//! From a name to what it names, where `semantic` has no answer of its own yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Db, File, Project};
use project::{Json, Package, package_facts, package_name, packages, resources};
use rustc_hash::FxHashMap;
use semantic::{
    Macro, adapter, environment_uses, files_with_jinja, macro_named, package_macro, package_named,
    template,
};
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

/// A `{% docs %}` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DocsBlock {
    pub file: File,
    pub definition: DefinitionId,
}

/// The docs blocks of a file by name: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
fn docs_in(db: &dyn Db, file: File) -> Arc<[(String, DefinitionId)]> {
    let template = template(db, file);
    let blocks = template.definitions().filter(|(_, it)| it.kind == DefinitionKind::Docs);
    blocks.map(|(id, it)| (template.name(it.name).to_owned(), id)).collect()
}

#[salsa::tracked(returns(clone))]
fn docs_index(db: &dyn Db, package: Package) -> Arc<FxHashMap<String, DocsBlock>> {
    let mut index = FxHashMap::default();
    for file in &resources(db, package).docs {
        for (name, definition) in docs_in(db, *file).iter() {
            let block = DocsBlock { file: *file, definition: *definition };
            index.entry(name.clone()).or_insert(block);
        }
    }
    Arc::new(index)
}

/// What `doc(name)` or `doc(package, name)` means in a file of `from`: the block of its own
/// package, else of the root project, else of any other.
pub(crate) fn docs_block(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
) -> Option<DocsBlock> {
    let project = from.project(db);
    if let Some(package) = package {
        let package = package_named(db, project, package.to_owned())?;
        return docs_index(db, package).get(name).copied();
    }
    let all = packages(db, project);
    let mut order = std::iter::once(&from).chain(all.iter());
    order.find_map(|it| docs_index(db, *it).get(name).copied())
}

/// Every docs block that `doc(name)` can name in a project's own files, sorted by name.
pub(crate) fn docs_names(db: &dyn Db, package: Package) -> Vec<String> {
    let mut names: Vec<String> = docs_index(db, package).keys().cloned().collect();
    names.sort();
    names
}

/// The text of a docs block, without the blank lines around it.
pub(crate) fn docs_text(db: &dyn Db, block: DocsBlock) -> String {
    let template = template(db, block.file);
    let definition = template.definition(block.definition);
    let statements = template.body(definition.body);
    let (Some(first), Some(last)) = (statements.first(), statements.last()) else {
        return String::new();
    };
    let range = template.stmt(*first).range.cover(template.stmt(*last).range);
    template.slice(range).trim().to_owned()
}

/// How often a file reads each environment variable: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
fn environment_use_counts_in(db: &dyn Db, file: File) -> Arc<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for it in environment_uses(db, file).iter() {
        *counts.entry(it.name.clone()).or_default() += 1;
    }
    Arc::new(counts)
}

/// In how many places of how many files a project reads each environment variable.
#[salsa::tracked(returns(clone))]
pub(crate) fn environment_use_counts(
    db: &dyn Db,
    project: Project,
) -> Arc<FxHashMap<String, (usize, usize)>> {
    let mut counts: FxHashMap<String, (usize, usize)> = FxHashMap::default();
    for file in files_with_jinja(db, project) {
        for (name, count) in environment_use_counts_in(db, file).iter() {
            let (places, files) = counts.entry(name.clone()).or_default();
            *places += count;
            *files += 1;
        }
    }
    Arc::new(counts)
}
