use std::collections::{BTreeMap, BTreeSet};

use super::durability;
use super::load::Loaded;
use super::reads::Reads;
use super::refresh::{Now, Refreshed, folders_of};
use base::{Content, File, FilePath, LazyContent, RootDatabase};
use rustc_hash::FxHashSet;

/// What in the database stands against a result that comes from the disk.
pub struct Standing<'a> {
    /// Files open in the editor keep the editor's text.
    pub is_open: &'a dyn Fn(&FilePath) -> bool,
    pub reads: &'a Reads,
    /// The number of the look whose result this is.
    pub number: u64,
}

impl Standing<'_> {
    fn is_outdated(&self, path: &FilePath) -> bool {
        self.reads.is_outdated(self.number, path)
    }
}

/// For who reads one thing after the other: see [`apply_read`].
pub fn apply_loaded(
    db: &mut RootDatabase,
    loaded: Vec<Loaded>,
    is_open: &dyn Fn(&FilePath) -> bool,
) -> Vec<FilePath> {
    apply_read(db, loaded, &Standing { is_open, reads: &Reads::default(), number: 0 })
}

/// Puts what was read into the database. Gives the folders that the files lie in.
pub fn apply_read(
    db: &mut RootDatabase,
    loaded: Vec<Loaded>,
    standing: &Standing<'_>,
) -> Vec<FilePath> {
    let is_open = standing.is_open;
    let mut seen = Vec::new();
    for it in loaded {
        match it {
            Loaded::File(path, content) => {
                if !standing.is_outdated(&path) {
                    set(db, &path, content, is_open);
                }
            }
            Loaded::Folder { path, files, folders } => {
                seen.extend(folders);
                if standing.reads.is_folder_outdated(standing.number, &path) {
                    continue;
                }
                let mut members: Vec<File> = Vec::with_capacity(files.len());
                for (path, content) in files {
                    if !standing.is_outdated(&path) {
                        members.push(set(db, &path, content, is_open));
                    }
                }
                // What a later look found or lost.
                let newer = members_of(db, &path).into_iter();
                members.extend(newer.filter(|it| standing.is_outdated(it.path(db))));
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
    standing: &Standing<'_>,
) -> Vec<FilePath> {
    let is_open = standing.is_open;
    let takes = |folder: &FilePath| !standing.reads.is_folder_outdated(standing.number, folder);
    let mut gone: FxHashSet<FilePath> = FxHashSet::default();
    let mut added: BTreeMap<FilePath, Vec<File>> = BTreeMap::new();
    let mut present: FxHashSet<File> = FxHashSet::default();
    let mut replaced: BTreeSet<FilePath> = BTreeSet::new();
    let mut seen = Vec::new();
    for it in refreshed {
        if standing.is_outdated(&it.path) {
            continue;
        }
        match it.now {
            Now::Gone => {
                gone.insert(it.path);
            }
            Now::Other => {}
            Now::File { content, folders } => {
                let file = set(db, &it.path, content, is_open);
                present.insert(file);
                for folder in folders.into_iter().filter(takes) {
                    added.entry(folder).or_default().push(file);
                }
            }
            Now::Folder { parts, others, unclaimed } => {
                seen.extend(unclaimed);
                for part in parts {
                    seen.extend(part.folders);
                    let mut members = Vec::with_capacity(part.files.len());
                    for (path, content) in part.files {
                        if !standing.is_outdated(&path) {
                            members.push(set(db, &path, content, is_open));
                        }
                    }
                    present.extend(&members);
                    if takes(&part.root) {
                        added.entry(part.root).or_default().extend(members);
                    }
                }
                for (path, content) in others {
                    if !standing.is_outdated(&path) {
                        present.insert(set(db, &path, content, is_open));
                    }
                }
                // What was below it and is not any more is gone too.
                replaced.insert(it.path);
            }
        }
    }
    let mut missing: FxHashSet<File> = FxHashSet::default();
    if !gone.is_empty() || !replaced.is_empty() {
        for file in db.known_files() {
            let path = file.path(db);
            let lost = has_above(path, |it| gone.contains(it))
                || (!present.contains(&file) && has_above(path, |it| replaced.contains(it)));
            if lost && !is_open(path) && !standing.is_outdated(path) {
                missing.insert(file);
            }
        }
    }
    // What became known while a folder was looked at again was not looked at with it, and what was
    // looked at with a folder that is gone may have been made again.
    missing.retain(|it| {
        let path = it.path(db);
        let surely = !present.contains(it) && has_above(path, |it| gone.contains(it));
        surely || super::read(path) == Content::Missing
    });
    for file in &missing {
        let path = file.path(db).clone();
        db.set_content(*file, Content::Missing, durability(&path));
    }
    for folder in db.known_folders() {
        let path = folder.path(db).clone();
        let mut new = added.remove(&path).unwrap_or_default();
        let before = folder.files(db);
        // Most files that changed were there before.
        new.retain(|new| before.binary_search_by(|it| it.path(db).cmp(new.path(db))).is_err());
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
    content: impl Into<LazyContent>,
    is_open: &dyn Fn(&FilePath) -> bool,
) -> File {
    if is_open(path) {
        return db.intern_file(path);
    }
    db.fill_file(path, content.into(), durability(path))
}

fn set_folder(db: &mut RootDatabase, path: &FilePath, members: Vec<File>) {
    let durability = durability(path);
    let folder = db.known_folders().into_iter().find(|it| it.path(db) == path);
    if let Some(folder) = folder {
        db.set_folder(folder, members, durability);
    }
}

fn members_of(db: &RootDatabase, path: &FilePath) -> Vec<File> {
    let folder = db.known_folders().into_iter().find(|it| it.path(db) == path);
    folder.map_or_else(Vec::new, |it| it.files(db).to_vec())
}

/// Whether something is found at a path or at a folder above it.
#[must_use]
pub fn has_above(path: &FilePath, found: impl Fn(&str) -> bool) -> bool {
    path.and_above().any(found)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use base::Db;

    use super::super::{Load, load, refresh};
    use super::*;

    /// A project on disk, a database that wants it, and looks whose results wait to be used.
    struct Disk {
        folder: tempfile::TempDir,
        db: RootDatabase,
        reads: Reads,
    }

    enum Look {
        Load(u64, Vec<Loaded>),
        Refresh(u64, Vec<Refreshed>),
    }

    impl Disk {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let disk = Self { folder, db: RootDatabase::default(), reads: Reads::default() };
            for (path, text) in files {
                disk.write(path, text);
            }
            let _ = disk.db.folder(&disk.at(""));
            disk
        }

        fn at(&self, path: &str) -> FilePath {
            FilePath::new(self.folder.path().join(path).to_str().unwrap())
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn remove(&self, path: &str) {
            let path = self.folder.path().join(path);
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        }

        fn load(&mut self) -> Look {
            let loads = vec![Load::Folder(self.at(""))];
            let number = self.reads.begin_load(&loads);
            Look::Load(number, load(loads, &Arc::default()))
        }

        fn refresh(&mut self, paths: &[&str]) -> Look {
            let paths: Vec<FilePath> = paths.iter().map(|it| self.at(it)).collect();
            let number = self.reads.begin_refresh(&paths);
            let known =
                self.db.known_files().into_iter().map(|it| it.path(&self.db).clone()).collect();
            Look::Refresh(number, refresh(paths, &known, &[self.at("")]))
        }

        fn apply(&mut self, look: Look) {
            let is_open: &dyn Fn(&FilePath) -> bool = &|_| false;
            let reads = &self.reads;
            match look {
                Look::Load(number, loaded) => {
                    apply_read(&mut self.db, loaded, &Standing { is_open, reads, number })
                }
                Look::Refresh(number, refreshed) => {
                    apply_refreshed(&mut self.db, refreshed, &Standing { is_open, reads, number })
                }
            };
            self.reads.end();
        }

        /// The files of the project with their texts.
        fn state(&self) -> String {
            let root = self.at("");
            let text = |it: &File| {
                let path = it.path(&self.db).relative_to(&root).unwrap();
                match it.content(&self.db) {
                    Content::Text(text) => format!("{path}={text}"),
                    other => format!("{path}: {other:?}"),
                }
            };
            let files = self.db.folder(&root).files(&self.db);
            files.iter().map(text).collect::<Vec<_>>().join(" ")
        }

        fn text(&self, path: &str) -> Content {
            let file = self.db.known_file(&self.at(path)).unwrap();
            file.content(&self.db).clone()
        }
    }

    #[test]
    fn an_older_look_at_a_file_does_not_undo_a_newer_one() {
        let mut disk = Disk::new(&[("a.sql", "1"), ("b.sql", "1")]);
        let first = disk.load();
        disk.apply(first);
        assert_eq!(disk.state(), "a.sql=1 b.sql=1");
        disk.write("a.sql", "2");
        disk.write("b.sql", "2");
        let older = disk.refresh(&["a.sql", "b.sql"]);
        disk.write("a.sql", "3");
        let newer = disk.refresh(&["a.sql"]);
        disk.apply(newer);
        assert_eq!(disk.state(), "a.sql=3 b.sql=1");
        disk.apply(older);
        assert_eq!(disk.state(), "a.sql=3 b.sql=2");
    }

    #[test]
    fn a_file_that_goes_before_anybody_has_read_it_is_gone() {
        let mut disk = Disk::new(&[("a.sql", "1"), ("b.sql", "1")]);
        let first = disk.load();
        disk.apply(first);
        disk.remove("a.sql");
        disk.write("b.sql", "2");
        let event = disk.refresh(&["a.sql"]);
        disk.apply(event);
        assert_eq!(disk.state(), "b.sql=2");
    }

    #[test]
    fn a_change_during_the_first_load_is_kept() {
        let mut disk = Disk::new(&[("a.sql", "1"), ("gone.sql", "1"), ("m/c.sql", "1")]);
        let whole = disk.load();
        disk.write("a.sql", "2");
        disk.write("new.sql", "2");
        disk.remove("gone.sql");
        disk.remove("m");
        let events = disk.refresh(&["a.sql", "new.sql", "gone.sql", "m"]);
        disk.apply(events);
        disk.apply(whole);
        assert_eq!(disk.state(), "a.sql=2 new.sql=2");
        // The other way round.
        let whole = disk.load();
        disk.write("a.sql", "3");
        let event = disk.refresh(&["a.sql"]);
        disk.apply(whole);
        disk.apply(event);
        assert_eq!(disk.state(), "a.sql=3 new.sql=2");
    }

    #[test]
    fn a_folder_that_was_looked_at_later_covers_what_is_below_it() {
        let mut disk = Disk::new(&[("m/a.sql", "1"), ("m/b.sql", "1"), ("m/target/x.json", "1")]);
        let first = disk.load();
        disk.apply(first);
        // A file that no folder takes, known because somebody asked for it.
        let manifest = disk.at("m/target/x.json");
        disk.db.fill_file(&manifest, Content::Text("1".into()).into(), durability(&manifest));
        disk.write("m/a.sql", "2");
        disk.write("m/target/x.json", "2");
        let older = disk.refresh(&["m/a.sql", "m/target/x.json", "m/b.sql"]);
        disk.remove("m");
        disk.write("m/a.sql", "3");
        disk.write("m/c.sql", "3");
        disk.write("m/target/x.json", "3");
        let newer = disk.refresh(&["m"]);
        disk.apply(newer);
        disk.apply(older);
        assert_eq!(disk.state(), "m/a.sql=3 m/c.sql=3");
        assert_eq!(disk.text("m/target/x.json"), Content::Text("3".into()));
    }

    #[test]
    fn an_older_look_at_a_folder_leaves_newer_files_below_it_alone() {
        let mut disk = Disk::new(&[("m/a.sql", "1"), ("m/b.sql", "1")]);
        let first = disk.load();
        disk.apply(first);
        disk.remove("m/b.sql");
        let folder = disk.refresh(&["m"]);
        disk.write("m/a.sql", "2");
        disk.write("m/b.sql", "2");
        let files = disk.refresh(&["m/a.sql", "m/b.sql"]);
        disk.apply(files);
        disk.apply(folder);
        assert_eq!(disk.state(), "m/a.sql=2 m/b.sql=2");
        disk.remove("m");
        let gone = disk.refresh(&["m"]);
        disk.write("m/a.sql", "3");
        let file = disk.refresh(&["m/a.sql"]);
        disk.apply(file);
        disk.apply(gone);
        assert_eq!(disk.state(), "m/a.sql=3");
    }

    #[test]
    fn what_a_newer_dbtignore_hides_stays_hidden() {
        let mut disk = Disk::new(&[("m/a.sql", "1"), ("m/b.sql", "1")]);
        let first = disk.load();
        let file = disk.refresh(&["m/a.sql"]);
        disk.write(".dbtignore", "a.sql\n");
        let whole = disk.load();
        disk.apply(whole);
        disk.apply(file);
        disk.apply(first);
        assert_eq!(disk.state(), ".dbtignore=a.sql\n m/b.sql=1");
    }

    #[test]
    fn nothing_is_remembered_when_nothing_is_under_way() {
        let mut disk = Disk::new(&[("a.sql", "1")]);
        let (first, second) = (disk.load(), disk.refresh(&["a.sql"]));
        assert!(disk.reads.is_outdated(1, &disk.at("a.sql")));
        disk.apply(second);
        disk.apply(first);
        assert!(!disk.reads.is_outdated(1, &disk.at("a.sql")));
        assert_eq!(disk.state(), "a.sql=1");
    }
}
