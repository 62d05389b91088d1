use base::{Db, Project};
use project::{Origin, Package, internal_packages, packages};
use semantic::{
    Node, NodeKind, PatchKind, all_nodes, docs_json, docs_named, docs_names, foreign_key_relation,
    is_enabled, is_enabled_before_properties, is_left_out, is_source_enabled, macro_json,
    macros_of, node_entry, relation, resource_entries, source_id, source_json, source_tables,
    unit_tests,
};
use serde_json::{Value as Json, json};

use super::Entries;
use crate::{compiled, compiled_path, rendered, target_path};

/// The entries of a manifest by their ids.
#[derive(Default)]
pub(super) struct Resources {
    pub(super) nodes: Entries,
    pub(super) sources: Entries,
    pub(super) macros: Entries,
    pub(super) docs: Entries,
    pub(super) exposures: Entries,
    pub(super) metrics: Entries,
    pub(super) groups: Entries,
    pub(super) disabled: Entries,
    pub(super) saved_queries: Entries,
    pub(super) semantic_models: Entries,
    pub(super) unit_tests: Entries,
    pub(super) functions: Entries,
}

impl Resources {
    pub(super) fn of(db: &dyn Db, project: Project, mut entry: impl FnMut(Node) -> Json) -> Self {
        let mut all = Self::default();
        let packages = packages(db, project);
        for package in packages.iter().filter(|it| it.origin(db) != Origin::Upstream) {
            all.add_nodes(db, *package, &mut entry);
            all.add_macros(db, *package);
            all.add_docs(db, *package);
            all.add_properties(db, *package);
        }
        for package in internal_packages(db, project).iter() {
            all.add_macros(db, *package);
        }
        all.docs.insert("doc.dbt.__overview__".to_owned(), overview());
        for place in source_tables(db, project) {
            if place.package.origin(db) != Origin::Upstream {
                let (id, entry) = (source_id(db, &place), source_json(db, &place));
                all.add(|it| &mut it.sources, id, entry, is_source_enabled(db, &place));
            }
        }
        all
    }

    /// Everything that has parents and children.
    pub(super) fn in_graph(&self) -> impl Iterator<Item = (&String, &Json)> {
        let lists = [
            &self.nodes,
            &self.sources,
            &self.exposures,
            &self.functions,
            &self.metrics,
            &self.semantic_models,
            &self.saved_queries,
            &self.unit_tests,
        ];
        lists.into_iter().flatten()
    }

    fn add(
        &mut self,
        list: impl FnOnce(&mut Self) -> &mut Entries,
        id: String,
        mut entry: Json,
        enabled: bool,
    ) {
        if enabled {
            list(self).insert(id, entry);
            return;
        }
        // dbt does not look what a disabled resource reads.
        if let Some(nodes) = entry.get_mut("depends_on").and_then(|it| it.get_mut("nodes")) {
            *nodes = json!([]);
        }
        match self.disabled.get_mut(&id) {
            Some(Json::Array(list)) => list.push(entry),
            _ => {
                self.disabled.insert(id, json!([entry]));
            }
        }
    }

    fn add_nodes(&mut self, db: &dyn Db, package: Package, entry: &mut impl FnMut(Node) -> Json) {
        for node in all_nodes(db, package) {
            let entry = entry(node);
            let list: fn(&mut Self) -> &mut Entries = match node.kind(db) {
                NodeKind::Function => |it| &mut it.functions,
                _ => |it| &mut it.nodes,
            };
            // Where properties disable a function, dbt leaves it among the others.
            let is_listed = match node.kind(db) {
                NodeKind::Function => is_enabled_before_properties(db, node),
                _ => is_enabled(db, node),
            };
            self.add(list, node.unique_id(db), entry, is_listed);
        }
        for test in unit_tests(db, package).iter() {
            let (id, entry) = (test.unique_id.clone(), Json::Object(test.data.clone()));
            self.add(|it| &mut it.unit_tests, id, entry, test.is_enabled);
        }
    }

    fn add_macros(&mut self, db: &dyn Db, package: Package) {
        for (name, it) in macros_of(db, package) {
            self.macros.insert(it.unique_id(db), macro_json(db, &name, it));
        }
    }

