//! What the last look at the same files found, kept on disk, so that the findings of a project that
//! is opened again are there before anything is computed again.
//!
//! A memory holds the findings and everything they were computed from: the content of each file, of
//! files that were looked for and not there too, and the names below each folder. It counts only
//! where all of that is the same as now; the program, the settings and the environment are in its
//! name. So it never has to be thrown away, and whoever else writes to it at the same time loses
//! nothing but time. What holds a secret is not written: the findings of that file are computed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base::{Content, Db, File, FilePath, LazyContent, RootDatabase, TextEdit, TextRange, TextSize};
use md5::{Digest as _, Md5};
use rayon::prelude::*;
use rules::{Diagnostic, FileEdit, Fix, RULES, Scope, Severity};
use serde::{Deserialize, Serialize};

use crate::files;

/// No more projects than this are remembered, the newest.
const MEMORIES: usize = 32;

type Digest = [u8; 16];

/// The findings of each file that has any; nothing where those of a file are not remembered.
pub type Remembered = Vec<(File, Option<Vec<Diagnostic>>)>;

#[derive(Serialize, Deserialize)]
struct Memory {
    files: Vec<(String, Digest)>,
    folders: Vec<(String, Digest)>,
    /// Variables that are no part of the name because they differ from terminal to terminal, and
    /// that a template reads all the same.
    variables: Vec<(String, Digest)>,
    findings: Vec<(String, Option<Vec<Finding>>)>,
}

#[derive(Serialize, Deserialize)]
struct Finding {
    code: String,
    severity: u8,
    range: (u32, u32),
    message: String,
    /// The fix and its alternatives: title, consequence, edits.
    fixes: Vec<(String, Option<String>, Vec<Edit>)>,
}

#[derive(Serialize, Deserialize)]
struct Edit {
    path: String,
    range: (u32, u32),
    text: String,
}

/// Where memories lie; nowhere where `TANDEM_CACHE` is `off`.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    #[must_use]
    pub fn of(environment: &BTreeMap<String, String>) -> Self {
        let said = |name: &str| environment.get(name).filter(|it| !it.is_empty());
        let folder = match said("TANDEM_CACHE").map(String::as_str) {
            Some("off") => None,
            Some(folder) => Some(PathBuf::from(folder)),
            None => said("XDG_CACHE_HOME")
                .or_else(|| said("LOCALAPPDATA"))
                .map(PathBuf::from)
                .or_else(|| said("HOME").map(|it| Path::new(it).join(".cache")))
                .map(|it| it.join("tandem")),
        };
        Self { folder: folder.filter(|it| it.is_absolute()).map(|it| it.join("findings")) }
    }

    /// The findings of before, if nothing that they depend on is another one now.
    #[must_use]
    pub fn recall(&self, db: &RootDatabase) -> Option<Remembered> {
        let bytes = fs::read(self.folder.as_ref()?.join(name(db)?)).ok()?;
        let (digest, payload) = bytes.split_first_chunk::<16>()?;
        if *digest != digest_of(payload) {
            return None;
        }
        let memory: Memory = postcard::from_bytes(payload).ok()?;
        let environment = db.machine().environment(db);
        let same_variable = |(name, digest): &(String, Digest)| {
            *digest == variable_digest(environment.get(name).map(String::as_str))
        };
        // A snapshot of the database is not shared by threads: they get what it holds.
        let files: Vec<(FilePath, Digest, Option<LazyContent>)> = (memory.files.iter())
            .map(|(path, digest)| {
                let path = FilePath::new(path);
                let known = db.known_file(&path).map(|it| it.lazy_content(db).clone());
                (path, *digest, known)
            })
            .collect();
        let same_files = || {
            files.par_iter().all(|(path, digest, known)| match known {
                Some(content) => *digest == content_digest(content.get()),
                None => *digest == content_digest(&files::read(path)),
            })
        };
        let same_folder = |(path, digest): &(String, Digest)| {
            let path = FilePath::new(path);
            let known = db.known_folders().into_iter().find(|it| *it.path(db) == path);
            *digest
                == match known {
                    Some(folder) => {
                        names_digest(folder.files(db).iter().map(|it| it.path(db).clone()))
                    }
                    None => names_digest(files::names_below(&path)),
                }
        };
        let same = memory.variables.iter().all(same_variable)
            && memory.folders.iter().all(same_folder)
            && same_files();
        same.then(|| memory.findings.iter().map(|it| restored(db, it)).collect())?
    }

    /// Writes down the findings of all files that have any.
    pub fn remember(&self, db: &RootDatabase, found: &[File]) {
        let (Some(folder), Some(name)) = (&self.folder, name(db)) else { return };
        let findings = found.iter().map(|it| written(db, *it)).collect();
        let environment = db.machine().environment(db);
        let projects = db.workspace().projects(db).iter();
        let mut used: Vec<String> = projects
            .flat_map(|it| {
                semantic::used_environment_names(db, *it).iter().cloned().collect::<Vec<_>>()
            })
            .filter(|it| is_of_the_terminal(it))
            .collect();
        used.sort();
        used.dedup();
        let files: Vec<(FilePath, LazyContent)> = (db.known_files().into_iter())
            .map(|it| (it.path(db).clone(), it.lazy_content(db).clone()))
            .collect();
        let memory = Memory {
            files: (files.into_par_iter())
                .map(|(path, content)| (path.to_string(), content_digest(content.get())))
                .collect(),
            folders: db
                .known_folders()
                .into_iter()
                .map(|it| {
                    let names = it.files(db).iter().map(|it| it.path(db).clone());
                    (it.path(db).to_string(), names_digest(names))
                })
                .collect(),
            variables: used
                .into_iter()
                .map(|it| {
                    let digest = variable_digest(environment.get(&it).map(String::as_str));
                    (it, digest)
                })
                .collect(),
            findings,
        };
        let Ok(payload) = postcard::to_stdvec(&memory) else { return };
        let mut bytes = digest_of(&payload).to_vec();
        bytes.extend(payload);
        if write(folder, &name, &bytes).is_ok() {
            forget_old(folder);
        }
    }
}

