use project::environment_value;
use rustc_hash::FxHashSet;
use semantic::{Site, environment_uses, nodes_in, parsed, unrendered};

use crate::environment::missing;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// An environment variable that is not set, read without a default.
    ///
    /// Looked for in the settings, the environment of the process and the project's `.env`. dbt
    /// stops at the first one. Of `profiles.yml` only the output in use counts, as for dbt.
    ///
    /// ```sql
    /// {{ env_var('DBT_REGION') }}        -- not set anywhere
    /// {{ env_var('DBT_REGION', 'eu') }}  -- has a default
    /// ```
    pub static MISSING_ENV_VAR = {
        name: "missing-env-var",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [
            ProjectFile, Packages, Selectors, Profiles, Properties, Model, Snapshot, Analysis,
            SingularTest, Function,
        ],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    if !context.kind.is_yaml() {
        for node in nodes_in(db, context.package, context.file) {
            for call in parsed(db, node).environment.iter().filter(|it| it.missing) {
                report(findings, context, &call.name, &call.site);
            }
        }
        return;
    }
    let unread = unrendered(db, context.project, context.file);
    let mut seen = FxHashSet::default();
    for it in environment_uses(db, context.file).iter() {
        if it.default.is_none()
            && !unread.contains(it.range)
            && seen.insert(it.range)
            && environment_value(db, context.project, it.name.clone()).is_none()
        {
            report(findings, context, &it.name, &Site { range: it.range, through: None });
        }
    }
}

fn report(findings: &mut Findings<'_>, context: &FileContext<'_>, name: &str, site: &Site) {
    let message = site.explain(&missing::message(context, name));
    let fixes = missing::fixes(context, name, site.range);
    findings.add_with_fixes(Severity::Error, site.range, message, fixes);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::MISSING_ENV_VAR;
    use crate::testing::{check, check_in};

    #[test]
    fn there_are_several_ways_to_set_it() {
        let found = expect![[r#"
            1:20-1:21 error[missing-env-var] `A` is not set and has no default: looked in the settings, the environment and `.env`
                choice: Add `A` to `.env` (the value is yours to give)
                choice: Add a default: `''` (dbt then goes on without the variable)
                choice: Add `A` to `.env.example` (everybody is then asked for it)
        "#]];
        check(&MISSING_ENV_VAR, "models/a.sql", "select {{ env_var('A') }}", found);
        let found = expect![[r#"
            1:20-1:46 error[missing-env-var] `DBT_CLOUD_ENVIRONMENT_TYPE` is set by the dbt platform only, and has no default here
                choice: Add `DBT_CLOUD_ENVIRONMENT_TYPE=dev` to `.env` (the value is yours to give)
                choice: Add a default: `'dev'` (dbt then goes on without the variable)
        "#]];
        let model = "select {{ env_var('DBT_CLOUD_ENVIRONMENT_TYPE') }}";
        check(&MISSING_ENV_VAR, "models/a.sql", model, found);
        let found = expect![[""]];
        check_in(
            &MISSING_ENV_VAR,
            &[("models/a.sql", model), (".env", "DBT_CLOUD_ENVIRONMENT_TYPE=dev")],
            found,
        );
        let found = expect![[r#"
            1:20-1:21 error[missing-env-var] `B` is not set: `.env` has it on line 2, but dbt stops reading that file at line 1
                choice: Add a default: `''` (dbt then goes on without the variable)
        "#]];
        let files = [
            ("models/a.sql", "select {{ env_var('B') }}"),
            (".env", "A=x y\nB=1\n"),
            (".env.example", "B=\n"),
        ];
        check_in(&MISSING_ENV_VAR, &files, found);
    }
}
