use project::uninstalled_packages;
use semantic::{RefCall, Resolution, is_enabled, nodes_in, parsed, resolve_ref};

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Severity};

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
        files: [Model, PythonModel, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    // dbt reads a disabled node and resolves nothing of it.
    let nodes = nodes_in(db, context.package, context.file);
    for node in nodes.into_iter().filter(|it| is_enabled(db, *it)) {
        for call in &parsed(db, node).refs {
            if let Some((severity, message)) = problem(context, call) {
                findings.add_as(severity, call.site.range, call.site.explain(&message));
            }
        }
    }
}

fn problem(context: &FileContext<'_>, call: &RefCall) -> Option<(Severity, String)> {
    let (db, name) = (context.db, &call.name);
    let within = call.package.as_ref().map_or_else(String::new, |it| format!(" in `{it}`"));
    let version = call.version.as_deref();
    let message = match resolve_ref(db, context.package, call.package.as_deref(), name, version) {
        // Of an upstream project nothing is at hand: nobody can say that the model is missing.
        Resolution::Node(_) | Resolution::UnknownUpstream(_) => return None,
        // dbt leaves the test out and says nothing.
        Resolution::Disabled(_) if context.kind == FileKind::SingularTest => return None,
        Resolution::Disabled(_) => format!("`{name}` is disabled"),
        Resolution::NoVersion { name, known } => {
            let version = version.unwrap_or("?");
            let known = if known.is_empty() { "no versions".to_owned() } else { known.join(", ") };
            format!("`{name}` has no version {version}; it has {known}")
        }
        Resolution::Missing => {
            let message = format!("no model, seed or snapshot is named `{name}`{within}");
            return Some(unless_a_package_has_it(context, message));
        }
    };
    Some((severity(context), message))
}

/// dbt leaves out a test that reads what does not exist, and warns.
fn severity(context: &FileContext<'_>) -> Severity {
    if context.kind == FileKind::SingularTest { Severity::Warning } else { Severity::Error }
}

/// Packages that are not installed may have what nothing else has.
pub(super) fn unless_a_package_has_it(
    context: &FileContext<'_>,
    message: String,
) -> (Severity, String) {
    if uninstalled_packages(context.db, context.project).is_empty() {
        (severity(context), message)
    } else {
        (Severity::Warning, format!("{message}, unless a package has it that is not installed"))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNKNOWN_REF;
    use crate::findings::duplicate_node::DUPLICATE_NODE;
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
