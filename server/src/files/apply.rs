use std::collections::{BTreeMap, BTreeSet};

use base::{Content, File, FilePath, RootDatabase};
use rustc_hash::FxHashSet;
use salsa::Durability;

use super::durability;
use super::load::Loaded;
use super::refresh::{Now, Refreshed, folders_of};

/// Puts what was read into the database. Files open in the editor keep the editor's text.
/// Gives the folders that the files lie in.
pub fn apply_loaded(
    db: &mut RootDatabase,
    loaded: Vec<Loaded>,
    is_open: &dyn Fn(&FilePath) -> bool,
) -> Vec<FilePath> {
    let mut seen = Vec::new();
    for it in loaded {
        match it {
            Loaded::File(path, content) => {
                set(db, &path, content, is_open);
            }
            Loaded::Folder { path, files, folders } => {
                seen.extend(folders);
                let mut members: Vec<File> = Vec::with_capacity(files.len());
                for (path, content) in files {
                    members.push(set(db, &path, content, is_open));
                }
                // Files that exist in the editor only were there before the folder was.
                let open = db.known_files().into_iter().filter(|it| {
                    let file = it.path(db);
                    is_open(file)
                        && file.is_below(&path)
                        && !folders_of(file, std::slice::from_ref(&path)).is_empty()
                });
                members.extend(open.collect::<Vec<_>>());
                set_folder(db, &path, members);
            }
        }
    }
    seen
}

/// Puts one batch of changes into the database: each folder is set at most once.
pub fn apply_refreshed(
    db: &mut RootDatabase,
    refreshed: Vec<Refreshed>,
    is_open: &dyn Fn(&FilePath) -> bool,
) -> Vec<FilePath> {
    let mut gone: FxHashSet<FilePath> = FxHashSet::default();
    let mut added: BTreeMap<FilePath, Vec<File>> = BTreeMap::new();
    let mut replaced: BTreeSet<FilePath> = BTreeSet::new();
    let mut seen = Vec::new();
    for it in refreshed {
        match it.now {
            Now::Gone => {
                gone.insert(it.path);
            }
            Now::Other => {}
            Now::File { content, folders } => {
                let file = set(db, &it.path, content, is_open);
                for folder in folders {
                    added.entry(folder).or_default().push(file);
                }
            }
            Now::Folder(parts) => {
                for part in parts {
                    seen.extend(part.folders);
                    let members = added.entry(part.root).or_default();
                    for (path, content) in part.files {
                        members.push(set(db, &path, content, is_open));
                    }
                }
                // What was below it and is not any more is gone too.
                replaced.insert(it.path);
            }
        }
    }
    let present: FxHashSet<File> = added.values().flatten().copied().collect();
    let mut missing: FxHashSet<File> = FxHashSet::default();
    if !gone.is_empty() || !replaced.is_empty() {
        for file in db.known_files() {
            let path = file.path(db);
            let lost = has_above(path, |it| gone.contains(it))
                || (!present.contains(&file) && has_above(path, |it| replaced.contains(it)));
            if lost && !is_open(path) && file.content(db) != &Content::Missing {
                missing.insert(file);
            }
        }
    }
    // Below a folder that was looked at again there may be files that no folder takes.
    missing.retain(|it| {
        let path = it.path(db);
        has_above(path, |it| gone.contains(it)) || super::read(path) == Content::Missing
    });
    for file in &missing {
        let path = file.path(db).clone();
        db.set_content(*file, Content::Missing, durability(&path));
    }
    for folder in db.known_folders() {
        let path = folder.path(db).clone();
        let new = added.remove(&path).unwrap_or_default();
        let before = folder.files(db);
        let loses = !missing.is_empty() && before.iter().any(|it| missing.contains(it));
        if new.is_empty() && !loses {
            continue;
        }
        let kept = before.iter().copied().filter(|it| !missing.contains(it));
        let members: Vec<File> = kept.chain(new).collect();
        set_folder(db, &path, members);
    }
    seen
}

/// The known folders that a file which need not exist on disk would belong to.
#[must_use]
pub fn covering_folders(db: &RootDatabase, path: &FilePath) -> Vec<FilePath> {
    let known: Vec<FilePath> =
        db.known_folders().into_iter().map(|it| it.path(db).clone()).collect();
    folders_of(path, &known)
}

fn set(
    db: &mut RootDatabase,
    path: &FilePath,
    content: Content,
    is_open: &dyn Fn(&FilePath) -> bool,
) -> File {
    if is_open(path) {
        return db.intern_file(path);
    }
    db.fill_file(path, content, durability(path))
}

fn set_folder(db: &mut RootDatabase, path: &FilePath, members: Vec<File>) {
    let installed = matches!(path.name(), "dbt_packages" | "dbt_modules");
    let durability = if installed { Durability::HIGH } else { Durability::LOW };
    let folder = db.known_folders().into_iter().find(|it| it.path(db) == path);
    if let Some(folder) = folder {
        db.set_folder(folder, members, durability);
    }
}

fn has_above(path: &FilePath, found: impl Fn(&FilePath) -> bool) -> bool {
    let mut here = Some(path.clone());
    while let Some(path) = here {
        if found(&path) {
            return true;
        }
        here = path.parent();
    }
    false
}
