//! A dbt project in a scratch folder, and our program on it, untouched by the user's own settings.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::editor::{Editor, Launch, Options};
use crate::program;

pub const DBT_PROJECT: &str = "name: shop\nversion: '1.0'\nconfig-version: 2\nprofile: shop\n";

pub const PROFILES: &str = "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      \
                            path: shop.duckdb\n      schema: main\n";

pub struct Project {
    /// Where the project lies, without links in its path: servers resolve them.
    pub root: PathBuf,
    home: PathBuf,
    _folder: TempDir,
}

impl Project {
    /// The given files and, where they are not among them, a `dbt_project.yml` and a profile.
    pub fn new(files: &[(&str, &str)]) -> Result<Project> {
        let project = Project::empty()?;
        project.write("dbt_project.yml", DBT_PROJECT)?;
        project.write("profiles.yml", PROFILES)?;
        for (path, text) in files {
            project.write(path, text)?;
        }
        Ok(project)
    }

    /// A folder with nothing in it.
    pub fn empty() -> Result<Project> {
        let folder = tempfile::tempdir().context("cannot make a scratch folder")?;
        let base = folder.path().canonicalize()?;
        let (root, home) = (base.join("project"), base.join("home"));
        fs::create_dir(&root)?;
        fs::create_dir(&home)?;
        Ok(Project { root, home, _folder: folder })
    }

    /// A copy of a folder of the repository, so that nothing is written into it.
    pub fn copy_of(folder: &str) -> Result<Project> {
        let project = Project::empty()?;
        copy(&program::root().join(folder), &project.root)?;
        Ok(project)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> Result<PathBuf> {
        let full = self.root.join(path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&full, text).with_context(|| format!("cannot write {}", full.display()))?;
        Ok(full)
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The home folder of whoever runs our program here.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// How an editor starts our server here.
    pub fn options(&self) -> Result<Options> {
        let words = vec![program::built()?.to_string_lossy().into_owned(), "lsp".to_owned()];
        let mut options = Options::new(Launch::Pipe(words), &self.root);
        options.environment = self.environment();
        options.hidden = foreign_variables();
        // Longer than anything takes on a machine that is busy with something else.
        options.patience = Duration::from_secs(60);
        Ok(options)
    }

    pub fn editor(&self) -> Result<Editor> {
        Editor::start(&self.options()?)
    }

    /// Runs our program here.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        self.run_with(arguments, &[])
    }

    /// With variables of the process.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Output> {
        let mut command = Command::new(program::built()?);
        command.current_dir(&self.root).args(arguments).envs(self.environment());
        for name in foreign_variables() {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        command.output().context("cannot run tandem")
    }

    fn environment(&self) -> Vec<(String, String)> {
        let home = |part: &str| self.home.join(part).to_string_lossy().into_owned();
        vec![
            ("HOME".to_owned(), home("")),
            ("XDG_CACHE_HOME".to_owned(), home("cache")),
            ("XDG_CONFIG_HOME".to_owned(), home("config")),
            // The examples stand for repositories of their own.
            (
                "GIT_CEILING_DIRECTORIES".to_owned(),
                program::root().join("examples").to_string_lossy().into_owned(),
            ),
        ]
    }
}

/// What the caller's shell says about dbt and about us must not decide what we test; which dbt is
/// installed neither.
fn foreign_variables() -> Vec<String> {
    env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|it| {
            it.starts_with("DBT_")
                || it.starts_with("TANDEM_")
                || ["PATH", "VIRTUAL_ENV", "CONDA_PREFIX"].contains(&it.as_str())
        })
        .collect()
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
