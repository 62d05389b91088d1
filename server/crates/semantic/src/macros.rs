use std::sync::Arc;

use base::{Db, File, Project, TextRange};
use project::{Package, internal_packages, package_name, packages, resources};
use rustc_hash::FxHashMap;
use syntax::jinja::{Definition, DefinitionId, DefinitionKind, Template};

use crate::template;

/// A macro, known by where it is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Macro {
    pub package: Package,
    pub file: File,
    pub definition: DefinitionId,
}

/// What a file of macros defines. Names alone: moved text wakes nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MacroName {
    /// The name it is called by: `test_unique` for `{% test unique %}`.
    pub name: String,
    pub definition: DefinitionId,
    pub kind: DefinitionKind,
}

#[salsa::tracked(returns(clone))]
pub fn macro_names(db: &dyn Db, file: File) -> Arc<[MacroName]> {
    let template = template(db, file);
    let mut found = Vec::new();
    for (id, definition) in template.definitions() {
        let name = template.name(definition.name);
        let called = match definition.kind {
            DefinitionKind::Macro => name.to_owned(),
            DefinitionKind::Test => format!("test_{name}"),
            DefinitionKind::Materialization => {
                format!("materialization_{name}_{}", adapter_of(&template, definition))
            }
            DefinitionKind::Snapshot | DefinitionKind::Docs | DefinitionKind::Caller => continue,
        };
        // A macro inside another is that one's own affair.
        if definition.parent.is_none() {
            found.push(MacroName { name: called, definition: id, kind: definition.kind });
        }
    }
    found.into()
}

/// The adapter that a materialization is for, as its name says it.
fn adapter_of<'a>(template: &'a Template, definition: &Definition) -> &'a str {
    let written = definition.adapter.map(|it| template.slice(template.expr(it).range));
    written.map_or("default", |it| it.trim_matches(['\'', '"']))
}

type MacroIndex = FxHashMap<String, Vec<Macro>>;

#[salsa::tracked(returns(clone))]
fn macro_index(db: &dyn Db, package: Package) -> Arc<MacroIndex> {
    let resources = resources(db, package);
    let mut index = MacroIndex::default();
    for file in resources.macros.iter().chain(&resources.generic_tests) {
        for it in macro_names(db, *file).iter() {
            let found = Macro { package, file: *file, definition: it.definition };
            index.entry(it.name.clone()).or_default().push(found);
        }
    }
    Arc::new(index)
}

/// The macro of a package by this name: a small query, so that a new macro wakes its callers only.
#[salsa::tracked(returns(clone))]
pub fn package_macro(db: &dyn Db, package: Package, name: String) -> Option<Macro> {
    macro_index(db, package).get(&name)?.last().copied()
}

/// Every definition of a macro in a package: dbt takes no more than one.
#[must_use]
pub fn macros_named(db: &dyn Db, package: Package, name: &str) -> Vec<Macro> {
    macro_index(db, package).get(name).cloned().unwrap_or_default()
}

/// dbt's own macro by a name: that of the adapter, else of its parents, else of dbt itself. Their
/// macros are one namespace, `dbt`.
#[salsa::tracked(returns(clone))]
pub fn internal_macro(db: &dyn Db, project: Project, name: String) -> Option<Macro> {
    let packages = internal_packages(db, project);
    packages.iter().find_map(|it| package_macro(db, *it, name.clone()))
}

/// What `name()` calls while a node of `package` is rendered, be it in the node's own text or in a
/// macro of any package: a macro of the node's package, else the root project's, else dbt's own.
pub fn macro_in_scope(db: &dyn Db, package: Package, name: &str) -> Option<Macro> {
    macro_named(db, package, name)
        .or_else(|| internal_macro(db, package.project(db), name.to_owned()))
}

/// What `package.name()` calls: `dbt` stands for all internal packages, which have no name of
/// their own here.
pub fn macro_of_package(db: &dyn Db, project: Project, package: &str, name: &str) -> Option<Macro> {
    match package_named(db, project, package.to_owned()) {
        Some(package) => package_macro(db, package, name.to_owned()),
        None if package == "dbt" => internal_macro(db, project, name.to_owned()),
        None => None,
    }
}

/// What `name()` calls of the user's and of installed packages' macros.
pub fn macro_named(db: &dyn Db, package: Package, name: &str) -> Option<Macro> {
    let own = package_macro(db, package, name.to_owned());
    own.or_else(|| {
        let root = packages(db, package.project(db)).first().copied()?;
        if root == package { None } else { package_macro(db, root, name.to_owned()) }
    })
}

/// The package by a name, as in `dbt_utils.star`.
#[salsa::tracked(returns(clone))]
pub fn package_named(db: &dyn Db, project: Project, name: String) -> Option<Package> {
    packages(db, project).iter().copied().find(|it| *package_name(db, *it) == *name)
}

/// Every macro of a package, sorted by name.
pub fn macros_of(db: &dyn Db, package: Package) -> Vec<(String, Macro)> {
    let index = macro_index(db, package);
    let mut all: Vec<(String, Macro)> =
        index.iter().filter_map(|(name, it)| Some((name.clone(), *it.last()?))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

impl Macro {
    /// `macro.dbt_utils.star`
    pub fn unique_id(self, db: &dyn Db) -> String {
        let names = macro_names(db, self.file);
        let name = names.iter().find(|it| it.definition == self.definition);
        let name = name.map_or("", |it| it.name.as_str());
        format!("macro.{}.{name}", package_name(db, self.package))
    }

    /// `name(a, b=1)` as it is written.
    pub fn signature(self, db: &dyn Db) -> String {
        let template = template(db, self.file);
        let definition = template.definition(self.definition);
        let params = definition.params.iter().map(|it| {
            let name = template.name(it.name);
            match it.default {
                Some(default) => format!("{name}={}", template.slice(template.expr(default).range)),
                None => name.to_owned(),
            }
        });
        format!("{}({})", template.name(definition.name), params.collect::<Vec<_>>().join(", "))
    }

    pub fn name_range(self, db: &dyn Db) -> TextRange {
        template(db, self.file).definition(self.definition).name_range
    }

    pub fn range(self, db: &dyn Db) -> TextRange {
        template(db, self.file).definition(self.definition).range
    }
}
