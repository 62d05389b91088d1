use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base::{Content, FilePath, LazyContent, RootDatabase, Wanted};
use rayon::prelude::*;

use super::admission::Admission;
use super::read;
use super::walk::walk;
use crate::timings::{Phase, Timings};

/// What to fetch from the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    File(FilePath),
    Folder(FilePath),
}

/// What the disk said.
#[derive(Debug)]
pub enum Loaded {
    File(FilePath, Content),
    Folder {
        path: FilePath,
        files: Vec<(FilePath, LazyContent)>,
        /// Every folder in it, to be watched where nobody else does.
        folders: Vec<FilePath>,
    },
}

/// How many files were read so far, for whoever shows progress, and how long that took.
#[derive(Debug, Default)]
pub struct Counter {
    files: AtomicUsize,
    pub timings: Arc<Timings>,
}

impl Counter {
    pub fn with(timings: Arc<Timings>) -> Self {
        Self { files: AtomicUsize::new(0), timings }
    }

    pub fn files(&self) -> usize {
        self.files.load(Ordering::Relaxed)
    }

    fn read(&self, path: &FilePath) -> Content {
        let content = self.timings.of(Phase::Read, path, || read(path));
        self.files.fetch_add(1, Ordering::Relaxed);
        content
    }
}

/// What queries asked for and nobody has seen yet.
#[must_use]
pub fn wanted(db: &RootDatabase) -> Vec<Load> {
    let wanted = db.take_wanted().into_iter();
    wanted
        .map(|it| match it {
            Wanted::File(file) => Load::File(file.path(db).clone()),
            Wanted::Folder(folder) => Load::Folder(folder.path(db).clone()),
        })
        .collect()
}

/// Looks on all cores; does not touch the database. What lies in a folder is named only, and read
/// when somebody wants to know it.
#[must_use]
pub fn load(loads: Vec<Load>, counter: &Arc<Counter>) -> Vec<Loaded> {
    loads
        .into_par_iter()
        .map(|it| match it {
            Load::File(path) => {
                let content = counter.read(&path);
                Loaded::File(path, content)
            }
            Load::Folder(path) => {
                let (files, folders) = name_folder(&path, &path, counter);
                Loaded::Folder { path, files, folders }
            }
        })
        .collect()
}

/// Reads on all cores what a load has only named.
pub fn read_ahead(loaded: &[Loaded]) {
    loaded.par_iter().for_each(|it| {
        if let Loaded::Folder { files, .. } = it {
            files.par_iter().for_each(|(_, content)| {
                let _ = content.get();
            });
        }
    });
}

/// Every admitted file at and below `start`, unread, and the folders that hold them.
fn name_folder(
    root: &FilePath,
    start: &FilePath,
    counter: &Arc<Counter>,
) -> (Vec<(FilePath, LazyContent)>, Vec<FilePath>) {
    let walked = walk(&Arc::new(Admission::new(root)), start);
    let named = walked.files.into_iter().map(|path| {
        let (counter, place) = (Arc::clone(counter), path.clone());
        (path, LazyContent::later(move || counter.read(&place)))
    });
    let unreadable = walked.unreadable.into_iter().map(|(path, content)| (path, content.into()));
    (named.chain(unreadable).collect(), walked.folders)
}

/// The same, read; what went meanwhile is left out.
pub fn read_folder(root: &FilePath, start: &FilePath) -> (Vec<(FilePath, Content)>, Vec<FilePath>) {
    let (files, folders) = name_folder(root, start, &Arc::default());
    let read = files.into_par_iter().map(|(path, content)| (path, content.get().clone()));
    (read.filter(|(_, content)| *content != Content::Missing).collect(), folders)
}
