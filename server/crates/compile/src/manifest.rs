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
    json!({
        "metadata": metadata(db, project),
        "nodes": all.nodes,
        "sources": all.sources,
        "macros": all.macros,
        "docs": all.docs,
        "exposures": all.exposures,
        "metrics": all.metrics,
        "groups": all.groups,
        "selectors": selectors(db, project),
        "disabled": all.disabled,
        "parent_map": edges.parents,
        "child_map": edges.children,
        "group_map": groups,
        "saved_queries": all.saved_queries,
        "semantic_models": all.semantic_models,
        "unit_tests": all.unit_tests,
        "functions": all.functions,
    })
}

/// None where `selectors.yml` cannot be read; whoever selects is told why.
fn selectors(db: &dyn Db, project: Project) -> Json {
    let read = selectors_file(db, project).and_then(|data| manifest_selectors(&data));
    read.unwrap_or_else(|_| json!({}))
}

type Entries = Map<String, Json>;
