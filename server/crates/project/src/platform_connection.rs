use std::collections::BTreeMap;

use base::{Content, Db, FilePath, Project};
use serde::{Deserialize, Serialize};

use crate::hydration::same_key;
use crate::{Field, Generation, Json, Output, kept_path};

/// What the dbt platform said of a user's connection when it was last asked. Lies in Tandem's own
/// folder; nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlatformConnection {
    /// The platform's project.
    pub project_id: String,
    pub adapter: String,
    /// Keys of a profile with their values.
    pub fields: Vec<(String, Json)>,
}

/// Where the answer of a project lies, whether or not there is one.
#[must_use]
pub fn platform_connection_path(
    environment: &BTreeMap<String, String>,
    root: &FilePath,
) -> Option<FilePath> {
    kept_path(environment, root, "platform-connection")
}

/// The last answer, where it is about the project that this one is linked to now.
#[must_use]
pub fn platform_connection(db: &dyn Db, project: Project) -> Option<PlatformConnection> {
    let path = platform_connection_path(db.machine().environment(db), project.root(db))?;
    let Content::Text(text) = db.file(&path).content(db) else { return None };
    let kept: PlatformConnection = serde_json::from_str(text).ok()?;
    (crate::cloud_link(db, project).project_id.as_ref() == Some(&kept.project_id)).then_some(kept)
}

/// The keys of an output that have another value in the platform, with that value.
pub fn drifted<'a>(
    output: &'a Output,
    connection: &'a PlatformConnection,
    generation: Generation,
) -> Vec<(&'a Field, String)> {
    let is_same = output.field("type").and_then(|it| it.text(generation)).as_deref()
        == Some(connection.adapter.as_str());
    let known = connection.fields.iter().filter(|_| is_same).filter_map(|(key, value)| {
        let field = output.fields.iter().find(|it| same_key(&it.name, key))?;
        let here = field.text(generation)?;
        let there = match value {
            Json::String(it) => it.clone(),
            Json::Number(_) | Json::Bool(_) => value.to_string(),
            _ => return None,
        };
        // How many models are built at once is everybody's own choice.
        (here != there && field.problem.is_none() && key != "threads").then_some((field, there))
    });
    known.collect()
}
