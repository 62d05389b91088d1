use semantic::{is_enabled, nodes_in, parsed, source_named, source_tables};

use super::unknown_ref::unless_a_package_has_it;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `source` that no properties file declares.
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
            if source_named(db, context.project, source.clone(), table.clone()).is_some() {
                continue;
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
