use project::{document, listed_name, uninstalled_packages};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A package that is listed and not installed.
    ///
    /// dbt does nothing before `dbt deps` has installed it. Until then nobody knows its macros and
    /// models: calls of macros of unknown packages are no findings, and a `ref` or `source` that
    /// nothing else has is a warning, not an error. Local packages are read from their own folder.
    pub static MISSING_PACKAGE = {
        name: "missing-package",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [Packages],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let missing = uninstalled_packages(context.db, context.project);
    let document = document(context.db, context.file);
    let listed = document.root.as_ref().and_then(|it| it.get("packages"));
    for node in listed.map_or(&[][..], |it| it.items()).iter().filter_map(listed_name) {
        let name = node.as_str().unwrap_or_default();
        if missing.iter().any(|it| **it == *name) {
            findings.add(node.range, format!("`{name}` is not installed: run `dbt deps`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::MISSING_PACKAGE;
    use crate::findings::unknown_macro::UNKNOWN_MACRO;
    use crate::findings::unknown_ref::UNKNOWN_REF;
    use crate::testing::check_in;

    const PACKAGES: (&str, &str) = (
        "packages.yml",
        "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n  - git: https://example.com/dbt-audit-helper.git\n  - local: inner\n",
    );
    const INNER: (&str, &str) = ("inner/dbt_project.yml", "name: inner\n");

    #[test]
    fn what_is_listed_and_not_there() {
        check_in(
            &MISSING_PACKAGE,
            &[PACKAGES, INNER],
            expect![[r#"
                2:14-2:32 warning[missing-package] `dbt-labs/dbt_utils` is not installed: run `dbt deps`
                4:10-4:50 warning[missing-package] `https://example.com/dbt-audit-helper.git` is not installed: run `dbt deps`
            "#]],
        );
        check_in(
            &MISSING_PACKAGE,
            &[
                PACKAGES,
                INNER,
                ("dbt_packages/audit_helper/dbt_project.yml", "name: audit_helper\n"),
            ],
            expect![[r#"
                2:14-2:32 warning[missing-package] `dbt-labs/dbt_utils` is not installed: run `dbt deps`
            "#]],
        );
        check_in(
            &MISSING_PACKAGE,
            &[
                PACKAGES,
                INNER,
                ("dbt_packages/helper/dbt_project.yml", "name: audit\n"),
                ("dbt_packages/dbt_utils/dbt_project.yml", "name: dbt_utils\n"),
            ],
            expect![""],
        );
        // What another package brought along stands in for no package of the hub.
        check_in(
            &MISSING_PACKAGE,
            &[
                PACKAGES,
                INNER,
                ("dbt_packages/audit_helper/dbt_project.yml", "name: audit_helper\n"),
                ("dbt_packages/brought/dbt_project.yml", "name: brought\n"),
            ],
            expect![[r#"
                2:14-2:32 warning[missing-package] `dbt-labs/dbt_utils` is not installed: run `dbt deps`
            "#]],
        );
    }

    #[test]
    fn what_may_come_from_it_is_no_error() {
        let model = "{{ dbt_utils.star(ref('of_the_package')) }} {{ no_such_macro() }}\n";
        let model = ("models/a.sql", model);
        check_in(
            &UNKNOWN_REF,
            &[model, PACKAGES, INNER],
            expect![[r#"
                1:24-1:38 warning[unknown-ref] no model, seed or snapshot is named `of_the_package`, unless a package has it that is not installed
            "#]],
        );
        check_in(
            &UNKNOWN_MACRO,
            &[model, PACKAGES, INNER],
            expect![[r#"
                1:48-1:61 error[unknown-macro] `no_such_macro` is undefined: no macro or function has this name
            "#]],
        );
    }
}
