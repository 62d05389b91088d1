use project::{is_behavior_flag_on, packages};
use semantic::{Node, config, is_enabled, macro_names, macros_named, nodes};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// The project has a `get_incremental_microbatch_sql` of its own, which runs once and not for
    /// each batch.
    ///
    /// So it is in dbt Core until 1.11, as long as
    /// `require_batched_execution_for_custom_microbatch_strategy` is off. From 1.12 on, and in dbt
    /// v2, the macro is called for each batch. Set the flag once the macro is ready for that.
    ///
    /// ```yaml
    /// flags:
    ///   require_batched_execution_for_custom_microbatch_strategy: true
    /// ```
    pub static MICROBATCH_MACRO_OUTSIDE_OF_BATCHES = {
        name: "microbatch-macro-outside-of-batches",
        event: Some("MicrobatchMacroOutsideOfBatchesDeprecation"),
        severity: Warning,
        since: "dbt 1.9",
        files: [Macro],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    const NAME: &str = "get_incremental_microbatch_sql";
    const FLAG: &str = "require_batched_execution_for_custom_microbatch_strategy";
    let is_here = macro_names(db, context.file).iter().any(|it| it.name == NAME);
    if !is_here
        || !matches!(findings.version(), (1, 9..))
        || is_behavior_flag_on(db, context.project, FLAG)
    {
        return;
    }
    let is_microbatch = |node: Node| {
        let config = config(db, node);
        let said = |key: &str| config.get(key).and_then(|it| it.as_str().map(str::to_owned));
        node.kind(db).resource_type() == "model"
            && is_enabled(db, node)
            && said("materialized").as_deref() == Some("incremental")
            && said("incremental_strategy").as_deref() == Some("microbatch")
    };
    let all = packages(db, context.project);
    let mut nodes = all.iter().flat_map(|it| nodes(db, *it).to_vec());
    let Some(node) = nodes.find(|it| is_microbatch(*it)) else { return };
    for it in macros_named(db, context.package, NAME).iter().filter(|it| it.file == context.file) {
        let message = format!(
            "`{NAME}` runs once and not for each batch of `{}`, until `{FLAG}` is set",
            node.display_name(db)
        );
        findings.add(it.name_range(db), message);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::MICROBATCH_MACRO_OUTSIDE_OF_BATCHES;
    use crate::testing::check_in;

    const MACRO: (&str, &str) = (
        "macros/m.sql",
        "{% macro get_incremental_microbatch_sql(arg_dict) %}select 1{% endmacro %}\n",
    );
    const MODEL: (&str, &str) = (
        "models/a.sql",
        "{{ config(materialized='incremental', incremental_strategy='microbatch') }} select 1",
    );

    #[test]
    fn a_macro_of_the_project() {
        let core = |it| ("dbt_project.yml", it);
        let old = core("name: shop\nprofile: shop\nrequire-dbt-version: '<1.12.0'\n");
        check_in(
            &MICROBATCH_MACRO_OUTSIDE_OF_BATCHES,
            &[MACRO, MODEL, old],
            expect![[r#"
                1:10-1:40 warning[microbatch-macro-outside-of-batches] `get_incremental_microbatch_sql` runs once and not for each batch of `a`, until `require_batched_execution_for_custom_microbatch_strategy` is set
            "#]],
        );
        check_in(&MICROBATCH_MACRO_OUTSIDE_OF_BATCHES, &[MACRO, old], expect![""]);
        let new = core("name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");
        check_in(&MICROBATCH_MACRO_OUTSIDE_OF_BATCHES, &[MACRO, MODEL, new], expect![""]);
    }
}
