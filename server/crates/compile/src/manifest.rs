use std::collections::BTreeMap;

use base::{Db, Project};
use md5::{Digest, Md5};
use project::{Origin, Package, dbt_version, package_name, packages};
use semantic::{
    Node, PatchKind, Resolution, SourcePlace, adapter, config, fqn, is_enabled, macros_of,
    node_patch, nodes, parsed, patches, project_quoting, relation, resolve_ref, resource_path,
    source_named, source_relation, source_tables, template,
};
use serde_json::{Map, Value as Json, json};

use crate::checksum::checksum;
use crate::compiled;

/// A manifest in the shape of dbt's version 12, with the compiled SQL of some nodes in it.
#[must_use]
pub fn manifest(db: &dyn Db, project: Project, compiled_nodes: &[Node]) -> Json {
    let mut nodes_json = Map::new();
    let mut disabled = Map::new();
    let mut parents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut macros = Map::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        for node in nodes(db, *package).iter() {
            let id = node.unique_id(db);
            let depends_on = dependencies(db, *node);
            let value = node_json(db, *node, &depends_on, compiled_nodes.contains(node));
            if is_enabled(db, *node) {
                parents.insert(id.clone(), depends_on);
                nodes_json.insert(id, value);
            } else {
                disabled.insert(id, json!([value]));
            }
        }
        for (name, it) in macros_of(db, *package) {
            let path = it.file.path(db);
            let path = path.relative_to(package.root(db)).unwrap_or(path.as_str());
            let id = format!("macro.{}.{name}", package_name(db, *package));
            let text = template(db, it.file);
            macros.insert(
                id.clone(),
                json!({
                    "name": name, "resource_type": "macro",
                    "package_name": &*package_name(db, *package),
                    "path": path, "original_file_path": path, "unique_id": id,
                    "macro_sql": text.slice(it.range(db)),
                    "depends_on": {"macros": []}, "description": macro_description(db, *package, &name),
                    "meta": {}, "docs": {"show": true, "node_color": null}, "patch_path": null,
                    "arguments": [], "created_at": 0.0, "supported_languages": null,
                }),
            );
        }
    }
    let mut sources = Map::new();
    for place in source_tables(db, project) {
        if place.package.origin(db) != Origin::Upstream {
            let id = source_id(db, &place);
            parents.insert(id.clone(), Vec::new());
            sources.insert(id, source_json(db, &place));
        }
    }
    let exposures = exposures(db, project, &mut parents);
    let children = children(&parents);
    json!({
        "metadata": metadata(db, project),
        "nodes": nodes_json,
        "sources": sources,
        "macros": macros,
        "docs": {},
        "exposures": exposures,
        "metrics": {},
        "groups": groups(db, project),
        "selectors": {},
        "disabled": disabled,
        "parent_map": parents,
        "child_map": children,
        "group_map": {},
        "saved_queries": {},
        "semantic_models": {},
        "unit_tests": {},
        "functions": {},
    })
}

fn metadata(db: &dyn Db, project: Project) -> Json {
    let name = packages(db, project).first().map(|it| package_name(db, *it)).unwrap_or_default();
    let id: String = Md5::digest(name.as_bytes()).iter().map(|it| format!("{it:02x}")).collect();
    let quoting = project_quoting(db, project);
    json!({
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "dbt_version": format!("{}.0", dbt_version(db, project).text),
        "generated_at": timestamp(*db.machine().started_at(db)),
        "invocation_id": null,
        "invocation_started_at": null,
        "run_started_at": timestamp(*db.machine().started_at(db)),
        "env": {},
        "project_name": &*name,
        "project_id": id,
        "user_id": null,
        "send_anonymous_usage_stats": false,
        "adapter_type": &*adapter(db, project),
        "quoting": {
            "database": quoting.database, "schema": quoting.schema,
            "identifier": quoting.identifier, "column": null,
        },
    })
}

