use std::fs;
use std::time::SystemTime;

use base::{Content, FilePath};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::admission::Admission;
use super::discover::folders_below;
use super::load::read_folder;
use super::read as read_file;

/// What stands now at a path that changed.
#[derive(Debug)]
pub struct Refreshed {
    pub path: FilePath,
    pub now: Now,
}

impl Refreshed {
    #[must_use]
    pub fn is_folder(&self) -> bool {
        matches!(self.now, Now::Folder { .. })
    }
}

#[derive(Debug)]
pub enum Now {
    /// Nothing, neither file nor folder.
    Gone,
    File {
        content: Content,
        /// The known folders that the file belongs to.
        folders: Vec<FilePath>,
    },
    /// Something that belongs to no project.
    Other,
    Folder {
        /// For each known folder that it lies in, what is below it.
        parts: Vec<Part>,
        /// Known files below it that belong to none of them, such as a manifest.
        others: Vec<(FilePath, Content)>,
        /// Where it lies in none of them: the folders that a project may yet be made in.
        unclaimed: Vec<FilePath>,
    },
}

#[derive(Debug)]
pub struct Part {
    /// A known folder.
    pub root: FilePath,
    pub files: Vec<(FilePath, Content)>,
    pub folders: Vec<FilePath>,
}

/// Looks at each path once, however many events there were.
#[must_use]
pub fn refresh(
    paths: Vec<FilePath>,
    known_files: &FxHashSet<FilePath>,
    known_folders: &[FilePath],
) -> Vec<Refreshed> {
    let admissions: Vec<Admission> = known_folders.iter().map(Admission::new).collect();
    paths
        .into_par_iter()
        .map(|path| {
            let covering = known_folders.iter().zip(&admissions);
            let covering = covering.filter(|(root, _)| path.is_below(root));
            let is_folder = fs::metadata(path.as_str()).is_ok_and(|it| it.is_dir());
            let now = if is_folder {
                let entered = covering.filter(|(root, admission)| {
                    path == **root || (admission.enters_all_above(&path) && admission.enters(&path))
                });
                let read = entered.map(|(root, _)| {
                    let (files, folders) = read_folder(root, &path);
                    Part { root: root.clone(), files, folders }
                });
                let parts: Vec<Part> = read.collect();
                let taken: FxHashSet<&FilePath> =
                    parts.iter().flat_map(|it| &it.files).map(|(path, _)| path).collect();
                let others = known_files
                    .iter()
                    .filter(|it| it.is_below(&path) && !taken.contains(it) && **it != path);
                let others = others.map(|it| (it.clone(), read_file(it)));
                let others = others.filter(|(_, content)| *content != Content::Missing).collect();
                let unclaimed = if parts.is_empty() { folders_below(&path) } else { Vec::new() };
                Now::Folder { parts, others, unclaimed }
            } else if fs::symlink_metadata(path.as_str()).is_err() {
                Now::Gone
            } else {
                let admitting = covering.filter(|(_, admission)| admission.admits(&path));
                let folders: Vec<FilePath> = admitting.map(|(root, _)| root.clone()).collect();
                // What is neither known nor admitted is not worth reading.
                if folders.is_empty() && !known_files.contains(&path) {
                    Now::Other
                } else {
                    match read_file(&path) {
                        Content::Missing => Now::Gone,
                        content => Now::File { content, folders },
                    }
                }
            };
            Refreshed { path, now }
        })
        .collect()
}

/// What may have changed in these folders, without those below them, since that time: files, and
/// folders that gained or lost something.
#[must_use]
pub fn changed_since(folders: &[FilePath], since: SystemTime) -> Vec<FilePath> {
    let recent = |it: &fs::Metadata| it.modified().is_ok_and(|it| it >= since);
    let changed = folders.par_iter().flat_map_iter(|folder| {
        let itself = fs::metadata(folder.as_str()).is_ok_and(|it| recent(&it));
        let children = fs::read_dir(folder.as_str()).into_iter().flatten().flatten();
        let files = children
            .filter(|it| it.metadata().is_ok_and(|it| !it.is_dir() && recent(&it)))
            .filter_map(|it| Some(folder.join(it.file_name().to_str()?)));
        itself.then(|| folder.clone()).into_iter().chain(files).collect::<Vec<_>>()
    });
    changed.collect()
}

/// The known folders that a file which need not exist on disk would belong to.
pub fn folders_of(path: &FilePath, known_folders: &[FilePath]) -> Vec<FilePath> {
    let covering = known_folders.iter().filter(|root| path.is_below(root));
    covering.filter(|root| Admission::new(root).admits(path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_changed_since_is_found_by_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| FilePath::new(folder.path().join(path).to_str().unwrap());
        let now = SystemTime::now();
        let age = |path: &str, seconds: u64| {
            let file = fs::File::open(at(path).as_str()).unwrap();
            file.set_modified(now - Duration::from_secs(seconds)).unwrap();
        };
        for path in ["a/old.sql", "a/new.sql", "b/moved.sql", "c/d/new.sql"] {
            fs::create_dir_all(at(path).parent().unwrap().as_str()).unwrap();
            fs::write(at(path).as_str(), "").unwrap();
        }
        for (path, seconds) in
            [("a/old.sql", 99), ("b/moved.sql", 99), ("a", 99), ("b", 5), ("c/d", 99), ("c", 99)]
        {
            age(path, seconds);
        }
        let since = now - Duration::from_secs(10);
        let changed = changed_since(&[at("a"), at("b"), at("c"), at("gone")], since);
        assert_eq!(changed, [at("a/new.sql"), at("b")]);
    }
}
