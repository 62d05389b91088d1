use base::{Db, FilePosition, TextRange};

/// One name that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    pub label: String,
    pub kind: CompletionKind,
    /// A word or two beside the label.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// What the item replaces.
    pub range: TextRange,
    pub insert: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    Model,
    Source,
    Macro,
    Variable,
    EnvironmentVariable,
    Keyword,
}

/// The names that fit at a position, best first.
#[must_use]
pub fn completions(_db: &dyn Db, _position: FilePosition) -> Vec<CompletionItem> {
    Vec::new()
}
