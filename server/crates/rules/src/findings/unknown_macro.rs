use semantic::RenderProblemKind;

use crate::nodes::checked_nodes;
use crate::render::problems;
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
        files: [Properties, Model, Snapshot, Analysis, SingularTest, Function],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for checked in checked_nodes(context) {
        for problem in problems(context.db, checked.node, RenderProblemKind::UndefinedCall) {
            findings.add(checked.range(&problem.site), problem.site.explain(&problem.message));
        }
    }
}
