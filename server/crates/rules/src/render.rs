use base::Db;
use semantic::{Node, RenderProblem, RenderProblemKind, is_enabled, parsed};

/// What dbt would meet when it renders a node: first to parse it, then to compile it. Where
/// compiling depends on what only dbt can know, its errors are nobody's guess.
pub(crate) fn problems(db: &dyn Db, node: Node, kind: RenderProblemKind) -> Vec<RenderProblem> {
    let of_kind = |problems: &[RenderProblem]| -> Vec<RenderProblem> {
        problems.iter().filter(|it| it.kind == kind).cloned().collect()
    };
    let parsing = of_kind(&parsed(db, node).problems);
    if !parsing.is_empty() || !is_enabled(db, node) {
        return parsing;
    }
    let rendered = compile::rendered(db, node);
    // A call of what does not exist is noted only where nothing unknown was met before.
    let is_known = !rendered.met_hole || kind == RenderProblemKind::UndefinedCall;
    if is_known { of_kind(&rendered.problems) } else { Vec::new() }
}
