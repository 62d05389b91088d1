use project::{BEHAVIOR_FLAGS, FlagInV2, document};
use syntax::yaml::edit::Editor;

use super::{
    edits, flags, package_materialization_override, source_freshness_project_hooks_not_run,
};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A behaviour flag that dbt v2 no longer has.
    ///
    /// v2 always does what the flag once had to be set to `true` for. Set to `false`, the project
    /// relies on behaviour of old that v2 does not have; set to `true`, the line says nothing any
    /// more. As long as dbt Core runs the project, `false` is no more than a thing to know.
    ///
    /// ```yaml
    /// flags:
    ///   require_nested_cumulative_type_params: true   # before; after: gone
    /// ```
    pub static REMOVED_BEHAVIOR_FLAG = {
        name: "removed-behavior-flag",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    let editor = Editor::new(context.file.text(context.db), &document);
    let Some(mapping) = document.get("flags") else { return };
    for (entry, is_on) in flags::flags(context) {
        let Some(name) = entry.key.as_str() else { continue };
        let known = BEHAVIOR_FLAGS.iter().find(|it| it.name == name);
        let is_removed = known.is_some_and(|it| it.in_v2 == FlagInV2::Always);
        if !is_removed || (findings.is_core() && (is_on || has_own_rule(context, name))) {
            continue;
        }
        if findings.is_core() {
            let message = "dbt v2 has no such flag and behaves as if it were `true`";
            findings.add_as(Severity::Info, entry.key.range, message);
            continue;
        }
        let edits = edits::sound(&editor, &entry, editor.remove_entry(mapping, &entry));
        let fix = edits.map(|it| Fix::of(context.file, format!("Remove `{name}`"), it));
        let (severity, message, fix) = if is_on {
            (Severity::Hint, "dbt v2 has no such flag: it always does this", fix)
        } else {
            let fix = fix.map(|it| it.as_choice("dbt Core then behaves as dbt v2 does"));
            let message = "dbt v2 has no such flag and behaves as if it were `true`";
            (Severity::Warning, message, fix)
        };
        findings.add_with_fixes(severity, entry.key.range, message, fix.into_iter().collect());
    }
}

fn has_own_rule(context: &FileContext<'_>, name: &str) -> bool {
    match name {
        source_freshness_project_hooks_not_run::FLAG => {
            source_freshness_project_hooks_not_run::found(context).is_some()
        }
        package_materialization_override::FLAG => {
            !package_materialization_override::overridden(context).is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::REMOVED_BEHAVIOR_FLAG;
    use crate::testing::{check, check_fix};
    use expect_test::expect;

    #[test]
    fn flags_that_v2_has_not() {
        let text = "name: shop\nflags:\n  require_nested_cumulative_type_params: true\n  validate_macro_args: false\n  source_freshness_run_project_hooks: false\n  send_anonymous_usage_stats: false\n";
        check(
            &REMOVED_BEHAVIOR_FLAG,
            "dbt_project.yml",
            text,
            expect![[r#"
                3:3-3:40 hint[removed-behavior-flag] dbt v2 has no such flag: it always does this
                    fix: Remove `require_nested_cumulative_type_params`
                5:3-5:37 warning[removed-behavior-flag] dbt v2 has no such flag and behaves as if it were `true`
                    choice: Remove `source_freshness_run_project_hooks` (dbt Core then behaves as dbt v2 does)
            "#]],
        );
        check_fix(
            &REMOVED_BEHAVIOR_FLAG,
            "dbt_project.yml",
            text,
            "name: shop\nflags:\n  validate_macro_args: false\n  send_anonymous_usage_stats: false\n",
        );
    }

    #[test]
    fn for_dbt_core_it_is_a_thing_to_know() {
        let core = "name: shop\nrequire-dbt-version: '<2.0.0'\nflags:\n  require_nested_cumulative_type_params: true\n  skip_nodes_if_on_run_start_fails: false\n  source_freshness_run_project_hooks: false\non-run-end: select 1\n";
        check(
            &REMOVED_BEHAVIOR_FLAG,
            "dbt_project.yml",
            core,
            expect![[r#"
                5:3-5:35 info[removed-behavior-flag] dbt v2 has no such flag and behaves as if it were `true`
            "#]],
        );
    }
}
