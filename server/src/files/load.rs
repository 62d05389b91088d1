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
                let walked = walk(&Arc::new(Admission::new(&path)), &path);
                let named = walked.files.into_iter().map(|path| {
                    let (counter, place) = (Arc::clone(counter), path.clone());
                    (path, LazyContent::later(move || counter.read(&place)))
                });
                let unreadable =
                    walked.unreadable.into_iter().map(|(path, content)| (path, content.into()));
                let files = named.chain(unreadable).collect();
                Loaded::Folder { path, files, folders: walked.folders }
            }
        })
        .collect()
}

/// Every admitted file at and below `start`, read, and the folders that hold them.
pub fn read_folder(root: &FilePath, start: &FilePath) -> (Vec<(FilePath, Content)>, Vec<FilePath>) {
    let walked = walk(&Arc::new(Admission::new(root)), start);
    let mut files: Vec<(FilePath, Content)> = walked
        .files
        .into_par_iter()
        .map(|path| {
            let content = read(&path);
            (path, content)
        })
        .filter(|(_, content)| *content != Content::Missing)
        .collect();
    files.extend(walked.unreadable);
    (files, walked.folders)
}
