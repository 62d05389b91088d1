use semantic::{RenderProblemKind, nodes_in};

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
        files: [Model, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for node in nodes_in(context.db, context.package, context.file) {
        for problem in problems(context.db, node, RenderProblemKind::Error) {
            findings.add(problem.site.range, problem.site.explain(&problem.message));
        }
    }
}
