use std::sync::Arc;

use base::{Db, File, TextRange};
use rules::{Diagnostic, FileEdit};

/// A light bulb's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAction {
    pub title: String,
    /// The findings that this action mends.
    pub diagnostics: Vec<Diagnostic>,
    pub edits: Vec<FileEdit>,
    pub preferred: bool,
}

/// The fixes of the findings that touch a range.
#[must_use]
pub fn code_actions(db: &dyn Db, file: File, range: TextRange) -> Vec<CodeAction> {
    let findings: Arc<[Diagnostic]> = crate::diagnostics(db, file);
    let touched = findings.iter().filter(|it| it.range.intersect(range).is_some());
    touched
        .filter_map(|it| {
            let fix = it.fix.as_ref()?;
            Some(CodeAction {
                title: fix.title.clone(),
                diagnostics: vec![it.clone()],
                edits: fix.edits.clone(),
                preferred: fix.safe,
            })
        })
        .collect()
}
