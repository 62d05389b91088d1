use semantic::RenderProblemKind;

use crate::nodes::checked_nodes;
use crate::render::problems;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A template that does not come to an end, or makes too much text.
    ///
    /// Rendering is stopped after a fixed number of steps, a fixed depth and a fixed size of output,
    /// so that a loop without end cannot hang the editor. dbt has no such limit.
    pub static JINJA_LIMIT = {
        name: "jinja-limit",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Properties, Model, Snapshot, Analysis, SingularTest, Function],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    for checked in checked_nodes(context) {
        for problem in problems(context.db, checked.node, RenderProblemKind::Limit) {
            findings.add(checked.range(&problem.site), problem.site.explain(&problem.message));
        }
    }
}
