use std::collections::BTreeSet;

use base::Db;
use project::{YamlContext, original_path, package_name, render_value};
use serde_json::{Map, Value as Json, json};

use super::columns::{columns_json, listed_columns, object, texts};
use super::descriptions::describe_in;
use super::freshness::merged_freshness;
use super::node::database_json;
use super::properties_fqn;
use crate::configs::resource_config;
use crate::relations::source_relation_in_manifest;
use crate::{ConfigKind, SourcePlace};

/// `source.shop.raw.orders`
#[must_use]
pub fn source_id(db: &dyn Db, place: &SourcePlace) -> String {
    let package = package_name(db, place.package);
    format!("source.{package}.{}.{}", place.table.source, place.table.name)
}

/// Package, folders, source and table: what sections of `dbt_project.yml` match.
#[must_use]
pub fn source_fqn(db: &dyn Db, place: &SourcePlace) -> Vec<String> {
    let table = &place.table;
    properties_fqn(db, place.package, place.file, &[&table.source, &table.name])
}

/// A source table's configs as dbt merges them.
#[must_use]
pub fn source_config(db: &dyn Db, place: &SourcePlace) -> Map<String, Json> {
    configs(db, place, &Said::of(db, place)).0
}

/// A source table as dbt knows it.
#[must_use]
pub fn source_json(db: &dyn Db, place: &SourcePlace) -> Json {
    let (package, table) = (place.package, &place.table);
    let said = Said::of(db, place);
    let (config, unrendered) = configs(db, place, &said);
    let relation = source_relation_in_manifest(db, place);
    let path = place.file.path(db);
    let path = original_path(db, package, path);
    let text = |data: &Json, key: &str| {
        data.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let enabled = config.get("enabled").and_then(Json::as_bool).unwrap_or(true);
    let docs = enabled.then_some(package);
    let description = describe_in(db, docs, &text(&table.data, "description"));
    let of_source = describe_in(db, docs, &text(&table.source_data, "description"));
    let columns = columns_json(db, package, docs, listed_columns(&table.data));
    let mut source_meta = object(said.source.get("meta").cloned());
    source_meta.extend(object(said.source_config.get("meta").cloned()));
    let quoting = |key: &str| {
        let of = |data: &Json| {
            data.get("quoting").and_then(|it| it.get(key)).filter(|it| !it.is_null()).cloned()
        };
        of(&said.table).or_else(|| of(&said.source))
    };
    // As the source itself has it, whatever overrides it.
    let written = crate::properties(db, place.file);
    let written = written.sources.iter().find(|it| it.index == table.index);
    let unrendered_text = |key: &str| {
        let value = written.and_then(|it| it.source_data.get(key));
        value.filter(|it| it.as_str() != Some("")).cloned().unwrap_or_default()
    };
    // Where an adapter has none, dbt leaves what is written.
    let database = match database_json(db, package, &relation) {
        Json::String(it) if it.is_empty() => json!(text(&said.source, "database")),
        database => database,
    };
    let setting = |key: &str| config.get(key).cloned().unwrap_or_default();
    json!({
        "database": database, "schema": relation.schema,
        "name": table.name,
        "resource_type": "source", "package_name": &*package_name(db, package),
        "path": path, "original_file_path": path, "unique_id": source_id(db, place),
        "fqn": source_fqn(db, place), "source_name": table.source,
        "source_description": of_source.text, "loader": text(&said.source, "loader"),
        "identifier": relation.identifier,
        "quoting": {
            "database": quoting("database"), "schema": quoting("schema"),
            "identifier": quoting("identifier"), "column": quoting("column"),
        },
        "loaded_at_field": setting("loaded_at_field"),
        "loaded_at_query": setting("loaded_at_query"), "freshness": setting("freshness"),
        "external": external(said.table.get("external")), "description": description.text,
        "columns": columns, "meta": setting("meta"), "source_meta": source_meta,
        "tags": setting("tags"), "config": config, "patch_path": null,
        "unrendered_config": unrendered, "relation_name": relation.render(), "created_at": 0.0,
        "unrendered_database": unrendered_text("database"),
        "unrendered_schema": unrendered_text("schema"), "doc_blocks": description.doc_blocks,
    })
}

/// The properties of a source and of its table, rendered.
struct Said {
    source: Json,
    table: Json,
    source_config: Json,
    table_config: Json,
}

impl Said {
    fn of(db: &dyn Db, place: &SourcePlace) -> Self {
        let render = |data: &Json| {
            // Columns and tests are looked at elsewhere, and queries are rendered when they run.
            let late = ["columns", "tests", "data_tests", "description", "loaded_at_query"];
            let project = place.package.project(db);
            let context = YamlContext::Properties(place.package);
            let pairs = data.as_object().into_iter().flatten().map(|(key, value)| {
                let late = late.contains(&key.as_str());
                let mut rendered =
                    if late { value.clone() } else { render_value(db, project, value, context) };
                if key == "config"
                    && let Some(query) = value.get("loaded_at_query")
                    && let Some(object) = rendered.as_object_mut()
                {
                    object.insert("loaded_at_query".to_owned(), query.clone());
                }
                (key.clone(), rendered)
            });
            Json::Object(pairs.collect())
        };
        let (source, table) = (render(&place.table.source_data), render(&place.table.data));
        let config = |data: &Json| Json::Object(object(data.get("config").cloned()));
        Self { source_config: config(&source), table_config: config(&table), source, table }
    }

    /// A key of the table, beside its configs or among them.
    fn first<'a>(data: &'a Json, config: &'a Json, key: &str) -> Option<&'a Json> {
        let filled = |it: &&Json| !it.is_null() && it.as_str() != Some("");
        data.get(key).filter(filled).or_else(|| config.get(key).filter(filled))
    }

    fn of_table(&self, key: &str) -> Option<&Json> {
        Self::first(&self.table, &self.table_config, key)
    }

    fn of_source(&self, key: &str) -> Option<&Json> {
        Self::first(&self.source, &self.source_config, key)
    }
}

/// The configs of a table, and what was said about them.
fn configs(
    db: &dyn Db,
    place: &SourcePlace,
    said: &Said,
) -> (Map<String, Json>, Map<String, Json>) {
    let mut config = object(Some(said.source_config.clone()));
    config.extend(object(Some(said.table_config.clone())));
    let freshness = merged_freshness([
        said.source.get("freshness"),
        said.source_config.get("freshness"),
        said.table.get("freshness"),
        said.table_config.get("freshness"),
    ]);
    match freshness {
        Some(freshness) => config.insert("freshness".to_owned(), freshness),
        None => config.shift_remove("freshness"),
    };
    // A table may take back what its source says about when rows were loaded.
    let names_field = said.table.get("loaded_at_field").is_some()
        || said.table_config.get("loaded_at_field").is_some_and(|it| it.as_str() != Some(""));
    let field = match said.of_table("loaded_at_field") {
        None if !names_field => said.of_source("loaded_at_field"),
        field => field,
    };
    let query = match said.of_table("loaded_at_query") {
        None if !names_field => said.of_source("loaded_at_query"),
        query => query,
    };
    config.insert("loaded_at_field".to_owned(), field.cloned().unwrap_or_default());
    config.insert("loaded_at_query".to_owned(), query.cloned().unwrap_or_default());
    let places = [&said.source, &said.source_config, &said.table, &said.table_config];
    let mut meta = Map::new();
    let mut tags = BTreeSet::new();
    for place in places {
        meta.extend(object(place.get("meta").cloned()));
        tags.extend(texts(place.get("tags")));
    }
    config.insert("meta".to_owned(), Json::Object(meta));
    config.insert("tags".to_owned(), json!(tags));
    let fqn = source_fqn(db, place);
    resource_config(db, place.package, ConfigKind::Source, &fqn, &config)
}

fn external(value: Option<&Json>) -> Json {
    let Some(Json::Object(said)) = value else { return Json::Null };
    let mut shaped = object(Some(json!({
        "location": null, "file_format": null, "row_format": null, "tbl_properties": null,
        "partitions": null,
    })));
    shaped.extend(said.clone());
    Json::Object(shaped)
}
