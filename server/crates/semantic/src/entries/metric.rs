use base::Db;
use project::Package;
use serde_json::{Map, Value as Json, json};

use super::columns::{object, texts};
use super::descriptions::describe;
use super::resource::{configs, header, rendered, value};
use super::resource_id;
use crate::{MetricPlace, PatchKind, find_measure, find_metric};

/// So deep may metrics be made of metrics.
const MAX_DEPTH: usize = 50;

/// A metric as dbt knows it.
#[must_use]
pub fn metric_json(db: &dyn Db, package: Package, metric: &MetricPlace) -> Map<String, Json> {
    let item = metric_item(db, package, metric);
    let name = &metric.name;
    let place = &metric.place;
    let header_place = crate::PatchPlace {
        file: place.file,
        patch: crate::Patch {
            kind: PatchKind::Metric,
            name: name.clone(),
            ..crate::Patch::clone(&place.patch)
        }
        .into(),
    };
    let said = object(item.get("config").cloned());
    let (config, unrendered) = configs(db, package, &header_place, name, &said);
    let meta = config.get("meta").filter(|it| it.as_object().is_some_and(|it| !it.is_empty()));
    let meta = meta.cloned().unwrap_or_else(|| json!(object(item.get("meta").cloned())));
    let text = |key: &str| item.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut params = type_params(&item);
    let measures = input_measures(db, package, &item, MAX_DEPTH);
    params.insert("input_measures".to_owned(), json!(measures));
    let mut entry = header(db, package, &header_place, name);
    let mut add = |key: &str, value: Json| {
        entry.insert(key.to_owned(), value);
    };
    add("description", json!(describe(db, package, &text("description")).text));
    add("label", value(&item, "label"));
    add("type", json!(text("type").to_lowercase()));
    add("type_params", Json::Object(params));
    add("filter", filter(item.get("filter")));
    add("metadata", Json::Null);
    add("time_granularity", value(&item, "time_granularity"));
    add("meta", meta);
    add("tags", json!(texts(item.get("tags"))));
    add("group", config.get("group").cloned().unwrap_or_default());
    add("config", Json::Object(config));
    add("unrendered_config", Json::Object(unrendered));
    add("sources", json!([]));
    add("depends_on", json!({"macros": [], "nodes": depends_on(db, package, &item)}));
    add("refs", json!([]));
    add("metrics", json!([]));
    add("created_at", json!(0.0));
    entry
}

/// The metric's properties, or those that dbt makes of a measure.
fn metric_item(db: &dyn Db, package: Package, metric: &MetricPlace) -> Json {
    let Some(measure) = &metric.measure else {
        return rendered(db, package, &metric.place.patch.data, &|path| {
            let last = path.iter().rev();
            path == ["description"] || last.take(2).any(|it| *it == "filter")
        });
    };
    let name = &metric.name;
    let text = |key: &str| measure.get(key).filter(|it| !it.is_null()).cloned();
    let (config, _) = super::semantic_model::semantic_model_config(db, package, &metric.place);
    json!({
        "name": name, "label": text("label").unwrap_or_else(|| json!(name)), "type": "simple",
        "type_params": {
            "measure": name, "expr": text("expr").unwrap_or_else(|| json!(name)),
        },
        "description": text("description")
            .unwrap_or_else(|| json!(format!("Metric created from measure {name}"))),
        "config": {
            "enabled": config.get("enabled").cloned().unwrap_or(json!(true)),
            "meta": config.get("meta").cloned().unwrap_or_else(|| json!({})),
        },
    })
}

/// Conditions, one or several.
pub(super) fn filter(value: Option<&Json>) -> Json {
    let conditions = match value {
        Some(Json::String(it)) => vec![it.clone()],
        Some(list @ Json::Array(_)) => texts(Some(list)),
        _ => return Json::Null,
    };
    let conditions = conditions.into_iter().map(|it| json!({"where_sql_template": it}));
    json!({"where_filters": conditions.collect::<Vec<_>>()})
}

fn type_params(item: &Json) -> Map<String, Json> {
    let params = item.get("type_params").cloned().unwrap_or_default();
    let conversion = params.get("conversion_type_params").filter(|it| !it.is_null()).map(|it| {
        json!({
            "base_measure": measure(it.get("base_measure")),
            "conversion_measure": measure(it.get("conversion_measure")),
            "entity": value(it, "entity"),
            "calculation": it.get("calculation").cloned().unwrap_or(json!("conversion_rate")),
            "window": window(it.get("window")),
            "constant_properties": value(it, "constant_properties"),
        })
    });
    let metrics = params.get("metrics").and_then(Json::as_array).into_iter().flatten();
    let metrics: Vec<Json> = metrics.map(|it| metric(Some(it))).collect();
    object(Some(json!({
        "measure": measure(params.get("measure")), "input_measures": [],
        "numerator": metric(params.get("numerator")),
        "denominator": metric(params.get("denominator")),
        "expr": as_text(params.get("expr")), "window": window(params.get("window")),
        "grain_to_date": value(&params, "grain_to_date"), "metrics": metrics,
        "conversion_type_params": conversion,
        "cumulative_type_params": cumulative(item, &params), "metric_aggregation_params": null,
    })))
}

