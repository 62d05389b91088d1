use project::{Support, adapter as known_adapter};
use semantic::adapter;

use super::custom_keys;
use super::project_configs::{self, Wrong};
use super::stray_keys::{Misplaced, PropertiesFile, with_file};
use super::template_config::{self, Level};
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Severity};

declare_rule! {
    /// A key under `config` that is no config of dbt.
    ///
    /// dbt takes it and does nothing with it, unless a macro reads it with `config.get`; dbt v2
    /// refuses it. Keys of your own belong under `config.meta`. dbt Core reports it with BigQuery,
    /// Databricks, Redshift and Snowflake only; other adapters may know configs of their own, so it
    /// is no more than a hint where dbt v2 does not know the adapter.
    ///
    /// In a model the keys of `config(…)` count, those of calls in branches that are not taken do
    /// not. dbt Core looks at models only, dbt v2 at snapshots, data tests and analyses too. The fix
    /// moves the argument and nothing else, together with the macros of the project that read it:
    /// `config.get('owner_team')` becomes `config.meta_get('owner_team')`. Where a package reads it,
    /// or a macro computes the names that it reads, the fix is a choice.
    ///
    /// In a properties file hooks are called `pre_hook` and `post_hook`, in `dbt_project.yml`
    /// `+pre-hook` and `+post-hook`.
    ///
    /// ```yaml
    /// models:
    ///   - name: orders
    ///     config:
    ///       owner_team: core     # before
    ///   - name: customers
    ///     config:
    ///       meta:
    ///         owner_team: core   # after
    /// ```
    ///
    /// ```sql
    /// {{ config(materialized='table', owner_team='core') }}              -- before
    /// {{ config(materialized='table', meta={'owner_team': 'core'}) }}    -- after
    /// ```
    pub static CUSTOM_KEY_IN_CONFIG = {
        name: "custom-key-in-config",
        event: Some("CustomKeyInConfigDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Properties, ProjectFile, Model, PythonModel, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let severity = severity(findings, context);
    if context.kind == FileKind::ProjectFile {
        project_configs::each(context, |it| {
            if it.is == Wrong::Custom {
                findings.add_with_fixes(severity, it.entry.key.range, it.message, it.fixes);
            }
        });
    } else if context.kind == FileKind::Properties {
        with_file(context, |file| check_keys(findings, context, file));
    } else {
        for it in template_config::each(findings, context, Level::Config) {
            findings.add_with_fixes(severity, it.range, it.message, it.fixes);
        }
    }
}

fn check_keys(findings: &mut Findings<'_>, context: &FileContext<'_>, file: &PropertiesFile<'_>) {
    let severity = severity(findings, context);
    custom_keys::each(context, file, &file.strays(Misplaced::InConfig), |stray, message, fixes| {
        findings.add_with_fixes(severity, stray.range, message, fixes);
    });
}

/// An adapter that dbt v2 does not know may have configs that no schema knows.
pub(super) fn severity(findings: &Findings<'_>, context: &FileContext<'_>) -> Severity {
    let name = adapter(context.db, context.project);
    let is_known = match known_adapter(&name) {
        Some(adapter) => adapter.v2 == Support::Supported,
        None => &*name == "default",
    };
    match findings.is_core() && !is_known {
        true => Severity::Hint,
        false => findings.refused_by_v2(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::CUSTOM_KEY_IN_CONFIG as RULE;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn keys_of_every_config() {
        let text = "\
models:
  - {name: a, config: {mine: 1, materialised: table, pre-hook: b, meta: {c: 1}, docs: {d: 1}}}
  - {name: e, columns: [{name: f, config: {mine: 1}}], versions: [{v: 1, config: {mine: 1}}]}
  - {name: g, config: {copy_tags: true}, data_tests: [{unique: {config: {mine: 1}}}]}
sources: [{name: h, config: {mine: 1}, tables: [{name: i, config: {mine: 1}}]}]
";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
                2:24-2:28 error[custom-key-in-config] `mine` is no config of a model
                    fix: Move `mine` under `config.meta`
                2:33-2:45 error[custom-key-in-config] `materialised` is no config of a model; `materialized` is
                    choice: Rename to `materialized` (a guess from the spelling)
                    fix: Move `materialised` under `config.meta`
                2:54-2:62 error[custom-key-in-config] `pre-hook` is no config of a model; `pre_hook` is
                    fix: Rename to `pre_hook`
                3:44-3:48 error[custom-key-in-config] `mine` is no config of a column
                    fix: Move `mine` under `config.meta`
                3:83-3:87 error[custom-key-in-config] `mine` is no config of a version
                    fix: Move `mine` under `config.meta`
                4:74-4:78 error[custom-key-in-config] `mine` is no config of a data test
                    fix: Move `mine` under `config.meta`
                5:30-5:34 error[custom-key-in-config] `mine` is no config of a source
                    fix: Move `mine` under `config.meta`
                5:68-5:72 error[custom-key-in-config] `mine` is no config of a table
                    fix: Move `mine` under `config.meta`
            "#]],
        );
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.12.0'\n");
        check_in(
            &RULE,
            &[("models/a.yml", text), core],
            expect![[r#"
                2:24-2:28 warning[custom-key-in-config] `mine` is no config of a model
                    fix: Move `mine` under `config.meta`
                2:33-2:45 warning[custom-key-in-config] `materialised` is no config of a model; `materialized` is
                    choice: Rename to `materialized` (a guess from the spelling)
                    fix: Move `materialised` under `config.meta`
                2:54-2:62 warning[custom-key-in-config] `pre-hook` is no config of a model; `pre_hook` is
                    fix: Rename to `pre_hook`
                3:44-3:48 warning[custom-key-in-config] `mine` is no config of a column
                    fix: Move `mine` under `config.meta`
                4:24-4:33 warning[custom-key-in-config] `copy_tags` is no config of a model before dbt 1.12
                    choice: Move `copy_tags` under `config.meta` (dbt 1.12 takes it where it is)
                5:30-5:34 warning[custom-key-in-config] `mine` is no config of a source
                    fix: Move `mine` under `config.meta`
                5:68-5:72 warning[custom-key-in-config] `mine` is no config of a table
                    fix: Move `mine` under `config.meta`
            "#]],
        );
    }

    #[test]
    fn keys_move_under_meta() {
        let fixed = |before, after| check_fix(&RULE, "models/a.yml", before, after);
        fixed(
            "models:\n  - name: a\n    config:\n      tags: [b]\n      mine: 1 # c\n      other:\n        - d\n",
            "models:\n  - name: a\n    config:\n      tags: [b]\n      meta:\n        mine: 1 # c\n        other:\n          - d\n",
        );
        fixed(
            "models:\n  - name: a\n    config: {mine: 1, meta: {b: 1}}\n",
            "models:\n  - name: a\n    config: {meta: {b: 1, mine: 1}}\n",
        );
        fixed(
            "models:\n  - name: a\n    config:\n      pre-hook: b\n",
            "models:\n  - name: a\n    config:\n      pre_hook: b\n",
        );
    }

    #[test]
    fn configs_of_the_project() {
        let project = "\
name: shop
models:
  mine: 1
  +other: [a] # why
  +materialised: table
  shop:
    +mine: {a: {b: 1}}
    persist_docs: {relation: true}
    marts:
    +ours:
    +meta: {}
  +pre_hook: c
  + tags: d
";
        check(
            &RULE,
            "dbt_project.yml",
            project,
            expect![[r#"
                3:3-3:7 error[custom-key-in-config] `mine` is no config that dbt knows
                    fix: Move `mine` under `+meta`
                4:3-4:9 error[custom-key-in-config] `+other` is no config that dbt knows
                5:3-5:16 error[custom-key-in-config] `+materialised` is no config that dbt knows; `+materialized` is
                    choice: Rename to `+materialized` (it then takes effect)
                    fix: Move `+materialised` under `+meta`
                7:5-7:10 error[custom-key-in-config] `+mine` is no config that dbt knows
                    fix: Move `+mine` under `+meta`
                8:5-8:17 error[custom-key-in-config] `persist_docs` is a config, which is written `+persist_docs`
                    choice: Rename to `+persist_docs` (it then takes effect)
                9:5-9:10 error[custom-key-in-config] `marts` has nothing under it
                10:5-10:10 error[custom-key-in-config] `+ours` is no config that dbt knows
                12:3-12:12 error[custom-key-in-config] `+pre_hook` is no config that dbt knows; `+pre-hook` is
                    choice: Rename to `+pre-hook` (it then takes effect)
                    fix: Move `+pre_hook` under `+meta`
                13:3-13:9 error[custom-key-in-config] `+ tags` is no config that dbt knows; `+tags` is
                    choice: Rename to `+tags` (it then takes effect)
                    fix: Move `+ tags` under `+meta`
            "#]],
        );
        check_fix(
            &RULE,
            "dbt_project.yml",
            "models:\n  mine: 1\n  +other: [a]\n  shop:\n    +theirs: 'b'\n    +meta: {d: 1}\n",
            "models:\n  +meta: {mine: 1, other: [a]}\n  shop:\n    +meta: {d: 1, theirs: 'b'}\n",
        );
    }

    #[test]
    fn adapters_that_v2_does_not_know_have_configs_of_their_own() {
        let profile = "shop:\n  target: dev\n  outputs: {dev: {type: trino}}\n";
        let files = [
            ("models/a.yml", "models: [{name: a, config: {properties: {}}}]\n"),
            ("profiles.yml", profile),
            ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<1.12.0'\n"),
        ];
        check_in(
            &RULE,
            &files,
            expect![[r#"
            1:29-1:39 hint[custom-key-in-config] `properties` is no config of a model; `tblproperties` is
                choice: Rename to `tblproperties` (a guess from the spelling)
                fix: Move `properties` under `config.meta`
        "#]],
        );
    }
}
