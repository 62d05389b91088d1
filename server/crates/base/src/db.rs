use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};

use crate::{Content, File, FilePath, Folder, LazyContent, Machine, Trees, Workspace};

/// The database as every query sees it.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The file at a path, which need not exist. Asking for one that nobody has seen yet notes it
    /// as wanted; it counts as missing until the owner of the database has looked.
    fn file(&self, path: &FilePath) -> File;
    /// The folder at a path, with all that is below it; wanted like a file.
    fn folder(&self, path: &FilePath) -> Folder;
    /// A file that is part of the program: its text is this one, whatever the disk says.
    fn embedded_file(&self, path: &FilePath, text: &'static str) -> File;
    fn trees(&self) -> &Trees;
    fn machine(&self) -> Machine;
    fn workspace(&self) -> Workspace;
}

/// What a query asked for and nobody has seen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    File(File),
    Folder(Folder),
}

/// The names of the queries that ran, for tests of incremental work.
pub type QueryLog = Arc<Mutex<Option<Vec<String>>>>;

#[derive(Default)]
struct Inputs {
    files: FxHashMap<FilePath, File>,
    folders: FxHashMap<FilePath, Folder>,
    /// Apart from the files, so that nobody looks for them on the disk.
    embedded: FxHashMap<FilePath, File>,
    wanted: Vec<Wanted>,
}

#[salsa::db]
#[derive(Clone)]
pub struct RootDatabase {
    storage: salsa::Storage<Self>,
    inputs: Arc<Mutex<Inputs>>,
    trees: Arc<Trees>,
    machine: Option<Machine>,
    workspace: Option<Workspace>,
    log: QueryLog,
}

impl Default for RootDatabase {
    fn default() -> Self {
        let log = QueryLog::default();
        let mut db = Self {
            storage: salsa::Storage::new(None),
            inputs: Arc::default(),
            trees: Arc::default(),
            machine: None,
            workspace: None,
            log,
        };
        db.machine = Some(Machine::new(&db, Arc::default(), None, 0));
        db.workspace =
            Some(Workspace::builder(Arc::from([])).durability(Durability::MEDIUM).new(&db));
        db
    }
}

impl RootDatabase {
    /// A database that writes down which queries run.
    #[must_use]
    pub fn logging() -> Self {
        let log = QueryLog::default();
        let sink = Arc::clone(&log);
        let storage = salsa::Storage::new(Some(Box::new(move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind
                && let Some(names) = lock(&sink).as_mut()
            {
                let name = format!("{database_key:?}");
                names.push(name.split('(').next().unwrap_or_default().to_owned());
            }
        })));
        let mut db = Self { storage, log, ..Self::default() };
        db.inputs = Arc::default();
        db.trees = Arc::default();
        db.machine = Some(Machine::new(&db, Arc::default(), None, 0));
        db.workspace =
            Some(Workspace::builder(Arc::from([])).durability(Durability::MEDIUM).new(&db));
        db
    }

    /// Starts a new log and gives the names written so far.
    pub fn take_query_log(&self) -> Vec<String> {
        lock(&self.log).replace(Vec::new()).unwrap_or_default()
    }

    /// What queries asked for since the last call and nobody has seen yet.
    #[must_use]
    pub fn take_wanted(&self) -> Vec<Wanted> {
        std::mem::take(&mut lock(&self.inputs).wanted)
    }

    /// The file at a path if anybody ever asked for it.
    #[must_use]
    pub fn known_file(&self, path: &FilePath) -> Option<File> {
        lock(&self.inputs).files.get(path).copied()
    }

    /// Every folder that was asked for.
    #[must_use]
    pub fn known_folders(&self) -> Vec<Folder> {
        lock(&self.inputs).folders.values().copied().collect()
    }

    /// Every file that was asked for.
    #[must_use]
    pub fn known_files(&self) -> Vec<File> {
        lock(&self.inputs).files.values().copied().collect()
    }

    /// The file at a path, made known without being wanted: the caller is about to fill it.
    pub fn intern_file(&self, path: &FilePath) -> File {
        match lock(&self.inputs).files.entry(path.clone()) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => *entry.insert(missing(self, path)),
        }
    }

    /// The file at a path with this content. A file that nobody has asked for yet is made with it,
    /// which is no change to anything: no query can have read it.
    pub fn fill_file(
        &mut self,
        path: &FilePath,
        content: LazyContent,
        durability: Durability,
    ) -> File {
        let known = match lock(&self.inputs).files.entry(path.clone()) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let file = File::builder(path.clone(), content).durability(durability).new(self);
                return *entry.insert(file);
            }
        };
        self.set_content(known, content.get().clone(), durability);
        known
    }

    /// Sets a file's text. An equal text is no change, so nothing that read it runs again.
    pub fn set_content(&mut self, file: File, content: Content, durability: Durability) {
        if *file.content(self) != content {
            file.set_lazy_content(self).with_durability(durability).to(content.into());
        }
    }

    /// Sets the text that the editor has, which the next keystroke may change.
    pub fn type_content(&mut self, file: File, content: Content) {
        file.set_lazy_content(self).with_durability(Durability::LOW).to(content.into());
    }

    /// Sets what is below a folder; the files are sorted here.
    pub fn set_folder(&mut self, folder: Folder, mut files: Vec<File>, durability: Durability) {
        files.sort_by(|a, b| a.path(self).cmp(b.path(self)));
        files.dedup();
        if **folder.files(self) != *files {
            folder.set_files(self).with_durability(durability).to(files.into());
        }
    }
}

#[salsa::db]
impl salsa::Database for RootDatabase {}

#[salsa::db]
impl Db for RootDatabase {
    fn file(&self, path: &FilePath) -> File {
        let inputs = &mut *lock(&self.inputs);
        match inputs.files.entry(path.clone()) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                if let Some(embedded) = inputs.embedded.get(path) {
                    return *embedded;
                }
                let file = *entry.insert(missing(self, path));
                inputs.wanted.push(Wanted::File(file));
                file
            }
        }
    }

    fn embedded_file(&self, path: &FilePath, text: &'static str) -> File {
        match lock(&self.inputs).embedded.entry(path.clone()) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let content = Content::Text(text.into());
                let file = File::builder(path.clone(), content.into()).durability(Durability::HIGH);
                *entry.insert(file.new(self))
            }
        }
    }

    fn folder(&self, path: &FilePath) -> Folder {
        let mut inputs = lock(&self.inputs);
        match inputs.folders.entry(path.clone()) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let folder = Folder::builder(path.clone(), Arc::from([]));
                let folder = *entry.insert(folder.durability(Durability::MEDIUM).new(self));
                inputs.wanted.push(Wanted::Folder(folder));
                folder
            }
        }
    }

    fn trees(&self) -> &Trees {
        &self.trees
    }

    fn machine(&self) -> Machine {
        // Both are set when the database is made; a second one is never needed.
        self.machine.unwrap_or_else(|| Machine::new(self, Arc::default(), None, 0))
    }

    fn workspace(&self) -> Workspace {
        self.workspace.unwrap_or_else(|| Workspace::new(self, Arc::from([])))
    }
}

/// A file that is not there, and seldom will be.
fn missing(db: &dyn Db, path: &FilePath) -> File {
    File::builder(path.clone(), Content::Missing.into()).durability(Durability::MEDIUM).new(db)
}

/// A panic elsewhere does not make the tables wrong: every change to them is one insertion.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
