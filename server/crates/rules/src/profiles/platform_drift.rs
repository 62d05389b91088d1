use project::{Json, drifted, platform_connection};
use syntax::yaml::edit::scalar;

use super::{generation, selected_output_here};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A key of the output in use has another value than your connection in the dbt platform.
    ///
    /// What is built here then lands elsewhere, or with other rights, than what the platform builds
    /// for you. Known since the platform was last asked (`tandem profile init --from-platform`).
    /// The number of threads is not compared.
    ///
    /// ```yaml
    /// role: ANALYST      # here
    /// role: TRANSFORMER  # in the platform
    /// ```
    pub static PLATFORM_DRIFT = {
        name: "platform-drift",
        event: None,
        severity: Info,
        since: "dbt 1.0",
        files: [Profiles],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let Some(output) = selected_output_here(context) else { return };
    let Some(known) = platform_connection(context.db, context.project) else { return };
    for (field, there) in drifted(&output, &known, generation(context)) {
        let here = field.text(generation(context)).unwrap_or_default();
        let message = format!("`{}` is {here} here, {there} in the dbt platform", field.name);
        let is_number = matches!(field.written, Json::Number(_));
        let written = if is_number { there.clone() } else { scalar(&there) };
        // A value that is computed is somebody's intention.
        let fix = (!field.has_jinja()).then(|| {
            Fix::of(context.file, format!("Change to `{there}`"), [(field.value, written)])
                .as_choice("dbt then connects as the platform does")
        });
        findings.add_with_fix(field.value, message, fix);
    }
}

#[cfg(test)]
mod tests {
    use base::{Db, apply};
    use expect_test::{Expect, expect};
    use test_support::Fixture;

    use crate::{Scope, check_file};

    const PROFILE: &str = "shop:\n  outputs:\n    default:\n      type: snowflake\n      role: ANALYST # mine\n      dbname: \"{{ env_var('DBT_DB', 'X') }}\"\n      user: ANA\n      threads: 2\n";

    /// What is said where the platform was asked about its project 7.
    #[track_caller]
    fn check(project_id: u32, expect: Expect) {
        let project =
            format!("name: shop\nprofile: shop\ndbt-cloud: {{project-id: {project_id}}}\n");
        let mut fixture = Fixture::new(&format!("//- dbt_project.yml\n{project}"));
        fixture.write("profiles.yml", PROFILE);
        fixture.set_environment(&[("TANDEM_DATA", "/data")]);
        let known = r#"{"project_id":"7","adapter":"snowflake","fields":[["role","TRANSFORMER"],["database","ANALYTICS"],["user","ANA"],["threads",8]]}"#;
        let environment = fixture.db.machine().environment(&fixture.db).clone();
        let root = fixture.project.root(&fixture.db).clone();
        let path = project::platform_connection_path(&environment, &root).unwrap();
        fixture.write(path.as_str(), known);
        let file = fixture.file("profiles.yml");
        let found = check_file(&fixture.db, fixture.project, file, Scope::File);
        let mut said = String::new();
        for it in found.iter().filter(|it| it.code == "platform-drift") {
            said += &format!("{}\n", it.message);
            if let Some(fix) = &it.fix {
                let edits: Vec<_> = fix.edits.iter().map(|it| it.edit.clone()).collect();
                assert_eq!(apply(PROFILE, &edits), PROFILE.replace("ANALYST", "TRANSFORMER"));
                said += &format!("    fix: {}\n", fix.title);
            }
        }
        expect.assert_eq(&said);
    }

    #[test]
    fn what_differs_is_said_with_both_values() {
        check(
            7,
            expect![[r#"
            `role` is ANALYST here, TRANSFORMER in the dbt platform
                fix: Change to `TRANSFORMER`
            `dbname` is X here, ANALYTICS in the dbt platform
        "#]],
        );
    }

    #[test]
    fn an_answer_about_another_project_says_nothing() {
        check(8, expect![""]);
    }
}