/// What tells one memory from another besides the files: program, projects, settings, environment.
fn name(db: &RootDatabase) -> Option<String> {
    let program = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let built = program.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let mut text = format!("{} {} {built:?}\n", env!("CARGO_PKG_VERSION"), program.len());
    let mut projects = db.workspace().projects(db).to_vec();
    // What a command gave is kept in memory only, not even as a digest.
    if projects.iter().any(|it| !it.commanded(db).is_empty()) {
        return None;
    }
    projects.sort_by_key(|it| it.root(db));
    for it in projects {
        let (root, settings, git) = (it.root(db), it.settings(db), it.git(db));
        text.push_str(&format!("{root} {settings:?} {git:?}\n"));
    }
    let machine = db.machine();
    text.push_str(&format!("{:?}\n", machine.home(db)));
    for (name, value) in machine.environment(db).iter().filter(|it| !is_of_the_terminal(it.0)) {
        text.push_str(&format!("{name:?}={value:?}\n"));
    }
    let digest = digest_of(text.as_bytes());
    Some(digest.iter().map(|it| format!("{it:02x}")).collect())
}

/// Variables that say where and how a program was started.
fn is_of_the_terminal(name: &str) -> bool {
    const NAMES: [&str; 22] = [
        "_",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "COLUMNS",
        "LINES",
        "TERM",
        "COLORTERM",
        "WINDOWID",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "TANDEM_LOG",
        "NO_COLOR",
        "CLICOLOR",
        "GIT_ASKPASS",
        "GIT_PAGER",
        "PAGER",
        "EDITOR",
        "VISUAL",
        "ELECTRON_RUN_AS_NODE",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
    ];
    const STARTS: [&str; 6] = ["VSCODE_", "TERM_", "XDG_SESSION", "SSH_", "LC_TERMINAL", "TMUX"];
    NAMES.contains(&name) || STARTS.iter().any(|it| name.starts_with(it))
}

fn written(db: &RootDatabase, file: File) -> (String, Option<Vec<Finding>>) {
    let project = ide::project_of(db, file);
    let secrets = project.map(|it| project::secrets(db, it));
    let holds_secret =
        |text: &str| secrets.as_ref().is_some_and(|it| project::mask(text, it) != text);
    let diagnostics = ide::diagnostics(db, file, Scope::Project);
    let is_secret = diagnostics.iter().any(|it| {
        let edits = it.fix.iter().chain(&it.alternatives).flat_map(|it| &it.edits);
        holds_secret(&it.message) || { edits }.any(|it| holds_secret(&it.edit.text))
    });
    let path = file.path(db).to_string();
    let findings = (!is_secret).then(|| {
        let all = diagnostics.iter().map(|it| Finding {
            code: it.code.to_owned(),
            severity: it.severity as u8,
            range: numbers(it.range),
            message: it.message.clone(),
            fixes: { it.fix.iter().chain(&it.alternatives) }
                .map(|fix| {
                    let edits = fix.edits.iter().map(|it| Edit {
                        path: it.file.path(db).to_string(),
                        range: numbers(it.edit.range),
                        text: it.edit.text.clone(),
                    });
                    (fix.title.clone(), fix.consequence.clone(), edits.collect())
                })
                .collect(),
        });
        all.collect()
    });
    (path, findings)
}

