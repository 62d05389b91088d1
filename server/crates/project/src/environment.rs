use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Content, Db, File, FilePath, Precedence, Project, TextRange, Unreadable, tree};
use syntax::dotenv::{Dotenv, Grammar};

use crate::{dbt_version, is_secret_variable};

/// Where the value of an environment variable comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvironmentSource {
    /// `dbt.environmentVariables`.
    Settings,
    /// The environment that the server was started with.
    Process,
    /// The output of `dbt.env.command`.
    Command,
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

/// The `.env` that dbt reads, which need not exist: beside `dbt_project.yml`, and for dbt Core from
/// 1.12 on, where there is none, in the nearest folder above.
pub fn dotenv_file(db: &dyn Db, project: Project) -> File {
    let root = project.root(db);
    let beside = db.file(&root.join(".env"));
    if !dbt_version(db, project).searches_dotenv_upward() {
        return beside;
    }
    let is_file = |it: &File| match it.content(db) {
        Content::Missing => false,
        Content::Unreadable(why) => !matches!(why, Unreadable::NotAFile | Unreadable::Link),
        Content::Text(_) => true,
    };
    let mut files = root.and_above().map(|it| db.file(&FilePath::new(it).join(".env")));
    files.find(is_file).unwrap_or(beside)
}

/// The lines of a `.env` file; of one that is not UTF-8, those above the first wrong byte.
pub fn dotenv(db: &dyn Db, file: File) -> Arc<Dotenv> {
    if let Content::Unreadable(Unreadable::NotUtf8 { before, .. }) = file.content(db) {
        return Arc::new(syntax::dotenv::parse(before));
    }
    tree(db, file, |text| syntax::dotenv::parse(text))
}

/// What an engine takes from the project's `.env`.
#[salsa::tracked(returns(clone))]
fn dotenv_values(db: &dyn Db, project: Project) -> Arc<BTreeMap<String, Arc<str>>> {
    let file = dotenv_file(db, project);
    let grammar = dbt_version(db, project).dotenv_grammar();
    // Python decodes the whole file before it looks at a line.
    let is_text = matches!(file.content(db), Content::Text(_));
    if grammar == Grammar::PythonDotenv && !is_text {
        return Arc::default();
    }
    let lines = dotenv(db, file);
    let values = lines.values(grammar, &|name| Some(outer_value(db, project, name)?.0.to_owned()));
    let mut first: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for (name, value) in values {
        first.entry(name).or_insert_with(|| value.into());
    }
    Arc::new(first)
}

/// What dbt is started with: the settings put variables over those of the process, or, where the
/// user wants it so, below.
fn outer_value<'db>(
    db: &'db dyn Db,
    project: Project,
    name: &str,
) -> Option<(&'db str, EnvironmentSource)> {
    let set =
        |values: &'db BTreeMap<String, String>, source| Some((values.get(name)?.as_str(), source));
    let settings = project.settings(db);
    let chosen = set(&settings.environment, EnvironmentSource::Settings);
    let process = set(db.machine().environment(db), EnvironmentSource::Process);
    let first = match settings.precedence {
        Precedence::Settings => chosen.or(process),
        Precedence::Process => process.or(chosen),
    };
    first.or_else(|| set(project.commanded(db), EnvironmentSource::Command))
}

/// The value that `env_var` gives, settings before process before `.env`: a small query over big
/// inputs, so that a change of one variable wakes only those who read it.
#[salsa::tracked(returns(clone))]
pub fn environment_value(db: &dyn Db, project: Project, name: String) -> Option<Arc<str>> {
    match outer_value(db, project, &name) {
        Some((value, _)) => Some(value.into()),
        None => dotenv_values(db, project).get(&name).cloned(),
    }
}

/// What `.env` alone would give, whether or not something else wins over it.
pub fn dotenv_value(db: &dyn Db, project: Project, name: &str) -> Option<Arc<str>> {
    dotenv_values(db, project).get(name).cloned()
}

/// Value and origin of a variable, with everything that it hides.
pub fn explain_environment(db: &dyn Db, project: Project, name: &str) -> Option<EnvironmentValue> {
    let value = environment_value(db, project, name.to_owned())?;
    let mut sources = Vec::new();
    sources.extend(outer_value(db, project, name).map(|it| it.1));
    for (source, is_set) in [
        (EnvironmentSource::Settings, project.settings(db).environment.contains_key(name)),
        (EnvironmentSource::Process, db.machine().environment(db).contains_key(name)),
        (EnvironmentSource::Command, project.commanded(db).contains_key(name)),
    ] {
        if is_set && !sources.contains(&source) {
            sources.push(source);
        }
    }
    let lines = dotenv(db, dotenv_file(db, project));
    let grammar = dbt_version(db, project).dotenv_grammar();
    sources.extend(
        lines
            .settings_of(grammar, name)
            .iter()
            .map(|it| EnvironmentSource::DotEnv { line: it.line, name: it.name_range }),
    );
    let mut sources = sources.into_iter();
    let source = sources.next()?;
    Some(EnvironmentValue {
        value,
        secret: is_secret_variable(db, project, name),
        source,
        hidden: sources.collect(),
    })
}

/// Every name that is set in the settings, by `dbt.env.command` or in `.env`. The process has hundreds that dbt never
/// reads; those are not listed.
pub fn environment_names(db: &dyn Db, project: Project) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = project.settings(db).environment.keys().cloned().collect();
    let lines = dotenv(db, dotenv_file(db, project));
    names.extend(project.commanded(db).keys().cloned());
    names.extend(lines.entries.iter().map(|it| it.name.clone()));
    let grammar = dbt_version(db, project).dotenv_grammar();
    names.extend(lines.settings(grammar).iter().map(|it| it.name.to_owned()));
    names
}

