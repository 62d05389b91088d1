use project::uninstalled_packages;
use semantic::{RefCall, Resolution, is_enabled, parsed, resolve_ref};

use crate::nodes::checked_nodes;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// A `ref` to a model, seed or snapshot that does not exist.
    ///
    /// Only refs that dbt would really take count: one in a branch that is not rendered is no
    /// finding. In a test it is a warning: dbt leaves the test out and says so.
    pub static UNKNOWN_REF = {
        name: "unknown-ref",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Properties, Model, PythonModel, Snapshot, Analysis, SingularTest, Function],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    // dbt reads a disabled node and resolves nothing of it.
    for checked in checked_nodes(context) {
        if !is_enabled(db, checked.node) {
            continue;
        }
        let is_test = checked.is_test(db);
        for call in &parsed(db, checked.node).refs {
            if checked.is_target_ref(db, call) {
                continue;
            }
            if let Some((severity, message)) = problem(context, is_test, call) {
                findings.add_as(severity, checked.range(&call.site), call.site.explain(&message));
            }
        }
    }
}

fn problem(context: &FileContext<'_>, is_test: bool, call: &RefCall) -> Option<(Severity, String)> {
    let (db, name) = (context.db, &call.name);
    let within = call.package.as_ref().map_or_else(String::new, |it| format!(" in `{it}`"));
    let version = call.version.as_deref();
    let message = match resolve_ref(db, context.package, call.package.as_deref(), name, version) {
        // Of an upstream project nothing is at hand: nobody can say that the model is missing.
        Resolution::Node(_) | Resolution::UnknownUpstream(_) => return None,
        // dbt leaves the test out and says nothing.
        Resolution::Disabled(_) if is_test => return None,
        Resolution::Disabled(_) => format!("`{name}` is disabled"),
        Resolution::NoVersion { name, known } => {
            let version = version.unwrap_or("?");
            let known = if known.is_empty() { "no versions".to_owned() } else { known.join(", ") };
            format!("`{name}` has no version {version}; it has {known}")
        }
        Resolution::Missing => {
            let message = format!("no model, seed or snapshot is named `{name}`{within}");
            return Some(unless_a_package_has_it(context, is_test, message));
        }
    };
    Some((severity(is_test), message))
}

/// dbt leaves out a test that reads what does not exist, and warns.
fn severity(is_test: bool) -> Severity {
    if is_test { Severity::Warning } else { Severity::Error }
}

/// Packages that are not installed may have what nothing else has.
pub(super) fn unless_a_package_has_it(
    context: &FileContext<'_>,
    is_test: bool,
    message: String,
) -> (Severity, String) {
    if uninstalled_packages(context.db, context.project).is_empty() {
        (severity(is_test), message)
    } else {
        (Severity::Warning, format!("{message}, unless a package has it that is not installed"))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNKNOWN_REF;
    use crate::findings::duplicate_node::DUPLICATE_NODE;
    use crate::findings::unknown_macro::UNKNOWN_MACRO;
    use crate::testing::check_in;

    const DISABLED: (&str, &str) = ("models/off.sql", "{{ config(enabled=false) }} select 1\n");

    #[test]
    fn a_test_of_nothing_is_a_warning() {
        let query = "select * from {{ ref('nope') }} join {{ ref('off') }}\n";
        check_in(
            &UNKNOWN_REF,
            &[("models/a.sql", query), DISABLED],
            expect![[r#"
                1:23-1:27 error[unknown-ref] no model, seed or snapshot is named `nope`
                1:46-1:49 error[unknown-ref] `off` is disabled
            "#]],
        );
        check_in(
            &UNKNOWN_REF,
            &[("tests/a.sql", query), DISABLED],
            expect![[r#"
                1:23-1:27 warning[unknown-ref] no model, seed or snapshot is named `nope`
            "#]],
        );
    }

    #[test]
    fn a_data_test_is_shown_at_its_name() {
        let properties = "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - unique\n          - relationships:\n              arguments: {to: ref('nope'), field: id}\n  - name: gone\n    data_tests:\n      - unique: {column_name: id}\n";
        check_in(
            &UNKNOWN_REF,
            &[("models/a.yml", properties), ("models/a.sql", "select 1 as id\n")],
            expect![[r#"
                7:13-7:26 warning[unknown-ref] no model, seed or snapshot is named `nope`
            "#]],
        );
        check_in(
            &UNKNOWN_MACRO,
            &[
                (
                    "models/a.yml",
                    "models:\n  - name: a\n    data_tests: [nope: {}, unique, {test_name: zilch}]\n",
                ),
                ("models/a.sql", "select 1 as id\n"),
            ],
            expect![[r#"
                3:18-3:22 error[unknown-macro] `test_nope` is undefined: no macro or function has this name
                3:48-3:53 error[unknown-macro] `test_zilch` is undefined: no macro or function has this name
            "#]],
        );
    }

    /// Without a profile nobody knows which of the two is enabled.
    #[test]
    fn what_depends_on_an_unknown_target_may_be_there() {
        let files = [
            ("models/duck/b.sql", "{{ config(enabled=target.type == 'duckdb') }} select 1\n"),
            ("models/snow/b.sql", "{{ config(enabled=target.type == 'snowflake') }} select 1\n"),
            ("models/a.sql", "select * from {{ ref('b') }}\n"),
            ("profiles.yml", ""),
        ];
        check_in(&DUPLICATE_NODE, &files, expect![""]);
        check_in(&UNKNOWN_REF, &[files[2], files[0], files[1], files[3]], expect![""]);
    }
}
