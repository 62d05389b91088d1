use base::{TextEdit, range};
use compile::rendered;
use rustc_hash::FxHashSet;
use semantic::{
    Node, RefName, Resolution, is_enabled, later_calls, nodes_in, parents, parsed, resolve_ref,
    written_refs,
};

use crate::rule::declare_rule;
use crate::{FileContext, FileEdit, FileKind, Findings, Fix};

declare_rule! {
    /// A `ref` that dbt meets only when it compiles, because parsing does not take its branch.
    ///
    /// dbt orders the nodes by what parsing met. Where a query then reads something else, it stops:
    /// it was unable to infer all dependencies. A comment tells it what there is to know:
    ///
    /// ```sql
    /// -- depends_on: {{ ref('orders') }}
    /// ```
    pub static UNDECLARED_REF = {
        name: "undeclared-ref",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Model, Snapshot, Analysis, SingularTest, Function],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        if !may_have(context, node) || !is_enabled(db, node) {
            continue;
        }
        let compiled = rendered(db, node);
        let meant = |call: &semantic::RefCall| {
            let (package, version) = (call.package.as_deref(), call.version.as_deref());
            match resolve_ref(db, context.package, package, &call.name, version) {
                Resolution::Node(found) => Some(found),
                _ => None,
            }
        };
        let mut known: FxHashSet<Node> = parents(db, node).iter().copied().collect();
        known.extend(later_calls(db, node).refs.iter().filter_map(meant));
        // What a warehouse would have said may lead another way.
        for call in compiled.refs.iter().filter(|it| it.is_certain) {
            let Some(found) = meant(call).filter(|it| known.insert(*it)) else { continue };
            let message = format!(
                "dbt meets this `ref` to `{}` only when it compiles, and does not know of it then",
                found.name(db)
            );
            let name = RefName {
                package: call.package.clone(),
                name: call.name.clone(),
                version: call.version.clone(),
            };
            let message = call.site.explain(&message);
            findings.add_with_fix(call.site.range, message, fix(context, &name));
        }
    }
}

/// Most nodes need not be compiled to know: every `ref` that they write is met by parsing, and no
/// macro that they call writes one in a branch.
fn may_have(context: &FileContext<'_>, node: Node) -> bool {
    let db = context.db;
    if written_refs(db, node).iter().any(|it| !it.taken) {
        return true;
    }
    let parsed = parsed(db, node);
    let project = context.project;
    parsed.macros.iter().any(|id| semantic::may_branch_on_compiling(db, project, id.clone()))
}

fn fix(context: &FileContext<'_>, name: &RefName) -> Option<Fix> {
    // In a file of several blocks the comment would belong into one of them.
    if context.kind == FileKind::Snapshot {
        return None;
    }
    let newline = if context.file.text(context.db).contains("\r\n") { "\r\n" } else { "\n" };
    let call = name.to_call();
    let text = format!("-- depends_on: {{{{ {call} }}}}{newline}");
    Some(Fix {
        title: format!("Tell dbt of the dependency: `-- depends_on: {{{{ {call} }}}}`"),
        edits: vec![FileEdit { file: context.file, edit: TextEdit { range: range(0, 0), text } }],
        consequence: Some("dbt then builds it first".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNDECLARED_REF;
    use crate::testing::{check_fix_in, check_in};

    const OTHERS: [(&str, &str); 3] = [
        ("models/b.sql", "select 1\n"),
        ("models/c.sql", "select 1\n"),
        (
            "macros/m.sql",
            "{% macro late() %}{% if execute %}{{ ref('c') }}{% endif %}{% endmacro %}",
        ),
    ];

    fn with(text: &str) -> Vec<(&str, &str)> {
        [[("models/a.sql", text)].as_slice(), &OTHERS].concat()
    }

    #[test]
    fn a_ref_that_only_compiling_meets() {
        check_in(
            &UNDECLARED_REF,
            &with("select 1\n{% if execute %}from {{ ref('b') }}{% endif %}\n"),
            expect![[r#"
                2:30-2:31 error[undeclared-ref] dbt meets this `ref` to `b` only when it compiles, and does not know of it then
                    choice: Tell dbt of the dependency: `-- depends_on: {{ ref('b') }}` (dbt then builds it first)
            "#]],
        );
        check_in(
            &UNDECLARED_REF,
            &with("select 1 from {{ late() }} {{ late() }}\n"),
            expect![[r#"
                1:18-1:24 error[undeclared-ref] dbt meets this `ref` to `c` only when it compiles, and does not know of it then (in macro `late`)
                    choice: Tell dbt of the dependency: `-- depends_on: {{ ref('c') }}` (dbt then builds it first)
            "#]],
        );
    }

    /// What the warehouse says may decide about the second one, not about the first.
    #[test]
    fn a_ref_in_front_of_what_cannot_be_known() {
        check_in(
            &UNDECLARED_REF,
            &with(
                "{% if execute %}{% set found = run_query('select 1 from ' ~ ref('b')) %}\
                 {{ ref('c') }}{% endif %}select 1\n",
            ),
            expect![[r#"
                1:66-1:67 error[undeclared-ref] dbt meets this `ref` to `b` only when it compiles, and does not know of it then
                    choice: Tell dbt of the dependency: `-- depends_on: {{ ref('b') }}` (dbt then builds it first)
            "#]],
        );
    }

    #[test]
    fn what_is_declared_or_never_taken_is_none() {
        for text in [
            "-- depends_on: {{ ref('b') }}\nselect 1 {% if execute %}{{ ref('b') }}{% endif %}\n",
            "select * from {{ ref('b') }}\n",
            "select 1 {% if false %}{{ ref('b') }}{% endif %}\n",
            "{% if execute %}{{ ref('nope') }}{% endif %}\n",
            "{{ config(enabled=false) }}{% if execute %}{{ ref('b') }}{% endif %}\n",
            "{{ config(post_hook=\"{{ ref('b') }}\") }}{% if execute %}{{ ref('b') }}{% endif %}\n",
        ] {
            check_in(&UNDECLARED_REF, &with(text), expect![[""]]);
        }
    }

    #[test]
    fn the_fix_tells_dbt() {
        check_fix_in(
            &UNDECLARED_REF,
            &with("{% if execute %}{{ ref('shop', 'c') }}{% endif %}\r\n"),
            "-- depends_on: {{ ref('shop', 'c') }}\r\n{% if execute %}{{ ref('shop', 'c') }}{% endif %}\r\n",
        );
    }
}