/// What a program that is started for the project gets over the environment of the process: every
/// variable with the value that Tandem tells of, also for a dbt that does not read `.env` itself.
/// It holds secrets.
pub fn spawn_environment(db: &dyn Db, project: Project) -> BTreeMap<String, String> {
    let names = environment_names(db, project).into_iter();
    let value = |name: String| {
        let value = environment_value(db, project, name.clone())?;
        // No program can be given one.
        (!value.contains('\0')).then(|| (name, value.to_string()))
    };
    let mut variables: BTreeMap<String, String> = names.filter_map(value).collect();
    // What was chosen here instead of written in a file.
    let settings = project.settings(db);
    let chosen = [
        ("DBT_TARGET", settings.target.clone()),
        ("DBT_PROFILES_DIR", settings.profiles_dir.as_ref().map(ToString::to_string)),
    ];
    variables.extend(chosen.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?))));
    variables
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

#[cfg(test)]
mod tests {
    use test_support::Fixture;

    use super::*;

    fn told(fixture: &Fixture, name: &str) -> String {
        let Some(found) = explain_environment(&fixture.db, fixture.project, name) else {
            return "not set".to_owned();
        };
        let source = |it: &EnvironmentSource| match it {
            EnvironmentSource::Settings => "settings".to_owned(),
            EnvironmentSource::Process => "process".to_owned(),
            EnvironmentSource::Command => "command".to_owned(),
            EnvironmentSource::DotEnv { line, .. } => format!(".env:{}", line + 1),
        };
        let hidden: Vec<String> = found.hidden.iter().map(source).collect();
        format!("{} from {} over {hidden:?}", found.value, source(&found.source))
    }

    #[test]
    fn a_command_fills_what_the_process_leaves_open_and_is_secret() {
        let mut fixture = Fixture::new("//- .env\nA=file\nB=file\nC=file\n");
        fixture.set_environment(&[("A", "process")]);
        let values = ["A", "B"].map(|it| (it.to_owned(), "hunter2".to_owned()));
        let commanded = Arc::new(BTreeMap::from(values));
        salsa::Setter::to(fixture.project.set_commanded(&mut fixture.db), commanded);
        assert_eq!(told(&fixture, "A"), r#"process from process over ["command", ".env:1"]"#);
        assert_eq!(told(&fixture, "B"), r#"hunter2 from command over [".env:2"]"#);
        let (db, project) = (&fixture.db, fixture.project);
        assert!(is_secret_variable(db, project, "B") && !is_secret_variable(db, project, "C"));
        assert!(crate::secrets(db, project).iter().any(|it| it == "hunter2"));
        let spawned = spawn_environment(db, project);
        let spawned: Vec<String> =
            spawned.iter().map(|(name, it)| format!("{name}={it}")).collect();
        assert_eq!(spawned, ["A=process", "B=hunter2", "C=file"]);
    }

    #[test]
    fn settings_then_process_then_file_and_the_other_way_round() {
        let mut fixture = Fixture::new("//- .env\nA=file\nB=${A}\n");
        fixture.set_environment(&[("A", "process")]);
        fixture.change_settings(|it| {
            it.environment.insert("A".to_owned(), "settings".to_owned());
        });
        assert_eq!(told(&fixture, "A"), r#"settings from settings over ["process", ".env:1"]"#);
        assert_eq!(told(&fixture, "B"), "settings from .env:2 over []");
        fixture.change_settings(|it| it.precedence = Precedence::Process);
        assert_eq!(told(&fixture, "A"), r#"process from process over ["settings", ".env:1"]"#);
        assert_eq!(told(&fixture, "B"), "process from .env:2 over []");
    }

    #[test]
    fn each_engine_reads_with_its_own_grammar() {
        let mut fixture = Fixture::new("//- .env\nA=1\nA=2\nB=x y\nC=3\n");
        assert_eq!(told(&fixture, "A"), r#"1 from .env:1 over [".env:2"]"#);
        assert_eq!(told(&fixture, "C"), "not set");
        fixture.change_settings(|it| it.dbt_version = Some("1.12".to_owned()));
        assert_eq!(told(&fixture, "A"), r#"2 from .env:2 over [".env:1"]"#);
        assert_eq!(told(&fixture, "B"), "x y from .env:3 over []");
        assert_eq!(told(&fixture, "C"), "3 from .env:4 over []");
    }

    #[test]
    fn only_core_1_12_looks_above_the_project() {
        let mut fixture = Fixture::new("//- ../.env\nA=above\n");
        assert_eq!(told(&fixture, "A"), "not set");
        fixture.change_settings(|it| it.dbt_version = Some("1.12".to_owned()));
        assert_eq!(told(&fixture, "A"), "above from .env:1 over []");
        fixture.set(".env", Content::Unreadable(Unreadable::NotAFile));
        assert_eq!(told(&fixture, "A"), "above from .env:1 over []");
        fixture.write(".env", "B=1\n");
        assert_eq!(told(&fixture, "A"), "not set");
        fixture.remove(".env");
        fixture.change_settings(|it| it.dbt_version = Some("1.11".to_owned()));
        assert_eq!(told(&fixture, "A"), "not set");
    }

    #[test]
    fn what_stands_above_a_wrong_byte_is_read_by_v2() {
        let mut fixture = Fixture::new("");
        let why = Unreadable::NotUtf8 { offset: 9, line: 2, before: "A=1\n".into() };
        fixture.set(".env", Content::Unreadable(why));
        assert_eq!(told(&fixture, "A"), "1 from .env:1 over []");
        fixture.change_settings(|it| it.dbt_version = Some("1.12".to_owned()));
        assert_eq!(told(&fixture, "A"), "not set");
    }
}
