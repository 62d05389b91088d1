use rustc_hash::FxHashSet;
use semantic::jinja_texts;
use syntax::jinja::{Expr, ExprId, Name, Template};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// A filter or a method that dbt v2's Jinja does not have.
    ///
    /// dbt Core runs Python's Jinja2 and has them; dbt v2 stops where it comes to one: the filters
    /// `center`, `striptags`, `urlize` and `xmlattr`, the methods `encode` of texts and `reverse` of
    /// lists. For a project that dbt Core runs it is a hint for the day of the upgrade.
    ///
    /// ```sql
    /// {% do names.reverse() %}                    -- before
    /// {% set names = names | reverse | list %}    -- after
    /// ```
    pub static JINJA_NOT_IN_V2 = {
        name: "jinja-not-in-v2",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [Model, Snapshot, Analysis, SingularTest, GenericTest, Macro, Function],
        check: check,
    }
}

const FILTERS: [&str; 4] = ["center", "striptags", "urlize", "xmlattr"];
const METHODS: [(&str, &str); 3] = [
    ("encode", ""),
    ("reverse", ": the filter `reverse` gives the items the other way round"),
    ("__delitem__", ": `pop` takes an item out"),
];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // Most files have none and need no tree for that.
    let source = context.file.text(context.db);
    let names = METHODS.iter().map(|it| it.0);
    if !FILTERS.iter().copied().chain(names).any(|it| source.contains(it)) {
        return;
    }
    let severity = if findings.is_core() { Severity::Hint } else { Severity::Warning };
    for text in jinja_texts(context.db, context.file).iter() {
        let template = &text.template;
        let assigned: FxHashSet<Name> = template.assigned_names().collect();
        for (_, node) in template.all_exprs() {
            match node.kind {
                Expr::Filter(filter) if FILTERS.contains(&template.name(filter.name)) => {
                    let name = template.name(filter.name);
                    let message = format!("dbt v2 has no filter `{name}`");
                    findings.add_as(severity, text.to_file(filter.name_range), message);
                }
                Expr::Call(call) => {
                    let Expr::Attribute { object, name, name_range } =
                        template.expr(call.callee).kind
                    else {
                        continue;
                    };
                    let name = template.name(name);
                    let known = METHODS.iter().find(|it| it.0 == name);
                    let Some((_, instead)) =
                        known.filter(|_| is_a_value(template, object, &assigned))
                    else {
                        continue;
                    };
                    let message = format!("dbt v2 has no method `{name}`{instead}");
                    findings.add_as(severity, text.to_file(name_range), message);
                }
                _ => {}
            }
        }
    }
}

/// A package may have a macro of any name, and a module a function.
fn is_a_value(template: &Template, object: ExprId, assigned: &FxHashSet<Name>) -> bool {
    match template.expr(object).kind {
        Expr::Str(_) | Expr::List(_) | Expr::Dict(_) | Expr::Concat(_) => true,
        Expr::Name(name) => assigned.contains(&name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::JINJA_NOT_IN_V2;
    use crate::testing::{check, check_in};

    #[test]
    fn filters_and_methods() {
        let text = "{% set names = ['a', 'b'] %}{% do names.reverse() %}{{ 'a' | center(9) }}{{ 'é'.encode('utf8') }}{{ my_package.encode('a') }}{{ names | reverse | list }}\n";
        check(
            &JINJA_NOT_IN_V2,
            "models/a.sql",
            text,
            expect![[r#"
                1:41-1:48 warning[jinja-not-in-v2] dbt v2 has no method `reverse`: the filter `reverse` gives the items the other way round
                1:62-1:68 warning[jinja-not-in-v2] dbt v2 has no filter `center`
                1:81-1:87 warning[jinja-not-in-v2] dbt v2 has no method `encode`
            "#]],
        );
        check_in(
            &JINJA_NOT_IN_V2,
            &[
                ("macros/a.sql", "{% macro a() %}{{ '<b>' | striptags }}{% endmacro %}\n"),
                ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2.0.0'\n"),
            ],
            expect![[r#"
                1:27-1:36 hint[jinja-not-in-v2] dbt v2 has no filter `striptags`
            "#]],
        );
    }
}
