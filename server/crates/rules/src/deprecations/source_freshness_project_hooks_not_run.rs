use project::packages;
use semantic::operation_nodes;
use syntax::yaml::Entry;

use super::flags;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// `dbt source freshness` is told to pass over the hooks of the project.
    ///
    /// `source_freshness_run_project_hooks: false` and there is an `on-run-start` or `on-run-end`.
    /// dbt Core says so when the command runs. dbt v2 always runs the hooks.
    ///
    /// ```yaml
    /// flags:
    ///   source_freshness_run_project_hooks: true   # or no such line
    /// ```
    pub static SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN = {
        name: "source-freshness-project-hooks-not-run",
        event: Some("SourceFreshnessProjectHooksNotRun"),
        severity: Warning,
        since: "dbt 1.8",
        files: [ProjectFile],
        check: check,
    }
}

pub(super) const FLAG: &str = "source_freshness_run_project_hooks";

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // What v2 does has a finding of its own.
    let Some(entry) = found(context).filter(|_| findings.is_core()) else { return };
    let edit = (entry.value.range, "true".to_owned());
    let is_own = entry.value.alias().is_none() && entry.value.anchor().is_none();
    let fix = is_own.then(|| {
        let fix = Fix::of(context.file, "Run the hooks", [edit]);
        fix.as_choice("`dbt source freshness` then runs `on-run-start` and `on-run-end`")
    });
    let message = "`dbt source freshness` does not run the hooks of this project; dbt v2 does";
    findings.add_with_fix(entry.key.range, message, fix);
}

/// The flag, where it is off and there are hooks, of packages too.
pub(super) fn found(context: &FileContext<'_>) -> Option<Entry> {
    let entry = flags::switched_off(context, FLAG)?;
    let all = packages(context.db, context.project);
    let has_hooks = all.iter().any(|it| !operation_nodes(context.db, *it).is_empty());
    has_hooks.then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN;
    use crate::testing::{check, check_fix, check_in};
    use expect_test::expect;

    const HEAD: &str = "name: shop\nrequire-dbt-version: '<2.0.0'\n";
    const OFF: &str = "flags:\n  source_freshness_run_project_hooks: false # slow\n";

    #[test]
    fn hooks_that_do_not_run() {
        let text = format!("{HEAD}{OFF}on-run-start: select 1\n");
        check(
            &SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN,
            "dbt_project.yml",
            &text,
            expect![[r#"
                4:3-4:37 warning[source-freshness-project-hooks-not-run] `dbt source freshness` does not run the hooks of this project; dbt v2 does
                    choice: Run the hooks (`dbt source freshness` then runs `on-run-start` and `on-run-end`)
            "#]],
        );
        check_fix(
            &SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN,
            "dbt_project.yml",
            &text,
            &text.replace("false #", "true #"),
        );
    }

    #[test]
    fn hooks_of_packages_count() {
        let text = format!("{HEAD}{OFF}");
        let package = "name: audit\non-run-end: [\"select 1\"]\n";
        let project = ("dbt_project.yml", text.as_str());
        check_in(&SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN, &[project], expect![""]);
        check_in(
            &SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN,
            &[project, ("dbt_packages/audit/dbt_project.yml", package)],
            expect![[r#"
                4:3-4:37 warning[source-freshness-project-hooks-not-run] `dbt source freshness` does not run the hooks of this project; dbt v2 does
                    choice: Run the hooks (`dbt source freshness` then runs `on-run-start` and `on-run-end`)
            "#]],
        );
    }
}
