use base::nearest;
use project::{Generation, Support, adapter, adapters, environment_value, is_other_adapter};
use syntax::yaml::edit::scalar;

use super::invalid_profile::whole;
use super::{Selected, generation, list, selected, selected_output_here};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// The adapter of the output in use, or its way to log in, is none that dbt v2 knows.
    ///
    /// For a project that dbt v2 runs it is why nothing works. For one that dbt Core runs it is a
    /// hint for the day of the upgrade. Adapters that v2 counts as experimental work where
    /// `DBT_ALLOW_EXPERIMENTAL_ADAPTERS` is true.
    pub static UNSUPPORTED_ADAPTER = {
        name: "unsupported-adapter",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [Profiles],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let Some(output) = selected_output_here(context) else { return };
    let Some(field) = output.field("type") else { return };
    let Some(name) = field.rendered.core.as_str() else { return };
    let is_v2 = generation(context) == Generation::V2;
    let severity = if is_v2 { Severity::Warning } else { Severity::Hint };
    match adapter(name).map(|it| (it, it.v2)) {
        None if is_other_adapter(name) => {
            let message = format!("dbt v2 has no adapter `{name}`");
            findings.add_as(severity, field.value, message);
        }
        None => {
            let known =
                adapters().filter(|it| if is_v2 { it.v2 != Support::Unsupported } else { it.core });
            let known: Vec<&str> = known.map(|it| it.name.as_str()).collect();
            let meant = nearest(name, known.iter().copied());
            // Anybody can write an adapter for dbt Core.
            if !is_v2 && meant.is_none() {
                return;
            }
            let message = if is_v2 {
                format!("dbt v2 has no adapter of this name; it has {}", list(known))
            } else {
                "no adapter of this name is known".to_owned()
            };
            let fix = meant.filter(|_| !field.has_jinja()).map(|it| {
                let title = format!("Change to `{it}`");
                Fix::of(context.file, title, [(field.value, scalar(it))]).as_guess()
            });
            findings.add_with_fixes(severity, field.value, message, fix.into_iter().collect());
        }
        Some((found, Support::Unsupported)) => {
            let message = format!("dbt v2 has no adapter for {}", found.title);
            findings.add_as(severity, field.value, message);
        }
        Some((found, Support::Experimental)) if !experimental_is_allowed(context) => {
            let message = format!(
                "{} is experimental in dbt v2, which takes it only where `DBT_ALLOW_EXPERIMENTAL_ADAPTERS` is true",
                found.title
            );
            findings.add_as(severity, field.value, message);
        }
        Some((found, _)) if !found.core && !is_v2 => {
            findings.add(field.value, format!("dbt Core has no adapter for {}", found.title));
        }
        Some(_) => {}
    }
    if let Some(selected) = selected(context)
        && selected.adapter.v2 != Support::Unsupported
    {
        check_login(findings, &selected, severity);
    }
}

fn check_login(findings: &mut Findings<'_>, selected: &Selected, severity: Severity) {
    let Some(login) = selected.output.login(selected.generation) else { return };
    if login.v2 != Support::Unsupported {
        return;
    }
    let names = login.named_by().filter_map(|(key, _)| selected.field(key));
    let key = selected.adapter.login_key.as_deref().and_then(|it| selected.field(it));
    let at = key.or_else(|| names.into_iter().next());
    let at = at.or_else(|| selected.output.fields.iter().find(|it| login.concerns(&it.name)));
    let range = at.map_or(selected.output.name, whole);
    let message = format!(
        "dbt v2 does not know the log-in with {} to {}",
        login.name, selected.adapter.title
    );
    findings.add_as(severity, range, message);
}

fn experimental_is_allowed(context: &FileContext<'_>) -> bool {
    let name = "DBT_ALLOW_EXPERIMENTAL_ADAPTERS".to_owned();
    let value = environment_value(context.db, context.project, name);
    value.is_some_and(|it| {
        !matches!(it.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off" | "f" | "n")
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNSUPPORTED_ADAPTER;
    use crate::testing::check_in;

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2'\n");
    const V2: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '>=2'\n");

    fn profile(fields: &str) -> String {
        format!("shop:\n  outputs:\n    default: {{{fields}}}\n")
    }

    #[test]
    fn adapters() {
        let text = profile("type: athena");
        check_in(
            &UNSUPPORTED_ADAPTER,
            &[("profiles.yml", &text), V2],
            expect![[r#"
            3:21-3:27 warning[unsupported-adapter] dbt v2 has no adapter for Athena
        "#]],
        );
        check_in(
            &UNSUPPORTED_ADAPTER,
            &[("profiles.yml", &text), CORE],
            expect![[r#"
            3:21-3:27 hint[unsupported-adapter] dbt v2 has no adapter for Athena
        "#]],
        );
        let text = profile("type: snowfalke");
        check_in(
            &UNSUPPORTED_ADAPTER,
            &[("profiles.yml", &text), V2],
            expect![[r#"
                3:21-3:30 warning[unsupported-adapter] dbt v2 has no adapter of this name; it has `snowflake`, `bigquery`, `databricks`, `redshift`, `postgres`, `duckdb`, `spark`, `trino`, `fabric`, `clickhouse`, `salesforce`, `exasol` and 1 more
                    choice: Change to `snowflake` (a guess from the spelling)
            "#]],
        );
        let text = profile("type: my_own_warehouse");
        check_in(&UNSUPPORTED_ADAPTER, &[("profiles.yml", &text), CORE], expect![""]);
        let text = profile("type: postgres");
        let allowed = (".env", "DBT_ALLOW_EXPERIMENTAL_ADAPTERS=true\n");
        check_in(&UNSUPPORTED_ADAPTER, &[("profiles.yml", &text), V2, allowed], expect![""]);
        check_in(
            &UNSUPPORTED_ADAPTER,
            &[("profiles.yml", &text), V2],
            expect![[r#"
            3:21-3:29 warning[unsupported-adapter] PostgreSQL is experimental in dbt v2, which takes it only where `DBT_ALLOW_EXPERIMENTAL_ADAPTERS` is true
        "#]],
        );
    }

    #[test]
    fn ways_to_log_in() {
        let text = profile("type: redshift, method: iam_role");
        check_in(
            &UNSUPPORTED_ADAPTER,
            &[("profiles.yml", &text), CORE],
            expect![[r#"
            3:31-3:47 hint[unsupported-adapter] dbt v2 does not know the log-in with IAM role to Redshift
        "#]],
        );
        let text = profile("type: snowflake, authenticator: 'https://acme.okta.com'");
        check_in(
            &UNSUPPORTED_ADAPTER,
            &[("profiles.yml", &text), V2],
            expect![[r#"
            3:32-3:70 warning[unsupported-adapter] dbt v2 does not know the log-in with Okta to Snowflake
        "#]],
        );
    }
}
