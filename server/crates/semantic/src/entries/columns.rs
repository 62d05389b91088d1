use std::fmt::Write;

use base::Db;
use jinja::data::from_json;
use jinja::value::repr::repr;
use project::{Package, YamlContext, render_value};
use serde_json::{Map, Value as Json, json};

use super::descriptions::describe_in;
use crate::Column;

/// Keys of a column that dbt knows; whatever else is there is kept beside them.
const KNOWN: [&str; 12] = [
    "name",
    "description",
    "meta",
    "data_type",
    "constraints",
    "docs",
    "config",
    "data_tests",
    "tests",
    "quote",
    "tags",
    "granularity",
];

/// The columns of an item, in the order of the properties.
pub(super) fn listed_columns(item: &Json) -> &[Json] {
    item.get("columns").and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// The columns that one version of a model has.
pub(super) fn version_columns(of_model: &[Column], version: &Json) -> Vec<Json> {
    let of_version = listed_columns(version);
    let filter = of_version
        .iter()
        .find(|it| it.get("name").is_none() && it.get("include").or(it.get("exclude")).is_some());
    let names = |key: &str, name: &str| match filter.and_then(|it| it.get(key)) {
        Some(Json::String(it)) => it == "*" || it == "all",
        Some(Json::Array(items)) => items.iter().any(|it| it.as_str() == Some(name)),
        _ => false,
    };
    let is_kept = |it: &&Column| {
        filter.is_none() || (names("include", &it.name) && !names("exclude", &it.name))
    };
    let own = of_version.iter().filter(|it| it.get("name").is_some());
    of_model.iter().filter(is_kept).map(Column::data).chain(own.cloned()).collect()
}

/// Columns by their names, described with the docs of a package.
pub(super) fn columns_json(
    db: &dyn Db,
    package: Package,
    docs: Option<Package>,
    columns: &[Json],
) -> Map<String, Json> {
    let mut all = Map::new();
    for column in columns {
        if let Some(name) = column.get("name").and_then(Json::as_str) {
            all.insert(name.to_owned(), column_json(db, package, docs, name, column));
        }
    }
    all
}

fn column_json(
    db: &dyn Db,
    package: Package,
    docs: Option<Package>,
    name: &str,
    column: &Json,
) -> Json {
    let get = |key: &str| {
        let value = column.get(key)?;
        Some(render_value(db, package.project(db), value, YamlContext::Properties(package)))
    };
    let config = get("config").unwrap_or_default();
    let text = column.get("description").and_then(Json::as_str).unwrap_or_default();
    let description = describe_in(db, docs, text);
    let mut meta = object(get("meta"));
    meta.extend(object(config.get("meta").cloned()));
    let mut tags = texts(get("tags").as_ref());
    tags.extend(texts(config.get("tags")));
    tags.sort();
    tags.dedup();
    let constraints = constraints_json(get("constraints").as_ref(), false);
    let mut value = Map::new();
    let mut add = |key: &str, it: Json| {
        value.insert(key.to_owned(), it);
    };
    add("name", json!(name));
    add("description", json!(description.text));
    add("meta", json!(meta));
    add("data_type", get("data_type").unwrap_or_default());
    add("constraints", constraints);
    add("quote", get("quote").unwrap_or_default());
    add("config", json!({"meta": meta, "tags": tags}));
    add("tags", json!(tags));
    add("granularity", get("granularity").unwrap_or_default());
    add("doc_blocks", json!(description.doc_blocks));
    for key in column.as_object().into_iter().flat_map(Map::keys) {
        if !KNOWN.contains(&key.as_str()) {
            add(key, get(key).unwrap_or_default());
        }
    }
    Json::Object(value)
}

/// Constraints of a column, or of a whole model, with all their keys.
pub(super) fn constraints_json(value: Option<&Json>, of_model: bool) -> Json {
    let listed = value.and_then(Json::as_array).into_iter().flatten();
    let shaped = listed.map(|it| {
        let get = |key: &str, default: Json| it.get(key).cloned().unwrap_or(default);
        let mut shaped = json!({
            "type": get("type", Json::Null), "name": get("name", Json::Null),
            "expression": get("expression", Json::Null),
            "warn_unenforced": get("warn_unenforced", json!(true)),
            "warn_unsupported": get("warn_unsupported", json!(true)),
            "to": get("to", Json::Null), "to_columns": get("to_columns", json!([])),
        });
        if of_model && let Some(object) = shaped.as_object_mut() {
            object.insert("columns".to_owned(), get("columns", json!([])));
        }
        shaped
    });
    Json::Array(shaped.collect())
}

/// What dbt's checksum of a contract is made of: columns by name with Python's way to write their
/// constraints, then those of a model that is built as a table.
pub(super) fn contract_state(
    columns: &Map<String, Json>,
    constraints: &Json,
    materialized: &str,
) -> String {
    let mut sorted: Vec<(&String, &Json)> = columns.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let mut state = String::new();
    for (name, column) in sorted {
        let data_type = match column.get("data_type") {
            Some(Json::String(it)) => it.clone(),
            Some(other) => python(other),
            None => "None".to_owned(),
        };
        let list = column.get("constraints").unwrap_or(&Json::Null);
        let _ = write!(state, "|{name}{data_type}{}", python_constraints(list, "Column"));
    }
    if matches!(materialized, "table" | "incremental") {
        state.push_str(materialized);
        state.push_str(&python_constraints(constraints, "Model"));
    }
    state
}

fn python_constraints(list: &Json, level: &str) -> String {
    let shown = list.as_array().into_iter().flatten().map(|it| {
        let fields = it.as_object().into_iter().flatten().map(|(key, value)| match key.as_str() {
            "type" => {
                let name = value.as_str().unwrap_or_default();
                format!("type=<ConstraintType.{name}: '{name}'>")
            }
            _ => format!("{key}={}", python(value)),
        });
        format!("{level}LevelConstraint({})", fields.collect::<Vec<_>>().join(", "))
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

fn python(value: &Json) -> String {
    repr(&from_json(value)).unwrap_or_default()
}

pub(super) fn object(value: Option<Json>) -> Map<String, Json> {
    if let Some(Json::Object(values)) = value { values } else { Map::new() }
}

/// Text or a list of texts.
pub(super) fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(it)) => vec![it.clone()],
        Some(Json::Array(items)) => {
            items.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}
