mod output;
mod search;

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Content, Db, File, FilePath, Project};

use crate::{
    Json, Origin, Package, YamlContext, document, environment_value, project_file, render_value,
    to_json,
};

pub use output::{Field, Output, selected_output};
pub use search::{ProfileSearch, SearchedFor, profile_search, terminal_search};

/// The connection that a project's models are compiled for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// The `profiles.yml` that is used, where there is one.
    pub file: Option<File>,
    pub name: Option<String>,
    pub name_source: NameSource,
    pub target: Option<String>,
    pub target_source: NameSource,
    /// The target without anybody's choice: what `target:` of the profile says.
    pub default_target: Option<String>,
    /// Every output of the profile.
    pub targets: Vec<String>,
    pub adapter: Option<String>,
    /// The selected output, rendered.
    pub fields: BTreeMap<String, Json>,
    pub problem: Option<ProfileProblem>,
}

/// Where the name of the profile or of the target comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameSource {
    /// `--profile`, `--target`, `dbt.target`.
    Settings,
    /// `DBT_PROFILE`, `DBT_TARGET`.
    Variable,
    /// `profile:` of `dbt_project.yml`, `target:` of the profile.
    File,
    /// Nobody says anything.
    #[default]
    Default,
}

/// Why there is no usable output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileProblem {
    NoProfileNamed,
    NoFile { searched: Vec<FilePath> },
    Unreadable { file: File },
    NoProfile { name: String, known: Vec<String> },
    NoOutputs { name: String },
    NoTarget { target: String, known: Vec<String> },
    NoType { target: String },
}

impl Profile {
    fn broken(mut self, problem: ProfileProblem) -> Arc<Self> {
        self.problem = Some(problem);
        Arc::new(self)
    }

    /// A field as text: numbers and booleans too.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<String> {
        match self.fields.get(key)? {
            Json::String(it) => Some(it.clone()),
            Json::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// The first of several spellings that is set.
    fn any(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.field(key))
    }

    /// What adapters call the database: `project`, `catalog`, `dbname`.
    #[must_use]
    pub fn database(&self) -> Option<String> {
        let named = self.any(&["database", "dbname", "project", "catalog"]);
        named.or_else(|| match self.adapter.as_deref()? {
            // DuckDB names the database after its file.
            "duckdb" => {
                let path = self.field("path").unwrap_or_else(|| ":memory:".to_owned());
                Some(duckdb_database(&path))
            }
            "databricks" => Some("hive_metastore".to_owned()),
            _ => None,
        })
    }

    /// What adapters call the schema: `dataset`.
    #[must_use]
    pub fn schema(&self) -> Option<String> {
        self.any(&["schema", "dataset"])
            .or_else(|| (self.adapter.as_deref() == Some("duckdb")).then(|| "main".to_owned()))
    }
}

fn duckdb_database(path: &str) -> String {
    if path.starts_with(":memory:") || path.is_empty() {
        return "memory".to_owned();
    }
    let name = path.split(['?', '#']).next().unwrap_or(path);
    let name = name.rsplit(['/', '\\', ':']).next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// Of the places of a [`ProfileSearch`] the first that has the file, and what it says there.
#[salsa::tracked(returns(clone))]
pub fn profile(db: &dyn Db, project: Project) -> Arc<Profile> {
    let settings = project.settings(db);
    let variable = |name: &str| {
        let value = environment_value(db, project, name.to_owned());
        value.filter(|it| !it.is_empty()).map(|it| it.to_string())
    };
    let rendered = |it: &Json| text(&render_value(db, project, it, YamlContext::Profile));
    let chosen = |setting: &Option<String>, name: &str, written: Option<String>| {
        let setting = setting.clone().map(|it| (it, NameSource::Settings));
        let variable = || variable(name).map(|it| (it, NameSource::Variable));
        setting.or_else(variable).or_else(|| written.map(|it| (it, NameSource::File)))
    };
    let mut found = Profile::default();

    let root = Package::new(db, project, project.root(db).clone(), Origin::Root);
    let written = project_file(db, root.file(db)).profile.clone();
    let written = written.map(|it| rendered(&Json::String(it)));
    if let Some((name, source)) = chosen(&settings.profile, "DBT_PROFILE", written) {
        (found.name, found.name_source) = (Some(name), source);
    }
    let search = profile_search(db, project);
    found.file = search.found(db);
    let Some(name) = found.name.clone() else {
        return found.broken(ProfileProblem::NoProfileNamed);
    };
    let Some(file) = found.file else {
        return found.broken(ProfileProblem::NoFile { searched: search.folders });
    };
    let document = document(db, file);
    let Some(root) = document.root.as_ref().filter(|it| it.as_mapping().is_some()) else {
        if document.readable && matches!(file.content(db), Content::Text(_)) {
            return found.broken(ProfileProblem::NoProfile { name, known: Vec::new() });
        }
        return found.broken(ProfileProblem::Unreadable { file });
    };
    // What is missing from a file that is broken may well stand behind the break.
    let broken = |found: Profile, problem: ProfileProblem| {
        found.broken(if document.readable { problem } else { ProfileProblem::Unreadable { file } })
    };
    let data = to_json(root);
    let Some(profile) = data.get(&name) else {
        let names = data.as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
        let mut known = names.unwrap_or_default();
        known.retain(|it| it != "config");
        return broken(found, ProfileProblem::NoProfile { name, known });
    };
    let Some(outputs) = profile.get("outputs").and_then(Json::as_object) else {
        return broken(found, ProfileProblem::NoOutputs { name });
    };
    found.targets = outputs.keys().cloned().collect();
    let written = profile.get("target").map(rendered);
    found.default_target = written.clone().or_else(|| Some("default".to_owned()));
    let (target, source) = chosen(&settings.target, "DBT_TARGET", written)
        .unwrap_or_else(|| ("default".to_owned(), NameSource::Default));
    (found.target, found.target_source) = (Some(target.clone()), source);
    let Some(output) = outputs.get(&target).and_then(Json::as_object) else {
        let known = found.targets.clone();
        return broken(found, ProfileProblem::NoTarget { target, known });
    };
    for (key, value) in output {
        found.fields.insert(key.clone(), render_value(db, project, value, YamlContext::Profile));
    }
    found.adapter = found.field("type");
    if found.adapter.is_none() {
        return broken(found, ProfileProblem::NoType { target });
    }
    Arc::new(found)
}

fn text(value: &Json) -> String {
    match value {
        Json::String(it) => it.clone(),
        other => other.to_string(),
    }
}
