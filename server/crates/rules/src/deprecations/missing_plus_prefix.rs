use super::project_configs::{self, Wrong};
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A config in `dbt_project.yml` without its `+`.
    ///
    /// Without it a key is the name of a folder. dbt Core takes it for a config all the same where the
    /// value is no mapping, and ignores it where it is one; dbt v2 refuses it. dbt Core reports it with BigQuery, Databricks, Redshift and
    /// Snowflake only.
    ///
    /// ```yaml
    /// models:
    ///   shop:
    ///     materialized: view      # before
    ///     +materialized: view     # after
    /// ```
    pub static MISSING_PLUS_PREFIX = {
        name: "missing-plus-prefix",
        event: Some("MissingPlusPrefixDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    project_configs::each(context, |it| {
        if it.is == Wrong::MissingPlus {
            let severity = findings.refused_by_v2();
            findings.add_with_fixes(severity, it.entry.key.range, it.message, it.fixes);
        }
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::MISSING_PLUS_PREFIX as RULE;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn configs_without_a_plus() {
        check(
            &RULE,
            "dbt_project.yml",
            "\
models:
  materialized: view
  shop:
    marts: {tags: [a], +schema: b}
    quoting: {database: true}
    +meta: {materialized: c}
seeds:
  +schema: d
  schema: e
vars: {materialized: f}
",
            expect![[r#"
                2:3-2:15 error[missing-plus-prefix] `materialized` is a config, which is written `+materialized`
                    fix: Rename to `+materialized`
                4:13-4:17 error[missing-plus-prefix] `tags` is a config, which is written `+tags`
                    fix: Rename to `+tags`
                5:5-5:12 error[missing-plus-prefix] `quoting` is a config, which is written `+quoting`
                    choice: Rename to `+quoting` (it then takes effect)
                9:3-9:9 error[missing-plus-prefix] `schema` is a config, which is written `+schema`
            "#]],
        );
    }

    #[test]
    fn the_plus_is_added_in_place() {
        let fixed = |before, after| check_fix(&RULE, "dbt_project.yml", before, after);
        fixed(
            "models:\r\n  shop:\r\n    # why\r\n    'tags': [a] # b\r\n    quoting:\r\n      database: true\r\n",
            "models:\r\n  shop:\r\n    # why\r\n    '+tags': [a] # b\r\n    +quoting:\r\n      database: true\r\n",
        );
        fixed(
            "models: {shop: {materialized: view, enabled: false}}\n",
            "models: {shop: {+materialized: view, +enabled: false}}\n",
        );
    }

    #[test]
    fn a_folder_may_be_called_like_a_config() {
        let text =
            "models:\n  shop:\n    tags:\n      schema: a\n    meta: {b: {c: 1}}\n    docs: x\n";
        let files = [
            ("dbt_project.yml", text),
            ("models/tags/a.sql", "select 1"),
            ("models/docs.sql", "select 1"),
        ];
        check_in(
            &RULE,
            &files,
            expect![[r#"
            4:7-4:13 error[missing-plus-prefix] `schema` is a config, which is written `+schema`
                fix: Rename to `+schema`
            6:5-6:9 error[missing-plus-prefix] `docs` is a config, which is written `+docs`
                choice: Rename to `+docs` (it is a config then, and not the folder of that name)
        "#]],
        );
    }
}
