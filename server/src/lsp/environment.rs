//! The matrix of environment variables as the client gets it; `docs/lsp-extensions.md` is its page.

use std::collections::BTreeMap;

use base::{Db, FilePath, Project};
use ide::{EnvironmentColumn, EnvironmentPlace};
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types as lsp;
use tower_lsp::ls_types::notification::Notification;

use super::to_proto;
use crate::snapshot::Snapshot;

/// The answer to `tandem/environment`, and what `tandem/environmentChanged` brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    projects: Vec<EnvironmentProject>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct EnvironmentProject {
    name: String,
    root: String,
    variables: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Variable {
    name: String,
    status: String,
    secret: bool,
    value: Option<String>,
    source: Option<String>,
    hidden: Vec<String>,
    cells: Vec<Cell>,
    uses: Vec<Use>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cell {
    column: String,
    value: Option<String>,
    place: Option<Place>,
    scope: String,
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Use {
    place: Place,
    default: Option<String>,
    rendered: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Place {
    uri: lsp::Uri,
    path: String,
    range: lsp::Range,
}

/// `tandem/watchEnvironment`
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct WatchEnvironmentParams {
    pub watch: bool,
}

/// A project, by its folder.
#[derive(Debug, Clone, Deserialize)]
pub struct ProjectParams {
    pub root: String,
}

/// `tandem/importPlatformList`
#[derive(Debug, Clone, Deserialize)]
pub struct ImportParams {
    pub root: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Imported {
    pub variables: usize,
}

/// `tandem/dotenvFromExample`
#[derive(Debug, Clone, Deserialize)]
pub struct FromExampleParams {
    pub root: String,
    /// In place of the example's values.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct FromExample {
    pub uri: lsp::Uri,
    /// Whether there is a `.env` already.
    pub exists: bool,
    pub text: String,
    pub variables: Vec<ExampleVariable>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ExampleVariable {
    pub name: String,
    /// Empty where it is secret.
    pub value: String,
    pub secret: bool,
}

/// The answer to `tandem/spawnEnvironment`: the one message that holds secrets. Neither printed nor
/// compared anywhere.
#[derive(Clone, Serialize)]
pub struct SpawnEnvironment {
    /// The dbt to run, where one was found.
    pub dbt: Option<String>,
    pub variables: BTreeMap<String, String>,
}

/// `tandem/environmentChanged`
#[derive(Debug)]
pub enum EnvironmentChanged {}

impl Notification for EnvironmentChanged {
    type Params = Environment;
    const METHOD: &'static str = "tandem/environmentChanged";
}

impl Environment {
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let projects = snapshot.db.workspace().projects(&snapshot.db).iter();
        Self { projects: projects.map(|it| of_project(snapshot, *it)).collect() }
    }
}

/// The project with this folder.
#[must_use]
pub fn project_at(snapshot: &Snapshot, root: &str) -> Option<Project> {
    let root = FilePath::new(root);
    let mut projects = snapshot.db.workspace().projects(&snapshot.db).iter().copied();
    projects.find(|it| *it.root(&snapshot.db) == root)
}

fn title(column: EnvironmentColumn) -> String {
    column.title().to_owned()
}

fn of_project(snapshot: &Snapshot, project: Project) -> EnvironmentProject {
    let db = &snapshot.db;
    let secrets = project::secrets(db, project);
    let root = project.root(db);
    let place = |it: &EnvironmentPlace| {
        let path = it.file.path(db);
        Some(Place {
            uri: to_proto::uri(snapshot, path)?,
            path: path.relative_to(root).unwrap_or(path.as_str()).to_owned(),
            range: to_proto::range(snapshot, it.file, it.range),
        })
    };
    let variables = ide::environment_matrix(db, project).into_iter().map(|row| Variable {
        status: row.status.name().to_owned(),
        secret: row.secret,
        value: row.value,
        source: row.source.map(title),
        hidden: row.hidden.into_iter().map(title).collect(),
        cells: row
            .cells
            .iter()
            .map(|it| Cell {
                column: title(it.column),
                value: it.value.clone(),
                place: it.place.as_ref().and_then(place),
                scope: it.scope.clone(),
                note: it.note.map(str::to_owned),
            })
            .collect(),
        uses: row
            .uses
            .iter()
            .filter_map(|it| {
                Some(Use {
                    place: place(it)?,
                    default: it.default.as_ref().map(|it| project::mask(it, &secrets)),
                    rendered: it.is_rendered,
                })
            })
            .collect(),
        name: row.name,
    });
    EnvironmentProject {
        name: ide::project_status(db, project).name,
        root: root.to_string(),
        variables: variables.collect(),
    }
}
