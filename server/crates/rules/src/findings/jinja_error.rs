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
        files: [Properties, Model, Snapshot, Analysis, SingularTest, Function],
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

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::JINJA_ERROR;
    use crate::testing::check_in;

    /// Which implementation is chosen, and what `target.type` is, decides whether there is an error.
    #[test]
    fn without_a_profile_nobody_knows_what_an_adapter_does() {
        let model = "select {{ dbt.current_timestamp() }} {% if target.type != 'duckdb' %}{{ exceptions.raise_compiler_error('no') }}{% endif %}\n";
        let macros =
            "{% macro dbt_only() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}\n";
        check_in(
            &JINJA_ERROR,
            &[("models/a.sql", model), ("macros/m.sql", macros), ("profiles.yml", "")],
            expect![""],
        );
        check_in(
            &JINJA_ERROR,
            &[("models/a.sql", "select {{ dbt_only() }}\n"), ("macros/m.sql", macros)],
            expect![[r#"
                1:11-1:21 error[jinja-error] no (in `macros/m.sql`)
            "#]],
        );
    }
}
