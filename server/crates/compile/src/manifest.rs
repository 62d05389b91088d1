use std::collections::BTreeMap;

use base::{Db, Project};
use md5::{Digest, Md5};
use project::{Origin, dbt_version, package_name, packages};
use semantic::{
    Node, PatchKind, adapter, all_nodes, exposure_id, exposure_json, group_id, group_json,
    is_enabled, macro_id, macro_json, macros_of, node_dependencies, node_json, patches,
    project_quoting, source_id, source_json, source_tables, unit_tests,
};
use serde_json::{Map, Value as Json, json};

use crate::{compiled, manifest_selectors, selectors_file};

/// A manifest in the shape of dbt's version 12, with the compiled SQL of some nodes in it.
#[must_use]
pub fn manifest(db: &dyn Db, project: Project, compiled_nodes: &[Node]) -> Json {
    let mut nodes_json = Map::new();
    let mut disabled = Map::new();
    let mut parents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut macros = Map::new();
    let mut units = Map::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        for node in all_nodes(db, *package) {
            let id = node.unique_id(db);
            let value = node_entry(db, node, compiled_nodes.contains(&node));
            if is_enabled(db, node) {
                parents.insert(id.clone(), node_dependencies(db, node).to_vec());
                nodes_json.insert(id, value);
            } else {
                disabled.insert(id, json!([value]));
            }
        }
        for test in unit_tests(db, *package).iter() {
            let (id, value) = (test.unique_id.clone(), Json::Object(test.data.clone()));
            if test.is_enabled {
                parents.insert(id.clone(), vec![test.model.unique_id(db)]);
                units.insert(id, value);
            } else {
                disabled.insert(id, json!([value]));
            }
        }
        for (name, it) in macros_of(db, *package) {
            macros.insert(macro_id(db, &name, it), macro_json(db, &name, it));
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
        "selectors": selectors(db, project),
        "disabled": disabled,
        "parent_map": parents,
        "child_map": children,
        "group_map": {},
        "saved_queries": {},
        "semantic_models": {},
        "unit_tests": units,
        "functions": {},
    })
}

/// None where `selectors.yml` cannot be read; whoever selects is told why.
fn selectors(db: &dyn Db, project: Project) -> Json {
    let read = selectors_file(db, project).and_then(|data| manifest_selectors(&data));
    read.unwrap_or_else(|_| json!({}))
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

fn node_entry(db: &dyn Db, node: Node, with_sql: bool) -> Json {
    let mut object = (*node_json(db, node)).clone();
    if with_sql && object.get("language").is_some_and(|it| it == "sql") {
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
    Json::Object(object)
}

fn exposures(
    db: &dyn Db,
    project: Project,
    parents: &mut BTreeMap<String, Vec<String>>,
) -> Map<String, Json> {
    let mut found = Map::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        for place in patches(db, *package, PatchKind::Exposure) {
            let id = exposure_id(db, *package, &place);
            parents.insert(id.clone(), Vec::new());
            found.insert(id, exposure_json(db, *package, &place));
        }
    }
    found
}

fn groups(db: &dyn Db, project: Project) -> Map<String, Json> {
    let mut found = Map::new();
    for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
        for place in patches(db, *package, PatchKind::Group) {
            found.insert(group_id(db, *package, &place), group_json(db, *package, &place));
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