/// Nothing where the memory names what this program does not know.
fn restored(
    db: &RootDatabase,
    (path, findings): &(String, Option<Vec<Finding>>),
) -> Option<(File, Option<Vec<Diagnostic>>)> {
    let file = db.file(&FilePath::new(path));
    let Some(findings) = findings else { return Some((file, None)) };
    let all = findings.iter().map(|it| {
        let rule = RULES.iter().find(|rule| rule.name == it.code)?;
        let severities = [Severity::Hint, Severity::Info, Severity::Warning, Severity::Error];
        let mut fixes = it.fixes.iter().map(|(title, consequence, edits)| Fix {
            title: title.clone(),
            consequence: consequence.clone(),
            edits: edits
                .iter()
                .map(|it| FileEdit {
                    file: db.file(&FilePath::new(&it.path)),
                    edit: TextEdit { range: range(it.range), text: it.text.clone() },
                })
                .collect(),
        });
        Some(Diagnostic {
            code: rule.name,
            event: rule.event,
            severity: *severities.get(usize::from(it.severity))?,
            file,
            range: range(it.range),
            message: it.message.clone(),
            fix: fixes.next(),
            alternatives: fixes.collect(),
        })
    });
    Some((file, Some(all.collect::<Option<Vec<_>>>()?)))
}

fn numbers(range: TextRange) -> (u32, u32) {
    (range.start().into(), range.end().into())
}

fn range((start, end): (u32, u32)) -> TextRange {
    TextRange::new(TextSize::new(start), TextSize::new(end.max(start)))
}

fn digest_of(bytes: &[u8]) -> Digest {
    Md5::digest(bytes).into()
}

fn content_digest(content: &Content) -> Digest {
    match content {
        Content::Missing => Digest::default(),
        Content::Text(text) => digest_of(text.as_bytes()),
        Content::Unreadable(why) => digest_of(format!("\0{why:?}").as_bytes()),
    }
}

fn variable_digest(value: Option<&str>) -> Digest {
    value.map_or_else(Digest::default, |it| digest_of(it.as_bytes()))
}

fn names_digest(names: impl IntoIterator<Item = FilePath>) -> Digest {
    let mut names: Vec<FilePath> = names.into_iter().collect();
    names.sort();
    names.dedup();
    let mut hasher = Md5::new();
    for it in names {
        hasher.update(it.as_str());
        hasher.update(b"\0");
    }
    hasher.finalize().into()
}

/// Aside and then in place: a reader sees the old one or the new one.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let aside = folder.join(format!("{name}.{}", std::process::id()));
    let written = own_file(&aside).and_then(|mut it| it.write_all(bytes));
    let placed = written.and_then(|()| fs::rename(&aside, folder.join(name)));
    placed.inspect_err(|_| drop(fs::remove_file(&aside)))
}

/// A file that nobody else may read: from the digest of a short file its text can be guessed.
pub(crate) fn own_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a file is a memory, or one that was never finished: `TANDEM_CACHE` may name a folder in
/// which other things lie.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    let (digest, process) = name.split_once('.').unwrap_or((name, "0"));
    let is_digest = digest.len() == 32 && digest.bytes().all(|it| it.is_ascii_hexdigit());
    is_digest && process.bytes().all(|it| it.is_ascii_digit())
}

