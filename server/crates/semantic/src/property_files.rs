use std::sync::Arc;

use base::{Db, File};
use project::{Json, Package, ResourceKind, document, property_files, resource_kind, to_json};
use rustc_hash::FxHashMap;
use syntax::yaml::Node as Yaml;

use crate::items::{Items, Made};

/// What a properties file says, without ranges: moved text wakes nobody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Properties {
    pub resources: Vec<Arc<Patch>>,
    pub sources: Vec<Arc<SourceTable>>,
    /// What is said about another package's sources, by the name of that package.
    pub source_overrides: Vec<(String, Json)>,
}

/// The lists of a properties file whose items describe something by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PatchKind {
    Model,
    Seed,
    Snapshot,
    Analysis,
    Macro,
    Exposure,
    UnitTest,
    Group,
    SingularTest,
    Metric,
    SemanticModel,
    SavedQuery,
    Function,
}

impl PatchKind {
    pub const ALL: [Self; 13] = [
        Self::Model,
        Self::Seed,
        Self::Snapshot,
        Self::Analysis,
        Self::Macro,
        Self::Exposure,
        Self::UnitTest,
        Self::Group,
        Self::SingularTest,
        Self::Metric,
        Self::SemanticModel,
        Self::SavedQuery,
        Self::Function,
    ];

    /// The key of the list.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Seed => "seeds",
            Self::Snapshot => "snapshots",
            Self::Analysis => "analyses",
            Self::Macro => "macros",
            Self::Exposure => "exposures",
            Self::UnitTest => "unit_tests",
            Self::Group => "groups",
            Self::SingularTest => "data_tests",
            Self::Metric => "metrics",
            Self::SemanticModel => "semantic_models",
            Self::SavedQuery => "saved_queries",
            Self::Function => "functions",
        }
    }
}

/// What is said about one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    pub kind: PatchKind,
    pub name: String,
    /// The item's place in its list.
    pub index: usize,
    /// The item as data, Jinja unrendered; in `Properties` without its columns and tests, which
    /// are most of it.
    pub data: Json,
    pub columns: Vec<Column>,
    pub versions: Vec<Version>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub description: String,
    pub data_type: Option<String>,
    /// What else is said, but for tests.
    rest: Option<Box<serde_json::Map<String, Json>>>,
}

impl Column {
    #[must_use]
    pub fn new(name: String, description: String, data_type: Option<String>) -> Self {
        Self { name, description, data_type, rest: None }
    }

    /// The column as data, Jinja unrendered, without its tests.
    #[must_use]
    pub fn data(&self) -> Json {
        let mut data = serde_json::Map::new();
        data.insert("name".to_owned(), self.name.as_str().into());
        data.insert("description".to_owned(), self.description.as_str().into());
        data.extend(self.data_type.as_deref().map(|it| ("data_type".to_owned(), it.into())));
        data.extend(self.rest.as_deref().cloned().unwrap_or_default());
        Json::Object(data)
    }
}

/// One entry of `versions`.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// As Python writes it: what refs and files name it by.
    pub v: String,
    pub defined_in: Option<String>,
    pub data: Json,
}

/// A table of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceTable {
    pub source: String,
    pub name: String,
    /// Places of the source and of the table in their lists.
    pub index: (usize, usize),
    /// Source and table as data, Jinja unrendered.
    pub source_data: Arc<Json>,
    pub data: Json,
    pub columns: Vec<Column>,
}

impl SourceTable {
    /// The package whose source this only speaks about.
    #[must_use]
    pub fn overrides(&self) -> Option<&str> {
        self.source_data.get("overrides")?.as_str()
    }
}

impl Patch {
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.data.get(key)?.as_str()
    }

    #[must_use]
    pub fn description(&self) -> &str {
        self.text("description").unwrap_or_default()
    }

    /// The version that a `ref` without one means: as written, else the highest.
    #[must_use]
    pub fn latest_version(&self) -> Option<String> {
        version_text(&self.latest_version_json())
    }

    /// The same as what it is: a number or a text.
    pub(crate) fn latest_version_json(&self) -> Json {
        let written = self.data.get("latest_version").filter(|it| version_text(it).is_some());
        let highest = || {
            let highest = self.versions.iter().max_by(|a, b| compare_versions(&a.v, &b.v))?;
            highest.data.get("v")
        };
        written.or_else(highest).cloned().unwrap_or_default()
    }
}

/// Numbers by size and before names.
fn compare_versions(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

pub(crate) fn version_text(value: &Json) -> Option<String> {
    match value {
        Json::String(it) => Some(it.clone()),
        Json::Number(it) => Some(it.to_string()),
        _ => None,
    }
}

/// The facts of one properties file; empty for any other.
#[salsa::tracked(returns(clone))]
pub fn properties(db: &dyn Db, file: File) -> Arc<Properties> {
    let document = document(db, file);
    let mut facts = Properties::default();
    let Some(root) = &document.root else { return Arc::new(facts) };
    let mut items = Items::new(db, file);
    for (kind, index, item) in items_of(root, &PatchKind::ALL) {
        let make = || Made { value: short_patch(kind, index, item), of_item_alone: true };
        facts.resources.extend(items.get((kind, index), item, make));
    }
    items.keep(db, file);
    let mut items = Items::new(db, file);
    for (index, source) in list(root, "sources").iter().enumerate() {
        if let Some(package) = source.get("overrides").and_then(Yaml::as_str)
            && source.get("name").and_then(Yaml::scalar_text).is_some()
        {
            facts.source_overrides.push((package.to_owned(), to_json(source)));
        }
        let make = || Made { value: source_tables(index, source), of_item_alone: true };
        facts.sources.extend_from_slice(&items.get(index, source, make));
    }
    items.keep(db, file);
    Arc::new(facts)
}

/// The items of some kinds with their places in their lists.
pub(crate) fn items_of<'a>(
    root: &'a Yaml,
    kinds: &'a [PatchKind],
) -> impl Iterator<Item = (PatchKind, usize, &'a Yaml)> {
    let items = |kind: PatchKind| list(root, kind.key()).iter().enumerate();
    kinds.iter().flat_map(move |kind| items(*kind).map(|(index, item)| (*kind, index, item)))
}

