use project::{Origin, is_behavior_flag_on, packages};
use semantic::{is_enabled, macro_names, macro_without_schema, macros_named, nodes};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// The project's `generate_schema_name` gives no schema for a node.
    ///
    /// dbt Core 1.12 calls that deprecated, and an error with the flag
    /// `require_valid_schema_from_generate_schema_name`. Let the macro fall back on `target.schema`.
    ///
    /// ```sql
    /// {% if custom_schema_name %}{{ custom_schema_name }}{% else %}{{ return(none) }}{% endif %}      -- before
    /// {% if custom_schema_name %}{{ custom_schema_name }}{% else %}{{ target.schema }}{% endif %}     -- after
    /// ```
    pub static GENERATE_SCHEMA_NAME_NULL_VALUE = {
        name: "generate-schema-name-null-value",
        event: Some("GenerateSchemaNameNullValueDeprecation"),
        severity: Warning,
        since: "dbt 1.12",
        files: [Macro],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    const NAME: &str = "generate_schema_name";
    let is_here = macro_names(db, context.file).iter().any(|it| it.name == NAME);
    if !is_here || !matches!(findings.version(), (1, 12..)) {
        return;
    }
    let all = macros_named(db, context.package, NAME);
    let Some(found) = all.iter().rev().find(|it| it.file == context.file) else { return };
    let all = packages(db, context.project);
    let built = all.iter().filter(|it| !matches!(it.origin(db), Origin::Upstream));
    let mut nodes = built.flat_map(|it| nodes(db, *it).to_vec());
    let first = nodes.find(|it| {
        let kind = it.kind(db).resource_type();
        matches!(kind, "model" | "seed" | "snapshot")
            && is_enabled(db, *it)
            && macro_without_schema(db, *it).is_some_and(|it| it == *found)
    });
    let Some(first) = first else { return };
    let flag = "require_valid_schema_from_generate_schema_name";
    let is_refused = is_behavior_flag_on(db, context.project, flag);
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    let message = format!("`{NAME}` gives no schema for `{}`", first.display_name(db));
    findings.add_as(severity, found.name_range(db), message);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::GENERATE_SCHEMA_NAME_NULL_VALUE;
    use crate::testing::check_in;

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");
    const MODEL: (&str, &str) = ("models/a.sql", "select 1");

    fn of(body: &str) -> String {
        format!("{{% macro generate_schema_name(custom, node) %}}{body}{{% endmacro %}}\n")
    }

    #[test]
    fn no_schema_is_none() {
        let text = of("{% if custom %}{{ custom }}{% else %}{{ return(none) }}{% endif %}");
        let file = ("macros/s.sql", text.as_str());
        check_in(
            &GENERATE_SCHEMA_NAME_NULL_VALUE,
            &[file, MODEL, CORE],
            expect![[r#"
                1:10-1:30 warning[generate-schema-name-null-value] `generate_schema_name` gives no schema for `a`
            "#]],
        );
        let with_schema = ("models/a.sql", "{{ config(schema='b') }} select 1");
        check_in(&GENERATE_SCHEMA_NAME_NULL_VALUE, &[file, with_schema, CORE], expect![""]);
        check_in(&GENERATE_SCHEMA_NAME_NULL_VALUE, &[file, MODEL], expect![""]);
    }

    #[test]
    fn blank_is_a_schema() {
        for body in ["", "{{ target.schema }}", "{{ exceptions.raise_compiler_error('no') }}"] {
            let text = of(body);
            let files = [("macros/s.sql", text.as_str()), MODEL, CORE];
            check_in(&GENERATE_SCHEMA_NAME_NULL_VALUE, &files, expect![""]);
        }
    }
}
