use semantic::jinja_texts;

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Severity};

declare_rule! {
    /// A method of the adapter that has another name now.
    ///
    /// dbt Core warns when the call is made against a warehouse. dbt v2 has no such method: a model
    /// that calls it is not parsed, a macro fails once it is called. The new methods take other
    /// arguments, so there is no fix.
    ///
    /// ```sql
    /// {{ adapter.get_columns_in_table(schema, name) }}         -- before
    /// {{ adapter.get_columns_in_relation(this) }}              -- after
    /// {{ adapter.already_exists(schema, name) }}               -- before
    /// {{ adapter.get_relation(database, schema, name) }}       -- after
    /// ```
    pub static ADAPTER_DEPRECATION = {
        name: "adapter-deprecation",
        event: Some("AdapterDeprecationWarning"),
        severity: Warning,
        since: "dbt 1.0",
        files: [Model, Snapshot, Analysis, SingularTest, GenericTest, Macro, Function],
        check: check,
    }
}

const RENAMED: [(&str, &str); 2] = [
    ("get_columns_in_table", "get_columns_in_relation(relation)"),
    ("already_exists", "get_relation(database, schema, identifier)"),
];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let text = context.file.text(context.db);
    if !RENAMED.iter().any(|(old, _)| text.contains(old)) {
        return;
    }
    let is_macro = matches!(context.kind, FileKind::Macro | FileKind::GenericTest);
    let severity = if is_macro { Severity::Warning } else { findings.refused_by_v2() };
    for text in jinja_texts(context.db, context.file).iter() {
        for call in text.template.calls() {
            let renamed = RENAMED.iter().find(|(old, _)| call.is(&format!("adapter.{old}")));
            let Some((old, new)) = renamed else { continue };
            let message = format!("`{old}` is gone in dbt v2: call `{new}`");
            findings.add_as(severity, text.to_file(call.name_range()), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ADAPTER_DEPRECATION;
    use crate::testing::check;
    use expect_test::expect;

    #[test]
    fn methods_of_old() {
        let text = "{{ adapter.get_columns_in_table('a', 'b') }}{{ adapter.already_exists('a', 'b') }}{{ my.already_exists() }}{{ adapter.get_relation('a', 'b', 'c') }}\n";
        check(
            &ADAPTER_DEPRECATION,
            "models/a.sql",
            text,
            expect![[r#"
                1:12-1:32 error[adapter-deprecation] `get_columns_in_table` is gone in dbt v2: call `get_columns_in_relation(relation)`
                1:56-1:70 error[adapter-deprecation] `already_exists` is gone in dbt v2: call `get_relation(database, schema, identifier)`
            "#]],
        );
        check(
            &ADAPTER_DEPRECATION,
            "macros/a.sql",
            "{% macro a() %}{{ adapter.already_exists('a', 'b') }}{% endmacro %}\n",
            expect![[r#"
                1:27-1:41 warning[adapter-deprecation] `already_exists` is gone in dbt v2: call `get_relation(database, schema, identifier)`
            "#]],
        );
    }
}
