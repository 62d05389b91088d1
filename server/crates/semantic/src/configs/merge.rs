use serde_json::{Map, Value as Json, json};

use super::kind::{ConfigKind, Merge};

type Values = Map<String, Json>;

/// What is said about a resource at every place, in the order in which dbt reads them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    /// `dbt_project.yml` of the resource's own package, outermost first.
    pub(crate) own: Vec<Values>,
    pub(crate) properties: Values,
    /// The calls of `config()`.
    pub(crate) call: Values,
    /// The root project's `dbt_project.yml`, for a package's resource.
    pub(crate) root: Vec<Values>,
}

impl Layers {
    fn all(&self) -> impl Iterator<Item = &Values> {
        let written = [&self.properties, &self.call];
        self.own.iter().chain(written).chain(&self.root)
    }

    /// Whether anything is said to be nothing.
    pub(crate) fn say_null(&self) -> bool {
        self.all().any(|it| it.values().any(Json::is_null))
    }

    /// All layers on top of the kind's defaults.
    pub(crate) fn merged(&self, kind: ConfigKind, adapter: &str) -> Values {
        let mut values = kind.defaults().clone();
        for layer in self.all() {
            update(&mut values, layer, kind, adapter);
        }
        normalize(&mut values, kind);
        values
    }

    /// What was said, and nothing else: the last word on each key.
    pub(crate) fn said(&self, adapter: &str) -> Values {
        let mut values = Values::new();
        for layer in self.all() {
            for (key, value) in layer {
                values.insert(canonical(key, adapter).to_owned(), value.clone());
            }
        }
        values
    }
}

fn update(values: &mut Values, layer: &Values, kind: ConfigKind, adapter: &str) {
    for (key, value) in layer {
        let key = match canonical(key, adapter) {
            "pre_hook" => "pre-hook",
            "post_hook" => "post-hook",
            key => key,
        };
        let merged = match (kind.merge(key), values.get(key)) {
            (Merge::Append, old) => append(old, value),
            (Merge::Update, Some(Json::Object(old))) => updated(old, value),
            (Merge::DictKeyAppend, Some(Json::Object(old))) => key_appended(old, value),
            (Merge::Clobber | Merge::Update | Merge::DictKeyAppend, _) => value.clone(),
        };
        values.insert(key.to_owned(), merged);
    }
}

/// What some adapters call database and schema.
fn canonical<'a>(key: &'a str, adapter: &str) -> &'a str {
    match (adapter, key) {
        ("bigquery", "project") => "database",
        ("bigquery", "dataset") => "schema",
        ("bigquery", "target_project") => "target_database",
        ("bigquery", "target_dataset") => "target_schema",
        ("postgres" | "redshift", "dbname") => "database",
        ("databricks" | "trino" | "athena", "catalog") => "database",
        _ => key,
    }
}

fn listed(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        other => vec![other.clone()],
    }
}

fn append(old: Option<&Json>, new: &Json) -> Json {
    let mut all = old.map(listed).unwrap_or_default();
    all.extend(listed(new));
    Json::Array(all)
}

fn updated(old: &Values, new: &Json) -> Json {
    let mut all = old.clone();
    // dbt refuses what is no mapping.
    for (key, value) in new.as_object().into_iter().flatten() {
        all.insert(key.clone(), value.clone());
    }
    Json::Object(all)
}

fn key_appended(old: &Values, new: &Json) -> Json {
    let mut all: Values =
        old.iter().map(|(key, value)| (key.clone(), Json::Array(listed(value)))).collect();
    for (key, value) in new.as_object().into_iter().flatten() {
        let plain = key.trim_start_matches('+');
        match all.get_mut(plain) {
            Some(Json::Array(items)) if plain != key => items.extend(listed(value)),
            _ => {
                all.insert(plain.to_owned(), Json::Array(listed(value)));
            }
        }
    }
    Json::Object(all)
}

/// Gives values the form that dbt keeps them in.
/// A date, or a date and a time of day, as Python's `isoformat` writes it.
fn time(text: &str) -> Option<String> {
    let is_date = |it: &str| {
        it.len() == 10
            && it.bytes().enumerate().all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    };
    let date = text.get(..10).filter(|it| is_date(it))?;
    match text.get(10..)? {
        "" => Some(format!("{date}T00:00:00")),
        rest => rest.strip_prefix([' ', 'T']).map(|it| format!("{date}T{it}")),
    }
}