/// ISO 8601 in UTC.
fn timestamp(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The unique ids that a node reads, in the order of the calls.
fn dependencies(db: &dyn Db, node: Node) -> Vec<String> {
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
    ids
}

fn node_json(db: &dyn Db, node: Node, depends_on: &[String], with_sql: bool) -> Json {
    let package = node.package(db);
    let config = config(db, node);
    let relation = relation(db, node);
    let parsed = parsed(db, node);
    let path = node.file(db).path(db);
    let original = path.relative_to(package.root(db)).unwrap_or(path.as_str());
    let patch = node_patch(db, node);
    let text = |key: &str| config.text(key).map(str::to_owned);
    let columns: Map<String, Json> = patch.iter().flat_map(|it| &it.patch.columns).map(|it| {
        (it.name.clone(), json!({
            "name": it.name, "description": it.description, "meta": {}, "data_type": it.data_type,
            "constraints": [], "quote": null, "config": {"meta": {}, "tags": []}, "tags": [],
        }))
    }).collect();
    let refs: Vec<Json> = parsed
        .refs
        .iter()
        .map(|it| json!({"name": it.name, "package": it.package, "version": it.version}))
        .collect();
    let sources: Vec<Json> = parsed.sources.iter().map(|it| json!([it.source, it.table])).collect();
    let ephemeral = config.materialized() == "ephemeral";
    let mut value = json!({
        "database": relation.database, "schema": relation.schema, "name": node.name(db),
        "resource_type": node.kind(db).resource_type(), "package_name": &*package_name(db, package),
        "path": resource_path(db, node), "original_file_path": original,
        "unique_id": node.unique_id(db), "fqn": fqn(db, node), "alias": relation.identifier,
        "checksum": checksum(db, node), "config": config.values,
        "tags": config.get("tags").cloned().unwrap_or_else(|| json!([])),
        "description": patch.as_ref().map(|it| it.patch.description()).unwrap_or_default(),
        "columns": columns,
        "meta": config.get("meta").cloned().unwrap_or_else(|| json!({})),
        "group": text("group"),
        "docs": config.get("docs").cloned().unwrap_or_else(|| json!({"show": true, "node_color": null})),
        "patch_path": patch.as_ref().map(|it| {
            let file = it.file.path(db);
            let file = file.relative_to(package.root(db)).unwrap_or(file.as_str());
            format!("{}://{file}", package_name(db, package))
        }),
        "build_path": null, "unrendered_config": *semantic::parsed_config(db, node),
        "created_at": 0.0,
        "relation_name": (!ephemeral).then(|| relation.render()),
        "raw_code": node.file(db).text(db).trim(), "doc_blocks": [],
    });
    let Some(object) = value.as_object_mut() else { return value };
    let kind = node.kind(db).resource_type();
    if kind == "seed" {
        object.insert("raw_code".to_owned(), json!(""));
        object.insert("root_path".to_owned(), Json::Null);
        object.insert("depends_on".to_owned(), json!({"macros": []}));
        return value;
    }
    let language = if path.extension() == "py" { "python" } else { "sql" };
    object.insert("language".to_owned(), json!(language));
    object.insert("refs".to_owned(), json!(refs));
    object.insert("sources".to_owned(), json!(sources));
    object.insert("metrics".to_owned(), json!([]));
    object.insert("functions".to_owned(), json!([]));
    object.insert("depends_on".to_owned(), json!({"macros": [], "nodes": depends_on}));
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
    if with_sql && language == "sql" {
        let compiled = compiled(db, node);
        object.insert("compiled".to_owned(), json!(compiled.problems.is_empty()));
        object.insert("compiled_code".to_owned(), json!(compiled.text));
        let ctes: Vec<Json> = compiled
            .prepended
            .iter()
            .map(|it| json!({"id": it.unique_id(db), "sql": null}))
            .collect();
        object.insert("extra_ctes".to_owned(), json!(ctes));
        object.insert("extra_ctes_injected".to_owned(), json!(true));
    }
    value
}

/// dbt keeps versions that are whole numbers as numbers.
fn version_json(version: Option<&str>) -> Json {
    match version {
        Some(it) => it.parse::<i64>().map_or_else(|_| json!(it), |it| json!(it)),
        None => Json::Null,
    }
}

fn source_id(db: &dyn Db, place: &SourcePlace) -> String {
    let package = package_name(db, place.package);
    format!("source.{package}.{}.{}", place.table.source, place.table.name)
}

fn source_json(db: &dyn Db, place: &SourcePlace) -> Json {
    let relation = source_relation(db, place);
    let table = &place.table;
    let path = place.file.path(db);
    let path = path.relative_to(place.package.root(db)).unwrap_or(path.as_str());
    let said = |data: &Json, key: &str| {
        data.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let columns: Map<String, Json> = table.columns.iter().map(|it| {
        (it.name.clone(), json!({
            "name": it.name, "description": it.description, "meta": {}, "data_type": it.data_type,
            "constraints": [], "quote": null, "config": {"meta": {}, "tags": []}, "tags": [],
        }))
    }).collect();
    json!({
        "database": relation.database, "schema": relation.schema, "name": table.name,
        "resource_type": "source", "package_name": &*package_name(db, place.package),
        "path": path, "original_file_path": path, "unique_id": source_id(db, place),
        "fqn": [&*package_name(db, place.package), table.source, table.name],
        "source_name": table.source, "source_description": said(&table.source_data, "description"),
        "loader": said(&table.source_data, "loader"), "identifier": relation.identifier,
        "description": said(&table.data, "description"), "columns": columns,
        "relation_name": relation.render(), "config": {"enabled": true}, "tags": [], "meta": {},
        "source_meta": {}, "created_at": 0.0,
    })
}

fn macro_description(db: &dyn Db, package: Package, name: &str) -> String {
    let place = semantic::patch(db, package, PatchKind::Macro, name.to_owned());
    place.map_or_else(String::new, |it| it.patch.description().to_owned())
}

fn exposures(
    db: &dyn Db,
    project: Project,
    parents: &mut BTreeMap<String, Vec<String>>,
) -> Map<String, Json> {
    let mut found = Map::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        for place in patches(db, *package, PatchKind::Exposure) {
            let package_name = package_name(db, *package);
            let id = format!("exposure.{package_name}.{}", place.patch.name);
            let path = place.file.path(db);
            let path = path.relative_to(package.root(db)).unwrap_or(path.as_str());
            let mut value = place.patch.data.clone();
            if let Some(object) = value.as_object_mut() {
                object.insert("unique_id".to_owned(), json!(id));
                object.insert("resource_type".to_owned(), json!("exposure"));
                object.insert("package_name".to_owned(), json!(&*package_name));
                object.insert("original_file_path".to_owned(), json!(path));
                object.insert("fqn".to_owned(), json!([&*package_name, place.patch.name]));
            }
            parents.insert(id.clone(), Vec::new());
            found.insert(id, value);
        }
    }
    found
}

fn groups(db: &dyn Db, project: Project) -> Map<String, Json> {
    let mut found = Map::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        for place in patches(db, *package, PatchKind::Group) {
            let package_name = package_name(db, *package);
            let id = format!("group.{package_name}.{}", place.patch.name);
            let mut value = place.patch.data.clone();
            if let Some(object) = value.as_object_mut() {
                object.insert("unique_id".to_owned(), json!(id));
                object.insert("resource_type".to_owned(), json!("group"));
                object.insert("package_name".to_owned(), json!(&*package_name));
            }
            found.insert(id, value);
        }
    }
    found
}

fn children(parents: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut children: BTreeMap<String, Vec<String>> =
        parents.keys().map(|it| (it.clone(), Vec::new())).collect();
    for (child, above) in parents {
        for parent in above {
            children.entry(parent.clone()).or_default().push(child.clone());
        }
    }
    children
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn timestamps() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(1_709_208_000), "2024-02-29T12:00:00Z");
    }
}
