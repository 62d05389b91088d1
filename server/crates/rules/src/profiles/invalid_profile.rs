use base::{TextRange, nearest, range};
use project::{Field, Generation, Json, ProfileKey, ValueType, as_v2_reads, document};
use syntax::yaml::edit::scalar;

use super::{Selected, engine_name, list, selected, selected_output_here};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A value in the output in use that dbt refuses.
    ///
    /// It has another type than the adapter wants, is none of the values that it knows, or excludes
    /// another key. Values are judged as they are when Jinja is rendered, and there the engines
    /// differ: dbt Core keeps the text of a variable unless a filter makes a number of it, dbt v2
    /// reads the rendered text as YAML once more, so that a password of digits becomes a number.
    ///
    /// ```yaml
    /// threads: "{{ env_var('THREADS') }}"              # before: dbt Core wants a number
    /// threads: "{{ env_var('THREADS') | as_number }}"  # after
    /// ```
    pub static INVALID_PROFILE = {
        name: "invalid-profile",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Profiles],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let Some(output) = selected_output_here(context) else { return };
    for field in &output.fields {
        if let Some(problem) = &field.problem {
            findings.add(field.value, format!("dbt cannot render this: {problem}"));
        }
    }
    config_block(findings, context);
    let Some(selected) = selected(context) else { return };
    let generation = selected.generation;
    for field in &selected.output.fields {
        let Some(key) = selected.adapter.key(&field.name) else { continue };
        if field.problem.is_none() && key.is_read_by(generation) {
            check_value(findings, context, &selected, field, key);
        }
        twin(findings, &selected, field, key);
    }
    for (one, other) in selected.adapter.conflicts.get(generation) {
        if let (Some(_), Some(field)) = (selected.field(one), selected.field(other)) {
            let message =
                format!("`{other}` and `{one}` exclude each other in {}", engine_name(generation));
            findings.add(field.key, message);
        }
    }
}

/// dbt v2 takes everything on the top level for a profile, and refuses this one.
fn config_block(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if findings.is_core() {
        return;
    }
    let document = document(context.db, context.file);
    let entry = document.root_mapping().and_then(|it| it.entry("config"));
    if let Some(entry) = entry {
        findings.add(entry.key.range, "dbt v2 takes no `config` in `profiles.yml`");
    }
}

/// The same key under two names: dbt does not choose.
fn twin(findings: &mut Findings<'_>, selected: &Selected, field: &Field, key: &ProfileKey) {
    let aliases = key.aliases.get(selected.generation);
    let read = |it: &&str| *it == key.name || aliases.iter().any(|alias| alias == it);
    if read(&field.name.as_str())
        && let Some(other) = key.spellings().filter(read).find(|it| {
            *it != field.name
                && selected.output.field(it).is_some_and(|it| it.key.start() < field.key.start())
        })
    {
        let message = format!("`{}` and `{other}` are two names of one key", field.name);
        findings.add(field.key, message);
    }
}

fn check_value(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    selected: &Selected,
    field: &Field,
    key: &ProfileKey,
) {
    let generation = selected.generation;
    let value = field.rendered.get(generation);
    let types = key.types.get(generation);
    // Where rendering left the text as it is there is something else to say.
    if field.has_jinja() && field.rendered.core == field.written {
        return;
    }
    if !types.iter().any(|it| it.accepts(value)) {
        let wanted: Vec<&str> = types.iter().map(|it| it.words()).collect();
        let (wanted, is) = (wanted.join(" or "), ValueType::of(value));
        let name = &field.name;
        let message = match (field.has_jinja(), generation) {
            (false, _) => format!("`{name}` wants {wanted}, and this is {is}"),
            (true, Generation::Core) => {
                format!("`{name}` wants {wanted}, and dbt Core makes {is} of this")
            }
            (true, Generation::V2) => format!(
                "`{name}` wants {wanted}: dbt v2 reads the rendered text as YAML, where it is {is}"
            ),
        };
        findings.add_with_fix(field.value, message, type_fix(context, field, types));
        return;
    }
    if key.name == "threads"
        && let Json::String(text) = value
        && text.trim().parse::<u32>().is_err()
    {
        findings.add(field.value, "`threads` wants a whole number");
        return;
    }
    let known = key.values.get(generation);
    if let Json::String(text) = value
        && !known.is_empty()
        && !known.contains(text)
    {
        let message = format!(
            "{} knows no such `{}`; it knows {}",
            engine_name(generation),
            field.name,
            list(known.iter().map(String::as_str))
        );
        let meant = nearest(text, known.iter().map(String::as_str));
        let fix = meant.filter(|_| !field.has_jinja()).map(|it| {
            let title = format!("Change to `{it}`");
            Fix::of(context.file, title, [(field.value, scalar(it))]).as_guess()
        });
        findings.add_with_fix(field.value, message, fix);
    }
}

