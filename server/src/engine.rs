//! The dbt that a project would be run with, as far as the disk tells: nothing is run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base::{Engine, FilePath};

/// Usual names of a project's own Python environment.
const ENVIRONMENTS: [&str; 4] = [".venv", "venv", "env", ".env"];
/// So far up is looked for one: a repository may hold several projects.
const LEVELS: usize = 4;

/// The activated environment first, then the project's own, then the `dbt` of the search path.
#[must_use]
pub fn find(root: &FilePath, environment: &BTreeMap<String, String>) -> Option<Engine> {
    let activated = ["VIRTUAL_ENV", "CONDA_PREFIX"];
    let activated = activated.iter().filter_map(|it| environment.get(*it)).map(PathBuf::from);
    let folders = Path::new(root.as_str()).ancestors().take(LEVELS);
    let own = folders.flat_map(|folder| ENVIRONMENTS.iter().map(|it| folder.join(it)));
    let on_path =
        environment.get("PATH").into_iter().flat_map(std::env::split_paths).filter_map(|folder| {
            let program =
                ["dbt", "dbt.exe"].iter().map(|it| folder.join(it)).find(|it| it.is_file())?;
            // A link from a common folder leads into the environment that owns the program.
            let program = fs::canonicalize(program).ok()?;
            Some(program.parent()?.parent()?.to_owned())
        });
    activated.chain(own).chain(on_path).find_map(|it| in_environment(&it, root))
}

/// What is installed in a Python environment.
fn in_environment(folder: &Path, root: &FilePath) -> Option<Engine> {
    let unix = fs::read_dir(folder.join("lib")).into_iter().flatten().flatten();
    let unix = unix
        .filter(|it| it.file_name().to_string_lossy().starts_with("python3"))
        .map(|it| it.path().join("site-packages"));
    let windows = folder.join("Lib").join("site-packages");
    let (version, include) = unix.chain([windows]).find_map(|it| {
        let include = it.join("dbt").join("include");
        Some((installed(&it)?, include.is_dir().then_some(include)))
    })?;
    let place = folder.to_str()?;
    let place = FilePath::new(place).relative_to(root).unwrap_or(place).to_owned();
    let include = include.and_then(|it| Some(FilePath::new(it.to_str()?)));
    Some(Engine { version, place, include })
}

/// dbt Core calls itself `dbt-core`, dbt v2 `dbt`.
fn installed(site_packages: &Path) -> Option<String> {
    let names: Vec<String> = fs::read_dir(site_packages)
        .ok()?
        .flatten()
        .filter_map(|it| it.file_name().into_string().ok())
        .filter(|it| it.starts_with("dbt") && it.ends_with(".dist-info"))
        .collect();
    let version = |package: &str| {
        names.iter().find_map(|it| {
            it.strip_prefix(package)?
                .strip_prefix('-')?
                .strip_suffix(".dist-info")
                .map(str::to_owned)
        })
    };
    version("dbt_core").or_else(|| version("dbt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The engine found in a folder that holds these files, for the project in `shop/dbt`.
    fn found(files: &[&str], environment: &[(&str, &str)]) -> Option<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("shop/dbt");
        fs::create_dir_all(&root).unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let at = |it: &str| it.replace("{}", folder.path().to_str().unwrap());
        let environment: BTreeMap<String, String> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), at(value))).collect();
        let root = FilePath::new(root.to_str().unwrap());
        let engine = find(&root, &environment)?;
        Some((engine.version, engine.place.replace(folder.path().to_str().unwrap(), "{}")))
    }

    fn engine(version: &str, place: &str) -> Option<(String, String)> {
        Some((version.to_owned(), place.to_owned()))
    }

    const OWN: &str =
        "shop/dbt/.venv/lib/python3.11/site-packages/dbt_core-1.10.4.dist-info/METADATA";
    const ABOVE: &str = "shop/venv/Lib/site-packages/dbt-2.0.0rc190.dist-info/METADATA";
    const ACTIVE: &str = "active/lib/python3.12/site-packages/dbt_core-1.11.2.dist-info/METADATA";

    #[test]
    fn the_nearest_environment_counts() {
        assert_eq!(found(&[OWN, ABOVE], &[]), engine("1.10.4", ".venv"));
        assert_eq!(found(&[ABOVE], &[]), engine("2.0.0rc190", "{}/shop/venv"));
        assert_eq!(found(&["shop/dbt/.env"], &[]), None);
    }

    #[test]
    fn an_activated_environment_wins_unless_dbt_is_not_in_it() {
        let active = [("VIRTUAL_ENV", "{}/active")];
        assert_eq!(found(&[OWN, ACTIVE], &active), engine("1.11.2", "{}/active"));
        assert_eq!(found(&[OWN], &active), engine("1.10.4", ".venv"));
    }

    #[test]
    fn the_search_path_is_asked_last() {
        let path = [("PATH", "{}/elsewhere:{}/active/bin")];
        assert_eq!(found(&[ACTIVE, "active/bin/dbt"], &path), engine("1.11.2", "{}/active"));
        assert_eq!(found(&[ACTIVE], &path), None);
        // Adapters and tools are no engine.
        let adapter = "shop/.venv/lib/python3.11/site-packages/dbt_duckdb-1.9.0.dist-info/METADATA";
        assert_eq!(found(&[adapter], &[]), None);
    }
}
