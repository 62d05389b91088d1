//! Every place in a repository that says which dbt is to be installed: plain facts over texts.

mod commands;
mod containers;
mod locks;
mod requirement_text;

use std::sync::Arc;

use base::{Db, File, FilePath, Project, TextRange};

use crate::version::{VersionRange, requirement};
use crate::{Origin, document, package_name, packages, repository_root};

/// A place that names versions of dbt or of an adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub file: File,
    pub range: TextRange,
    pub source: PinSource,
    pub package: PinnedPackage,
    /// As it is written: `dbt-core>=1.8,<2`.
    pub text: String,
    /// Nothing where it cannot be said, a variable that is set elsewhere for one.
    pub allowed: Option<VersionRange>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PinSource {
    /// `require-dbt-version` of the project.
    Project,
    /// `require-dbt-version` of a package.
    Package,
    /// What a person writes for an installer: `requirements.txt`, `pyproject.toml`.
    Requirements,
    /// What an installer chose: `uv.lock`.
    Lock,
    /// A dev container, a Dockerfile.
    Container,
    Ci,
    /// `Makefile`, `justfile`
    Make,
}

impl PinSource {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Package => "package",
            Self::Requirements => "requirements",
            Self::Lock => "lock",
            Self::Container => "container",
            Self::Ci => "ci",
            Self::Make => "make",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PinnedPackage {
    /// `dbt-core`, or what `require-dbt-version` asks for.
    Core,
    /// `dbt`: v2, or the platform's CLI.
    Dbt,
    /// `dbt-duckdb`
    Adapter(String),
}

impl PinnedPackage {
    fn of(name: &str) -> Option<Self> {
        let name = name.replace(['_', '.'], "-").to_ascii_lowercase();
        match name.as_str() {
            "dbt" => Some(Self::Dbt),
            "dbt-core" => Some(Self::Core),
            _ => {
                let adapter = name.strip_prefix("dbt-")?;
                ADAPTERS.contains(&adapter).then(|| Self::Adapter(adapter.to_owned()))
            }
        }
    }
}

/// Packages `dbt-…` that are adapters; others are tools around dbt.
const ADAPTERS: [&str; 22] = [
    "athena",
    "athena-community",
    "bigquery",
    "clickhouse",
    "databricks",
    "dremio",
    "duckdb",
    "exasol",
    "fabric",
    "fabricspark",
    "glue",
    "materialize",
    "mysql",
    "oracle",
    "postgres",
    "redshift",
    "snowflake",
    "spark",
    "sqlite",
    "sqlserver",
    "synapse",
    "trino",
];

impl Pin {
    /// Whether it speaks of the engine that runs a project, and not of an adapter or the platform's
    /// CLI, which is `dbt` in versions such as `1.0.0.40.21`.
    #[must_use]
    pub fn is_of_engine(&self) -> bool {
        match self.package {
            PinnedPackage::Core => true,
            PinnedPackage::Dbt => !self.text.contains("1.0.0."),
            PinnedPackage::Adapter(_) => false,
        }
    }

    /// Whether a newer dbt is taken as soon as there is one.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.allowed.as_ref().is_some_and(|it| !it.has_upper_bound())
            && !matches!(self.source, PinSource::Project | PinSource::Package)
    }
}

/// What one text says, without the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextPin {
    range: TextRange,
    package: PinnedPackage,
    text: String,
    allowed: Option<VersionRange>,
}

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    /// One requirement per line, or in quotes.
    Requirements,
    /// Commands of a shell, alone or inside YAML, JSON, a Dockerfile.
    Commands,
    TomlLock,
    PipfileLock,
    DevContainer,
}

/// The files that are looked at, in each folder up to the root of the repository.
const FILES: [(&str, PinSource, Form); 41] = {
    use Form::{Commands, DevContainer, PipfileLock, Requirements, TomlLock};
    use PinSource::{Ci, Container, Lock, Make};
    const R: PinSource = PinSource::Requirements;
    [
        ("requirements.txt", R, Requirements),
        ("requirements.in", R, Requirements),
        ("requirements-dbt.txt", R, Requirements),
        ("dbt-requirements.txt", R, Requirements),
        ("requirements-dev.txt", R, Requirements),
        ("requirements_dev.txt", R, Requirements),
        ("dev-requirements.txt", R, Requirements),
        ("requirements/base.txt", R, Requirements),
        ("requirements/dev.txt", R, Requirements),
        ("requirements/prod.txt", R, Requirements),
        ("requirements/requirements.txt", R, Requirements),
        ("constraints.txt", R, Requirements),
        ("pyproject.toml", R, Requirements),
        ("setup.cfg", R, Requirements),
        ("Pipfile", R, Requirements),
        ("environment.yml", R, Requirements),
        ("environment.yaml", R, Requirements),
        ("poetry.lock", Lock, TomlLock),
        ("uv.lock", Lock, TomlLock),
        ("pdm.lock", Lock, TomlLock),
        ("Pipfile.lock", Lock, PipfileLock),
        (".devcontainer/devcontainer.json", Container, DevContainer),
        (".devcontainer.json", Container, DevContainer),
        (".devcontainer/Dockerfile", Container, Commands),
        (".devcontainer/docker-compose.yml", Container, Commands),
        (".devcontainer/install.sh", Container, Commands),
        (".devcontainer/post-create.sh", Container, Commands),
        (".devcontainer/postCreate.sh", Container, Commands),
        ("Dockerfile", Container, Commands),
        ("docker-compose.yml", Container, Commands),
        (".gitlab-ci.yml", Ci, Commands),
        ("azure-pipelines.yml", Ci, Commands),
        (".azure-pipelines.yml", Ci, Commands),
        (".circleci/config.yml", Ci, Commands),
        ("bitbucket-pipelines.yml", Ci, Commands),
        ("buildspec.yml", Ci, Commands),
        ("tox.ini", Ci, Requirements),
        ("Makefile", Make, Commands),
        ("GNUmakefile", Make, Commands),
        ("justfile", Make, Commands),
        ("Taskfile.yml", Make, Commands),
    ]
};

