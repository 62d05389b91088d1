use semantic::{is_enabled, is_source_enabled, parsed, source_named, source_tables};

use super::unknown_ref::unless_a_package_has_it;
use crate::nodes::checked_nodes;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `source` that no properties file declares, or that is disabled.
    ///
    /// In a test it is a warning: dbt leaves the test out and says so.
    pub static UNKNOWN_SOURCE = {
        name: "unknown-source",
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
        for call in &parsed(db, checked.node).sources {
            if checked.is_target_source(db, call) {
                continue;
            }
            let (source, table) = (&call.source, &call.table);
            match source_named(db, context.project, source.clone(), table.clone()) {
                Some(found) if is_source_enabled(db, &found) => continue,
                // dbt leaves the test out and says nothing.
                Some(_) if is_test => continue,
                Some(_) => {
                    let message = format!("the source table `{source}.{table}` is disabled");
                    findings.add(checked.range(&call.site), call.site.explain(&message));
                    continue;
                }
                None => {}
            }
            let known = source_tables(db, context.project);
            let message = if known.iter().any(|it| it.table.source == *source) {
                format!("the source `{source}` has no table `{table}`")
            } else {
                format!("no source is named `{source}`")
            };
            let (severity, message) = unless_a_package_has_it(context, is_test, message);
            findings.add_as(severity, checked.range(&call.site), call.site.explain(&message));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNKNOWN_SOURCE;
    use crate::testing::check_in;

    #[test]
    fn a_disabled_table_is_none() {
        let sources = "sources:\n  - name: s\n    config: {enabled: false}\n    tables:\n      - name: t\n      - name: u\n        config: {enabled: true}\n";
        check_in(
            &UNKNOWN_SOURCE,
            &[
                (
                    "models/a.sql",
                    "{{ source('s', 't') }} {{ source('s', 'u') }} {{ source('s', 'v') }}\n",
                ),
                ("models/s.yml", sources),
            ],
            expect![[r#"
                1:17-1:18 error[unknown-source] the source table `s.t` is disabled
                1:63-1:64 error[unknown-source] the source `s` has no table `v`
            "#]],
        );
    }
}
