use std::sync::Arc;

use base::{Db, File};
use jinja::eval::{Args, Host, Interp, Options, Site, Stop, render};
use jinja::source_map::FileId;
use jinja::value::Value;
use project::{Package, package_name, resources};
use rustc_hash::FxHashMap;
use syntax::jinja::{DefinitionId, DefinitionKind};

use crate::{package_named, search_order, template};

/// A `{% docs %}` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocsBlock {
    pub package: Package,
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
            let block = DocsBlock { package, file: *file, definition: *definition };
            index.entry(name.clone()).or_insert(block);
        }
    }
    Arc::new(index)
}

/// What `doc(name)` or `doc(package, name)` means in a file of `from`: packages are searched as
/// for a `ref`.
#[must_use]
pub fn docs_block(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
) -> Option<DocsBlock> {
    if let Some(package) = package {
        let package = package_named(db, from.project(db), package.to_owned())?;
        return docs_named(db, package, name.to_owned());
    }
    search_order(db, from).into_iter().find_map(|it| docs_named(db, it, name.to_owned()))
}

/// A package's docs block by its name: a small query over the index.
#[salsa::tracked(returns(clone))]
pub fn docs_named(db: &dyn Db, package: Package, name: String) -> Option<DocsBlock> {
    docs_index(db, package).get(&name).copied()
}

/// Every docs block that `doc(name)` can name in a project's own files, sorted by name.
pub fn docs_names(db: &dyn Db, package: Package) -> Vec<String> {
    let mut names: Vec<String> = docs_index(db, package).keys().cloned().collect();
    names.sort();
    names
}

/// The text of a docs block, without the blank lines around it.
#[must_use]
pub fn docs_text(db: &dyn Db, block: DocsBlock) -> String {
    let template = template(db, block.file);
    let definition = template.definition(block.definition);
    let statements = template.body(definition.body);
    let (Some(first), Some(last)) = (statements.first(), statements.last()) else {
        return String::new();
    };
    let range = template.stmt(*first).range.cover(template.stmt(*last).range);
    let text = template.slice(range);
    if !["{{", "{%", "{#"].iter().any(|it| text.contains(it)) {
        return text.trim().to_owned();
    }
    // dbt renders a block as a template that knows nothing.
    let inner = Arc::new(syntax::jinja::parse(text));
    let options = Options { without_map: true, ..Options::default() };
    let rendered = render(FileId(0), &inner, &Nothing { db }, options);
    let plain = rendered.error.is_some() || !inner.problems.is_empty();
    (if plain { text } else { &rendered.text }).trim().to_owned()
}

struct Nothing<'db> {
    db: &'db dyn Db,
}

impl Host for Nothing<'_> {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, _name: &str) -> Option<Value> {
        None
    }

    fn call_function(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        _args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        Err(Stop::host(format!("`{name}` is undefined")))
    }

    fn check_cancelled(&self) {
        self.db.unwind_if_revision_cancelled();
    }
}

/// `doc.shop.orders`
#[must_use]
pub fn docs_id(db: &dyn Db, package: Package, name: &str) -> String {
    format!("doc.{}.{name}", package_name(db, package))
}
