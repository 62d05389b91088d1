use base::range;
use semantic::{Node, is_surely_enabled, nodes_in, nodes_named};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// Two models, seeds or snapshots of one package have the same name.
    ///
    /// dbt refuses the whole project. Disabled nodes do not count.
    pub static DUPLICATE_NODE = {
        name: "duplicate-node",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Model, PythonModel, Seed, Snapshot],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        if !is_surely_enabled(db, node) {
            continue;
        }
        let same = nodes_named(db, context.project, node.name(db).to_owned());
        let other = same.iter().copied().find(|it: &Node| {
            *it != node
                && it.package(db) == node.package(db)
                && it.version(db) == node.version(db)
                && is_surely_enabled(db, *it)
        });
        if let Some(other) = other {
            let path = other.file(db).path(db);
            let path = path.relative_to(context.package.root(db)).unwrap_or(path.as_str());
            let kind = other.kind(db).resource_type();
            findings.add(
                range(0, 0),
                format!("the {kind} in `{path}` is named `{}` too", node.display_name(db)),
            );
        }
    }
}
