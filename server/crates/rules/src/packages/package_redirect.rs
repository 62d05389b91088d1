use project::known_packages;

use super::{listed, packages_file};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A package that has another name on the hub now.
    ///
    /// `dbt deps` still finds it and says so. The new name may need another version, and its macros
    /// another namespace: `dbt_utils.star` stays, `dbtvault.stage` becomes `automate_dv.stage`.
    /// Which packages have moved is a table with a date.
    ///
    /// ```yaml
    /// - package: calogica/dbt_date       # before
    /// - package: godatadriven/dbt_date   # after
    /// ```
    pub static PACKAGE_REDIRECT = {
        name: "package-redirect",
        event: Some("PackageRedirectDeprecation"),
        severity: Warning,
        since: "dbt 1.0",
        files: [Packages],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = packages_file(context);
    let known = known_packages();
    for name in listed(&document).iter().filter_map(|it| it.get("package")) {
        let Some(new) = name.as_str().and_then(|it| known.redirects.get(it)) else { continue };
        let message = format!("this package is called `{new}` now (as of {})", known.date);
        let fix = name.alias().is_none().then(|| {
            let edit = (name.text_range(), new.clone());
            let fix = Fix::of(context.file, format!("Change to `{new}`"), [edit]);
            fix.as_choice("run `dbt deps` then; the version may have to change too")
        });
        findings.add_with_fix(name.text_range(), message, fix);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::PACKAGE_REDIRECT;
    use crate::testing::{check, check_fix};

    #[test]
    fn packages_that_moved() {
        let text = "packages:\n  - package: \"calogica/dbt_date\" # dates\n    version: 0.10.0\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n  - git: https://example.com/calogica/dbt_date\n";
        check(
            &PACKAGE_REDIRECT,
            "packages.yml",
            text,
            expect![[r#"
                2:15-2:32 warning[package-redirect] this package is called `godatadriven/dbt_date` now (as of 2026-08)
                    choice: Change to `godatadriven/dbt_date` (run `dbt deps` then; the version may have to change too)
            "#]],
        );
        check_fix(
            &PACKAGE_REDIRECT,
            "packages.yml",
            text,
            &text.replace("\"calogica/dbt_date\"", "\"godatadriven/dbt_date\""),
        );
    }
}
