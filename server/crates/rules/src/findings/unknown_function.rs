use semantic::{Resolution, is_enabled, parsed, resolve_function};

use super::unknown_ref::unless_a_package_has_it;
use crate::nodes::checked_nodes;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A call of `function()` that names no function of the database, or one that is disabled.
    ///
    /// In a test it is a warning: dbt leaves the test out and says so.
    pub static UNKNOWN_FUNCTION = {
        name: "unknown-function",
        event: None,
        severity: Error,
        since: "dbt 1.11",
        files: [Properties, Model, Snapshot, Analysis, SingularTest, Function],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for checked in checked_nodes(context) {
        if !is_enabled(db, checked.node) {
            continue;
        }
        let is_test = checked.is_test(db);
        for call in &parsed(db, checked.node).functions {
            let (package, name) = (call.package.as_deref(), &call.name);
            let message = match resolve_function(db, context.package, package, name) {
                Resolution::Node(_) => continue,
                // dbt leaves the test out and says nothing.
                Resolution::Disabled(_) if is_test => continue,
                Resolution::Disabled(_) => format!("the function `{name}` is disabled"),
                _ => {
                    let within = package.map_or_else(String::new, |it| format!(" in `{it}`"));
                    format!("no function of the database is named `{name}`{within}")
                }
            };
            let (severity, message) = unless_a_package_has_it(context, is_test, message);
            findings.add_as(severity, checked.range(&call.site), call.site.explain(&message));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNKNOWN_FUNCTION;
    use crate::testing::check_in;

    #[test]
    fn functions_that_are_not_there() {
        let query = "select {{ function('area') }}(1), {{ function('nope') }}(1), {{ function('off') }}(1), {{ function('other', 'area') }}(1), {% if execute %}{{ function('not_taken') }}{% endif %}\n";
        let files = [
            ("functions/area.sql", "a * b\n"),
            ("functions/off.sql", "{{ config(enabled=false) }} 1\n"),
        ];
        check_in(
            &UNKNOWN_FUNCTION,
            &[("models/a.sql", query), files[0], files[1]],
            expect![[r#"
            1:48-1:52 error[unknown-function] no function of the database is named `nope`
            1:75-1:78 error[unknown-function] the function `off` is disabled
            1:110-1:114 error[unknown-function] no function of the database is named `area` in `other`
        "#]],
        );
        check_in(
            &UNKNOWN_FUNCTION,
            &[("tests/a.sql", query), files[0], files[1]],
            expect![[r#"
            1:48-1:52 warning[unknown-function] no function of the database is named `nope`
            1:110-1:114 warning[unknown-function] no function of the database is named `area` in `other`
        "#]],
        );
    }
}
