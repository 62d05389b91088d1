use base::{File, nearest};
use project::TandemFile;

use super::suppression::Suppression;
use crate::rule::declare_rule;
use crate::{Diagnostic, FileContext, Findings, RULES, Severity};

declare_rule! {
    /// A comment that silences a rule which finds nothing there.
    ///
    /// `tandem: ignore[…]` in a comment silences rules, by Tandem's name or dbt's, on its own line;
    /// where the comment stands alone, on the line below too. Several are separated by commas.
    ///
    /// ```sql
    /// select * from {{ ref('later') }}  -- tandem: ignore[unknown-ref]
    /// ```
    pub static UNUSED_SUPPRESSION = {
        name: "unused-suppression",
        event: None,
        severity: Hint,
        since: "dbt 1.0",
        files: [
            ProjectFile, Packages, Selectors, Profiles, Dotenv, DotenvExample, Properties, Model,
            PythonModel, Snapshot, Analysis, SingularTest, Function, GenericTest, Macro, Docs,
        ],
        check: check,
    }
}

/// What a comment silences shows when everything else was found.
fn check(_: &mut Findings<'_>, _: &FileContext<'_>) {}

/// Nothing where a team does not want to hear of it.
pub(super) fn finding(
    policy: &TandemFile,
    file: File,
    comment: &Suppression,
) -> Option<Diagnostic> {
    let own = UNUSED_SUPPRESSION.name;
    if policy.ignore.iter().any(|it| it.name == own) {
        return None;
    }
    let chosen = policy.severity.iter().rev().find(|it| it.0.name == own);
    let severity = match chosen.map(|it| it.1.as_str()) {
        Some("off") => return None,
        Some(word) => Severity::named(word).unwrap_or(Severity::Hint),
        None => Severity::Hint,
    };
    let name = comment.name.as_str();
    let is_known = RULES.iter().any(|it| it.name == name || it.event == Some(name));
    let message = match nearest(name, RULES.iter().map(|it| it.name)) {
        _ if is_known => format!("`{name}` finds nothing here"),
        Some(meant) => format!("there is no such rule; `{meant}` perhaps"),
        None => "there is no such rule".to_owned(),
    };
    Some(Diagnostic {
        code: own,
        event: None,
        severity,
        file,
        range: comment.range,
        message,
        fix: None,
        alternatives: Vec::new(),
    })
}
