use std::sync::Arc;

use base::Db;
use project::package_name;
use serde_json::{Map, Value as Json, json};

use super::columns::columns_json;
use super::source_id;
use super::test::add_generic_test;
use crate::checksum::checksum;
use crate::{
    Node, Resolution, config, fqn, generic_test, node_patch, operation_hook, parsed, parsed_config,
    raw_code, relation, resolve_ref, resource_path, source_named,
};

/// A node as dbt knows it once everything is parsed: without the SQL that it compiles to.
#[salsa::tracked(returns(clone), lru = 1024)]
pub fn node_json(db: &dyn Db, node: Node) -> Arc<Map<String, Json>> {
    let package = node.package(db);
    let config = config(db, node);
    let relation = relation(db, node);
    let parsed = parsed(db, node);
    let path = node.file(db).path(db);
    let original = path.relative_to(package.root(db)).unwrap_or(path.as_str());
    let patch = node_patch(db, node);
    let text = |key: &str| config.text(key).map(str::to_owned);
    let refs: Vec<Json> = parsed
        .refs
        .iter()
        .map(|it| json!({"name": it.name, "package": it.package, "version": it.version}))
        .collect();
    let sources: Vec<Json> = parsed.sources.iter().map(|it| json!([it.source, it.table])).collect();
    let ephemeral = config.materialized() == "ephemeral";
    let value = json!({
        "database": relation.database, "schema": relation.schema, "name": node.name(db),
        "resource_type": node.kind(db).resource_type(), "package_name": &*package_name(db, package),
        "path": resource_path(db, node), "original_file_path": original,
        "unique_id": node.unique_id(db), "fqn": fqn(db, node), "alias": relation.identifier,
        "checksum": checksum(db, node), "config": config.values,
        "tags": config.get("tags").cloned().unwrap_or_else(|| json!([])),
        "description": patch.as_ref().map(|it| it.patch.description()).unwrap_or_default(),
        "columns": columns_json(patch.as_ref().map_or(&[], |it| &it.patch.columns)),
        "meta": config.get("meta").cloned().unwrap_or_else(|| json!({})),
        "group": text("group"),
        "docs": config.get("docs").cloned().unwrap_or_else(|| json!({"show": true, "node_color": null})),
        "patch_path": patch.as_ref().map(|it| {
            let file = it.file.path(db);
            let file = file.relative_to(package.root(db)).unwrap_or(file.as_str());
            format!("{}://{file}", package_name(db, package))
        }),
        "build_path": null, "unrendered_config": *parsed_config(db, node),
        "created_at": 0.0,
        "relation_name": (!ephemeral).then(|| relation.render()),
        "raw_code": raw_code(db, node), "doc_blocks": [],
    });
    let Json::Object(mut object) = value else { return Arc::default() };
    let kind = node.kind(db).resource_type();
    if kind == "seed" {
        object.insert("raw_code".to_owned(), json!(""));
        object.insert("root_path".to_owned(), Json::Null);
        object.insert("depends_on".to_owned(), json!({"macros": []}));
        return Arc::new(object);
    }
    let language = if path.extension() == "py" { "python" } else { "sql" };
    object.insert("language".to_owned(), json!(language));
    object.insert("refs".to_owned(), json!(refs));
    object.insert("sources".to_owned(), json!(sources));
    object.insert("metrics".to_owned(), json!([]));
    object.insert("functions".to_owned(), json!([]));
    object.insert(
        "depends_on".to_owned(),
        json!({"macros": [], "nodes": &*node_dependencies(db, node)}),
    );
    object.insert("compiled_path".to_owned(), Json::Null);
    object.insert(
        "contract".to_owned(),
        config
            .get("contract")
            .cloned()
            .unwrap_or_else(|| json!({"enforced": false, "alias_types": true, "checksum": null})),
    );
    if kind == "model" {
        let latest = patch.as_ref().and_then(|it| it.patch.latest_version());
        let said = |key: &str| patch.as_ref().and_then(|it| it.patch.data.get(key).cloned());
        object.insert("access".to_owned(), json!(config.text("access").unwrap_or("protected")));
        object.insert("constraints".to_owned(), json!([]));
        object.insert("version".to_owned(), version_json(node.version(db)));
        object.insert("latest_version".to_owned(), version_json(latest.as_deref()));
        object.insert("deprecation_date".to_owned(), said("deprecation_date").unwrap_or_default());
        object.insert("primary_key".to_owned(), json!([]));
        object.insert("time_spine".to_owned(), Json::Null);
    }
    if let Some(test) = generic_test(db, node) {
        add_generic_test(db, node, &test, &mut object);
    }
    if let Some((hook, index)) = operation_hook(db, node) {
        object.insert("tags".to_owned(), json!([hook]));
        object.insert("index".to_owned(), json!(index));
        object.insert("original_file_path".to_owned(), json!("./dbt_project.yml"));
    }
    Arc::new(object)
}

/// The unique ids that a node reads, in the order of the calls.
#[salsa::tracked(returns(clone))]
pub fn node_dependencies(db: &dyn Db, node: Node) -> Arc<[String]> {
    let parsed = parsed(db, node);
    let mut ids = Vec::new();
    for call in &parsed.refs {
        let (package, version) = (call.package.as_deref(), call.version.as_deref());
        if let Resolution::Node(found) =
            resolve_ref(db, node.package(db), package, &call.name, version)
        {
            ids.push(found.unique_id(db));
        }
    }
    let project = node.package(db).project(db);
    for call in &parsed.sources {
        if let Some(place) = source_named(db, project, call.source.clone(), call.table.clone()) {
            ids.push(source_id(db, &place));
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    ids.retain(|it| seen.insert(it.clone()));
    ids.into()
}

/// dbt keeps versions that are whole numbers as numbers.
pub fn version_json(version: Option<&str>) -> Json {
    match version {
        Some(it) => it.parse::<i64>().map_or_else(|_| json!(it), |it| json!(it)),
        None => Json::Null,
    }
}
