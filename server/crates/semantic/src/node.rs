use std::sync::Arc;

use base::{Db, File, Project};
use project::{Package, package_name, packages, property_files, resources};
use rustc_hash::FxHashMap;
use syntax::jinja::DefinitionKind;

use crate::property_files::patches_in;
use crate::{PatchKind, PatchPlace, generic_test_nodes, operation_nodes, template};

/// Something that dbt builds or runs, known by its file and its name.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub struct Node {
    #[returns(copy)]
    pub package: Package,
    #[returns(copy)]
    pub kind: NodeKind,
    #[returns(copy)]
    pub file: File,
    #[returns(deref)]
    pub name: Arc<str>,
    #[returns(as_deref)]
    pub version: Option<Arc<str>>,
    /// What ends the id of a generic test.
    #[returns(as_deref)]
    pub hash: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    Model,
    PythonModel,
    Seed,
    Snapshot,
    Analysis,
    SingularTest,
    /// A function of the database, in SQL or Python.
    Function,
    /// A data test that properties ask for.
    GenericTest,
    /// A command of `on-run-start` or `on-run-end`.
    Operation,
}

impl NodeKind {
    /// dbt's resource type.
    #[must_use]
    pub fn resource_type(self) -> &'static str {
        match self {
            Self::Model | Self::PythonModel => "model",
            Self::Seed => "seed",
            Self::Snapshot => "snapshot",
            Self::Analysis => "analysis",
            Self::SingularTest | Self::GenericTest => "test",
            Self::Function => "function",
            Self::Operation => "operation",
        }
    }

    /// The section of `dbt_project.yml` that configures it.
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::Model | Self::PythonModel => "models",
            Self::Seed => "seeds",
            Self::Snapshot => "snapshots",
            Self::Analysis => "analyses",
            Self::SingularTest | Self::GenericTest => "data_tests",
            Self::Function => "functions",
            Self::Operation => "operations",
        }
    }

    #[must_use]
    pub fn patch_kind(self) -> Option<PatchKind> {
        Some(match self {
            Self::Model | Self::PythonModel => PatchKind::Model,
            Self::Seed => PatchKind::Seed,
            Self::Snapshot => PatchKind::Snapshot,
            Self::Analysis => PatchKind::Analysis,
            Self::SingularTest => PatchKind::SingularTest,
            Self::Function => PatchKind::Function,
            Self::GenericTest | Self::Operation => return None,
        })
    }

    #[must_use]
    pub fn is_refable(self) -> bool {
        matches!(self, Self::Model | Self::PythonModel | Self::Seed | Self::Snapshot)
    }
}

impl Node {
    /// `model.shop.orders`, `model.shop.orders.v2`.
    pub fn unique_id(self, db: &dyn Db) -> String {
        let package = package_name(db, self.package(db));
        let kind = self.kind(db).resource_type();
        let name = self.name(db);
        match (self.version(db), self.hash(db)) {
            (Some(version), _) => format!("{kind}.{package}.{name}.v{version}"),
            (None, Some(hash)) => format!("{kind}.{package}.{name}.{hash}"),
            (None, None) => format!("{kind}.{package}.{name}"),
        }
    }

    /// The name as people write it: `orders`, `orders.v2`.
    pub fn display_name(self, db: &dyn Db) -> String {
        match self.version(db) {
            Some(version) => format!("{}.v{version}", self.name(db)),
            None => self.name(db).to_owned(),
        }
    }
}

/// The nodes of a package. Models, seeds and tests are known by their paths and by the versions
/// that properties declare, so that no edit of a model's text is an edit of this list.
#[salsa::tracked(returns(clone))]
pub fn nodes(db: &dyn Db, package: Package) -> Arc<[Node]> {
    let resources = resources(db, package);
    let versions = versioned_files(db, package);
    let mut found = Vec::new();
    let mut add = |kind: NodeKind, file: File, name: &str, version: Option<&str>| {
        found.push(Node::new(
            db,
            package,
            kind,
            file,
            Arc::<str>::from(name),
            version.map(Arc::<str>::from),
            None,
        ));
    };
    let models =
        [(NodeKind::Model, &resources.models), (NodeKind::PythonModel, &resources.python_models)];
    for (kind, files) in models {
        for file in files {
            let stem = file.path(db).stem();
            match versions.get(stem) {
                Some((name, version)) => add(kind, *file, name, Some(version)),
                None => add(kind, *file, stem, None),
            }
        }
    }
    let plain = [
        (NodeKind::Seed, &resources.seeds),
        (NodeKind::Analysis, &resources.analyses),
        (NodeKind::SingularTest, &resources.singular_tests),
        (NodeKind::Function, &resources.functions),
    ];
    for (kind, files) in plain {
        for file in files {
            add(kind, *file, file.path(db).stem(), None);
        }
    }
    for file in &resources.snapshots {
        for name in snapshot_names(db, *file).iter() {
            add(NodeKind::Snapshot, *file, name, None);
        }
    }
    for place in declared(db, package, PatchKind::Snapshot) {
        if place.patch.data.get("relation").is_some() {
            add(NodeKind::Snapshot, place.file, &place.patch.name, None);
        }
    }
    found.into()
}

