mod edges;
mod metadata;
mod resources;

use base::{Db, Project};
use rustc_hash::{FxHashMap, FxHashSet};
use semantic::Node;
use serde_json::{Map, Value as Json, json};

use edges::Edges;
use metadata::metadata;
use resources::Resources;

pub use resources::manifest_entry;

use crate::{manifest_selectors, selectors_file};

/// A manifest in the shape of dbt's version 12, with the compiled SQL of some nodes in it.
#[must_use]
pub fn manifest(db: &dyn Db, project: Project, compiled_nodes: &[Node]) -> Json {
    let compiled: FxHashSet<Node> = compiled_nodes.iter().copied().collect();
    manifest_of(db, project, |node| manifest_entry(db, node, compiled.contains(&node)))
}

/// A manifest with the entries that somebody makes of its nodes.
pub fn manifest_of(db: &dyn Db, project: Project, entry: impl FnMut(Node) -> Json) -> Json {
    let all = Resources::of(db, project, entry);
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

/// The entry of a node as text, and of the entry itself what others ask for. The entries of a large
/// project take gigabytes, their texts a tenth of that. A node that is not as it says, because it
/// is disabled, has no text.
#[must_use]
pub fn written_entry(db: &dyn Db, node: Node, with_sql: bool) -> (Json, Option<String>) {
    let entry = manifest_entry(db, node, with_sql);
    if !semantic::is_enabled(db, node) || semantic::is_left_out(db, node) {
        return (entry, None);
    }
    let asked = ["resource_type", "depends_on", "group"];
    let outline =
        asked.iter().filter_map(|key| Some(((*key).to_owned(), entry.get(*key)?.clone())));
    (outline.collect(), Some(entry.to_string()))
}

/// The text of a manifest, with the texts of some entries by their ids.
#[must_use]
pub fn written_manifest(manifest: &Json, texts: &FxHashMap<String, String>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut next = b'{';
    for (key, part) in manifest.as_object().into_iter().flatten() {
        out.push(next);
        out.extend(format!("{}:", json!(key)).bytes());
        match part {
            Json::Object(entries)
                if !entries.is_empty() && ["nodes", "functions"].contains(&&**key) =>
            {
                let mut next = b'{';
                for (id, entry) in entries {
                    out.push(next);
                    out.extend(format!("{}:", json!(id)).bytes());
                    match texts.get(id) {
                        Some(text) => out.extend(text.bytes()),
                        None => out.extend(entry.to_string().bytes()),
                    }
                    next = b',';
                }
                out.push(b'}');
            }
            part => out.extend(part.to_string().bytes()),
        }
        next = b',';
    }
    if next == b'{' {
        out.push(next);
    }
    out.push(b'}');
    out
}

#[cfg(test)]
mod tests {
    use test_support::Fixture;

    use super::*;

    #[test]
    fn the_text_says_what_the_data_says() {
        let fixture = Fixture::new(
            "//- models/a.sql\nselect 1\n//- models/b.sql\n{{ config(enabled=false) }} select 2\n\
             //- models/c.yml\nmodels: [{name: a, columns: [{name: x, data_tests: [unique]}]}]\n\
             //- functions/f.sql\nx + 1\n//- functions/f.yml\nfunctions: [{name: f, returns: {data_type: int}}]\n",
        );
        let db = &fixture.db;
        let whole = manifest(db, fixture.project, &[]);
        let mut texts = FxHashMap::default();
        let outlines = manifest_of(db, fixture.project, |node| {
            let (outline, text) = written_entry(db, node, false);
            texts.extend(text.map(|it| (node.unique_id(db), it)));
            outline
        });
        let text = written_manifest(&outlines, &texts);
        assert!(texts.len() >= 3);
        assert_eq!(serde_json::from_slice::<Json>(&text).unwrap(), whole);
        assert_eq!(written_manifest(&json!({}), &texts), b"{}");
    }
}
