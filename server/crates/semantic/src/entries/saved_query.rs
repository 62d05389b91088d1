use std::collections::BTreeSet;

use base::Db;
use project::{Package, profile};
use serde_json::{Map, Value as Json, json};

use super::columns::{object, texts};
use super::descriptions::describe;
use super::metric::filter;
use super::resource::{configs, header, rendered, value};
use super::resource_id;
use crate::{PatchKind, PatchPlace, find_metric};

/// A saved query as dbt knows it.
#[must_use]
pub fn saved_query_json(db: &dyn Db, package: Package, place: &PatchPlace) -> Map<String, Json> {
    let item = rendered(db, package, &place.patch.data, &|path| {
        path == ["description"] || matches!(path, ["query_params", "where", ..])
    });
    let said = object(item.get("config").cloned());
    let (mut config, unrendered) = configs(db, package, place, &place.patch.name, &said);
    if let Some(cache) = config.get("cache").cloned() {
        let enabled = cache.get("enabled").cloned().unwrap_or(json!(false));
        config.insert("cache".to_owned(), json!({"enabled": enabled}));
    }
    let mut tags: BTreeSet<String> = texts(item.get("tags")).into_iter().collect();
    tags.extend(texts(config.get("tags")));
    let params = value(&item, "query_params");
    let list = |key: &str| params.get(key).cloned().unwrap_or_else(|| json!([]));
    let metrics = texts(params.get("metrics"));
    let depends_on: Vec<String> = metrics
        .iter()
        .filter_map(|name| {
            let (owner, _) = find_metric(db, package, None, name)?;
            Some(resource_id(db, owner, PatchKind::Metric, name))
        })
        .collect();
    let exports = item.get("exports").and_then(Json::as_array).into_iter().flatten();
    let exports: Vec<Json> = exports.map(|it| export(db, package, &config, it)).collect();
    let description = item.get("description").and_then(Json::as_str);
    let mut entry = header(db, package, place, &place.patch.name);
    let mut add = |key: &str, value: Json| {
        entry.insert(key.to_owned(), value);
    };
    add(
        "query_params",
        json!({
            "metrics": list("metrics"), "group_by": list("group_by"),
            "where": filter(params.get("where")), "order_by": list("order_by"),
            "limit": params.get("limit"),
        }),
    );
    add("exports", json!(exports));
    add("description", json!(description.map(|it| describe(db, package, it).text)));
    add("label", value(&item, "label"));
    add("metadata", Json::Null);
    add("group", config.get("group").cloned().unwrap_or_default());
    add("config", Json::Object(config));
    add("unrendered_config", Json::Object(unrendered));
    add("depends_on", json!({"macros": [], "nodes": depends_on}));
    add("created_at", json!(0.0));
    add("refs", json!([]));
    add("tags", json!(tags));
    entry
}

/// Where an export is written to, where it does not say so itself: as a model without configs.
fn export(db: &dyn Db, package: Package, config: &Map<String, Json>, export: &Json) -> Json {
    let profile = profile(db, package.project(db));
    let said = object(export.get("config").cloned());
    let either = |key: &str| {
        let own = said.get(key).filter(|it| !it.is_null());
        own.or_else(|| config.get(key).filter(|it| !it.is_null())).cloned()
    };
    let schema = either("schema_name").or_else(|| either("schema"));
    json!({
        "name": export.get("name"),
        "config": {
            "export_as": either("export_as"),
            "schema_name": schema.unwrap_or_else(|| json!(profile.schema())),
            "alias": either("alias").or_else(|| export.get("name").cloned()),
            "database": either("database").or_else(|| profile.database().map(|it| json!(it))),
        },
        "unrendered_config": said,
    })
}
