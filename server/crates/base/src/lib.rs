//! What everything stands on: text ranges, lines, edits, paths, the inputs of the database and the
//! database itself. Knows files, folders and settings as they were handed in; does not know what
//! dbt is, and never reads the disk: a file or folder that a query asks for and nobody has seen yet
//! is noted as wanted, and the owner of the database fills it.

mod db;
mod edit;
mod engine;
mod input;
mod lines;
mod nearest;
mod path;
mod trees;

pub use db::{Db, QueryLog, RootDatabase, Wanted};
pub use edit::{TextEdit, apply};
pub use engine::{Engine, EngineKind, FoundBy, Installer};
pub use input::{
    Building, Content, File, Folder, Git, LazyContent, Machine, Precedence, Project, SampleWindow,
    Settings, Unreadable, Workspace,
};
pub use lines::{LineColumn, LineIndex, line_index};
pub use nearest::nearest;
pub use path::FilePath;
pub use text_size::{TextRange, TextSize};
pub use trees::{Trees, earlier, keep_for_later, tree};

/// A place in a file: what the editor points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FilePosition {
    pub file: File,
    pub offset: TextSize,
}

/// A stretch of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileRange {
    pub file: File,
    pub range: TextRange,
}

/// A range from two byte offsets.
#[must_use]
pub fn range(start: usize, end: usize) -> TextRange {
    let clamp = |it: usize| TextSize::new(u32::try_from(it).unwrap_or(u32::MAX));
    let start = clamp(start);
    TextRange::new(start, clamp(end).max(start))
}
