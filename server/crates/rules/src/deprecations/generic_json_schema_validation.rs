use base::nearest;
use project::config_keys::Holds;

use super::stray_keys::{PropertiesFile, with_file};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A value that is none of the words that dbt knows there.
    ///
    /// The type of a constraint, the format of the rows of a unit test and the like. dbt Core stops
    /// at most of them; dbt v2 refuses all.
    ///
    /// ```yaml
    /// constraints:
    ///   - type: not-null   # before
    ///   - type: not_null   # after
    /// ```
    pub static GENERIC_JSON_SCHEMA_VALIDATION = {
        name: "generic-json-schema-validation",
        event: Some("GenericJSONSchemaValidationDeprecation"),
        severity: Info,
        since: "dbt 1.10",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    with_file(context, |file| check_words(findings, context, file));
}

fn check_words(findings: &mut Findings<'_>, context: &FileContext<'_>, file: &PropertiesFile<'_>) {
    for object in &file.objects.all {
        // Whether the type of an exposure is known says `invalid-properties`.
        if object.shape.name == "ExposureProperties" {
            continue;
        }
        let own = object.node.entries().iter().filter(|it| !it.is_merge && !it.overridden);
        for entry in own {
            let key = entry.key.as_str().and_then(|it| object.shape.key(it, file.engine));
            let Some((key, Holds::Words(words))) = key.map(|it| (it, &it.holds)) else { continue };
            let is_seen = object.seen_by_core && key.seen_by_core;
            let text = entry.value.scalar_text().unwrap_or_default();
            let is_known = words.iter().any(|it| it == text);
            // dbt v2 is not as strict with values that have a rule of their own, or a template.
            let may_be_known = !is_seen || text.contains("{{") || entry.value.is_null();
            if is_known || may_be_known || entry.value.alias().is_some() {
                continue;
            }
            let name = entry.key.as_str().unwrap_or_default();
            let listed: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
            let message = format!("`{name}` is one of {}", listed.join(", "));
            let near = nearest(text, words.iter().map(String::as_str));
            let fix = near.map(|it| {
                let edits = [(entry.value.range, it.to_owned())];
                Fix::of(context.file, format!("Write `{it}`"), edits).as_guess()
            });
            let severity = if findings.is_core() { Severity::Info } else { Severity::Error };
            findings.add_with_fixes(
                severity,
                entry.value.range,
                message,
                fix.into_iter().collect(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::GENERIC_JSON_SCHEMA_VALIDATION as RULE;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn words_that_dbt_does_not_know() {
        let text = "\
models:
  - name: a
    constraints: [{type: not-null}, {type: check}, {type: 3}]
    columns: [{name: b, constraints: [{type: \"{{ c }}\"}]}]
unit_tests:
  - {name: d, model: a, given: [{input: e, format: xml}], expect: {format: csv}}
";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
            3:26-3:34 error[generic-json-schema-validation] `type` is one of `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`
                choice: Write `not_null` (a guess from the spelling)
            3:59-3:60 error[generic-json-schema-validation] `type` is one of `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`
            6:52-6:55 error[generic-json-schema-validation] `format` is one of `dict`, `csv`, `sql`
        "#]],
        );
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: <2\n");
        check_in(
            &RULE,
            &[("models/a.yml", text), core],
            expect![[r#"
            3:26-3:34 info[generic-json-schema-validation] `type` is one of `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`
                choice: Write `not_null` (a guess from the spelling)
            3:59-3:60 info[generic-json-schema-validation] `type` is one of `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`
            6:52-6:55 info[generic-json-schema-validation] `format` is one of `dict`, `csv`, `sql`
        "#]],
        );
        check_fix(
            &RULE,
            "models/a.yml",
            "models:\n  - name: a\n    constraints:\n      - type: not-null # b\n",
            "models:\n  - name: a\n    constraints:\n      - type: not_null # b\n",
        );
    }
}
