use std::sync::Arc;

use base::{Db, File, Project};
use project::{Json, Package, package_name, packages, property_files};
use rustc_hash::FxHashMap;

use crate::{SourceTable, properties, source_config};

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
        for file in property_files(db, *package).iter() {
            let named = properties(db, *file);
            for table in named.sources.iter().filter(|it| it.overrides().is_none()) {
                let table = &overridden(db, *package, table);
                index.entry((table.source.clone(), table.name.clone())).or_insert_with(|| {
                    SourcePlace { package: *package, file: *file, table: Arc::clone(table) }
                });
            }
        }
    }
    Arc::new(index)
}

/// What another package's `overrides:` says about a source.
#[salsa::tracked(returns(clone))]
fn source_overrides(db: &dyn Db, project: Project) -> Arc<FxHashMap<(String, String), Json>> {
    let mut found = FxHashMap::default();
    for package in packages(db, project).iter() {
        for file in property_files(db, *package).iter() {
            for (package, data) in &properties(db, *file).source_overrides {
                let name = data.get("name").and_then(Json::as_str).unwrap_or_default();
                found.entry((package.clone(), name.to_owned())).or_insert_with(|| data.clone());
            }
        }
    }
    Arc::new(found)
}

/// A table with what overrides it.
fn overridden(db: &dyn Db, package: Package, table: &Arc<SourceTable>) -> Arc<SourceTable> {
    let overrides = source_overrides(db, package.project(db));
    let key = (package_name(db, package).to_string(), table.source.clone());
    let Some(patch) = overrides.get(&key) else { return Arc::clone(table) };
    let mut changed = SourceTable::clone(table);
    overlay(
        Arc::make_mut(&mut changed.source_data),
        patch,
        &["name", "overrides", "tables"],
        &["config"],
    );
    let tables = patch.get("tables").and_then(Json::as_array).into_iter().flatten();
    for patch in tables.filter(|it| it.get("name").and_then(Json::as_str) == Some(&*table.name)) {
        overlay(&mut changed.data, patch, &["name"], &["quoting"]);
    }
    Arc::new(changed)
}

/// Keys of the patch stand over those that were there; some go back to their defaults with it.
fn overlay(data: &mut Json, patch: &Json, kept: &[&str], reset: &[&str]) {
    let (Some(data), Some(patch)) = (data.as_object_mut(), patch.as_object()) else { return };
    for key in reset.iter().chain(&["freshness"]) {
        data.shift_remove(*key);
    }
    for (key, value) in patch {
        if !kept.contains(&key.as_str()) && (!value.is_null() || key == "freshness") {
            data.insert(key.clone(), value.clone());
        }
    }
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

/// Whether properties and `dbt_project.yml` leave a table enabled.
#[must_use]
pub fn is_source_enabled(db: &dyn Db, place: &SourcePlace) -> bool {
    source_config(db, place).get("enabled").and_then(Json::as_bool).unwrap_or(true)
}

/// Every source table, sorted.
pub fn source_tables(db: &dyn Db, project: Project) -> Vec<SourcePlace> {
    let index = source_index(db, project);
    let mut all: Vec<SourcePlace> = index.values().cloned().collect();
    all.sort_by(|a, b| (&a.table.source, &a.table.name).cmp(&(&b.table.source, &b.table.name)));
    all
}
