use semantic::{RenderProblemKind, nodes_in, parsed};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A call of a macro or function that does not exist.
    ///
    /// Macros of the same package and of the root project are called by their name, those of other
    /// packages as `package.name`.
    pub static UNKNOWN_MACRO = {
        name: "unknown-macro",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Model, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for node in nodes_in(context.db, context.package, context.file) {
        let parsed = parsed(context.db, node);
        let problems = parsed.problems.iter();
        for problem in problems.filter(|it| it.kind == RenderProblemKind::UndefinedCall) {
            findings.add(problem.site.range, problem.site.explain(&problem.message));
        }
    }
}
