//! Metrics and the measures that they are made of, by name.

use std::sync::Arc;

use base::Db;
use project::{Json, Package};
use rustc_hash::FxHashMap;

use crate::{PatchKind, PatchPlace, package_named, patches, search_order};

/// A metric: an item of properties, or a measure that asks for one.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricPlace {
    pub name: String,
    /// The metric's own item, else the semantic model's.
    pub place: PatchPlace,
    pub measure: Option<Json>,
}

/// The metrics of a package in the order of the files, those made of measures among them.
#[salsa::tracked(returns(clone))]
pub fn metrics(db: &dyn Db, package: Package) -> Arc<[MetricPlace]> {
    let mut found = Vec::new();
    for place in patches(db, package, PatchKind::Metric) {
        found.push(MetricPlace { name: place.patch.name.clone(), place, measure: None });
    }
    for place in patches(db, package, PatchKind::SemanticModel) {
        for measure in measures(&place) {
            let asks = measure.get("create_metric").and_then(Json::as_bool) == Some(true);
            if let Some(name) = measure.get("name").and_then(Json::as_str).filter(|_| asks) {
                let (name, place) = (name.to_owned(), place.clone());
                found.push(MetricPlace { name, place, measure: Some(measure.clone()) });
            }
        }
    }
    found.into()
}

fn measures(place: &PatchPlace) -> impl Iterator<Item = &Json> {
    place.patch.data.get("measures").and_then(Json::as_array).into_iter().flatten()
}

#[salsa::tracked(returns(clone))]
fn metric_index(db: &dyn Db, package: Package) -> Arc<FxHashMap<String, MetricPlace>> {
    let all = metrics(db, package);
    Arc::new(all.iter().map(|it| (it.name.clone(), it.clone())).collect())
}

/// The semantic models of a package by the names of their measures.
#[salsa::tracked(returns(clone))]
fn measure_index(db: &dyn Db, package: Package) -> Arc<FxHashMap<String, PatchPlace>> {
    let mut index = FxHashMap::default();
    for place in patches(db, package, PatchKind::SemanticModel) {
        for measure in measures(&place) {
            if let Some(name) = measure.get("name").and_then(Json::as_str) {
                index.entry(name.to_owned()).or_insert_with(|| place.clone());
            }
        }
    }
    Arc::new(index)
}

/// What `metric(name)` means in a file of `from`.
#[must_use]
pub fn find_metric(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
) -> Option<(Package, MetricPlace)> {
    let packages = match package {
        Some(it) => vec![package_named(db, from.project(db), it.to_owned())?],
        None => search_order(db, from),
    };
    packages.into_iter().find_map(|it| Some((it, metric_index(db, it).get(name)?.clone())))
}

/// The semantic model that has a measure.
#[must_use]
pub fn find_measure(db: &dyn Db, from: Package, name: &str) -> Option<(Package, PatchPlace)> {
    let packages = search_order(db, from);
    packages.into_iter().find_map(|it| Some((it, measure_index(db, it).get(name)?.clone())))
}
