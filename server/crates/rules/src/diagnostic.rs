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
    /// The one that a word stands for.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Hint, Self::Info, Self::Warning, Self::Error]
            .into_iter()
            .find(|it| it.name() == word)
    }

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
    /// In a few words what the project means otherwise afterwards, or what was chosen for the user.
    /// Without one the project means the same to dbt: the fix is safe.
    pub consequence: Option<String>,
    pub edits: Vec<FileEdit>,
}

impl Fix {
    /// The same as something to choose, with what then changes.
    #[must_use]
    pub fn as_choice(self, consequence: impl Into<String>) -> Self {
        Self { consequence: Some(consequence.into()), ..self }
    }

    /// The same where the spelling alone says what was meant.
    #[must_use]
    pub fn as_guess(self) -> Self {
        self.as_choice("a guess from the spelling")
    }

    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.consequence.is_none()
    }

    /// What a person chooses by: the title with the consequence.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.consequence {
            Some(consequence) => format!("{} ({consequence})", self.title),
            None => self.title.clone(),
        }
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
        Self { title: title.into(), consequence: None, edits: edits.collect() }
    }
}

/// A change of one file; the file is created where it does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    pub file: File,
    pub edit: TextEdit,
}