    fn add_docs(&mut self, db: &dyn Db, package: Package) {
        for name in docs_names(db, package) {
            if let Some(block) = docs_named(db, package, name.clone()) {
                let entry = docs_json(db, package, &name, block);
                let id = entry.get("unique_id").and_then(Json::as_str).unwrap_or_default();
                self.docs.insert(id.to_owned(), entry);
            }
        }
    }

    fn add_properties(&mut self, db: &dyn Db, package: Package) {
        for entry in resource_entries(db, package) {
            let kind = entry.kind;
            let data = Json::Object(entry.data);
            self.add(move |it| it.list(kind), entry.id, data, entry.is_enabled);
        }
    }

    fn list(&mut self, kind: PatchKind) -> &mut Entries {
        match kind {
            PatchKind::Exposure => &mut self.exposures,
            PatchKind::Metric => &mut self.metrics,
            PatchKind::SemanticModel => &mut self.semantic_models,
            PatchKind::SavedQuery => &mut self.saved_queries,
            _ => &mut self.groups,
        }
    }
}

/// The page that dbt's documentation site opens with.
fn overview() -> Json {
    json!({
        "name": "__overview__", "resource_type": "doc", "package_name": "dbt",
        "path": "overview.md", "original_file_path": "docs/overview.md",
        "unique_id": "doc.dbt.__overview__",
        "block_contents": "### Overview\n\nThe models, sources and tests of this project.",
    })
}

/// Once it compiles dbt writes where a foreign key leads to.
fn resolve_foreign_keys(db: &dyn Db, node: Node, object: &mut Entries) {
    let resolve = |constraints: Option<&mut Json>| {
        for it in constraints.and_then(Json::as_array_mut).into_iter().flatten() {
            if it.get("type").and_then(Json::as_str) != Some("foreign_key") {
                continue;
            }
            let to = it.get("to").and_then(Json::as_str);
            let relation = to.and_then(|it| foreign_key_relation(db, node, it));
            if let (Some(relation), Some(to)) = (relation, it.get_mut("to")) {
                *to = json!(relation.render());
            }
        }
    };
    resolve(object.get_mut("constraints"));
    let columns = object.get_mut("columns").and_then(Json::as_object_mut);
    for column in columns.into_iter().flat_map(|it| it.values_mut()) {
        resolve(column.get_mut("constraints"));
    }
}

/// The entry of a node, with its compiled SQL or without.
#[must_use]
pub fn manifest_entry(db: &dyn Db, node: Node, with_sql: bool) -> Json {
    let mut object = node_entry(db, node);
    let left_out = is_left_out(db, node);
    let config = object.get_mut("config").and_then(|it| it.get_mut("enabled"));
    if left_out && let Some(enabled) = config {
        *enabled = json!(false);
    }
    if with_sql && !left_out && object.contains_key("language") {
        let compiled = compiled(db, node);
        object.insert("compiled".to_owned(), json!(compiled.problems.is_empty()));
        object.insert("compiled_code".to_owned(), json!(compiled.text));
        let path = compiled_path(db, node).filter(|_| !compiled.text.is_empty());
        let target = target_path(db, node.package(db).project(db));
        let path = path.map(|it| format!("{}/{it}", target.trim_end_matches('/')));
        object.insert("compiled_path".to_owned(), json!(path));
        let ctes: Vec<Json> = compiled
            .prepended
            .iter()
            .map(|it| {
                let name = &relation(db, *it).identifier;
                let sql = &rendered(db, *it).text;
                let sql = format!(" __dbt__cte__{name} as (\n{sql}\n)");
                json!({"id": it.unique_id(db), "sql": sql})
            })
            .collect();
        object.insert("extra_ctes".to_owned(), json!(ctes));
        object.insert("extra_ctes_injected".to_owned(), json!(true));
        if node.kind(db).resource_type() == "model" {
            resolve_foreign_keys(db, node, &mut object);
        }
        // dbt goes on noting calls while it compiles.
        let macros = object.get_mut("depends_on").and_then(|it| it.get_mut("macros"));
        if let Some(Json::Array(macros)) = macros {
            for called in rendered(db, node).macros.iter().map(|it| json!(it)) {
                if !macros.contains(&called) {
                    macros.push(called);
                }
            }
        }
    }
    Json::Object(object)
}