/// What an item says, columns and tests included.
pub(crate) fn whole_patch(kind: PatchKind, index: usize, item: &Yaml) -> Option<Patch> {
    Some(Patch {
        kind,
        name: item.get("name").and_then(Yaml::scalar_text)?.to_owned(),
        index,
        data: to_json(item),
        columns: columns(item),
        versions: versions(item),
    })
}

fn short_patch(kind: PatchKind, index: usize, item: &Yaml) -> Option<Arc<Patch>> {
    let mut patch = whole_patch(kind, index, item)?;
    if let Some(data) = patch.data.as_object_mut() {
        for key in ["columns", "tests", "data_tests"] {
            data.shift_remove(key);
        }
    }
    Some(Arc::new(patch))
}

fn source_tables(index: usize, source: &Yaml) -> Arc<[Arc<SourceTable>]> {
    let Some(source_name) = source.get("name").and_then(Yaml::scalar_text) else {
        return Arc::from([]);
    };
    let mut source_data = to_json(source);
    if let Some(object) = source_data.as_object_mut() {
        object.remove("tables");
    }
    let source_data = Arc::new(source_data);
    let tables = list(source, "tables").iter().enumerate().filter_map(|(table_index, table)| {
        Some(Arc::new(SourceTable {
            source: source_name.to_owned(),
            name: table.get("name").and_then(Yaml::scalar_text)?.to_owned(),
            index: (index, table_index),
            source_data: Arc::clone(&source_data),
            data: to_json(table),
            columns: columns(table),
        }))
    });
    tables.collect()
}

fn list<'a>(node: &'a Yaml, key: &str) -> &'a [Yaml] {
    node.get(key).map_or(&[], Yaml::items)
}

fn columns(item: &Yaml) -> Vec<Column> {
    let text =
        |node: &Yaml, key: &str| node.get(key).and_then(Yaml::scalar_text).map(str::to_owned);
    let named = list(item, "columns").iter().filter_map(|it| {
        Some(Column {
            name: text(it, "name")?,
            description: text(it, "description").unwrap_or_default(),
            data_type: text(it, "data_type"),
            rest: rest_of_column(it),
        })
    });
    named.collect()
}

fn rest_of_column(column: &Yaml) -> Option<Box<serde_json::Map<String, Json>>> {
    let mut rest = serde_json::Map::new();
    for (key, value) in column.as_mapping()?.pairs() {
        let kept = match key.scalar_text().unwrap_or_default() {
            "tests" | "data_tests" => false,
            "name" | "description" | "data_type" => value.as_str().is_none(),
            _ => true,
        };
        if kept {
            rest.insert(key.scalar_text().unwrap_or_default().to_owned(), to_json(value));
        }
    }
    (!rest.is_empty()).then(|| Box::new(rest))
}

fn versions(item: &Yaml) -> Vec<Version> {
    let listed = list(item, "versions").iter().filter_map(|it| {
        let data = to_json(it);
        Some(Version {
            v: data.get("v").and_then(version_text)?,
            defined_in: it.get("defined_in").and_then(Yaml::scalar_text).map(str::to_owned),
            data,
        })
    });
    listed.collect()
}

/// A properties file's item.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPlace {
    pub file: File,
    pub patch: Arc<Patch>,
}

type PatchIndex = FxHashMap<(PatchKind, String), PatchPlace>;

/// Every item of a package's properties files by kind and name; of two with one name the first.
#[salsa::tracked(returns(clone))]
fn patch_index(db: &dyn Db, package: Package) -> Arc<PatchIndex> {
    let mut index = PatchIndex::default();
    for file in property_files(db, package).iter() {
        for patch in &properties(db, *file).resources {
            index
                .entry((patch.kind, patch.name.clone()))
                .or_insert_with(|| PatchPlace { file: *file, patch: Arc::clone(patch) });
        }
    }
    Arc::new(index)
}

/// What a package's properties say about one resource: a small query over the index.
#[salsa::tracked(returns(clone))]
pub fn patch(db: &dyn Db, package: Package, kind: PatchKind, name: String) -> Option<PatchPlace> {
    patch_index(db, package).get(&(kind, name)).cloned()
}

/// Every item of one kind in a package.
pub fn patches(db: &dyn Db, package: Package, kind: PatchKind) -> Vec<PatchPlace> {
    let files = property_files(db, package);
    files.iter().flat_map(|it| patches_in(db, *it, kind)).collect()
}

/// Every item of one kind in a file.
pub(crate) fn patches_in(db: &dyn Db, file: File, kind: PatchKind) -> Vec<PatchPlace> {
    let properties = properties(db, file);
    let of_kind = properties.resources.iter().filter(|it| it.kind == kind);
    of_kind.map(|it| PatchPlace { file, patch: Arc::clone(it) }).collect()
}

/// The YAML of an item, with its ranges.
pub fn patch_node(db: &dyn Db, place: &PatchPlace) -> Option<Yaml> {
    let document = document(db, place.file);
    let items = document.root.as_ref()?.get(place.patch.kind.key())?.items();
    items.get(place.patch.index).cloned()
}

/// Whether dbt reads the file for properties.
pub fn is_properties_file(db: &dyn Db, package: Package, file: File) -> bool {
    resource_kind(db, package, file) == Some(ResourceKind::Properties)
}
