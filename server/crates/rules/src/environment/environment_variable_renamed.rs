use project::dbt_version;

use super::variables;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// An option of dbt is set under its old name.
    ///
    /// dbt Core still reads it; dbt v2 does not.
    ///
    /// | before | after |
    /// |---|---|
    /// | `DBT_DEFER_TO_STATE` | `DBT_DEFER` |
    /// | `DBT_FAVOR_STATE_MODE` | `DBT_FAVOR_STATE` |
    /// | `DBT_ARTIFACT_STATE_PATH` | `DBT_STATE` |
    /// | `DBT_NO_PRINT` | `DBT_PRINT`, with the opposite value |
    pub static ENVIRONMENT_VARIABLE_RENAMED = {
        name: "environment-variable-renamed",
        event: Some("EnvironmentVariableRenamed"),
        severity: Warning,
        since: "dbt 1.5",
        files: [Dotenv, DotenvExample, DevContainer, Ci],
        check: check,
    }
}

const RENAMED: [(&str, &str); 4] = [
    ("DBT_DEFER_TO_STATE", "DBT_DEFER"),
    ("DBT_FAVOR_STATE_MODE", "DBT_FAVOR_STATE"),
    ("DBT_ARTIFACT_STATE_PATH", "DBT_STATE"),
    ("DBT_NO_PRINT", "DBT_PRINT"),
];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let set = variables::set_here(context);
    let is_v2 = dbt_version(context.db, context.project).major >= 2;
    for (name, range) in &set {
        let Some((_, new)) = RENAMED.iter().find(|(old, _)| old == name) else { continue };
        let fate = if is_v2 { "; dbt v2 does not read the old name" } else { "" };
        if *new == "DBT_PRINT" {
            let message = format!("`{name}` is called `{new}` now and means the opposite{fate}");
            findings.add(*range, message);
            continue;
        }
        let is_free = set.iter().all(|(it, _)| it != new);
        let fix =
            Fix::of(context.file, format!("Rename to `{new}`"), [(*range, (*new).to_owned())]);
        let fix = match is_v2 {
            true => fix.as_choice("dbt v2 then follows it"),
            false => fix,
        };
        let message = format!("`{name}` is called `{new}` now{fate}");
        findings.add_with_fix(*range, message, Some(fix).filter(|_| is_free));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::ENVIRONMENT_VARIABLE_RENAMED;
    use crate::testing::{check, check_fix_in, check_in};

    #[test]
    fn old_names_in_dotenv() {
        let text = "DBT_DEFER_TO_STATE=true\nDBT_NO_PRINT=1\nDBT_STATE=a\nexport DBT_ARTIFACT_STATE_PATH=b # here\n";
        check(
            &ENVIRONMENT_VARIABLE_RENAMED,
            ".env",
            text,
            expect![[r#"
                1:1-1:19 warning[environment-variable-renamed] `DBT_DEFER_TO_STATE` is called `DBT_DEFER` now; dbt v2 does not read the old name
                    choice: Rename to `DBT_DEFER` (dbt v2 then follows it)
                2:1-2:13 warning[environment-variable-renamed] `DBT_NO_PRINT` is called `DBT_PRINT` now and means the opposite; dbt v2 does not read the old name
                4:8-4:31 warning[environment-variable-renamed] `DBT_ARTIFACT_STATE_PATH` is called `DBT_STATE` now; dbt v2 does not read the old name
            "#]],
        );
        let core = |it: &'static str| ("dbt_project.yml", it);
        check_fix_in(
            &ENVIRONMENT_VARIABLE_RENAMED,
            &[
                (".env", "DBT_FAVOR_STATE_MODE=true # why\n"),
                core("name: shop\nrequire-dbt-version: '<2.0.0'\n"),
            ],
            "DBT_FAVOR_STATE=true # why\n",
        );
        let old = core("name: shop\nrequire-dbt-version: '<1.12.0'\n");
        check_in(&ENVIRONMENT_VARIABLE_RENAMED, &[(".env", text), old], expect![""]);
    }

    #[test]
    fn old_names_in_a_pipeline() {
        let text = "on: push\njobs:\n  build:\n    env:\n      DBT_DEFER_TO_STATE: 'true'\n    steps:\n      - run: dbt build\n";
        check_in(
            &ENVIRONMENT_VARIABLE_RENAMED,
            &[
                (".github/workflows/build.yml", text),
                ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.12.0'\n"),
            ],
            expect![[r#"
                5:7-5:25 warning[environment-variable-renamed] `DBT_DEFER_TO_STATE` is called `DBT_DEFER` now
                    fix: Rename to `DBT_DEFER`
            "#]],
        );
    }
}
