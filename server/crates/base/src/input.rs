use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::{Engine, FilePath};

/// A file that somebody has asked for; it need not exist.
#[salsa::input(debug)]
pub struct File {
    #[returns(ref)]
    pub path: FilePath,
    #[returns(ref)]
    pub lazy_content: LazyContent,
}

/// What a file holds, read when it is first looked at: of a large project, nobody waits for the
/// texts that no answer needs.
#[derive(Clone)]
pub enum LazyContent {
    Known(Content),
    Later(Arc<LazyLock<Content, Reader>>),
}

/// Looks at the disk; belongs to the owner of the database.
type Reader = Box<dyn FnOnce() -> Content + Send>;

impl LazyContent {
    #[must_use]
    pub fn later(read: impl FnOnce() -> Content + Send + 'static) -> Self {
        Self::Later(Arc::new(LazyLock::new(Box::new(read))))
    }

    #[must_use]
    pub fn get(&self) -> &Content {
        match self {
            Self::Known(content) => content,
            Self::Later(content) => content,
        }
    }
}

impl From<Content> for LazyContent {
    fn from(content: Content) -> Self {
        Self::Known(content)
    }
}

impl fmt::Debug for LazyContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(content) => content.fmt(f),
            Self::Later(content) => content.fmt(f),
        }
    }
}

/// What is known of a file's text: the editor's, where it is open there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Missing,
    Text(Arc<str>),
    Unreadable(Unreadable),
}

/// Why a path that exists has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Not UTF-8; the offset of the first wrong byte and its line, counted from one.
    NotUtf8 {
        offset: usize,
        line: usize,
        /// The lines above: who reads line by line gets so far.
        before: Arc<str>,
    },
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    NotAFile,
    /// A link that leads nowhere or in a circle.
    Link,
    /// The operating system's words.
    Failed(Arc<str>),
}

impl File {
    pub fn content(self, db: &dyn crate::Db) -> &Content {
        self.lazy_content(db).get()
    }

    /// The text, empty where there is none.
    pub fn text(self, db: &dyn crate::Db) -> &str {
        match self.content(db) {
            Content::Text(text) => text,
            Content::Missing | Content::Unreadable(_) => "",
        }
    }

    pub fn exists(self, db: &dyn crate::Db) -> bool {
        exists(db, self)
    }
}

/// Who asks only this does not ask again when the text is another one.
#[salsa::tracked(returns(copy))]
fn exists(db: &dyn crate::Db, file: File) -> bool {
    !matches!(file.content(db), Content::Missing)
}

/// A folder with everything below it that a dbt project can consist of.
#[salsa::input(debug)]
pub struct Folder {
    #[returns(ref)]
    pub path: FilePath,
    /// Sorted by path.
    #[returns(ref)]
    pub files: Arc<[File]>,
}

/// What the machine says: captured once by the server, never read by a query on its own.
#[salsa::input(debug)]
pub struct Machine {
    #[returns(ref)]
    pub environment: Arc<BTreeMap<String, String>>,
    #[returns(ref)]
    pub home: Option<FilePath>,
    /// When the server began, as `run_started_at` in templates: microseconds since 1970.
    pub started_at: i64,
}

/// A root project: a folder with a `dbt_project.yml` that somebody works in.
#[salsa::input(debug)]
pub struct Project {
    #[returns(ref)]
    pub root: FilePath,
    #[returns(ref)]
    pub settings: Arc<Settings>,
    /// What git says of the project's `.env`; nothing where it was not asked or has no answer.
    #[default]
    #[returns(copy)]
    pub git: Option<Git>,
    /// What `dbt.env.command` gave: secrets, which are kept in memory only.
    #[default]
    #[returns(ref)]
    pub commanded: Arc<BTreeMap<String, String>>,
}

/// How git treats a file that is nobody else's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Git {
    /// A rule of a `.gitignore` or the like matches it.
    pub ignored: bool,
    /// It is in the index, whatever the rules say.
    pub tracked: bool,
}

/// The root projects of all open folders.
#[salsa::input(debug)]
pub struct Workspace {
    #[returns(ref)]
    pub projects: Arc<[Project]>,
}

/// What the user chose: settings of the editor or flags of the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// `dbt.flag.defer`, `--defer`, `--no-defer`.
    pub defer: bool,
    /// `dbt.flag.favorState`, `--favor-state`.
    pub favor_state: bool,
    /// `dbt.flag.state`, `--state`: a folder with a manifest, relative to the project.
    pub state: Option<String>,
    /// `dbt.environmentVariables`.
    pub environment: BTreeMap<String, String>,
    /// `dbt.env.precedence`.
    pub precedence: Precedence,
    /// `dbt.env.inlayHints`, turned round.
    pub no_inlay_hints: bool,
    pub profile: Option<String>,
    pub target: Option<String>,
    pub profiles_dir: Option<FilePath>,
    /// `--target-path`: where files are written, in place of what the project says.
    pub target_path: Option<String>,
    /// `--vars`: a YAML mapping.
    pub vars: Option<String>,
    /// `--dbt-version`, `dbt.version.assume`.
    pub dbt_version: Option<String>,
    /// Every dbt that is installed, the one that would run the project first.
    pub engines: Vec<Engine>,
    /// What is built here and so never deferred: an editor builds nothing.
    pub building: Building,
    /// `--full-refresh`
    pub full_refresh: bool,
    /// `--empty`: refs and sources give no rows.
    pub empty: bool,
    /// `--sample`: refs and sources give the rows of this time.
    pub sample: Option<SampleWindow>,
}

impl Settings {
    /// The dbt that runs the project, as far as files tell what it is.
    #[must_use]
    pub fn engine(&self) -> Option<&Engine> {
        self.engines.iter().find(|it| it.runs_here() && it.version.is_some())
    }
}

/// Whose value of an environment variable wins where both have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precedence {
    #[default]
    Settings,
    Process,
}

/// From when to when rows count, as Python writes a time of UTC: `2026-01-31 00:00:00+00:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleWindow {
    pub start: String,
    /// Exclusive.
    pub end: String,
}

/// The nodes that a command builds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Building {
    #[default]
    Nothing,
    Everything,
    /// By unique id.
    Nodes(BTreeSet<String>),
}

impl Building {
    #[must_use]
    pub fn contains(&self, unique_id: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Nodes(ids) => ids.contains(unique_id),
        }
    }
}
