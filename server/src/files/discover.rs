use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use base::{Content, FilePath};

use super::admission::Admission;

pub const PROJECT_FILE: &str = "dbt_project.yml";

/// A folder without any project is left after this much looking.
const DEPTH_LIMIT: usize = 6;
const ENTRY_LIMIT: usize = 20_000;

/// So many folders are worth watching because somebody may make a project in one of them.
const FOLDER_LIMIT: usize = 256;

/// The folders at and below `start` that hold a project file, except packages: installed ones, and
/// those which a project above them names as `local:`.
#[must_use]
pub fn projects_below(start: &FilePath) -> Vec<FilePath> {
    without_local_packages(search(start, ENTRY_LIMIT).projects)
}

/// The folders that a search for projects would look into, the first ones of many.
#[must_use]
pub fn folders_below(start: &FilePath) -> Vec<FilePath> {
    let mut folders = search(start, ENTRY_LIMIT / 10).folders;
    folders.truncate(FOLDER_LIMIT);
    folders
}

#[derive(Default)]
struct Searched {
    projects: BTreeSet<FilePath>,
    /// Those nearer to the start come first.
    folders: Vec<FilePath>,
}

fn search(start: &FilePath, entry_limit: usize) -> Searched {
    let mut searched = Searched::default();
    let mut queue = VecDeque::from([(start.clone(), 0)]);
    let mut entries = 0;
    while let Some((folder, depth)) = queue.pop_front() {
        // The rules of a walk hold for each folder seen as a root of its own.
        let admission = Admission::new(&folder);
        let Ok(children) = fs::read_dir(folder.as_str()) else { continue };
        searched.folders.push(folder.clone());
        for child in children.flatten() {
            entries += 1;
            if entries > entry_limit {
                return searched;
            }
            let name = child.file_name();
            let Some(name) = name.to_str() else { continue };
            if name == PROJECT_FILE {
                searched.projects.insert(folder.clone());
            // Links are not followed: what they lead to is found where it lies.
            } else if depth < DEPTH_LIMIT && child.file_type().is_ok_and(|it| it.is_dir()) {
                let child = folder.join(name);
                if admission.enters(&child) {
                    queue.push_back((child, depth + 1));
                }
            }
        }
    }
    searched
}

/// The project that a file or folder belongs to: the nearest project file upwards, the user's own
/// and not that of an installed package.
#[must_use]
pub fn project_above(path: &FilePath) -> Option<FilePath> {
    let mut folder = Some(path.clone());
    let mut nearest = None;
    while let Some(here) = folder {
        if !installed(&here) && Path::new(here.join(PROJECT_FILE).as_str()).is_file() {
            let inner = nearest.get_or_insert_with(|| here.clone());
            if inner != &here && local_packages(&here).contains(inner) {
                nearest = Some(here.clone());
            }
        }
        folder = here.parent();
    }
    nearest
}

fn installed(path: &FilePath) -> bool {
    path.as_str().split('/').any(|it| matches!(it, "dbt_packages" | "dbt_modules"))
}

fn without_local_packages(found: BTreeSet<FilePath>) -> Vec<FilePath> {
    let packages: BTreeSet<FilePath> = found.iter().flat_map(local_packages).collect();
    found.into_iter().filter(|it| !packages.contains(it)).collect()
}

/// Packages below a project that it installs from their folder. Those beside or above it (the
/// package that a folder of integration tests installs) are projects that somebody works in.
fn local_packages(root: &FilePath) -> Vec<FilePath> {
    let mut packages = Vec::new();
    for name in ["packages.yml", "dependencies.yml"] {
        let Content::Text(text) = super::read(&root.join(name)) else { continue };
        for line in text.lines() {
            let line = line.trim_start().trim_start_matches('-').trim_start();
            let Some(value) = line.strip_prefix("local:") else { continue };
            let value = value.split(" #").next().unwrap_or_default().trim();
            let path = root.join(value.trim_matches(['"', '\'']));
            if path != *root && path.is_below(root) {
                packages.push(path);
            }
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, FilePath) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let root = FilePath::new(folder.path().to_str().unwrap());
        (folder, root)
    }

    #[test]
    fn every_project_below_is_found_once() {
        let (_folder, root) = folder(&[
            ("a/dbt_project.yml", ""),
            ("a/packages.yml", "packages:\n  - local: packages/own # ours\n"),
            ("a/packages/own/dbt_project.yml", ""),
            ("a/dbt_packages/x/dbt_project.yml", ""),
            ("a/integration_tests/dbt_project.yml", ""),
            ("a/integration_tests/packages.yml", "packages:\n  - local: ../\n"),
            ("b/c/dbt_project.yml", ""),
            ("node_modules/d/dbt_project.yml", ""),
            ("1/2/3/4/5/6/7/dbt_project.yml", ""),
        ]);
        let found = projects_below(&root);
        let names: Vec<&str> = found.iter().filter_map(|it| it.relative_to(&root)).collect();
        assert_eq!(names, ["a", "a/integration_tests", "b/c"]);
    }

    #[test]
    fn a_file_of_a_package_belongs_to_the_project_that_uses_it() {
        let (_folder, root) = folder(&[
            ("dbt_project.yml", ""),
            ("packages.yml", "packages: \n- local: 'packages/own'\n"),
            ("packages/own/dbt_project.yml", ""),
            ("nested/dbt_project.yml", ""),
            ("dbt_packages/x/dbt_project.yml", ""),
        ]);
        let above = |path: &str| project_above(&root.join(path));
        assert_eq!(above("models/a.sql"), Some(root.clone()));
        assert_eq!(above("packages/own/models/a.sql"), Some(root.clone()));
        assert_eq!(above("dbt_packages/x/models/a.sql"), Some(root.clone()));
        assert_eq!(above("nested/models/a.sql"), Some(root.join("nested")));
    }
}
