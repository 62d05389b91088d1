mod edges;
mod metadata;
mod resources;

use base::{Db, Project};
use semantic::Node;
use serde_json::{Map, Value as Json, json};

use edges::Edges;
use metadata::metadata;
use resources::Resources;

use crate::{manifest_selectors, selectors_file};

/// A manifest in the shape of dbt's version 12, with the compiled SQL of some nodes in it.
#[must_use]
pub fn manifest(db: &dyn Db, project: Project, compiled_nodes: &[Node]) -> Json {
    let all = Resources::of(db, project, compiled_nodes);
    let edges = Edges::between(&all);
    let groups = edges::members_of_groups(&all);
    // Moved, not copied: a large project's manifest takes a gigabyte.
    let parts = [
        ("metadata", metadata(db, project)),
        ("nodes", Json::Object(all.nodes)),
        ("sources", Json::Object(all.sources)),
        ("macros", Json::Object(all.macros)),
        ("docs", Json::Object(all.docs)),
        ("exposures", Json::Object(all.exposures)),
        ("metrics", Json::Object(all.metrics)),
        ("groups", Json::Object(all.groups)),
        ("selectors", selectors(db, project)),
        ("disabled", Json::Object(all.disabled)),
        ("parent_map", json!(edges.parents)),
        ("child_map", json!(edges.children)),
        ("group_map", json!(groups)),
        ("saved_queries", Json::Object(all.saved_queries)),
        ("semantic_models", Json::Object(all.semantic_models)),
        ("unit_tests", Json::Object(all.unit_tests)),
        ("functions", Json::Object(all.functions)),
    ];
    parts.into_iter().map(|(key, part)| (key.to_owned(), part)).collect()
}

/// None where `selectors.yml` cannot be read; whoever selects is told why.
fn selectors(db: &dyn Db, project: Project) -> Json {
    let read = selectors_file(db, project).and_then(|data| manifest_selectors(&data));
    read.unwrap_or_else(|_| json!({}))
}

type Entries = Map<String, Json>;