/// A cumulative metric's window may stand one level higher.
fn cumulative(item: &Json, params: &Json) -> Json {
    let kind = item.get("type").and_then(Json::as_str).unwrap_or_default();
    if !kind.eq_ignore_ascii_case("cumulative") {
        return Json::Null;
    }
    let own = params.get("cumulative_type_params").cloned().unwrap_or_default();
    let filled = |data: &Json, key: &str| data.get(key).filter(|it| !it.is_null()).cloned();
    let either = |key: &str| filled(&own, key).or_else(|| filled(params, key));
    json!({
        "window": window(either("window").as_ref()),
        "grain_to_date": either("grain_to_date").unwrap_or_default(),
        "period_agg": filled(&own, "period_agg").unwrap_or(json!("first")), "metric": null,
    })
}

/// Python's text of a scalar.
pub(super) fn as_text(value: Option<&Json>) -> Json {
    match value {
        None | Some(Json::Null) => Json::Null,
        Some(Json::String(it)) => json!(it),
        Some(Json::Bool(true)) => json!("True"),
        Some(Json::Bool(false)) => json!("False"),
        Some(other) => json!(other.to_string()),
    }
}

/// A measure by its name alone, or with more.
fn measure(value: Option<&Json>) -> Json {
    let (name, more) = match value {
        None | Some(Json::Null) => return Json::Null,
        Some(Json::String(name)) => (json!(name), Json::Null),
        Some(more) => (more.get("name").cloned().unwrap_or_default(), more.clone()),
    };
    json!({
        "name": name, "filter": filter(more.get("filter")),
        "alias": more.get("alias"),
        "join_to_timespine": more.get("join_to_timespine").cloned().unwrap_or(json!(false)),
        "fill_nulls_with": more.get("fill_nulls_with"),
    })
}

fn metric(value: Option<&Json>) -> Json {
    let (name, more) = match value {
        None | Some(Json::Null) => return Json::Null,
        Some(Json::String(name)) => (json!(name), Json::Null),
        Some(more) => (more.get("name").cloned().unwrap_or_default(), more.clone()),
    };
    json!({
        "name": name, "filter": filter(more.get("filter")), "alias": more.get("alias"),
        "offset_window": window(more.get("offset_window")),
        "offset_to_grain": more.get("offset_to_grain"),
    })
}

/// `28 days`
fn window(value: Option<&Json>) -> Json {
    const GRAINS: [&str; 11] = [
        "nanosecond",
        "microsecond",
        "millisecond",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "quarter",
        "year",
    ];
    let Some(text) = value.and_then(Json::as_str).map(str::to_lowercase) else { return Json::Null };
    let Some((count, grain)) = text.split_once(' ') else { return Json::Null };
    let plain = grain.strip_suffix('s').filter(|it| GRAINS.contains(it)).unwrap_or(grain);
    match count.parse::<u64>() {
        Ok(count) => json!({"count": count, "granularity": plain}),
        Err(_) => Json::Null,
    }
}

/// The metrics that a metric is made of, by name.
fn input_metrics(item: &Json) -> Vec<String> {
    let params = item.get("type_params");
    let kind = item.get("type").and_then(Json::as_str).unwrap_or_default().to_lowercase();
    let names = |key: &str| match params.and_then(|it| it.get(key)) {
        Some(Json::Array(items)) => items.clone(),
        Some(Json::Null) | None => Vec::new(),
        Some(one) => vec![one.clone()],
    };
    let inputs = match kind.as_str() {
        "ratio" => [names("numerator"), names("denominator")].concat(),
        "derived" => names("metrics"),
        _ => Vec::new(),
    };
    let name = |it: &Json| match it {
        Json::String(name) => Some(name.clone()),
        more => more.get("name")?.as_str().map(str::to_owned),
    };
    inputs.iter().filter_map(name).collect()
}

/// The measures that a metric is made of, those of its metrics among them.
fn input_measures(db: &dyn Db, package: Package, item: &Json, depth: usize) -> Vec<Json> {
    let params = item.get("type_params");
    let conversion = params.and_then(|it| it.get("conversion_type_params"));
    let mut found: Vec<Json> = [
        params.and_then(|it| it.get("measure")),
        conversion.and_then(|it| it.get("base_measure")),
        conversion.and_then(|it| it.get("conversion_measure")),
    ]
    .into_iter()
    .map(measure)
    .filter(|it| !it.is_null())
    .collect();
    let Some(depth) = depth.checked_sub(1) else { return found };
    for name in input_metrics(item) {
        if let Some((owner, metric)) = find_metric(db, package, None, &name) {
            let inner = metric_item(db, owner, &metric);
            for measure in input_measures(db, owner, &inner, depth) {
                if !found.contains(&measure) {
                    found.push(measure);
                }
            }
        }
    }
    found
}

/// Metrics that it is made of, else the semantic models that have its measures.
fn depends_on(db: &dyn Db, package: Package, item: &Json) -> Vec<String> {
    let metrics = input_metrics(item);
    let mut ids: Vec<String> = metrics
        .iter()
        .filter_map(|name| {
            let (owner, _) = find_metric(db, package, None, name)?;
            Some(resource_id(db, owner, PatchKind::Metric, name))
        })
        .collect();
    if metrics.is_empty() {
        for measure in input_measures(db, package, item, 1) {
            let name = measure.get("name").and_then(Json::as_str).unwrap_or_default();
            ids.extend(find_measure(db, package, name).map(|(owner, model)| {
                resource_id(db, owner, PatchKind::SemanticModel, &model.patch.name)
            }));
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    ids.retain(|it| seen.insert(it.clone()));
    ids
}
