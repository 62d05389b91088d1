use base::Db;
use project::Package;
use serde_json::{Map, Value as Json, json};

use super::columns::object;
use super::dependencies::resolved;
use super::descriptions::describe;
use super::exposure::{calls_in, refs_json};
use super::metric::as_text;
use super::resource::{configs, header, rendered, value};
use crate::{PatchPlace, Resolution, relation, resolve_ref};

fn item(db: &dyn Db, package: Package, place: &PatchPlace) -> Json {
    rendered(db, package, &place.patch.data, &|path| {
        path == ["description"]
            || matches!(path, ["entities" | "measures" | "dimensions", _, "description"])
    })
}

/// A semantic model's configs, and what was said about them.
pub(super) fn semantic_model_config(
    db: &dyn Db,
    package: Package,
    place: &PatchPlace,
) -> (Map<String, Json>, Map<String, Json>) {
    let item = item(db, package, place);
    let said = object(item.get("config").cloned());
    configs(db, package, place, &place.patch.name, &said)
}

/// A semantic model as dbt knows it.
#[must_use]
pub fn semantic_model_json(db: &dyn Db, package: Package, place: &PatchPlace) -> Map<String, Json> {
    let item = item(db, package, place);
    let (config, unrendered) = semantic_model_config(db, package, place);
    let meta = object(config.get("meta").cloned());
    let model = item.get("model").and_then(Json::as_str).unwrap_or_default();
    let calls = calls_in(db, package, place, &format!("{{{{ {model} }}}}"));
    let first = calls.refs.first().and_then(|call| {
        let (owner, version) = (call.package.as_deref(), call.version.as_deref());
        match resolve_ref(db, package, owner, &call.name, version) {
            Resolution::Node(node) => Some(node),
            _ => None,
        }
    });
    let node_relation = first.map(|node| {
        let relation = relation(db, node);
        let entry = super::node_json(db, node);
        json!({
            "alias": relation.identifier, "schema_name": relation.schema,
            "database": relation.database, "relation_name": entry.get("relation_name"),
        })
    });
    let describe_text = |it: &Json| match it.get("description").and_then(Json::as_str) {
        Some(text) => json!(describe(db, package, text).text),
        None => Json::Null,
    };
    let element = |it: &Json, more: Json| {
        let mut shaped = object(Some(json!({
            "name": it.get("name"), "description": describe_text(it), "label": it.get("label"),
        })));
        shaped.extend(object(Some(more)));
        let mut all = meta.clone();
        let own = it.get("config").and_then(|it| it.get("meta")).cloned();
        all.extend(object(own));
        shaped.insert("config".to_owned(), json!({"meta": all}));
        Json::Object(shaped)
    };
    let list = |key: &str, shape: &dyn Fn(&Json) -> Json| -> Json {
        let items = item.get(key).and_then(Json::as_array).into_iter().flatten();
        Json::Array(items.map(|it| element(it, shape(it))).collect())
    };
    let entities = list(
        "entities",
        &|it| json!({"type": it.get("type"), "role": it.get("role"), "expr": it.get("expr")}),
    );
    let mut entry = header(db, package, place, &place.patch.name);
    let mut add = |key: &str, value: Json| {
        entry.insert(key.to_owned(), value);
    };
    add("model", json!(model));
    add("node_relation", node_relation.unwrap_or_default());
    add("description", describe_text(&item));
    add("label", value(&item, "label"));
    let defaults = item.get("defaults").filter(|it| !it.is_null());
    add(
        "defaults",
        defaults
            .map(|it| json!({"agg_time_dimension": it.get("agg_time_dimension")}))
            .unwrap_or_default(),
    );
    add("entities", entities);
    add("measures", list("measures", &measure));
    add("dimensions", list("dimensions", &dimension));
    add("metadata", Json::Null);
    add("depends_on", json!({"macros": [], "nodes": resolved(db, package, &calls)}));
    add("refs", json!(refs_json(&calls)));
    add("created_at", json!(0.0));
    add("group", config.get("group").cloned().unwrap_or_default());
    add("config", Json::Object(config));
    add("unrendered_config", Json::Object(unrendered));
    add("primary_entity", value(&item, "primary_entity"));
    entry
}

fn measure(it: &Json) -> Json {
    let flag = |data: &Json, key: &str| data.get(key).cloned().unwrap_or(json!(false));
    let params = it.get("agg_params").filter(|it| !it.is_null()).map(|it| {
        json!({
            "percentile": it.get("percentile"),
            "use_discrete_percentile": flag(it, "use_discrete_percentile"),
            "use_approximate_percentile": flag(it, "use_approximate_percentile"),
        })
    });
    let non_additive = it.get("non_additive_dimension").filter(|it| !it.is_null()).map(|it| {
        json!({
            "name": it.get("name"), "window_choice": it.get("window_choice"),
            "window_groupings": it.get("window_groupings").cloned().unwrap_or_else(|| json!([])),
        })
    });
    json!({
        "agg": it.get("agg"), "create_metric": false, "expr": as_text(it.get("expr")),
        "agg_params": params, "non_additive_dimension": non_additive,
        "agg_time_dimension": it.get("agg_time_dimension"),
    })
}

fn dimension(it: &Json) -> Json {
    let params = it.get("type_params").filter(|it| !it.is_null()).map(|it| {
        let validity = it.get("validity_params").filter(|it| !it.is_null()).map(|it| {
            let flag = |key: &str| it.get(key).cloned().unwrap_or(json!(false));
            json!({"is_start": flag("is_start"), "is_end": flag("is_end")})
        });
        json!({"time_granularity": it.get("time_granularity"), "validity_params": validity})
    });
    json!({
        "type": it.get("type"),
        "is_partition": it.get("is_partition").cloned().unwrap_or(json!(false)),
        "type_params": params, "expr": it.get("expr"), "metadata": null,
    })
}
