use base::range;
use project::is_behavior_flag_on;
use semantic::{Node, is_surely_enabled, nodes_in, nodes_named, relation};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// Two nodes of different types have one name: a model and a snapshot, a model and a seed.
    ///
    /// Nobody can tell which one a `ref` means. dbt Core calls it deprecated, and an error with the
    /// flag `require_unique_project_resource_names`. Where both would also be built under one name in
    /// the warehouse, every dbt refuses the project.
    ///
    /// ```text
    /// models/orders.sql    models/orders.sql
    /// seeds/orders.csv     seeds/orders_seed.csv
    /// ```
    pub static DUPLICATE_NAME_DISTINCT_NODE_TYPES = {
        name: "duplicate-name-distinct-node-types",
        event: Some("DuplicateNameDistinctNodeTypesDeprecation"),
        severity: Warning,
        since: "dbt 1.11",
        files: [Model, PythonModel, Seed, Snapshot],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        let Some(other) = twin(context, node) else { continue };
        let is_one_relation = relation(db, node).render() == relation(db, other).render();
        let flag = "require_unique_project_resource_names";
        let severity = match findings.version() {
            _ if is_one_relation => Severity::Error,
            (1, ..=10) | (2.., _) => continue,
            _ if is_behavior_flag_on(db, context.project, flag) => Severity::Error,
            _ => Severity::Warning,
        };
        let path = other.file(db).path(db);
        let path = path.relative_to(context.project.root(db)).unwrap_or(path.as_str());
        let kind = other.kind(db).resource_type();
        let mut message = format!("the {kind} in `{path}` is named `{}` too", node.name(db));
        if is_one_relation {
            message += ", and both would be built in one place";
        }
        findings.add_as(severity, range(0, 0), message);
    }
}

/// A node of another type with the same name in the same package.
fn twin(context: &FileContext<'_>, node: Node) -> Option<Node> {
    let db = context.db;
    if node.version(db).is_some() || !is_surely_enabled(db, node) {
        return None;
    }
    let same = nodes_named(db, context.project, node.name(db).to_owned());
    same.iter().copied().find(|it| {
        it.package(db) == node.package(db)
            && it.version(db).is_none()
            && it.kind(db).resource_type() != node.kind(db).resource_type()
            && is_surely_enabled(db, *it)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DUPLICATE_NAME_DISTINCT_NODE_TYPES;
    use crate::findings::duplicate_node::DUPLICATE_NODE;
    use crate::testing::check_in;

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");
    const SNAPSHOT: (&str, &str) = (
        "snapshots/a.sql",
        "{% snapshot a %}{{ config(target_schema='snaps', unique_key='id', strategy='check', check_cols='all') }} select 1{% endsnapshot %}",
    );

    #[test]
    fn a_model_and_a_snapshot() {
        let files = [("models/a.sql", "select 1"), SNAPSHOT, CORE];
        check_in(
            &DUPLICATE_NAME_DISTINCT_NODE_TYPES,
            &files,
            expect![[r#"
                1:1-1:1 warning[duplicate-name-distinct-node-types] the snapshot in `snapshots/a.sql` is named `a` too
            "#]],
        );
        check_in(&DUPLICATE_NODE, &files, expect![""]);
        let v2 = [("models/a.sql", "select 1"), SNAPSHOT];
        check_in(&DUPLICATE_NAME_DISTINCT_NODE_TYPES, &v2, expect![""]);
    }

    #[test]
    fn a_model_and_a_seed_in_one_place() {
        let files = [("models/a.sql", "select 1"), ("seeds/a.csv", "id\n1\n")];
        check_in(
            &DUPLICATE_NAME_DISTINCT_NODE_TYPES,
            &files,
            expect![[r#"
                1:1-1:1 error[duplicate-name-distinct-node-types] the seed in `seeds/a.csv` is named `a` too, and both would be built in one place
            "#]],
        );
        check_in(&DUPLICATE_NODE, &files, expect![""]);
        let off = ("models/a.sql", "{{ config(enabled=false) }} select 1");
        check_in(&DUPLICATE_NAME_DISTINCT_NODE_TYPES, &[off, files[1]], expect![""]);
    }
}
