use base::{File, TextEdit, TextRange};

/// Something that the user should know about a stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's name, kebab case.
    pub code: &'static str,
    /// dbt's own class name of the finding, where dbt has one.
    pub event: Option<&'static str>,
    pub severity: Severity,
    pub file: File,
    pub range: TextRange,
    /// One sentence; never holds a secret.
    pub message: String,
    pub fix: Option<Fix>,
    /// Other ways to mend it, for a person to choose from.
    pub alternatives: Vec<Fix>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    Hint,
    Info,
    Warning,
    Error,
}

impl Severity {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A change that mends a finding and touches nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Starts with a verb.
    pub title: String,
    /// Whether the project means the same to dbt afterwards.
    pub safe: bool,
    pub edits: Vec<FileEdit>,
}

impl Fix {
    /// The same as something to choose: the project may mean something else to dbt afterwards.
    #[must_use]
    pub fn as_choice(self) -> Self {
        Self { safe: false, ..self }
    }

    /// A fix of one file that changes nothing of what the project means to dbt.
    #[must_use]
    pub fn of(
        file: File,
        title: impl Into<String>,
        edits: impl IntoIterator<Item = (TextRange, String)>,
    ) -> Self {
        let edits = edits.into_iter().map(|(range, text)| {
            let edit = TextEdit { range, text };
            FileEdit { file, edit }
        });
        Self { title: title.into(), safe: true, edits: edits.collect() }
    }
}

/// A change of one file; the file is created where it does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    pub file: File,
    pub edit: TextEdit,
}
