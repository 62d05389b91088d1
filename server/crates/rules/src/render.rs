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
    of_kind(&compile::compile_problems(db, node))
}
