use base::Db;
use project::{Package, YamlContext, original_path, package_name, render_value};
use serde_json::{Map, Value as Json, json};

use super::{below_its_folder, properties_fqn};
use crate::PatchPlace;
use crate::configs::resource_config;
use crate::{ConfigKind, PatchKind};

/// dbt's type of a resource that is an item of properties.
fn resource_type(kind: PatchKind) -> &'static str {
    match kind {
        PatchKind::Exposure => "exposure",
        PatchKind::Metric => "metric",
        PatchKind::SemanticModel => "semantic_model",
        PatchKind::SavedQuery => "saved_query",
        PatchKind::Group => "group",
        _ => "",
    }
}

/// A resource that stands in properties, as dbt knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceEntry {
    pub kind: PatchKind,
    pub id: String,
    pub data: Map<String, Json>,
    pub is_enabled: bool,
}

/// The exposures, metrics, semantic models, saved queries and groups of a package.
#[must_use]
pub fn resource_entries(db: &dyn Db, package: Package) -> Vec<ResourceEntry> {
    let mut found = Vec::new();
    let mut add = |kind: PatchKind, name: &str, data: Map<String, Json>| {
        let enabled = data.get("config").and_then(|it| it.get("enabled")).and_then(Json::as_bool);
        let id = resource_id(db, package, kind, name);
        found.push(ResourceEntry { kind, id, data, is_enabled: enabled.unwrap_or(true) });
    };
    let places = |kind: PatchKind| crate::patches(db, package, kind);
    for it in places(PatchKind::Exposure) {
        add(PatchKind::Exposure, &it.patch.name, super::exposure_json(db, package, &it));
    }
    for it in crate::metrics(db, package).iter() {
        add(PatchKind::Metric, &it.name, super::metric_json(db, package, it));
    }
    for it in places(PatchKind::SemanticModel) {
        add(PatchKind::SemanticModel, &it.patch.name, super::semantic_model_json(db, package, &it));
    }
    for it in places(PatchKind::SavedQuery) {
        add(PatchKind::SavedQuery, &it.patch.name, super::saved_query_json(db, package, &it));
    }
    for it in places(PatchKind::Group) {
        add(PatchKind::Group, &it.patch.name, super::group_json(db, package, &it));
    }
    found
}

/// `metric.shop.revenue`
#[must_use]
pub fn resource_id(db: &dyn Db, package: Package, kind: PatchKind, name: &str) -> String {
    format!("{}.{}.{name}", resource_type(kind), package_name(db, package))
}

/// What every resource that stands in properties begins with.
pub(super) fn header(
    db: &dyn Db,
    package: Package,
    place: &PatchPlace,
    name: &str,
) -> Map<String, Json> {
    let kind = place.patch.kind;
    let file = place.file.path(db);
    let original = original_path(db, package, file);
    let mut header = Map::new();
    let mut add = |key: &str, value: Json| {
        header.insert(key.to_owned(), value);
    };
    add("name", json!(name));
    add("resource_type", json!(resource_type(kind)));
    add("package_name", json!(&*package_name(db, package)));
    add("path", json!(below_its_folder(db, package, place.file)));
    add("original_file_path", json!(original));
    add("unique_id", json!(resource_id(db, package, kind, name)));
    if kind != PatchKind::Group {
        add("fqn", json!(properties_fqn(db, package, place.file, &[name])));
    }
    header
}

/// The configs of such a resource, and what was said about them.
pub(super) fn configs(
    db: &dyn Db,
    package: Package,
    place: &PatchPlace,
    name: &str,
    said: &Map<String, Json>,
) -> (Map<String, Json>, Map<String, Json>) {
    let fqn = properties_fqn(db, package, place.file, &[name]);
    let kind = ConfigKind::of(resource_type(place.patch.kind));
    resource_config(db, package, kind, &fqn, said)
}

/// An item with its Jinja rendered but for what is rendered later, by the path of its keys.
pub(super) fn rendered(
    db: &dyn Db,
    package: Package,
    item: &Json,
    is_late: &dyn Fn(&[&str]) -> bool,
) -> Json {
    render_below(db, package, item, &mut Vec::new(), is_late)
}

fn render_below<'a>(
    db: &dyn Db,
    package: Package,
    value: &'a Json,
    path: &mut Vec<&'a str>,
    is_late: &dyn Fn(&[&str]) -> bool,
) -> Json {
    if is_late(path) {
        return value.clone();
    }
    match value {
        Json::Object(object) => {
            let mut rendered = Map::new();
            for (key, value) in object {
                path.push(key);
                rendered.insert(key.clone(), render_below(db, package, value, path, is_late));
                path.pop();
            }
            Json::Object(rendered)
        }
        Json::Array(items) => {
            let mut rendered = Vec::new();
            for value in items {
                path.push("*");
                rendered.push(render_below(db, package, value, path, is_late));
                path.pop();
            }
            Json::Array(rendered)
        }
        plain => render_value(db, package.project(db), plain, YamlContext::Properties(package)),
    }
}

/// A value of an item; `null` where it is not there.
pub(super) fn value(item: &Json, key: &str) -> Json {
    item.get(key).cloned().unwrap_or_default()
}

/// Who answers for a resource: dbt knows two keys and keeps the others.
pub(super) fn owner(item: &Json) -> Json {
    let mut owner = Map::new();
    for key in ["email", "name"] {
        owner
            .insert(key.to_owned(), item.get("owner").map(|it| value(it, key)).unwrap_or_default());
    }
    for (key, value) in item.get("owner").and_then(Json::as_object).into_iter().flatten() {
        owner.insert(key.clone(), value.clone());
    }
    Json::Object(owner)
}