fn forget_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut all: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|it| {
            let it = it.ok().filter(|it| is_ours(&it.path()))?;
            Some((it.metadata().ok()?.modified().ok()?, it.path()))
        })
        .collect();
    all.sort();
    for (_, path) in all.iter().take(all.len().saturating_sub(MEMORIES)) {
        // Another process may have been quicker.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::cli::Session;
    use crate::cli::flags::ProjectFlags;
    use crate::machine::Captured;

    const MODEL: &str = "select * from {{ ref('nowhere') }} where x = '{{ env_var('TERM', '') }}'";

    struct World {
        folder: tempfile::TempDir,
        environment: BTreeMap<String, String>,
    }

    impl World {
        fn new() -> Self {
            let world = Self { folder: tempfile::tempdir().unwrap(), environment: BTreeMap::new() };
            world.write("dbt_project.yml", "name: shop\n");
            world.write("models/a.sql", MODEL);
            world.write("models/b.sql", "select 1");
            world
        }

        fn path(&self, path: &str) -> PathBuf {
            self.folder.path().join("project").join(path)
        }

        fn write(&self, path: &str, text: &str) {
            fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
            fs::write(self.path(path), text).unwrap();
        }

        fn store(&self) -> Store {
            Store { folder: Some(self.folder.path().join("cache")) }
        }

        /// The project with its files listed, and all that has findings.
        fn look(&self) -> (&'static mut Session, Vec<File>) {
            let machine =
                Captured { environment: self.environment.clone(), home: None, started_at: 0 };
            let root = self.path("");
            let flags = ProjectFlags::default();
            let session = Session::open(root.to_str(), &flags, machine).unwrap();
            let projects = session.projects();
            let files = session
                .settle(|db| projects.iter().flat_map(|it| ide::files_to_check(db, *it)).collect())
                .unwrap();
            (session, files)
        }

        fn recall(&self) -> Option<Vec<(String, Vec<Diagnostic>)>> {
            let (session, _) = self.look();
            let all = self.store().recall(&session.db)?;
            let known = all.into_iter().filter_map(|(file, found)| {
                Some((file.path(&session.db).stem().to_owned(), found?))
            });
            Some(known.collect())
        }

        fn remember(&self) -> Vec<Arc<[Diagnostic]>> {
            let (session, files) = self.look();
            let mut found = session
                .settle(|db| {
                    files
                        .iter()
                        .map(|it| (*it, ide::diagnostics(db, *it, Scope::Project)))
                        .collect::<Vec<_>>()
                })
                .unwrap();
            found.retain(|(_, it)| !it.is_empty());
            let with_findings: Vec<File> = found.iter().map(|(file, _)| *file).collect();
            self.store().remember(&session.db, &with_findings);
            found.into_iter().map(|(_, it)| it).collect()
        }
    }

    #[test]
    fn the_same_files_have_the_same_findings() {
        let world = World::new();
        assert_eq!(world.recall(), None);
        let found = world.remember();
        let recalled = world.recall().unwrap();
        let messages = |all: &[Diagnostic]| {
            all.iter().map(|it| (it.code, it.range, it.message.clone())).collect::<Vec<_>>()
        };
        assert!(recalled.iter().any(|(name, _)| name == "a"));
        assert_eq!(
            recalled.iter().map(|(_, it)| messages(it)).collect::<Vec<_>>(),
            found.iter().map(|it| messages(it)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn whatever_counts_makes_it_another_project() {
        let mut world = World::new();
        world.remember();
        assert!(world.recall().is_some());
        for (path, text) in [
            ("models/b.sql", "select 2"),
            ("models/nowhere.sql", "select 1"),
            (".env", "X=1"),
            ("profiles.yml", "shop: {}"),
            ("dbt_project.yml", "name: shop\nvars: {x: 1}\n"),
        ] {
            let before = fs::read(world.path(path)).ok();
            world.write(path, text);
            assert_eq!(world.recall(), None, "{path}");
            match before {
                Some(before) => fs::write(world.path(path), before).unwrap(),
                None => fs::remove_file(world.path(path)).unwrap(),
            }
            assert!(world.recall().is_some(), "{path}");
        }
        // The terminal does not count, unless a template reads it.
        world.environment.insert("SHLVL".to_owned(), "2".to_owned());
        assert!(world.recall().is_some());
        for name in ["TERM", "DBT_X"] {
            world.environment.insert(name.to_owned(), "xterm".to_owned());
            assert_eq!(world.recall(), None, "{name}");
            world.environment.remove(name);
        }
    }

    #[test]
    fn a_damaged_memory_is_none() {
        let world = World::new();
        world.remember();
        let entry = fs::read_dir(world.folder.path().join("cache")).unwrap().next();
        let path = entry.unwrap().unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for damaged in [&bytes[..bytes.len() / 2], &[], &bytes[1..]] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(world.recall(), None);
        }
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        fs::write(&path, other).unwrap();
        assert_eq!(world.recall(), None);
        fs::write(&path, bytes).unwrap();
        assert!(world.recall().is_some());
    }

    #[test]
    fn few_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let others = ["notes.txt", "0123", "0123456789abcdef0123456789abcdef.txt"];
        for other in others {
            fs::write(folder.path().join(other), "mine").unwrap();
        }
        for number in 0..MEMORIES + 5 {
            write(folder.path(), &format!("{number:032x}"), b"x").unwrap();
        }
        forget_old(folder.path());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MEMORIES + others.len());
        assert!(others.iter().all(|it| folder.path().join(it).exists()));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "x", b"x").unwrap();
        let metadata = fs::metadata(folder.path().join("x")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}
