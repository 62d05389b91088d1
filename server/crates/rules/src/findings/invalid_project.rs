use base::Content;
use project::{document, project_file_problems};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `dbt_project.yml` without what dbt needs.
    ///
    /// ```yaml
    /// name: shop   # letters, digits and underscores
    /// ```
    pub static INVALID_PROJECT = {
        name: "invalid-project",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // A file that cannot be read has its own finding.
    if !matches!(context.file.content(context.db), Content::Text(_)) {
        return;
    }
    for problem in project_file_problems(&document(context.db, context.file)) {
        findings.add(problem.range, problem.message);
    }
}
