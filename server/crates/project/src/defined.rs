//! Environment variables that files set for somebody else: a colleague, a container, a pipeline, the
//! dbt platform. Nothing here decides what a variable is on this machine.

mod ci;
mod dev_container;

pub use dev_container::read as read_dev_container;
pub(crate) use dev_container::without_comments;
use std::fmt;
use std::sync::Arc;

use base::{Db, File, FilePath, Project, TextRange, TextSize};
use rustc_hash::FxHashMap;
use syntax::yaml::Node;

use crate::{document, dotenv, platform_list_file, read_platform_list};

/// A variable as one of these files has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Definition {
    pub name: String,
    pub name_range: TextRange,
    /// As it is written; nothing where it comes from somewhere else: `${{ secrets.PASSWORD }}`.
    /// It may be a secret.
    pub value: Option<String>,
    /// For whom it is set where not for all: a job, an environment of the platform.
    pub scope: String,
}

/// Values may be secrets: they stay out of anything printed for debugging.
impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("name", &self.name)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// For whom a file sets variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefinedFor {
    /// Whoever starts: `.env.example`.
    Example,
    DevContainer,
    Ci,
    /// The list that was imported from the dbt platform.
    Platform,
}

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DefinitionFormat {
    Example,
    DevContainer,
    /// docker-compose; the service that the dev container is.
    Compose(String),
    GitHub,
    GitLab,
    Azure,
    CircleCi,
    Platform,
}

impl DefinitionFormat {
    #[must_use]
    pub fn defined_for(&self) -> DefinedFor {
        match self {
            Self::Example => DefinedFor::Example,
            Self::DevContainer | Self::Compose(_) => DefinedFor::DevContainer,
            Self::GitHub | Self::GitLab | Self::Azure | Self::CircleCi => DefinedFor::Ci,
            Self::Platform => DefinedFor::Platform,
        }
    }
}

/// A file that sets variables for somebody else, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionFile {
    pub file: File,
    pub format: DefinitionFormat,
}

/// Names of the file that a new colleague copies to `.env`, the usual one first.
pub const EXAMPLE_NAMES: [&str; 3] = [".env.example", ".env.sample", ".env.template"];

/// The folder with `.git` that a project lies in; the project's own folder where there is none.
#[salsa::tracked(returns(clone))]
pub fn repository_root(db: &dyn Db, project: Project) -> FilePath {
    let root = project.root(db);
    let mut above = root.and_above().map(FilePath::new);
    above.find(|it| db.file(&it.join(".git")).exists(db)).unwrap_or_else(|| root.clone())
}

/// Every such file that exists: beside the project file and in the root of the repository.
#[salsa::tracked(returns(clone))]
pub fn definition_files(db: &dyn Db, project: Project) -> Arc<[DefinitionFile]> {
    let root = project.root(db);
    let mut found = Vec::new();
    let add = |found: &mut Vec<DefinitionFile>, file: File, format: DefinitionFormat| {
        if file.exists(db) && found.iter().all(|it| it.file != file) {
            found.push(DefinitionFile { file, format });
        }
    };
    for name in EXAMPLE_NAMES {
        add(&mut found, db.file(&root.join(name)), DefinitionFormat::Example);
    }
    let repository = repository_root(db, project);
    let mut folders = vec![root.clone()];
    if repository != *root {
        folders.push(repository);
    }
    for folder in &folders {
        for name in [".devcontainer/devcontainer.json", ".devcontainer.json"] {
            let file = db.file(&folder.join(name));
            add(&mut found, file, DefinitionFormat::DevContainer);
            for (compose, service) in dev_container::compose_files(db, file).iter() {
                let format = DefinitionFormat::Compose(service.clone());
                add(&mut found, db.file(compose), format);
            }
        }
    }
    for folder in &folders {
        for file in db.folder(&folder.join(".github/workflows")).files(db).iter() {
            if matches!(file.path(db).extension(), "yml" | "yaml") {
                add(&mut found, *file, DefinitionFormat::GitHub);
            }
        }
        for (name, format) in [
            (".gitlab-ci.yml", DefinitionFormat::GitLab),
            ("azure-pipelines.yml", DefinitionFormat::Azure),
            ("azure-pipelines.yaml", DefinitionFormat::Azure),
            (".circleci/config.yml", DefinitionFormat::CircleCi),
        ] {
            add(&mut found, db.file(&folder.join(name)), format);
        }
    }
    if let Some(file) = platform_list_file(db, project) {
        add(&mut found, file, DefinitionFormat::Platform);
    }
    found.into()
}

