//! Unit tests as dbt knows them once everything is parsed.

mod checksum;
mod rows;

use std::sync::Arc;

use base::Db;
use project::{Json, Package, YamlContext, original_path, package_name, render_value};
use serde_json::{Map, json};
use syntax::yaml::Node as Yaml;

use crate::configs::{resource_config, without_first_folder};
use crate::entries::{below_its_folder, version_json};
use crate::{
    ConfigKind, Node, NodeKind, PatchKind, PatchPlace, Resolution, is_enabled, nodes_named,
    patch_node, patches, relation, resolve_ref,
};

/// A unit test of one model, or of one version of it.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitTest {
    pub unique_id: String,
    pub model: Node,
    pub is_enabled: bool,
    /// The entry of the manifest.
    pub data: Map<String, Json>,
}

/// The unit tests of a package whose model exists.
#[salsa::tracked(returns(clone))]
pub fn unit_tests(db: &dyn Db, package: Package) -> Arc<[UnitTest]> {
    let mut found = Vec::new();
    for place in patches(db, package, PatchKind::UnitTest) {
        found.extend(read(db, package, &place).into_iter().flatten());
    }
    found.into()
}

fn read(db: &dyn Db, package: Package, place: &PatchPlace) -> Option<Vec<UnitTest>> {
    let item = patch_node(db, place)?;
    let name = &place.patch.name;
    let model = item.get("model")?.scalar_text()?.to_owned();
    let tested = tested_model(db, package, &model)?;
    let mut given = Vec::new();
    for input in item.get("given").map_or(&[][..], Yaml::items) {
        given.push(rows::Fixture::read(db, package, input, "input")?);
    }
    let expect = rows::Fixture::read(db, package, item.get("expect")?, "expect")?;
    let overrides = item.get("overrides").filter(|it| !it.is_null());
    let versions = item.get("versions").filter(|it| !it.is_null());
    let package_name = package_name(db, package);
    let path = place.file.path(db);
    let original = original_path(db, package, path);
    let below = without_first_folder(&original);
    let mut fqn = vec![package_name.to_string()];
    let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
    fqn.extend(folders.split('/').filter(|it| !it.is_empty()).map(str::to_owned));
    fqn.extend([model.clone(), name.clone()]);
    let config = configured(db, package, &fqn, &place.patch.data);
    let enabled = config.get("enabled").and_then(Json::as_bool).unwrap_or(true);
    let checksum = checksum::checksum(&model, versions, &given, &expect, overrides);
    let data = json!({
        "model": model,
        "given": given.iter().map(rows::Fixture::to_json).collect::<Vec<_>>(),
        "expect": expect.to_json(),
        "name": name,
        "resource_type": "unit_test",
        "package_name": &*package_name,
        "path": below_its_folder(db, package, place.file),
        "original_file_path": original,
        "unique_id": format!("unit_test.{package_name}.{model}.{name}"),
        "fqn": fqn,
        "description": place.patch.description(),
        "overrides": overrides.map(rows::overrides_json),
        "depends_on": {"macros": [], "nodes": []},
        "config": config,
        "checksum": checksum,
        "schema": null,
        "created_at": 0.0,
        "versions": versions.map(|it| {
            let list = |key: &str| it.get(key).map(project::to_json);
            json!({"include": list("include"), "exclude": list("exclude")})
        }),
        "version": null,
    });
    let Json::Object(data) = data else { return None };
    let tests = chosen_versions(db, tested, versions).into_iter().map(|node| {
        let mut data = data.clone();
        let mut unique_id = format!("unit_test.{package_name}.{model}.{name}");
        if let Some(version) = node.version(db) {
            unique_id = format!("{unique_id}_v{version}");
        }
        data.insert("unique_id".to_owned(), json!(unique_id));
        data.insert("version".to_owned(), version_json(db, node));
        let is_tested = is_enabled(db, tested);
        if !is_tested && let Some(Json::Object(config)) = data.get_mut("config") {
            config.insert("enabled".to_owned(), json!(false));
        }
        let is_enabled = enabled && is_tested;
        // dbt does not look what a disabled test is about.
        if is_enabled {
            data.insert("schema".to_owned(), json!(relation(db, tested).schema));
            let depends_on = json!({"macros": [], "nodes": [node.unique_id(db)]});
            data.insert("depends_on".to_owned(), depends_on);
        }
        UnitTest { unique_id, model: node, is_enabled, data }
    });
    Some(tests.collect())
}

/// The path below the folder of `model-paths` and the like that holds the file.
/// `name`, or `name version`.
fn tested_model(db: &dyn Db, package: Package, written: &str) -> Option<Node> {
    let mut words = written.split_whitespace();
    let (name, version) = (words.next()?, words.next());
    match resolve_ref(db, package, None, name, version) {
        Resolution::Node(node) | Resolution::Disabled(node) => {
            matches!(node.kind(db), NodeKind::Model | NodeKind::PythonModel).then_some(node)
        }
        _ => None,
    }
}

/// A model with versions is tested in each that `versions` leaves.
fn chosen_versions(db: &dyn Db, tested: Node, versions: Option<&Yaml>) -> Vec<Node> {
    if tested.version(db).is_none() {
        return vec![tested];
    }
    let listed = |key: &str| -> Option<Vec<String>> {
        let list = versions?.get(key)?.items();
        Some(list.iter().filter_map(|it| it.scalar_text().map(str::to_owned)).collect())
    };
    let (include, exclude) = (listed("include"), listed("exclude"));
    let project = tested.package(db).project(db);
    let named = nodes_named(db, project, tested.name(db).to_owned());
    let mut chosen: Vec<Node> = named
        .iter()
        .copied()
        .filter(|it| it.package(db) == tested.package(db) && is_enabled(db, *it))
        .filter(|it| {
            let has = |list: &[String]| list.iter().any(|v| it.version(db) == Some(v.as_str()));
            include.as_deref().is_none_or(has) && !exclude.as_deref().is_some_and(has)
        })
        .collect();
    chosen.sort_by(|a, b| a.version(db).cmp(&b.version(db)));
    chosen
}

/// What stands under `config`, over what `dbt_project.yml` says.
fn configured(db: &dyn Db, package: Package, fqn: &[String], data: &Json) -> Map<String, Json> {
    let own = data
        .get("config")
        .map(|it| render_value(db, package.project(db), it, YamlContext::Properties(package)));
    let own = own.as_ref().and_then(Json::as_object).cloned().unwrap_or_default();
    resource_config(db, package, ConfigKind::UnitTest, fqn, &own).0
}
