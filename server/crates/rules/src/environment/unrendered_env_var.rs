use project::document;
use semantic::environment_uses;

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// A call of `env_var` that dbt never makes.
    ///
    /// Values of `vars` in `dbt_project.yml` are not rendered, and dbt Core renders nothing in
    /// `dependencies.yml`: the call stays as it is written.
    pub static UNRENDERED_ENV_VAR = {
        name: "unrendered-env-var",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile, Packages],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let uses = environment_uses(db, context.file);
    if uses.is_empty() {
        return;
    }
    let document = document(db, context.file);
    let is_dependencies = context.file.path(db).name() == "dependencies.yml";
    let vars = document.root.as_ref().and_then(|it| it.get("vars")).map(|it| it.range);
    for it in uses.iter() {
        if context.kind == FileKind::ProjectFile
            && vars.is_some_and(|vars| vars.contains_range(it.range))
        {
            let message =
                format!("dbt does not render `vars`: the call for `{}` stays as text", it.name);
            findings.add(it.range, message);
        } else if is_dependencies && findings.is_core() {
            let message = format!(
                "dbt Core does not render `dependencies.yml`: the call for `{}` stays as text; `packages.yml` is rendered",
                it.name
            );
            findings.add(it.range, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNRENDERED_ENV_VAR;
    use crate::testing::{check, check_in};

    #[test]
    fn places_that_stay_as_they_are_written() {
        let project = "name: shop\nvars:\n  a: \"{{ env_var('A') }}\"\nquery-comment: \"{{ env_var('B', '') }}\"\n";
        let found = expect![[r#"
            3:19-3:20 warning[unrendered-env-var] dbt does not render `vars`: the call for `A` stays as text
        "#]];
        check(&UNRENDERED_ENV_VAR, "dbt_project.yml", project, found);
        let dependencies = "packages:\n  - git: \"{{ env_var('A') }}\"\n";
        check(&UNRENDERED_ENV_VAR, "dependencies.yml", dependencies, expect![""]);
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2'\n");
        let found = expect![[r#"
            2:23-2:24 warning[unrendered-env-var] dbt Core does not render `dependencies.yml`: the call for `A` stays as text; `packages.yml` is rendered
        "#]];
        check_in(&UNRENDERED_ENV_VAR, &[("dependencies.yml", dependencies), core], found);
    }
}