/// The variables of one file, in the order of the text.
#[salsa::tracked(returns(clone))]
pub fn definitions(db: &dyn Db, file: File, format: DefinitionFormat) -> Arc<[Definition]> {
    match format {
        DefinitionFormat::Example => examples(db, file),
        DefinitionFormat::DevContainer => dev_container::definitions(file.text(db)),
        DefinitionFormat::Compose(service) => {
            dev_container::of_service(document(db, file).root.as_ref(), &service)
        }
        DefinitionFormat::GitHub => ci::github(document(db, file).root.as_ref()),
        DefinitionFormat::GitLab => ci::gitlab(document(db, file).root.as_ref()),
        DefinitionFormat::Azure => ci::azure(document(db, file).root.as_ref()),
        DefinitionFormat::CircleCi => ci::circleci(document(db, file).root.as_ref()),
        DefinitionFormat::Platform => platform(file.text(db)),
    }
    .into()
}

/// The names alone: a value that changes wakes nobody.
#[salsa::tracked(returns(clone))]
pub fn defined_names(db: &dyn Db, file: File, format: DefinitionFormat) -> Arc<[String]> {
    let mut names: Vec<String> =
        definitions(db, file, format).iter().map(|it| it.name.clone()).collect();
    names.sort();
    names.dedup();
    names.into()
}

fn examples(db: &dyn Db, file: File) -> Vec<Definition> {
    let lines = dotenv(db, file);
    let values: FxHashMap<String, String> =
        syntax::dotenv::values_v2(&lines, &|_| None).into_iter().collect();
    let definition = |it: &syntax::dotenv::Entry| Definition {
        name: it.name.clone(),
        name_range: it.name_range,
        value: values.get(&it.name).cloned(),
        scope: String::new(),
    };
    lines.entries.iter().map(definition).collect()
}

fn platform(text: &str) -> Vec<Definition> {
    let Ok(list) = read_platform_list(text) else { return Vec::new() };
    let mut found = Vec::new();
    for variable in list.variables {
        if variable.values.is_empty() {
            found.push(at_start(variable.name, None, String::new()));
            continue;
        }
        for (environment, value) in variable.values {
            found.push(at_start(variable.name.clone(), value, environment));
        }
    }
    found
}

fn at_start(name: String, value: Option<String>, scope: String) -> Definition {
    Definition { name, name_range: TextRange::default(), value, scope }
}

/// The pairs of a mapping, or `KEY=VALUE` items of a list, that can be variables.
fn pairs(node: Option<&Node>, scope: &str, found: &mut Vec<Definition>) {
    let Some(node) = node else { return };
    for entry in node.entries() {
        // GitLab may say more of a variable than its value.
        let value = entry.value.get("value").unwrap_or(&entry.value);
        let Some(name) = entry.name().filter(|it| is_name(it)) else { continue };
        let Some(text) = value.scalar_text() else { continue };
        found.push(Definition {
            name: name.to_owned(),
            name_range: entry.key.text_range(),
            value: (!value.is_null()).then(|| text.to_owned()).filter(|it| is_literal(it)),
            scope: scope.to_owned(),
        });
    }
    for item in node.items() {
        match item.as_str() {
            Some(text) => {
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (text, None),
                };
                if is_name(name) {
                    let range = item.source_range(TextRange::up_to(TextSize::of(name)));
                    found.push(Definition {
                        name: name.to_owned(),
                        name_range: range,
                        value: value.filter(|it| is_literal(it)).map(str::to_owned),
                        scope: scope.to_owned(),
                    });
                }
            }
            None => pairs(Some(item), scope, found),
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

/// Whether a value says itself what it is: `${{ secrets.X }}`, `$(X)` and `<< parameters.x >>` do not.
fn is_literal(value: &str) -> bool {
    !value.contains('$') && !value.contains("<<")
}

#[cfg(test)]
mod tests;
