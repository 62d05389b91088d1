use std::sync::Arc;

use base::{Db, File, Project};
use project::{Json, Package, YamlContext, packages, render_value, resources};
use rustc_hash::FxHashMap;

use crate::{SourceTable, properties};

/// A source table and where it is declared.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcePlace {
    pub package: Package,
    pub file: File,
    pub table: Arc<SourceTable>,
}

type SourceIndex = FxHashMap<(String, String), SourcePlace>;

/// Every table; of two declarations the one of the package that comes first in the project.
#[salsa::tracked(returns(clone))]
fn source_index(db: &dyn Db, project: Project) -> Arc<SourceIndex> {
    let mut index = SourceIndex::default();
    for package in packages(db, project).iter() {
        for file in &resources(db, *package).properties {
            for table in &properties(db, *file).sources {
                index.entry((table.source.clone(), table.name.clone())).or_insert_with(|| {
                    SourcePlace { package: *package, file: *file, table: Arc::clone(table) }
                });
            }
        }
    }
    Arc::new(index)
}

/// What `source(source, table)` means: a small query over the index.
#[salsa::tracked(returns(clone))]
pub fn source_named(
    db: &dyn Db,
    project: Project,
    source: String,
    table: String,
) -> Option<SourcePlace> {
    source_index(db, project).get(&(source, table)).cloned()
}

/// Whether its own properties, else those of its source, leave a table enabled.
#[must_use]
pub fn is_source_enabled(db: &dyn Db, place: &SourcePlace) -> bool {
    let project = place.package.project(db);
    let said = |data: &Json| {
        let value = data.get("config")?.get("enabled")?;
        render_value(db, project, value, YamlContext::Resource).as_bool()
    };
    said(&place.table.data).or_else(|| said(&place.table.source_data)).unwrap_or(true)
}

/// Every source table, sorted.
pub fn source_tables(db: &dyn Db, project: Project) -> Vec<SourcePlace> {
    let index = source_index(db, project);
    let mut all: Vec<SourcePlace> = index.values().cloned().collect();
    all.sort_by(|a, b| (&a.table.source, &a.table.name).cmp(&(&b.table.source, &b.table.name)));
    all
}
