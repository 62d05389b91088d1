use std::sync::Arc;

use base::{Db, File, TextRange};
use rules::{Diagnostic, FileEdit, Fix, Scope};

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
    let findings: Arc<[Diagnostic]> = crate::diagnostics(db, file, Scope::File);
    let touched =
        findings.iter().filter(|it| it.file == file && it.range.intersect(range).is_some());
    let action = |it: &Diagnostic, fix: &Fix| CodeAction {
        title: fix.label(),
        diagnostics: vec![it.clone()],
        edits: crate::fixes::keep_ends(db, fix.edits.clone()),
        preferred: fix.is_safe(),
    };
    touched
        .flat_map(|it| it.fix.iter().chain(&it.alternatives).map(move |fix| action(it, fix)))
        .collect()
}

#[cfg(test)]
mod tests {
    use base::{TextEdit, apply, range};
    use test_support::Fixture;

    use super::*;

    const PROJECT: &str = "//- dbt_project.yml\nname: shop\nprofile: shop\ndata-paths: [seeds] # keep\nsource-paths: [models]\n";

    #[test]
    fn only_findings_under_the_cursor_are_mended() {
        let fixture = Fixture::new(PROJECT);
        let db = &fixture.db;
        let file = fixture.file("dbt_project.yml");
        let at = |text: &str| {
            let start = file.text(db).find(text).unwrap();
            range(start, start)
        };
        let actions = code_actions(db, file, at("ata-paths"));
        let titles: Vec<&str> = actions.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles.len(), 1, "{titles:?}");
        assert!(actions[0].edits.iter().all(|it| it.file == file));
        let edits: Vec<TextEdit> = actions[0].edits.iter().map(|it| it.edit.clone()).collect();
        let mended = apply(file.text(db), &edits);
        assert!(mended.contains("\nseed-paths: [seeds] # keep\nsource-paths:"), "{mended}");
        assert!(code_actions(db, file, at("name:")).is_empty());
        let all = range(0, file.text(db).len());
        assert_eq!(code_actions(db, file, all).len(), 2);
        assert!(code_actions(db, fixture.file("models/none.sql"), all).is_empty());
    }
}
