use project::document;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// YAML that dbt cannot read.
    ///
    /// The finding stands where the text breaks. Everything that can still be understood keeps
    /// working.
    pub static YAML_SYNTAX = {
        name: "yaml-syntax",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [ProjectFile, Packages, Selectors, Profiles, Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for problem in &document(context.db, context.file).problems {
        findings.add(problem.range, problem.message.clone());
    }
}
