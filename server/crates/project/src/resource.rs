use std::borrow::Cow;
use std::sync::Arc;

use base::{Db, File, FilePath};

use crate::place::below;
use crate::{Package, Paths, package_facts, package_files};

/// What dbt takes a file for, by its place and its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    Model,
    PythonModel,
    Seed,
    Snapshot,
    Analysis,
    SingularTest,
    /// A function of the database, in SQL or Python.
    Function,
    GenericTest,
    Macro,
    Docs,
    Properties,
    /// Rows of unit tests, as CSV or SQL.
    Fixture,
}

/// The files of a package by kind, each list sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    pub models: Vec<File>,
    pub python_models: Vec<File>,
    pub seeds: Vec<File>,
    pub snapshots: Vec<File>,
    pub analyses: Vec<File>,
    pub singular_tests: Vec<File>,
    pub functions: Vec<File>,
    pub generic_tests: Vec<File>,
    pub macros: Vec<File>,
    pub docs: Vec<File>,
    pub properties: Vec<File>,
    pub fixtures: Vec<File>,
}

impl Resources {
    fn list(&mut self, kind: ResourceKind) -> &mut Vec<File> {
        match kind {
            ResourceKind::Model => &mut self.models,
            ResourceKind::PythonModel => &mut self.python_models,
            ResourceKind::Seed => &mut self.seeds,
            ResourceKind::Snapshot => &mut self.snapshots,
            ResourceKind::Analysis => &mut self.analyses,
            ResourceKind::SingularTest => &mut self.singular_tests,
            ResourceKind::Function => &mut self.functions,
            ResourceKind::GenericTest => &mut self.generic_tests,
            ResourceKind::Macro => &mut self.macros,
            ResourceKind::Docs => &mut self.docs,
            ResourceKind::Properties => &mut self.properties,
            ResourceKind::Fixture => &mut self.fixtures,
        }
    }

    pub fn all(&self) -> impl Iterator<Item = File> + '_ {
        let lists = [
            &self.models,
            &self.python_models,
            &self.seeds,
            &self.snapshots,
            &self.analyses,
            &self.singular_tests,
            &self.functions,
            &self.generic_tests,
            &self.macros,
            &self.docs,
            &self.properties,
            &self.fixtures,
        ];
        lists.into_iter().flatten().copied()
    }
}

#[salsa::tracked(returns(clone))]
pub fn resources(db: &dyn Db, package: Package) -> Arc<Resources> {
    let facts = package_facts(db, package);
    let (root, homes) = (package.root(db), Homes::of(&facts.paths));
    let mut resources = Resources::default();
    for file in package_files(db, package).iter() {
        if let Some(kind) = homes.kind_at(root, file.path(db)) {
            resources.list(kind).push(*file);
        }
    }
    Arc::new(resources)
}

/// The properties files of a package: a model more or less wakes nobody who reads them.
#[salsa::tracked(returns(clone))]
pub fn property_files(db: &dyn Db, package: Package) -> Arc<[File]> {
    resources(db, package).properties.as_slice().into()
}

/// What dbt takes one file of a package for.
pub fn resource_kind(db: &dyn Db, package: Package, file: File) -> Option<ResourceKind> {
    let facts = package_facts(db, package);
    Homes::of(&facts.paths).kind_at(package.root(db), file.path(db))
}

/// Extensions, folders, and what a file is that has one of the ones and lies in one of the others.
type Home<'a> = (&'static [&'static str], Cow<'a, [String]>, ResourceKind);

/// The folders of each kind of resource; of two that hold a file the first counts.
struct Homes<'a> {
    /// Nothing that dbt made or installed is a resource, whatever the paths say.
    left_out: [&'a String; 2],
    kinds: [Home<'a>; 12],
}

impl<'a> Homes<'a> {
    fn of(paths: &'a Paths) -> Self {
        let plain = |folders: &'a Vec<String>| Cow::Borrowed(folders.as_slice());
        let generic = Cow::Owned(inside(&paths.tests, "generic"));
        let fixtures = Cow::Owned(inside(&paths.tests, "fixtures"));
        let kinds: [Home<'a>; 12] = [
            (&["sql"], plain(&paths.macros), ResourceKind::Macro),
            (&["sql"], generic, ResourceKind::GenericTest),
            (&["sql", "csv"], fixtures, ResourceKind::Fixture),
            (&["sql"], plain(&paths.tests), ResourceKind::SingularTest),
            (&["sql"], plain(&paths.snapshots), ResourceKind::Snapshot),
            (&["sql"], plain(&paths.analyses), ResourceKind::Analysis),
            (&["sql", "py"], plain(&paths.functions), ResourceKind::Function),
            (&["sql"], plain(&paths.models), ResourceKind::Model),
            (&["py"], plain(&paths.models), ResourceKind::PythonModel),
            (&["csv"], plain(&paths.seeds), ResourceKind::Seed),
            (&["md"], Cow::Owned(paths.docs()), ResourceKind::Docs),
            (&["yml", "yaml"], Cow::Owned(paths.properties()), ResourceKind::Properties),
        ];
        Self { left_out: [&paths.target, &paths.packages_install], kinds }
    }

    fn kind_at(&self, root: &FilePath, path: &FilePath) -> Option<ResourceKind> {
        let within = |folder: &String| below(root, path, folder).is_some();
        if self.left_out.iter().any(|it| within(it)) {
            return None;
        }
        let extension = path.extension();
        let held = self.kinds.iter().find(|(extensions, folders, _)| {
            extensions.contains(&extension) && folders.iter().any(within)
        });
        held.map(|(_, _, kind)| *kind)
    }
}

fn inside(folders: &[String], name: &str) -> Vec<String> {
    folders.iter().map(|it| format!("{}/{name}", it.trim_end_matches('/'))).collect()
}
