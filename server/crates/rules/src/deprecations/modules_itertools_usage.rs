use base::TextRange;
use rustc_hash::FxHashMap;
use semantic::jinja_texts;
use syntax::jinja::{Expr, ExprId, Template};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A template uses Python's `itertools`.
    ///
    /// dbt Core says so from 1.11 on, each time that a function of it is called; a later version will not have it.
    /// What Jinja has itself mostly does the same:
    ///
    /// | before | after |
    /// |---|---|
    /// | `modules.itertools.chain(a, b)` | `a + b` |
    /// | `modules.itertools.islice(a, 2)` | `a[:2]` |
    /// | `modules.itertools.repeat('x', 3)` | `['x'] * 3` |
    /// | `modules.itertools.product(a, b)` | a `for` in a `for` |
    /// | `modules.itertools.zip_longest(a, b)` | a `for` over `range` |
    pub static MODULES_ITERTOOLS_USAGE = {
        name: "modules-itertools-usage",
        event: Some("ModulesItertoolsUsageDeprecation"),
        severity: Warning,
        since: "dbt 1.11",
        files: [Model, Snapshot, Analysis, SingularTest, GenericTest, Macro, Function, Properties, ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // Most files need no tree for that.
    let is_deprecated = matches!(findings.version(), (1, 11..));
    if !is_deprecated || !context.file.text(context.db).contains("itertools") {
        return;
    }
    for text in jinja_texts(context.db, context.file).iter() {
        for (range, function) in uses(&text.template) {
            let message = match function.as_deref().and_then(instead) {
                Some(instead) => format!("dbt will not offer `itertools` any more: {instead}"),
                None => "dbt will not offer `itertools` any more".to_owned(),
            };
            findings.add(text.to_file(range), message);
        }
    }
}

/// `modules.itertools`, with the function where one follows.
fn uses(template: &Template) -> Vec<(TextRange, Option<String>)> {
    let mut attributes: FxHashMap<ExprId, (TextRange, &str)> = FxHashMap::default();
    let mut found = Vec::new();
    for (id, expr) in template.all_exprs() {
        let Expr::Attribute { object, name, .. } = expr.kind else { continue };
        attributes.insert(object, (expr.range, template.name(name)));
        let Expr::Name(module) = template.expr(object).kind else { continue };
        if template.name(name) == "itertools" && template.name(module) == "modules" {
            found.push((id, expr.range));
        }
    }
    let with_function = found.into_iter().map(|(id, range)| match attributes.get(&id) {
        Some((range, function)) => (*range, Some((*function).to_owned())),
        None => (range, None),
    });
    with_function.collect()
}

fn instead(function: &str) -> Option<&'static str> {
    Some(match function {
        "chain" => "`a + b` joins lists",
        "islice" => "`a[start:stop]` takes a part",
        "repeat" => "`[x] * n` repeats",
        "product" => "write a `for` in a `for`",
        "zip_longest" => "write a `for` over `range`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::MODULES_ITERTOOLS_USAGE;
    use crate::testing::check_in;
    use expect_test::expect;

    const CORE: (&str, &str) = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2.0.0'\n");

    #[test]
    fn uses_in_templates() {
        let text = "{% set tools = modules.itertools %}\n{# modules.itertools.chain #}\nselect {{ modules.itertools.chain([1], [2]) | list }}, {{ modules . itertools.cycle }}, {{ modules.re }} -- modules.itertools\n";
        let found = expect![[r#"
            1:16-1:33 warning[modules-itertools-usage] dbt will not offer `itertools` any more
            3:11-3:34 warning[modules-itertools-usage] dbt will not offer `itertools` any more: `a + b` joins lists
            3:59-3:84 warning[modules-itertools-usage] dbt will not offer `itertools` any more
        "#]];
        check_in(&MODULES_ITERTOOLS_USAGE, &[("models/a.sql", text), CORE], found);
        check_in(&MODULES_ITERTOOLS_USAGE, &[("models/a.sql", text)], expect![""]);
    }

    #[test]
    fn uses_in_yaml() {
        let text = "models:\n- name: a\n  description: \"{{ modules.itertools.tee('a') }}\"\n";
        check_in(
            &MODULES_ITERTOOLS_USAGE,
            &[("models/a.yml", text), CORE],
            expect![[r#"
                3:20-3:41 warning[modules-itertools-usage] dbt will not offer `itertools` any more
            "#]],
        );
    }
}