fn normalize(values: &mut Values, kind: ConfigKind) {
    if let Some(flag) = values.get("static_analysis").and_then(Json::as_bool) {
        let text = if flag { "on" } else { "off" };
        values.insert("static_analysis".to_owned(), json!(text));
    }
    for key in ["pre-hook", "post-hook"] {
        if kind.merge(key) == Merge::Append
            && let Some(Json::Array(hooks)) = values.get_mut(key)
        {
            *hooks = hooks.iter().filter(|it| !it.is_null()).map(hook).collect();
        }
    }
    for key in ["docs", "contract", "snapshot_meta_column_names"] {
        if let Some(Json::Object(default)) = kind.defaults().get(key)
            && let Some(said) = values.get(key).cloned()
        {
            values.insert(key.to_owned(), shaped(default, &said));
        }
    }
    if kind == ConfigKind::Model {
        let freshness = values.get("freshness").and_then(model_freshness).unwrap_or_default();
        values.insert("freshness".to_owned(), freshness);
        // dbt reads it as a time where it builds batches.
        let is = |key: &str, text: &str| values.get(key).and_then(Json::as_str) == Some(text);
        let is_microbatch =
            is("materialized", "incremental") && is("incremental_strategy", "microbatch");
        if is_microbatch
            && let Some(Json::String(begin)) = values.get_mut("begin")
            && let Some(time) = time(begin)
        {
            *begin = time;
        }
    }
    if kind == ConfigKind::Test {
        finalize_test(values);
    }
}

/// Only the keys that the shape knows, all of them.
fn shaped(default: &Values, said: &Json) -> Json {
    let with = |(key, value): (&String, &Json)| {
        (key.clone(), said.get(key).cloned().unwrap_or_else(|| value.clone()))
    };
    Json::Object(default.iter().map(with).collect())
}

/// A hook is text, or a mapping, or a mapping as JSON in text.
fn hook(value: &Json) -> Json {
    let parsed = value.as_str().and_then(|it| serde_json::from_str::<Json>(it).ok());
    let mapping = parsed.as_ref().unwrap_or(value);
    match mapping.as_object() {
        Some(mapping) => {
            let key = |key: &str, default: Json| mapping.get(key).cloned().unwrap_or(default);
            json!({
                "sql": key("sql", Json::Null), "transaction": key("transaction", json!(true)),
                "index": key("index", Json::Null),
            })
        }
        None => json!({"sql": value, "transaction": true, "index": null}),
    }
}

fn model_freshness(value: &Json) -> Option<Json> {
    let build_after = value.as_object()?.get("build_after")?;
    let default = json!({"count": null, "period": null, "updates_on": "any"});
    let mut shaped = default.as_object()?.clone();
    shaped.extend(build_after.as_object().cloned().unwrap_or_default());
    Some(json!({"build_after": shaped}))
}

/// `store_failures_as` decides what `store_failures` is; where it is not said, it follows.
fn finalize_test(values: &mut Values) {
    let said = values.get("store_failures_as").cloned().unwrap_or_default();
    let (key, value) = match (&said, values.get("store_failures").and_then(Json::as_bool)) {
        (Json::Null, Some(true)) => ("store_failures_as", json!("table")),
        (Json::Null, Some(false)) => ("store_failures_as", json!("ephemeral")),
        (Json::Null, None) => return,
        (said, _) => ("store_failures", json!(said.as_str() != Some("ephemeral"))),
    };
    values.insert(key.to_owned(), value);
}

/// Mappings merged all the way down; of two lists the second stands in front, as dbt has it for
/// the configs of a version.
pub(crate) fn deep_merge(base: &mut Values, more: &Values) {
    for (key, value) in more {
        match (base.get_mut(key), value) {
            (Some(Json::Object(base)), Json::Object(more)) => deep_merge(base, more),
            (Some(Json::Array(base)), Json::Array(more)) => {
                base.splice(0..0, more.iter().cloned());
            }
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}
