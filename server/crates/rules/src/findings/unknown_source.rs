use semantic::{is_enabled, is_source_enabled, nodes_in, parsed, source_named, source_tables};

use super::unknown_ref::unless_a_package_has_it;
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// A `source` that no properties file declares, or that is disabled.
    ///
    /// In a test it is a warning: dbt leaves the test out and says so.
    pub static UNKNOWN_SOURCE = {
        name: "unknown-source",
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
        for call in &parsed(db, node).sources {
            let (source, table) = (&call.source, &call.table);
            match source_named(db, context.project, source.clone(), table.clone()) {
                Some(found) if is_source_enabled(db, &found) => continue,
                // dbt leaves the test out and says nothing.
                Some(_) if context.kind == FileKind::SingularTest => continue,
                Some(_) => {
                    let message = format!("the source table `{source}.{table}` is disabled");
                    findings.add(call.site.range, call.site.explain(&message));
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
            let (severity, message) = unless_a_package_has_it(context, message);
            findings.add_as(severity, call.site.range, call.site.explain(&message));
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
