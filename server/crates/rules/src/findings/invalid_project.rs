use base::{Content, FilePath, TextRange};
use project::{Origin, document, duplicate_packages, project_file_problems, unusable_packages};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `dbt_project.yml` without what dbt needs.
    ///
    /// ```yaml
    /// name: shop   # letters, digits and underscores
    /// ```
    ///
    /// Keys that no dbt knows and values of another kind, such as `models` with a list, stop dbt too;
    /// and packages that cannot be told apart: each has a name of its own.
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
    if context.package.origin(context.db) == Origin::Root {
        packages(findings, context);
    }
}

/// Installed packages that dbt refuses: no file of theirs is shown, so they stand at our name.
fn packages(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let document = document(db, context.file);
    let name = document.root.as_ref().and_then(|it| it.get("name"));
    let range = name.map_or_else(TextRange::default, |it| it.range);
    let root = context.project.root(db);
    for (folder, other) in duplicate_packages(db, context.project) {
        let shown = |it: &FilePath| it.relative_to(root).unwrap_or(it.as_str()).to_owned();
        let message = if other == *root {
            format!("the package in `{}` has the project's own name", shown(&folder))
        } else {
            format!("the packages in `{}` and `{}` have one name", shown(&other), shown(&folder))
        };
        findings.add(range, message);
    }
    for (folder, problem) in unusable_packages(db, context.project) {
        let shown = folder.relative_to(root).unwrap_or(folder.as_str());
        findings.add(range, format!("the package in `{shown}` {problem}"));
    }
}
