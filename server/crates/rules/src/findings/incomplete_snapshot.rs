use base::{TextRange, range};
use semantic::{NodeKind, config, is_surely_enabled, nodes_in, parsed};
use syntax::jinja::DefinitionKind;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A snapshot without `strategy` or without `unique_key`.
    ///
    /// dbt refuses the project. A strategy wants more: `timestamp` a column `updated_at`, `check` the
    /// columns to compare, `check_cols`.
    ///
    /// ```sql
    /// {{ config(unique_key='id', strategy='timestamp', updated_at='changed_at') }}
    /// ```
    pub static INCOMPLETE_SNAPSHOT = {
        name: "incomplete-snapshot",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Snapshot],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    for node in nodes_in(db, context.package, context.file) {
        if node.kind(db) != NodeKind::Snapshot
            || !is_surely_enabled(db, node)
            || !parsed(db, node).problems.is_empty()
        {
            continue;
        }
        let config = config(db, node);
        let is_set = |key: &str| config.get(key).is_some_and(|it| !it.is_null());
        let missing = ["strategy", "unique_key"].into_iter().find(|it| !is_set(it));
        if let Some(missing) = missing {
            let at = name_range(context, node.name(db)).unwrap_or_else(|| range(0, 0));
            findings.add(at, format!("this snapshot has no `{missing}`"));
        }
    }
}

/// In `{% snapshot name %}`.
fn name_range(context: &FileContext<'_>, name: &str) -> Option<TextRange> {
    let template = semantic::template(context.db, context.file);
    let mut blocks = template.macros().filter(|it| it.kind() == DefinitionKind::Snapshot);
    blocks.find(|it| it.name() == name).map(|it| it.name_range())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::INCOMPLETE_SNAPSHOT;
    use crate::testing::{check, check_in};

    #[test]
    fn snapshots_that_lack_something() {
        let text = "{% snapshot a %}{{ config(unique_key='id', target_schema='s') }} select 1{% endsnapshot %}\n{% snapshot b %}{{ config(unique_key='id', strategy='check', check_cols='all', target_schema='s') }} select 1{% endsnapshot %}\n";
        check(
            &INCOMPLETE_SNAPSHOT,
            "snapshots/a.sql",
            text,
            expect![[r#"
                1:13-1:14 error[incomplete-snapshot] this snapshot has no `strategy`
            "#]],
        );
        let yaml = "snapshots:\n- name: a\n  config: {strategy: check, check_cols: all}\n";
        check_in(
            &INCOMPLETE_SNAPSHOT,
            &[("snapshots/a.sql", text), ("snapshots/a.yml", yaml)],
            expect![""],
        );
    }
}
