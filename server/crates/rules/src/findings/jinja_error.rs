use semantic::RenderProblemKind;

use crate::nodes::checked_nodes;
use crate::render::problems;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A template that dbt cannot render.
    ///
    /// It parses, and fails when it is evaluated: a wrong argument, an unknown attribute, an error
    /// that the project raises itself.
    pub static JINJA_ERROR = {
        name: "jinja-error",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Properties, Model, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for checked in checked_nodes(context) {
        for problem in problems(context.db, checked.node, RenderProblemKind::Error) {
            findings.add(checked.range(&problem.site), problem.site.explain(&problem.message));
        }
    }
}
