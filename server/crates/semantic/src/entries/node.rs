use std::sync::Arc;

use base::Db;
use project::{Origin, Package, original_path, package_facts, package_name, packages};
use serde_json::{Map, Value as Json, json};

use super::columns::{columns_json, contract_state, texts};
use super::descriptions::describe_in;
use super::node_dependencies;
use super::primary_key::tested_key;
use super::properties::NodeProperties;
use super::test::add_generic_test;
use crate::checksum::{checksum, sha256};
use crate::configs::is_read_statically;
use crate::{
    Config, ConfigKind, Node, NodeKind, Relation, adapter, all_tags, config, fqn, generic_test,
    is_enabled, later_calls, operation_hook, parsed, raw_code, relation, resource_path,
    unrendered_config,
};

/// A node as dbt knows it once everything is parsed, kept for templates that look at it again.
#[salsa::tracked(returns(clone), lru = 1024)]
pub fn node_json(db: &dyn Db, node: Node) -> Arc<Map<String, Json>> {
    Arc::new(node_entry(db, node))
}

/// A node as dbt knows it once everything is parsed: without the SQL that it compiles to. Whoever
/// wants all nodes wants each once: nothing is kept.
pub fn node_entry(db: &dyn Db, node: Node) -> Map<String, Json> {
    let package = node.package(db);
    let config = config(db, node);
    let kind = node.kind(db).resource_type();
    let properties = NodeProperties::of(db, node);
    let mut object = identity(db, node);
    let mut add = |key: &str, value: Json| {
        object.insert(key.to_owned(), value);
    };
    // What is disabled is kept as it is written.
    // So is what is said about a function of the database.
    let is_read = is_enabled(db, node) && node.kind(db) != NodeKind::Function;
    let docs = is_read.then_some(package);
    let description = describe_in(db, docs, &properties.description());
    let columns = columns_json(db, package, docs, &properties.columns());
    let meta = config.get("meta").cloned();
    add("tags", json!(all_tags(db, node)));
    add("description", json!(description.text));
    add("columns", json!(columns));
    add("meta", meta.unwrap_or_else(|| json!({})));
    add("group", config.get("group").cloned().unwrap_or_default());
    let docs = config.get("docs").filter(|_| kind != "test").cloned();
    add("docs", docs.unwrap_or_else(|| json!({"show": true, "node_color": null})));
    add("patch_path", properties.path(db, package));
    add("build_path", Json::Null);
    add("unrendered_config", Json::Object(unrendered_config(db, node)));
    add("created_at", json!(0.0));
    add("relation_name", relation_name(db, node, &config));
    if kind == "seed" {
        add("raw_code", json!(""));
        add("doc_blocks", json!(description.doc_blocks));
        add("root_path", json!(root_path(db, package)));
        add("depends_on", json!({"macros": Calls::of(db, node).macros}));
        return object;
    }
    let constraints = properties.constraints(db, package);
    let calls = Calls::of(db, node);
    add("raw_code", json!(raw_code(db, node)));
    add("doc_blocks", json!(description.doc_blocks));
    let python = node.file(db).path(db).extension() == "py";
    add("language", json!(if python { "python" } else { "sql" }));
    add("refs", json!(calls.refs));
    add("sources", json!(calls.sources));
    add("metrics", json!([]));
    add("functions", json!(calls.functions));
    add("depends_on", json!({"macros": calls.macros, "nodes": &*node_dependencies(db, node)}));
    add("compiled_path", Json::Null);
    add("contract", contract(&config, kind, &columns, &constraints));
    if kind == "model" {
        let version = properties.version.as_ref();
        let said = |key: &str| properties.said(db, package, key);
        let latest = properties.place.as_ref().filter(|_| version.is_some());
        let latest = latest.map(|it| it.patch.latest_version_json());
        add("access", config.get("access").cloned().unwrap_or_else(|| json!("protected")));
        add("constraints", constraints.clone());
        add("version", version_json(db, node));
        add("latest_version", json!(latest));
        add("deprecation_date", said("deprecation_date").map(date).unwrap_or_default());
        let is_keyed = is_enabled(db, node);
        let key = is_keyed.then(|| primary_key(db, node, &columns, &constraints));
        add("primary_key", key.unwrap_or_else(|| json!([])));
        // dbt forgets the time spine of a model with versions.
        let spine = said("time_spine").filter(|_| version.is_none());
        add("time_spine", spine.as_ref().and_then(time_spine).unwrap_or_default());
    }
    if node.kind(db) == NodeKind::Function {
        add("arguments", function_arguments(properties.said(db, package, "arguments").as_ref()));
        add("returns", function_returns(db, package, &properties));
    }
    if let Some(test) = generic_test(db, node) {
        add_generic_test(db, node, &test, &mut object);
    }
    if let Some((hook, index)) = operation_hook(db, node) {
        let mut tags = vec![hook.to_owned()];
        tags.extend(all_tags(db, node).into_iter().filter(|it| it != hook));
        object.insert("tags".to_owned(), json!(tags));
        object.insert("index".to_owned(), json!(index));
        object.insert("original_file_path".to_owned(), json!("./dbt_project.yml"));
    }
    object
}

