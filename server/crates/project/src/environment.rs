use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Db, File, Project, TextRange, tree};
use syntax::dotenv::Dotenv;

use crate::is_secret_variable;

/// Where the value of an environment variable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvironmentSource {
    /// `dbt.environmentVariables`.
    Settings,
    /// The environment that the server was started with.
    Process,
    /// A line of `.env`, counted from zero.
    DotEnv { line: u32, name: TextRange },
}

/// A variable that is set, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvironmentValue {
    /// Never to be shown where `secret` is set.
    pub value: Arc<str>,
    pub secret: bool,
    pub source: EnvironmentSource,
    /// Where it is set too, without effect.
    pub hidden: Vec<EnvironmentSource>,
}

impl std::fmt::Debug for EnvironmentValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = if self.secret { "*****" } else { &self.value };
        f.debug_struct("EnvironmentValue")
            .field("value", &value)
            .field("source", &self.source)
            .finish()
    }
}

/// The project's `.env`, which need not exist.
pub fn dotenv_file(db: &dyn Db, project: Project) -> File {
    db.file(&project.root(db).join(".env"))
}

/// The lines of a `.env` file.
pub fn dotenv(db: &dyn Db, file: File) -> Arc<Dotenv> {
    tree(db, file, |text| syntax::dotenv::parse(text))
}

/// What an engine takes from the project's `.env`: nothing behind the first bad line.
#[salsa::tracked(returns(clone))]
fn dotenv_values(db: &dyn Db, project: Project) -> Arc<BTreeMap<String, Arc<str>>> {
    let lines = dotenv(db, dotenv_file(db, project));
    let process = db.machine().environment(db);
    let values = syntax::dotenv::values_v2(&lines, &|name| process.get(name).cloned());
    let mut first: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for (name, value) in values {
        first.entry(name).or_insert_with(|| value.into());
    }
    Arc::new(first)
}

/// The value that `env_var` gives, settings before process before `.env`: a small query over big
/// inputs, so that a change of one variable wakes only those who read it.
#[salsa::tracked(returns(clone))]
pub fn environment_value(db: &dyn Db, project: Project, name: String) -> Option<Arc<str>> {
    if let Some(value) = project.settings(db).environment.get(&name) {
        return Some(value.as_str().into());
    }
    if let Some(value) = db.machine().environment(db).get(&name) {
        return Some(value.as_str().into());
    }
    dotenv_values(db, project).get(&name).cloned()
}

/// What `.env` alone would give, whether or not something else wins over it.
pub fn dotenv_value(db: &dyn Db, project: Project, name: &str) -> Option<Arc<str>> {
    dotenv_values(db, project).get(name).cloned()
}

/// Value and origin of a variable, with everything that it hides.
pub fn explain_environment(db: &dyn Db, project: Project, name: &str) -> Option<EnvironmentValue> {
    let value = environment_value(db, project, name.to_owned())?;
    let mut sources = Vec::new();
    if project.settings(db).environment.contains_key(name) {
        sources.push(EnvironmentSource::Settings);
    }
    if db.machine().environment(db).contains_key(name) {
        sources.push(EnvironmentSource::Process);
    }
    let lines = dotenv(db, dotenv_file(db, project));
    for entry in lines.entries.iter().filter(|it| it.name == name && !it.lost) {
        sources.push(EnvironmentSource::DotEnv { line: entry.line, name: entry.name_range });
    }
    let mut sources = sources.into_iter();
    let source = sources.next()?;
    Some(EnvironmentValue {
        value,
        secret: is_secret_variable(db, project, name),
        source,
        hidden: sources.collect(),
    })
}

/// Every name that is set in the settings or in `.env`. The process has hundreds that dbt never
/// reads; those are not listed.
pub fn environment_names(db: &dyn Db, project: Project) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = project.settings(db).environment.keys().cloned().collect();
    let lines = dotenv(db, dotenv_file(db, project));
    names.extend(lines.entries.iter().map(|it| it.name.clone()));
    names
}

/// What dbt takes over into its own data: variables named `DBT_ENV_CUSTOM_ENV_…`, without that.
pub fn metadata_environment(db: &dyn Db, project: Project) -> Vec<(String, Option<Arc<str>>)> {
    const PREFIX: &str = "DBT_ENV_CUSTOM_ENV_";
    let mut names = environment_names(db, project);
    let process = db.machine().environment(db);
    names.extend(process.keys().filter(|it| it.starts_with(PREFIX)).cloned());
    let value = |name: String| {
        let key = name.strip_prefix(PREFIX)?.to_owned();
        Some((key, environment_value(db, project, name)))
    };
    names.into_iter().filter_map(value).collect()
}
