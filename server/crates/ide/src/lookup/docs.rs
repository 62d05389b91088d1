use std::sync::Arc;

use base::{Db, File};
use project::{Package, packages, resources};
use rustc_hash::FxHashMap;
use semantic::{package_named, template};
use syntax::jinja::{DefinitionId, DefinitionKind};

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
