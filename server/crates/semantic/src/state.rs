use std::fmt;
use std::sync::Arc;

use base::{Content, Db, File, Project};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What a state manifest says, as far as resolving names needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub generated_at: Option<String>,
    pub dbt_version: Option<String>,
    pub project_name: Option<String>,
    nodes: FxHashMap<String, Arc<StateNode>>,
    /// Nodes that could not be read.
    pub skipped: usize,
    /// Why the file, or the first skipped node, could not be read.
    pub problem: Option<String>,
}

/// A node of the state that a `ref` can be deferred to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StateNode {
    pub resource_type: String,
    pub database: Option<String>,
    pub schema: Option<String>,
    pub alias: Option<String>,
    pub name: String,
    pub relation_name: Option<String>,
    config: StateConfig,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct StateConfig {
    materialized: Option<String>,
}

impl StateNode {
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.config.materialized.as_deref() == Some("ephemeral")
    }
}

impl State {
    #[must_use]
    pub fn node(&self, unique_id: &str) -> Option<&Arc<StateNode>> {
        self.nodes.get(unique_id)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// The manifest that `dbt.flag.state` or `--state` points at: a folder or the file itself.
pub fn state_file(db: &dyn Db, project: Project) -> Option<File> {
    let state = project.settings(db).state.as_deref().filter(|it| !it.is_empty())?;
    let path = project.root(db).join(state);
    let path = if path.extension() == "json" { path } else { path.join("manifest.json") };
    Some(db.file(&path))
}

/// A manifest's nodes, functions among them. Unknown keys are passed over, a node that cannot be read is counted.
#[salsa::tracked(returns(clone))]
pub fn read_state(db: &dyn Db, file: File) -> Arc<State> {
    let mut state = State::default();
    match file.content(db) {
        Content::Missing => state.problem = Some("there is no such file".to_owned()),
        Content::Unreadable(_) => state.problem = Some("the file cannot be read".to_owned()),
        Content::Text(text) if !text.trim_start().starts_with('{') => {
            state.problem = Some("no JSON of a manifest".to_owned());
        }
        Content::Text(text) => match serde_json::from_str::<RawManifest>(text) {
            Ok(raw) => fill(&mut state, raw),
            Err(error) => state.problem = Some(format!("no JSON of a manifest: {error}")),
        },
    }
    Arc::new(state)
}

/// One node of the state: a small query, so that a new manifest wakes only who meets a difference.
#[salsa::tracked(returns(clone))]
pub fn state_node(db: &dyn Db, file: File, unique_id: String) -> Option<Arc<StateNode>> {
    read_state(db, file).node(&unique_id).cloned()
}

#[derive(Deserialize)]
struct RawManifest<'a> {
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    nodes: RawNodes<'a>,
    #[serde(borrow, default)]
    functions: RawNodes<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    generated_at: Option<String>,
    dbt_version: Option<String>,
    project_name: Option<String>,
}

/// The nodes unread, so that a bad one spoils nothing else.
#[derive(Default)]
struct RawNodes<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawNodes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nodes;
        impl<'de> Visitor<'de> for Nodes {
            type Value = RawNodes<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of nodes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut nodes = Vec::new();
                while let Some(id) = map.next_key::<String>()? {
                    if id.starts_with("test.") || id.starts_with("operation.") {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        nodes.push((id, map.next_value()?));
                    }
                }
                Ok(RawNodes(nodes))
            }
        }
        deserializer.deserialize_map(Nodes)
    }
}

fn fill(state: &mut State, raw: RawManifest<'_>) {
    let metadata = raw.metadata.and_then(|it| serde_json::from_str::<Metadata>(it.get()).ok());
    let metadata = metadata.unwrap_or_default();
    state.generated_at = metadata.generated_at;
    state.dbt_version = metadata.dbt_version;
    state.project_name = metadata.project_name;
    for (id, node) in raw.nodes.0.into_iter().chain(raw.functions.0) {
        match serde_json::from_str::<StateNode>(node.get()) {
            Ok(node) => {
                state.nodes.insert(id, Arc::new(node));
            }
            Err(error) => {
                state.skipped += 1;
                state.problem.get_or_insert_with(|| format!("{id}: {error}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::Fixture;

    fn read(manifest: &str) -> Arc<State> {
        let fixture = Fixture::new(&format!("//- state/manifest.json\n{manifest}\n"));
        read_state(&fixture.db, fixture.file("state/manifest.json"))
    }

    #[test]
    fn a_bad_node_is_counted_and_the_rest_is_read() {
        let state = read(
            r#"{"metadata": {"dbt_version": "1.11.0", "env": {}}, "unknown": [1],
            "nodes": {"model.shop.a": {"name": "a", "resource_type": "model", "schema": "prod"},
                      "model.shop.b": {"name": 3}, "test.shop.t": {"name": []}}}"#,
        );
        assert_eq!(state.len(), 1);
        assert_eq!(state.skipped, 1);
        assert!(state.problem.as_deref().unwrap().starts_with("model.shop.b: invalid type"));
        assert_eq!(state.node("model.shop.a").unwrap().schema.as_deref(), Some("prod"));
    }

    #[test]
    fn garbage_is_no_state() {
        assert!(read("{ not json").problem.is_some());
        assert!(read("[]").problem.is_some());
        assert!(read(r#"{"nodes": 3}"#).problem.is_some());
    }
}
