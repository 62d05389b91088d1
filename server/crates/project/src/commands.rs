use std::sync::Arc;

use base::{Db, File, Project};

use crate::{DefinedFor, definition_files, repository_root};

/// Names of files that hold commands of a shell, beside the project and in the root of its
/// repository.
const NAMES: [&str; 9] = [
    "Makefile",
    "GNUmakefile",
    "justfile",
    "Taskfile.yml",
    "Dockerfile",
    "tox.ini",
    "bitbucket-pipelines.yml",
    "buildspec.yml",
    ".pre-commit-config.yaml",
];

/// The same, to tell a file by its name.
#[must_use]
pub fn command_names() -> &'static [&'static str] {
    &NAMES
}

/// The files that run dbt for somebody, pipelines not among them: those are files of definitions.
#[salsa::tracked(returns(clone))]
pub fn command_files(db: &dyn Db, project: Project) -> Arc<[File]> {
    let root = project.root(db);
    let repository = repository_root(db, project);
    let mut folders = vec![root.clone()];
    if repository != *root {
        folders.push(repository);
    }
    let files = folders.iter().flat_map(|folder| NAMES.map(|it| db.file(&folder.join(it))));
    let pipelines = definition_files(db, project);
    let is_pipeline = |file: &File| {
        let mut all = pipelines.iter();
        all.any(|it| it.file == *file && it.format.defined_for() == DefinedFor::Ci)
    };
    files.filter(|it| it.exists(db) && !is_pipeline(it)).collect()
}
