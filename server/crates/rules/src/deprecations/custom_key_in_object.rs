use super::custom_keys::{self, severity};
use super::stray_keys::{Misplaced, PropertiesFile, with_file};
use super::template_config::{self, Level};
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// A key that dbt does not know, on a model, a column, a source and so on.
    ///
    /// dbt Core ignores it on models, seeds, snapshots, analyses, tables, columns and macros, and
    /// refuses it on sources, exposures, groups, unit tests and metrics; dbt v2 refuses it
    /// anywhere. Keys of your own belong under `config.meta`. dbt Core reports it with BigQuery,
    /// Databricks, Redshift and Snowflake only.
    ///
    /// In a model the same counts for mappings in `config(…)`, such as `docs={'show': true}`.
    ///
    /// Where a key that dbt knows is written nearly alike, renaming comes first: the key then takes
    /// effect.
    ///
    /// ```yaml
    /// models:
    ///   - name: orders
    ///     pii: true          # before
    ///   - name: customers
    ///     config:
    ///       meta:
    ///         pii: true      # after
    /// ```
    pub static CUSTOM_KEY_IN_OBJECT = {
        name: "custom-key-in-object",
        event: Some("CustomKeyInObjectDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Properties, Model, PythonModel, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if context.kind == FileKind::Properties {
        with_file(context, |file| check_keys(findings, context, file));
        return;
    }
    let severity = findings.refused_by_v2();
    for it in template_config::each(findings, context, Level::Object) {
        findings.add_with_fixes(severity, it.range, it.message, it.fixes);
    }
}