/// Quotes, no quotes, or a filter: what makes the value one of the type that is wanted.
fn type_fix(context: &FileContext<'_>, field: &Field, types: &[ValueType]) -> Option<Fix> {
    let text = context.file.text(context.db);
    let source = text.get(usize::from(field.value.start())..usize::from(field.value.end()))?;
    if field.has_jinja() {
        let end = source.rfind("}}")?;
        let is_lone = source.trim_matches(['"', '\'']).starts_with("{{")
            && source.matches("{{").count() == 1
            && source.trim_end_matches(['"', '\'']).ends_with("}}")
            && !source.contains('|');
        let rendered = field.rendered.core.as_str()?;
        let fits = types.contains(&ValueType::Number) && rendered.trim().parse::<i32>().is_ok();
        if !is_lone || !fits {
            return None;
        }
        let end = source.get(..end)?.trim_end().len();
        let at = usize::from(field.value.start()) + end;
        let edit = (range(at, at), " | as_number".to_owned());
        return Some(Fix::of(context.file, "Make a number of it with `as_number`", [edit]));
    }
    let replaced =
        |title: &str, with: String| Some(Fix::of(context.file, title, [(field.value, with)]));
    match &field.written {
        Json::String(written) => {
            let plain = as_v2_reads(written);
            let quoted = source.starts_with(['"', '\'']);
            let fits = quoted && !plain.is_null() && types.iter().any(|it| it.accepts(&plain));
            if fits { replaced("Take the quotes away", written.trim().to_owned()) } else { None }
        }
        Json::Number(_) | Json::Bool(_) if types.contains(&ValueType::Text) => {
            let is_plain = !source.contains(['"', '\'', '&', '*', '!']);
            if is_plain { replaced("Put it in quotes", format!("\"{source}\"")) } else { None }
        }
        _ => None,
    }
}

/// The stretch of a field, key and value.
pub(super) fn whole(field: &Field) -> TextRange {
    field.key.cover(field.value)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::INVALID_PROFILE;
    use crate::testing::{check_fix_in, check_in};

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2'\n");
    const V2: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '>=2'\n");

    fn profile(fields: &str) -> String {
        format!(
            "shop:\n  target: dev\n  outputs:\n    other: {{type: postgres, port: x}}\n    dev:\n{fields}"
        )
    }

    #[test]
    fn literals_of_the_wrong_type() {
        let text = profile(
            "      type: postgres\n      host: 127\n      port: \"5432\"\n      retries: many\n",
        );
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), CORE],
            expect![[r#"
            7:13-7:16 error[invalid-profile] `host` wants text, and this is a number
                fix: Put it in quotes
            8:13-8:19 error[invalid-profile] `port` wants a whole number, and this is text
                fix: Take the quotes away
            9:16-9:20 error[invalid-profile] `retries` wants a whole number, and this is text
        "#]],
        );
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), V2],
            expect![[r#"
            7:13-7:16 error[invalid-profile] `host` wants text, and this is a number
                fix: Put it in quotes
        "#]],
        );
    }

    #[test]
    fn rendered_values_are_judged_as_the_engine_has_them() {
        let text = profile(
            "      type: snowflake\n      account: a\n      password: \"{{ env_var('PASSWORD') }}\"\n      user: \"{{ env_var('NOT_SET') }}\"\n      threads: \"{{ env_var('THREADS') }}\"\n",
        );
        let dotenv = (".env", "PASSWORD=12345678\nTHREADS=4\n");
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), V2, dotenv],
            expect![[r#"
                8:17-8:44 error[invalid-profile] `password` wants text: dbt v2 reads the rendered text as YAML, where it is a number
            "#]],
        );
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), CORE, dotenv],
            expect![[r#"
                10:16-10:42 error[invalid-profile] `threads` wants a whole number, and dbt Core makes text of this
                    fix: Make a number of it with `as_number`
            "#]],
        );
        check_fix_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), CORE, dotenv],
            &text.replace("'THREADS') }}", "'THREADS') | as_number }}"),
        );
    }

    #[test]
    fn words_that_nobody_knows_and_keys_that_exclude_each_other() {
        let text = profile(
            "      type: bigquery\n      method: oauht\n      project: p\n      database: d\n",
        );
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), V2],
            expect![[r#"
                7:15-7:20 error[invalid-profile] dbt v2 knows no such `method`; it knows `oauth`, `service-account`, `service-account-json`, `oauth-secrets`, `external-oauth-wif`
                    choice: Change to `oauth` (a guess from the spelling)
                9:7-9:15 error[invalid-profile] `database` and `project` are two names of one key
            "#]],
        );
        let text = profile(
            "      type: snowflake\n      method: sso\n      authenticator: externalbrowser\n",
        ) + "config: {}\n";
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), V2],
            expect![[r#"
            8:7-8:20 error[invalid-profile] `authenticator` and `method` exclude each other in dbt v2
            9:1-9:7 error[invalid-profile] dbt v2 takes no `config` in `profiles.yml`
        "#]],
        );
        check_in(&INVALID_PROFILE, &[("profiles.yml", &text), CORE], expect![""]);
    }

    #[test]
    fn a_key_of_a_service_account_comes_as_json() {
        let text = profile(
            "      type: bigquery\n      method: service-account-json\n      keyfile_json: \"{{ env_var('KEY') | as_native }}\"\n",
        );
        let dotenv = (".env", "KEY='{\"private_key\": \"a\", \"n\": [1, 2]}'\n");
        for project in [CORE, V2] {
            check_in(&INVALID_PROFILE, &[("profiles.yml", &text), project, dotenv], expect![""]);
        }
    }

    #[test]
    fn templates_that_fail() {
        let text = profile("      type: duckdb\n      path: \"{{ 1 / 0 }}\"\n");
        check_in(
            &INVALID_PROFILE,
            &[("profiles.yml", &text), CORE],
            expect![[r#"
            7:13-7:26 error[invalid-profile] dbt cannot render this: division by zero
        "#]],
        );
    }
}
