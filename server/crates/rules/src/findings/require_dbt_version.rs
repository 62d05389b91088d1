use base::Content;
use project::{document, requirement};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A `require-dbt-version` that dbt cannot read.
    ///
    /// dbt Core takes an operator (`=`, `>`, `>=`, `<`, `<=`) or none and all three numbers of a
    /// version, without a space anywhere; several bounds stand in a list, or in one text with commas
    /// between them. dbt v2 does not look at the versions, so there it is a warning; of a number in
    /// place of a text both say no.
    ///
    /// ```yaml
    /// require-dbt-version: ">=1.8, <2"             # before
    /// require-dbt-version: [">=1.8.0", "<2.0.0"]   # after
    /// ```
    pub static REQUIRE_DBT_VERSION = {
        name: "require-dbt-version",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let Content::Text(text) = context.file.content(db) else { return };
    let document = document(db, context.file);
    let Some(required) = requirement(&document, text).filter(|_| document.readable) else { return };
    for problem in required.problems {
        let is_fatal = problem.in_v2 || findings.is_core();
        let severity = if is_fatal { Severity::Error } else { Severity::Warning };
        let fix = problem.fix.map(|it| {
            let fix = Fix::of(context.file, it.title, [(it.range, it.text)]);
            if it.safe { fix } else { fix.as_choice("one way to read what is written") }
        });
        findings.add_with_fixes(
            severity,
            problem.range,
            problem.message,
            fix.into_iter().collect(),
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::REQUIRE_DBT_VERSION;
    use crate::testing::{check, check_fix};

    #[track_caller]
    fn said(value: &str, expect: Expect) {
        let text = format!("name: shop\nrequire-dbt-version: {value}\n");
        check(&REQUIRE_DBT_VERSION, "dbt_project.yml", &text, expect);
    }

    #[test]
    fn forms_that_dbt_does_not_take() {
        said("[\">=1.8.0\", \"<2.0.0\"]", expect![""]);
        said("\">=1.8.0,<2.0.0\"", expect![""]);
        said(
            "\">=1.8, <2\"",
            expect![[r#"
                2:23-2:28 error[require-dbt-version] dbt Core does not take `>=1.8` for a version: it needs all three numbers, such as `1.10.0`
                    fix: Write `>=1.8.0`
                2:29-2:32 error[require-dbt-version] dbt Core does not take ` <2` for a version: spaces belong nowhere in it
                    fix: Write `<2.0.0`
            "#]],
        );
        said(
            "[\">=1.8.0,<1.12.0\"]",
            expect![[r#"
                2:24-2:39 error[require-dbt-version] dbt Core does not take `>=1.8.0,<1.12.0` for a version: in a list, each bound is an item of its own
                    fix: Make two items of it
            "#]],
        );
        said(
            "[\">=1.8.0\", <1.12]",
            expect![[r#"
                2:34-2:39 error[require-dbt-version] dbt Core does not take `<1.12` for a version: it needs all three numbers, such as `1.10.0`
                    fix: Write `<1.12.0`
            "#]],
        );
        said(
            "\"==1.8.0\"",
            expect![[r#"
                2:23-2:30 error[require-dbt-version] dbt Core does not take `==1.8.0` for a version: the operators are `=`, `>`, `>=`, `<` and `<=`
                    fix: Write `=1.8.0`
            "#]],
        );
        said(
            "1.10",
            expect![[r#"
                2:22-2:26 error[require-dbt-version] `1.10` is a number: `require-dbt-version` is a text such as `">=1.10.0"` or a list of texts
                    choice: Require `>=1.10.0,<1.11.0` (one way to read what is written)
            "#]],
        );
        said(
            "\"bogus\"",
            expect![[r#"
                2:23-2:28 warning[require-dbt-version] dbt Core does not take `bogus` for a version
            "#]],
        );
        said(
            "[\">1.11.0\", \"<1.9.0\"]",
            expect![[r#"
            2:22-2:43 warning[require-dbt-version] no version of dbt can satisfy all of this
        "#]],
        );
        said(
            "\"\"",
            expect![[r#"
                2:23-2:23 warning[require-dbt-version] dbt Core does not take an empty item for a version
            "#]],
        );
    }

    #[test]
    fn fixes_say_the_same_as_dbt_reads_it() {
        let fixed = |before: &str, after: &str| {
            let with = |it: &str| format!("name: shop\r\nrequire-dbt-version: {it} # keep\r\n");
            check_fix(&REQUIRE_DBT_VERSION, "dbt_project.yml", &with(before), &with(after));
        };
        fixed("\"<2\"", "\"<2.0.0\"");
        fixed("<2", "\"<2.0.0\"");
        fixed("'>=1.8, <2'", "'>=1.8.0,<2.0.0'");
        fixed("[\">=1.8.0,<2.0.0\"]", "[\">=1.8.0\", \"<2.0.0\"]");
        fixed("[\">= 1.8.0\", '<2']", "[\">=1.8.0\", '<2.0.0']");
        fixed("\">=1.8.0,\"", "\">=1.8.0\"");
        fixed("\"==1.8.0\"", "\"=1.8.0\"");
        fixed("\"v1.8.0\"", "\"=1.8.0\"");
        fixed("\"~=1.8.2\"", "\">=1.8.2,<1.9.0\"");
        fixed("1.10", "\">=1.10.0,<1.11.0\"");
        fixed("\"1.10\"", "\">=1.10.0,<1.11.0\"");
    }
}