fn check_keys(findings: &mut Findings<'_>, context: &FileContext<'_>, file: &PropertiesFile<'_>) {
    let mut strays = file.strays(Misplaced::InObject);
    // A metric of the legacy semantic layer: dbt Core reads it, and v2 warns of the whole of it.
    strays.retain(|it| it.name != "type_params");
    custom_keys::each(context, file, &strays, |stray, message, fixes| {
        let severity = severity(findings, stray.object);
        findings.add_with_fixes(severity, stray.range, message, fixes);
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::CUSTOM_KEY_IN_OBJECT as RULE;
    use crate::testing::{check, check_fix, check_fix_in, check_in, findings};

    #[track_caller]
    fn fixed(before: &str, after: &str) {
        check_fix(&RULE, "models/a.yml", before, after);
    }

    #[track_caller]
    fn no_fix(text: &str) {
        let (_, found) = findings(&RULE, &[("models/a.yml", text)]);
        assert!(!found.is_empty(), "nothing is found: {text}");
        assert!(found.iter().all(|it| it.fix.is_none()), "there is a fix: {text}");
    }

    #[test]
    fn legacy_metrics_are_left_alone() {
        let text = "metrics: [{name: a, label: a, type: simple, type_params: {measure: b}}]\n";
        check(&RULE, "models/a.yml", text, expect![""]);
    }

    #[test]
    fn keys_of_every_object() {
        let text = "\
models:
  - {name: a, pii: 1, columns: [{name: b, pii: 1, constraints: [{type: check, pii: 1}]}]}
  - {name: c, desciption: d, tests: [{unique: {pii: 1}}], versions: [{v: 1, pii: 1}]}
seeds: [{name: d, pii: 1}]
sources: [{name: e, pii: 1, tables: [{name: f, pii: 1, external: {pii: 1}}]}]
exposures: [{name: g, type: ml, owner: {name: h, pii: 1}, pii: 1}]
macros: [{name: i, pii: 1, arguments: [{name: j, pii: 1}]}]
unit_tests: [{name: k, model: a, given: [{input: l, pii: 1}], expect: {pii: 1}}]
semantic_models: [{name: m, pii: 1}]
";
        let project = "name: shop\nrequire-dbt-version: '<1.12.0'\n";
        check_in(
            &RULE,
            &[("models/a.yml", text), ("dbt_project.yml", project)],
            expect![[r#"
                2:15-2:18 warning[custom-key-in-object] `pii` is no property of a model
                    fix: Move `pii` under `config.meta`
                2:43-2:46 warning[custom-key-in-object] `pii` is no property of a column
                    fix: Move `pii` under `config.meta`
                2:79-2:82 warning[custom-key-in-object] `pii` is no property of a constraint
                3:15-3:25 warning[custom-key-in-object] `desciption` is no property of a model; `description` is
                    choice: Rename to `description` (a guess from the spelling)
                    fix: Move `desciption` under `config.meta`
                4:19-4:22 warning[custom-key-in-object] `pii` is no property of a seed
                    fix: Move `pii` under `config.meta`
                5:21-5:24 error[custom-key-in-object] `pii` is no property of a source
                    fix: Move `pii` under `config.meta`
                5:48-5:51 warning[custom-key-in-object] `pii` is no property of a table
                    fix: Move `pii` under `config.meta`
                6:50-6:53 warning[custom-key-in-object] `pii` is no property of an owner
                    fix: Move `pii` under `config.meta`
                6:59-6:62 error[custom-key-in-object] `pii` is no property of an exposure
                    fix: Move `pii` under `config.meta`
                7:20-7:23 warning[custom-key-in-object] `pii` is no property of a macro
                    fix: Move `pii` under `meta`
                7:50-7:53 error[custom-key-in-object] `pii` is no property of an argument
                8:53-8:56 error[custom-key-in-object] `pii` is no property of an input of a unit test
                8:72-8:75 error[custom-key-in-object] `pii` is no property of an expectation
            "#]],
        );
        check(
            &RULE,
            "models/a.yml",
            "exposures: [{name: g, type: ml, owner: {name: h, pii: 1}, pii: 1}]\n",
            expect![[r#"
                1:59-1:62 error[custom-key-in-object] `pii` is no property of an exposure
                    fix: Move `pii` under `config.meta`
            "#]],
        );
    }

    #[test]
    fn keys_move_under_meta() {
        fixed(
            "models:\n  - name: a\n    # why\n    pii: true # yes\n    description: b\n",
            "models:\n  - name: a\n    config:\n      meta:\n        # why\n        pii: true # yes\n    description: b\n",
        );
        fixed(
            "models:\n  - name: a\n    pii: true\n    config:\n      enabled: true\n    owned:\n      - b\n",
            "models:\n  - name: a\n    config:\n      enabled: true\n      meta:\n        pii: true\n        owned:\n          - b\n",
        );
        fixed(
            "models:\n  - name: a\n    config:\n      meta:\n        b: 1\n      tags: [c]\n    pii: |\n      d\n",
            "models:\n  - name: a\n    config:\n      meta:\n        b: 1\n        pii: |\n          d\n      tags: [c]\n",
        );
        fixed(
            "models:\n  - {name: a, pii: true, config: {tags: [b]}}\n",
            "models:\n  - {name: a, config: {tags: [b], meta: {pii: true}}}\n",
        );
        fixed(
            "models:\n  - name: a\n    config: {tags: [b]} # c\n    pii:\n      - d\n",
            "models:\n  - name: a\n    config: # c\n      tags: [b]\n      meta:\n        pii:\n          - d\n",
        );
        fixed(
            "models:\r\n  - pii: 1\r\n    name: a\r\n    config:\r\n",
            "models:\r\n  - name: a\r\n    config:\r\n      meta:\r\n        pii: 1\r\n",
        );
        // Behind a `meta` that stands beside `config` too.
        fixed(
            "models:\n  - name: a\n    meta:\n      b: 1\n    pii: 1\n",
            "models:\n  - name: a\n    meta:\n      b: 1\n      pii: 1\n",
        );
        fixed(
            "\u{feff}models:\n  - name: a\n    '{{ b }}': \"{{ c }}\"\n",
            "\u{feff}models:\n  - name: a\n    config:\n      meta:\n        '{{ b }}': \"{{ c }}\"\n",
        );
    }

    #[test]
    fn keys_of_an_owner_move_to_the_exposure() {
        // dbt v2 takes them where they are.
        let before =
            "exposures:\n  - name: a\n    type: ml\n    owner:\n      name: b\n      slack: 'c'\n";
        let project = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.12.0'\n");
        check_fix_in(
            &RULE,
            &[("models/a.yml", before), project],
            "exposures:\n  - name: a\n    type: ml\n    owner:\n      name: b\n    config:\n      meta:\n        slack: 'c'\n",
        );
    }

    #[test]
    fn what_may_be_meant_comes_first() {
        check_fix(
            &RULE,
            "models/a.yml",
            "models:\n  - name: a\n    desciption: b\n",
            "models:\n  - name: a\n    description: b\n",
        );
    }

    #[test]
    fn what_cannot_move_exactly_has_no_fix() {
        no_fix("models:\n  - name: a\n    pii: 1\n    config: {meta: {pii: 2}}\n");
        no_fix("models:\n  - name: a\n    pii: 1\n    config: '{{ b }}'\n");
        no_fix("models:\n  - name: a\n    pii: 1\n    pii: 2\n");
        no_fix("models:\n  - &a {name: a, pii: 1}\n  - {<<: *a, name: b}\n");
        no_fix(
            "models:\n  - name: a\n    pii: 1\n    config: &c {tags: [b]}\n  - name: d\n    config: *c\n",
        );
        no_fix("models:\n  - name: a\n    constraints: [{type: check, pii: 1}]\n");
        no_fix("models:\n  - {name: a, # b\n    pii: 1}\n");
    }

    #[test]
    fn an_anchor_is_mended_where_it_stands() {
        fixed(
            "models:\n  - name: a\n    columns: &c\n      - name: b\n        pii: 1\n  - name: d\n    columns: *c\n",
            "models:\n  - name: a\n    columns: &c\n      - name: b\n        config:\n          meta:\n            pii: 1\n  - name: d\n    columns: *c\n",
        );
    }

    #[test]
    fn any_number_of_keys() {
        let keys: String = (0..20_000).map(|it| format!("    key_{it}: 1\n")).collect();
        let (_, found) =
            findings(&RULE, &[("models/a.yml", &format!("models:\n  - name: a\n{keys}"))]);
        assert_eq!(found.len(), 20_000);
        let models: String =
            (0..20_000).map(|it| format!("  - {{name: m{it}, pii: 1}}\n")).collect();
        let (_, found) = findings(&RULE, &[("models/a.yml", &format!("models:\n{models}"))]);
        assert_eq!(found.iter().filter(|it| it.fix.is_some()).count(), 20_000);
    }

    #[test]
    fn nothing_before_1_10() {
        let files = [
            ("models/a.yml", "models: [{name: a, pii: 1}]\n"),
            ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.10.0'\n"),
        ];
        check_in(&RULE, &files, expect![""]);
    }
}
