//! The dbts that a project could be run with, as far as the disk tells: nothing is run.

mod ask;
mod environment;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base::{Engine, EngineKind, FilePath, FoundBy, Installer};

pub use ask::{Answer, PATIENCE, ask, command};

/// Usual names of a project's own Python environment.
const ENVIRONMENTS: [&str; 4] = [".venv", "venv", "env", ".env"];
/// So far up is looked for one: a repository may hold several projects.
const LEVELS: usize = 4;
/// Longer search paths are no search paths.
const FOLDER_LIMIT: usize = 512;

/// Where engines are looked for.
pub struct Search<'a> {
    pub root: &'a FilePath,
    pub environment: &'a BTreeMap<String, String>,
    pub home: Option<&'a FilePath>,
    /// `dbt.dbtPath`
    pub setting: Option<&'a str>,
}

/// Every engine, each once, the one that would run the project first: the one that the settings
/// name, the activated environment, the project's own, the search path, tools, installers.
#[must_use]
pub fn find(search: &Search<'_>) -> Vec<Engine> {
    let mut found = Found { engines: Vec::new(), keys: Vec::new() };
    if let Some(setting) = search.setting {
        found.add(named(search, setting), FoundBy::Setting);
    }
    let variable = |name: &str| search.environment.get(name).filter(|it| !it.is_empty());
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        let folder = variable(name).map(PathBuf::from);
        found.add(folder.and_then(|it| environment::at(&it, search.root)), FoundBy::Activated);
    }
    let above = || Path::new(search.root.as_str()).ancestors().take(LEVELS);
    for folder in above().flat_map(|it| ENVIRONMENTS.iter().map(|name| it.join(name))) {
        found.add(environment::at(&folder, search.root), FoundBy::Own);
    }
    for folder in above() {
        for (environment, found_by) in environment::kept_for(folder, search) {
            found.add(environment::at(&environment, search.root), found_by);
        }
    }
    let mut on_path = FoundBy::FirstOnPath;
    let folders = variable("PATH").into_iter().flat_map(std::env::split_paths);
    for folder in folders.filter(|it| it.is_absolute()).take(FOLDER_LIMIT) {
        if let Some(program) = program::in_folder(&folder) {
            found.add(program::at(&program, search), on_path);
            on_path = FoundBy::OnPath;
        }
    }
    for (folder, found_by) in environment::of_tools(search) {
        found.add(environment::at(&folder, search.root), found_by);
    }
    if let Some(home) = search.home {
        let folder = Path::new(home.as_str()).join(".local").join("bin");
        let program = program::in_folder(&folder);
        found.add(program.and_then(|it| program::at(&it, search)), FoundBy::InstallPlace);
    }
    found.engines
}

/// What an engine said of itself counts where its files say nothing.
pub fn learn(engine: &mut Engine, answer: Answer) {
    if engine.version.is_none() || engine.kind == EngineKind::Unknown {
        engine.kind = answer.kind;
        engine.version = Some(answer.version);
    }
}

/// A program, an environment or a folder with a program.
fn named(search: &Search<'_>, setting: &str) -> Option<At> {
    let path = match (setting.strip_prefix("~/"), search.home) {
        (Some(below), Some(home)) => home.join(below),
        _ => search.root.join(setting),
    };
    let path = Path::new(path.as_str());
    if path.is_dir() {
        return environment::at(path, search.root)
            .or_else(|| program::at(&program::in_folder(path)?, search));
    }
    program::at(path, search)
}

/// The engines in their order, each with every way that leads to it.
struct Found {
    engines: Vec<Engine>,
    keys: Vec<PathBuf>,
}

impl Found {
    fn add(&mut self, found: Option<At>, by: FoundBy) {
        let Some(At { key, engine }) = found else { return };
        let index = self.keys.iter().position(|it| *it == key).unwrap_or_else(|| {
            self.engines.push(engine);
            self.keys.push(key);
            self.keys.len() - 1
        });
        let Some(engine) = self.engines.get_mut(index) else { return };
        if !engine.found.contains(&by) {
            engine.found.push(by);
        }
        // A program there that is not Python's was left by dbt's own installer.
        if by == FoundBy::InstallPlace
            && engine.kind == EngineKind::Unknown
            && engine.installer == Installer::Standalone
        {
            engine.kind = EngineKind::Fusion;
        }
    }
}

/// An engine, and what tells it from others: its environment or its program, without links.
struct At {
    key: PathBuf,
    engine: Engine,
}

/// A place as it is shown: below the project or absolute.
fn shown(place: &Path, root: &FilePath) -> Option<String> {
    let place = place.to_str()?;
    Some(FilePath::new(place).relative_to(root).unwrap_or(place).to_owned())
}

/// The beginning of a file, whatever is in it. Only regular files are opened.
fn beginning(path: &Path, limit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if fs::metadata(path).is_ok_and(|it| it.is_file())
        && let Ok(file) = fs::File::open(path)
    {
        // What could be read counts.
        let _ = file.take(limit).read_to_end(&mut bytes);
    }
    bytes
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