/// Where dbt reads a package: a local one too where it is installed.
fn root_path(db: &dyn Db, package: Package) -> String {
    let root = packages(db, package.project(db)).first().copied().unwrap_or(package);
    match package.origin(db) {
        Origin::Local => {
            let installed = &package_facts(db, root).paths.packages_install;
            let folder = root.root(db).join(installed).join(&package_name(db, package));
            folder.as_str().to_owned()
        }
        _ => package.root(db).as_str().to_owned(),
    }
}

/// What a node is and where it lies.
fn identity(db: &dyn Db, node: Node) -> Map<String, Json> {
    let keys = [
        "database",
        "schema",
        "name",
        "resource_type",
        "package_name",
        "path",
        "original_file_path",
        "unique_id",
        "fqn",
        "alias",
        "checksum",
        "config",
    ];
    keys.iter().filter_map(|key| Some(((*key).to_owned(), identity_key(db, node, key)?))).collect()
}

/// One of the keys that need nothing but the node itself and its configs.
pub(crate) fn identity_key(db: &dyn Db, node: Node, key: &str) -> Option<Json> {
    let package = node.package(db);
    Some(match key {
        "database" => database_json(db, package, &relation(db, node)),
        "schema" => json!(relation(db, node).schema),
        "name" => json!(node.name(db)),
        "resource_type" => json!(node.kind(db).resource_type()),
        "package_name" => json!(&*package_name(db, package)),
        "path" => json!(resource_path(db, node)),
        "original_file_path" => json!(original_path(db, package, node.file(db).path(db))),
        "unique_id" => json!(node.unique_id(db)),
        "fqn" => json!(fqn(db, node)),
        "alias" => json!(relation(db, node).identifier),
        "checksum" => json!(checksum(db, node)),
        "config" => Json::Object(config(db, node).values()),
        _ => return None,
    })
}

/// One adapter has databases without a name, others have none.
pub(super) fn database_json(db: &dyn Db, package: Package, relation: &Relation) -> Json {
    let adapter = adapter(db, package.project(db));
    match (&*adapter, &relation.database) {
        ("clickhouse", None) => json!(""),
        (_, database) => json!(database),
    }
}

/// Only what is built in the warehouse has a name there.
fn relation_name(db: &dyn Db, node: Node, config: &Config) -> Json {
    let is_built = match node.kind(db).resource_type() {
        "seed" | "snapshot" => true,
        "model" => config.materialized() != "ephemeral",
        "test" => config.get("store_failures").and_then(Json::as_bool) == Some(true),
        _ => false,
    };
    if is_built { json!(relation(db, node).render()) } else { Json::Null }
}

/// What a node calls: in its own text, in its hooks, in its foreign keys.
#[derive(Default)]
struct Calls {
    refs: Vec<Json>,
    sources: Vec<Json>,
    functions: Vec<Json>,
    macros: Vec<String>,
}

impl Calls {
    fn of(db: &dyn Db, node: Node) -> Self {
        let mut all = Self::default();
        for calls in [parsed(db, node), later_calls(db, node)] {
            all.refs.extend(calls.refs.iter().map(
                |it| json!({"name": it.name, "package": it.package, "version": it.given_version}),
            ));
            all.sources.extend(calls.sources.iter().map(|it| json!([it.source, it.table])));
            all.functions.extend(calls.functions.iter().map(|it| match &it.package {
                Some(package) => json!([package, it.name]),
                None => json!([it.name]),
            }));
            for called in &calls.macros {
                if !all.macros.contains(called) {
                    all.macros.push(called.clone());
                }
            }
        }
        // What dbt reads off the text is a set.
        if all.sources.len() > 1 && is_read_statically(db, node) {
            let mut seen = Vec::new();
            all.sources.retain(|it| {
                let is_new = !seen.contains(it);
                seen.extend(is_new.then(|| it.clone()));
                is_new
            });
        }
        all
    }
}