/// A project that lies deeper in its repository is installed from somewhere else.
const LEVELS: usize = 8;
/// Requirements may include others so often.
const INCLUDE_LIMIT: usize = 32;

/// Every pin, the project's own first, then file by file from the project up to the root of its
/// repository.
#[salsa::tracked(returns(clone))]
pub fn version_pins(db: &dyn Db, project: Project) -> Arc<[Pin]> {
    let mut found = Vec::new();
    for package in packages(db, project).iter() {
        let source = match package.origin(db) {
            Origin::Root => PinSource::Project,
            Origin::Local | Origin::Installed => PinSource::Package,
            Origin::Upstream | Origin::Engine | Origin::Library => continue,
        };
        let file = package.file(db);
        if let Some(required) = requirement(&document(db, file), file.text(db)) {
            let items: Vec<&str> = required.items.iter().map(|it| it.text.as_str()).collect();
            let text = match source {
                PinSource::Package => {
                    format!("{}: {}", package_name(db, *package), items.join(","))
                }
                _ => items.join(","),
            };
            found.push(Pin {
                file,
                range: required.range,
                source,
                package: PinnedPackage::Core,
                text,
                allowed: Some(required.allowed()).filter(|_| !items.is_empty()),
            });
        }
    }
    let mut files = Vec::new();
    for folder in repository_folders(db, project) {
        let named =
            FILES.iter().map(|(name, source, form)| (db.file(&folder.join(name)), *source, *form));
        files.extend(named.filter(|(file, ..)| file.exists(db)));
        files.extend(workflows(db, &folder).map(|it| (it, PinSource::Ci, Form::Commands)));
    }
    let mut next = 0;
    while let Some((file, source, form)) = files.get(next).copied() {
        next += 1;
        let text = text_pins(db, file, form);
        found.extend(text.pins.iter().cloned().map(|it| Pin {
            file,
            range: it.range,
            source,
            package: it.package,
            text: it.text,
            allowed: it.allowed,
        }));
        let Some(folder) = file.path(db).parent() else { continue };
        for included in &text.includes {
            if files.len() > FILES.len() + INCLUDE_LIMIT {
                break;
            }
            // Commands are run in the project or at the root, requirements look beside themselves.
            let places = match form {
                Form::Requirements => vec![folder.join(included)],
                _ => repository_folders(db, project).iter().map(|it| it.join(included)).collect(),
            };
            let place = places.into_iter().map(|it| db.file(&it)).find(|it| it.exists(db));
            let fresh = place.filter(|it| files.iter().all(|(known, ..)| known != it));
            files.extend(fresh.map(|it| (it, PinSource::Requirements, Form::Requirements)));
        }
    }
    found.into()
}

/// The project's folder, then each above it up to the root of its repository.
fn repository_folders(db: &dyn Db, project: Project) -> Vec<FilePath> {
    let top = repository_root(db, project);
    let above = project.root(db).and_above().map(FilePath::new);
    above.take_while(|it| it.is_below(&top)).take(LEVELS).collect()
}

fn workflows(db: &dyn Db, folder: &FilePath) -> impl Iterator<Item = File> {
    // What is no workflow names no dbt.
    let files = Arc::clone(db.folder(&folder.join(".github/workflows")).files(db));
    let is_yaml = |it: &File| matches!(it.path(db).extension(), "yml" | "yaml");
    files.iter().copied().filter(is_yaml).collect::<Vec<_>>().into_iter()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct TextPins {
    pins: Vec<TextPin>,
    /// Files of requirements that are named: `-r requirements-dev.txt`.
    includes: Vec<String>,
}

/// What one file says: another file's change does not wake it.
#[salsa::tracked(returns(clone))]
fn text_pins(db: &dyn Db, file: File, form: Form) -> Arc<TextPins> {
    let text = file.text(db);
    let pins = match form {
        Form::Requirements => requirement_text::pins(text),
        Form::Commands => commands::pins(text),
        Form::TomlLock => locks::toml(text),
        Form::PipfileLock => locks::pipfile(text),
        Form::DevContainer => containers::pins(text),
    };
    let includes = match form {
        Form::Requirements | Form::Commands | Form::DevContainer => {
            requirement_text::includes(text)
        }
        Form::TomlLock | Form::PipfileLock => Vec::new(),
    };
    Arc::new(TextPins { pins, includes })
}

#[cfg(test)]
mod tests;