/// `nodes`, and what only YAML asks for: data tests and operations.
pub fn all_nodes(db: &dyn Db, package: Package) -> Vec<Node> {
    let mut all = nodes(db, package).to_vec();
    all.extend(generic_test_nodes(db, package).iter());
    all.extend(operation_nodes(db, package).iter());
    all
}

/// The names of the `{% snapshot %}` blocks of a file.
#[salsa::tracked(returns(clone))]
fn snapshot_names(db: &dyn Db, file: File) -> Arc<[String]> {
    let template = template(db, file);
    let blocks = template.definitions().filter(|(_, it)| it.kind == DefinitionKind::Snapshot);
    blocks.map(|(_, it)| template.name(it.name).to_owned()).collect()
}

/// Whether a file's text speaks of what is a node because YAML says so. Hardly any does, and a `ref`
/// can be followed before all the others are read.
#[salsa::tracked(returns(copy))]
fn may_declare_nodes(db: &dyn Db, file: File) -> bool {
    ["versions", "snapshots"].iter().any(|it| file.text(db).contains(it))
}

/// The items of one kind that may be nodes of their own.
fn declared(db: &dyn Db, package: Package, kind: PatchKind) -> Vec<PatchPlace> {
    let files = property_files(db, package);
    files
        .iter()
        .copied()
        .filter(|it| may_declare_nodes(db, *it))
        .flat_map(|it| patches_in(db, it, kind))
        .collect()
}

/// File stems that hold a version of a model, with the model's name and the version.
#[salsa::tracked(returns(clone))]
fn versioned_files(db: &dyn Db, package: Package) -> Arc<FxHashMap<String, (String, String)>> {
    let mut files = FxHashMap::default();
    for place in declared(db, package, PatchKind::Model) {
        let patch = &place.patch;
        let latest = patch.latest_version();
        for version in &patch.versions {
            let meaning = (patch.name.clone(), version.v.clone());
            match &version.defined_in {
                Some(stem) => {
                    files.insert(stem.clone(), meaning);
                }
                None => {
                    // The latest version may lie in a file without a suffix.
                    if latest.as_ref() == Some(&version.v) {
                        files.entry(patch.name.clone()).or_insert_with(|| meaning.clone());
                    }
                    files.insert(format!("{}_v{}", patch.name, version.v), meaning);
                }
            }
        }
    }
    Arc::new(files)
}

type NodeIndex = FxHashMap<String, Vec<Node>>;

#[salsa::tracked(returns(clone))]
fn node_index(db: &dyn Db, project: Project) -> Arc<NodeIndex> {
    let mut index = NodeIndex::default();
    for package in packages(db, project).iter() {
        for node in nodes(db, *package).iter().filter(|it| it.kind(db).is_refable()) {
            index.entry(node.name(db).to_owned()).or_default().push(*node);
        }
    }
    Arc::new(index)
}

/// Every node of a project and its packages that a `ref` by this name can mean.
#[salsa::tracked(returns(clone))]
pub fn nodes_named(db: &dyn Db, project: Project, name: String) -> Arc<[Node]> {
    node_index(db, project).get(&name).map_or_else(|| Arc::from([]), |it| it.as_slice().into())
}

/// The names that a `ref` can take, sorted.
pub fn ref_names(db: &dyn Db, project: Project) -> Vec<Node> {
    let index = node_index(db, project);
    let mut all: Vec<Node> = index.values().flatten().copied().collect();
    all.sort_by(|a, b| a.name(db).cmp(b.name(db)).then_with(|| a.version(db).cmp(&b.version(db))));
    all
}

/// The nodes that a file holds: a small query over the index, so that a new file wakes no other.
#[salsa::tracked(returns(clone))]
pub fn nodes_in(db: &dyn Db, package: Package, file: File) -> Vec<Node> {
    file_nodes(db, package).get(&file).cloned().unwrap_or_default()
}

#[salsa::tracked(returns(clone))]
fn file_nodes(db: &dyn Db, package: Package) -> Arc<FxHashMap<File, Vec<Node>>> {
    let mut index: FxHashMap<File, Vec<Node>> = FxHashMap::default();
    for node in nodes(db, package).iter() {
        index.entry(node.file(db)).or_default().push(*node);
    }
    Arc::new(index)
}
