use std::sync::Arc;

use base::{Db, File, FilePath};

use crate::place::below;
use crate::{Package, package_facts, package_files};

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
    let mut resources = Resources::default();
    for file in package_files(db, package).iter() {
        if let Some(kind) = kind_at(db, package, file.path(db)) {
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
    kind_at(db, package, file.path(db))
}

fn kind_at(db: &dyn Db, package: Package, path: &FilePath) -> Option<ResourceKind> {
    let root = package.root(db);
    let facts = package_facts(db, package);
    let paths = &facts.paths;
    let within = |folders: &[String]| folders.iter().any(|it| below(root, path, it).is_some());
    // Nothing that dbt made or installed is a resource, whatever the paths say.
    if within(&[paths.target.clone(), paths.packages_install.clone()]) {
        return None;
    }
    let kind = match path.extension() {
        "sql" if within(&paths.macros) => ResourceKind::Macro,
        "sql" if within(&inside(&paths.tests, "generic")) => ResourceKind::GenericTest,
        "sql" | "csv" if within(&inside(&paths.tests, "fixtures")) => ResourceKind::Fixture,
        "sql" if within(&paths.tests) => ResourceKind::SingularTest,
        "sql" if within(&paths.snapshots) => ResourceKind::Snapshot,
        "sql" if within(&paths.analyses) => ResourceKind::Analysis,
        "sql" | "py" if within(&paths.functions) => ResourceKind::Function,
        "sql" if within(&paths.models) => ResourceKind::Model,
        "py" if within(&paths.models) => ResourceKind::PythonModel,
        "csv" if within(&paths.seeds) => ResourceKind::Seed,
        "md" if within(&paths.docs()) => ResourceKind::Docs,
        "yml" | "yaml" if within(&paths.properties()) => ResourceKind::Properties,
        _ => return None,
    };
    Some(kind)
}

fn inside(folders: &[String], name: &str) -> Vec<String> {
    folders.iter().map(|it| format!("{}/{name}", it.trim_end_matches('/'))).collect()
}