fn contract(config: &Config, kind: &str, columns: &Map<String, Json>, constraints: &Json) -> Json {
    let default = ConfigKind::Model.defaults().get("contract").and_then(Json::as_object);
    let mut contract = default.cloned().unwrap_or_default();
    if let Some(Json::Object(said)) = config.get("contract").filter(|_| kind != "test") {
        contract.extend(said.clone());
    }
    let enforced = contract.get("enforced").and_then(Json::as_bool) == Some(true);
    let checksum = (enforced && kind == "model")
        .then(|| sha256(&contract_state(columns, constraints, config.materialized())));
    contract.insert("checksum".to_owned(), json!(checksum));
    Json::Object(contract)
}

/// A node's version as properties have it: a number or a text.
pub fn version_json(db: &dyn Db, node: Node) -> Json {
    let version = NodeProperties::of(db, node).version;
    version.and_then(|it| it.data.get("v").cloned()).unwrap_or_default()
}

fn function_arguments(said: Option<&Json>) -> Json {
    let listed = said.and_then(Json::as_array).into_iter().flatten();
    let listed = listed.map(|it| {
        let get = |key| it.get(key).cloned().unwrap_or_default();
        json!({
            "name": get("name"), "data_type": get("data_type"), "description": get("description"),
            "default_value": get("default_value"),
        })
    });
    listed.collect()
}

/// Where properties say nothing dbt has a word of its own.
fn function_returns(db: &dyn Db, package: Package, properties: &NodeProperties) -> Json {
    let get = |it: Option<Json>, key: &str| it.and_then(|it| it.get(key).cloned());
    let data_type = get(properties.said(db, package, "returns"), "data_type");
    let description = get(properties.written("returns").cloned(), "description");
    json!({"data_type": data_type.unwrap_or_else(|| json!("INVALID_TYPE")), "description": description})
}

/// A model's own date or that of its version, as the manifest has it.
pub(crate) fn written_deprecation_date(db: &dyn Db, node: Node) -> Option<String> {
    if node.kind(db).resource_type() != "model" {
        return None;
    }
    let said = NodeProperties::of(db, node).said(db, node.package(db), "deprecation_date")?;
    date(said).as_str().map(str::to_owned)
}

/// A day is midnight in UTC.
fn date(value: Json) -> Json {
    match value.as_str().map(|it| it.replacen(' ', "T", 1)) {
        Some(it) if it.len() == 10 => json!(format!("{it}T00:00:00+00:00")),
        Some(it) if it.len() == 19 => json!(format!("{it}+00:00")),
        Some(it) => json!(it),
        None => value,
    }
}

fn time_spine(value: &Json) -> Option<Json> {
    let column = value.get("standard_granularity_column")?;
    let custom = value.get("custom_granularities").and_then(Json::as_array);
    let custom: Vec<Json> = custom
        .into_iter()
        .flatten()
        .map(|it| json!({"name": it.get("name"), "column_name": it.get("column_name")}))
        .collect();
    Some(json!({"standard_granularity_column": column, "custom_granularities": custom}))
}

/// The columns that make up a model's key, as its constraints say it.
fn primary_key(db: &dyn Db, node: Node, columns: &Map<String, Json>, constraints: &Json) -> Json {
    let is_key = |it: &&Json| it.get("type").and_then(Json::as_str) == Some("primary_key");
    if let Some(found) = constraints.as_array().and_then(|it| it.iter().find(is_key)) {
        let mut names = texts(found.get("columns"));
        names.sort();
        return json!(names);
    }
    let of_column = columns.iter().find(|(_, column)| {
        let listed = column.get("constraints").and_then(Json::as_array);
        listed.is_some_and(|it| it.iter().any(|it| is_key(&it)))
    });
    match of_column {
        Some((name, _)) => json!([name]),
        None => json!(tested_key(db, node)),
    }
}
