use project::{document, is_behavior_flag_on};
use syntax::yaml::edit::{Editor, Move};

use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// `window` or `grain_to_date` directly under the `type_params` of a metric.
    ///
    /// They belong under `cumulative_type_params`. dbt Core until 1.11 warns, from 1.12 on it refuses
    /// them, as it does earlier with the flag `require_nested_cumulative_type_params`.
    ///
    /// ```yaml
    /// type_params:           # before
    ///   measure: revenue
    ///   window: 7 days
    /// type_params:           # after
    ///   measure: revenue
    ///   cumulative_type_params:
    ///     window: 7 days
    /// ```
    pub static MF_CUMULATIVE_TYPE_PARAMS = {
        name: "mf-cumulative-type-params",
        event: Some("MFCumulativeTypeParamsDeprecation"),
        severity: Warning,
        since: "dbt 1.9",
        files: [Properties],
        check: check,
    }
}

const KEYS: [&str; 2] = ["window", "grain_to_date"];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // dbt v2 does not read metrics of this form.
    if !matches!(findings.version(), (1, 9..)) {
        return;
    }
    let document = document(context.db, context.file);
    let Some(metrics) = document.get("metrics") else { return };
    let flag = "require_nested_cumulative_type_params";
    let is_refused = is_behavior_flag_on(context.db, context.project, flag);
    let severity = if is_refused { Severity::Error } else { Severity::Warning };
    let editor = Editor::new(context.file.text(context.db), &document);
    for metric in metrics.items() {
        let Some(params) = metric.get("type_params") else { continue };
        let entries = params.entries().iter().filter(|it| !it.overridden && !it.is_merge);
        let set: Vec<_> = entries
            .filter(|it| it.key.as_str().is_some_and(|it| KEYS.contains(&it)))
            .filter(|it| !it.value.is_null())
            .collect();
        if set.is_empty() {
            continue;
        }
        let moves = [Move { keys: &KEYS, into: &["cumulative_type_params"] }];
        let moved = editor.move_entries(params, &moves).filter(|it| editor.is_readable(it));
        let is_safe = !edits::has_twins(params.entries())
            && params.alias().is_none()
            && !editor.is_shared(params);
        let fix = moved.filter(|_| is_safe).map(|it| {
            let names = edits::listed(set.iter().filter_map(|it| it.key.as_str()));
            Fix::of(context.file, format!("Move {names} under `cumulative_type_params`"), it)
        });
        for entry in set {
            let name = entry.key.as_str().unwrap_or_default();
            let message = format!("`{name}` belongs under `cumulative_type_params`");
            let fixes = fix.clone().into_iter().collect();
            findings.add_with_fixes(severity, entry.key.range, message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MF_CUMULATIVE_TYPE_PARAMS;
    use crate::testing::{check_fix_in, check_in};
    use expect_test::expect;

    const OLD: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<1.12.0'\n");

    #[test]
    fn keys_move_one_level_down() {
        let text = "metrics:\n  - name: weekly\n    type: cumulative\n    type_params:\n      measure: revenue\n      window: 7 days # a week\n  - name: b\n    type_params: {measure: c, cumulative_type_params: {window: 1 day}}\n";
        check_in(
            &MF_CUMULATIVE_TYPE_PARAMS,
            &[("models/m.yml", text), OLD],
            expect![[r#"
                6:7-6:13 warning[mf-cumulative-type-params] `window` belongs under `cumulative_type_params`
                    fix: Move `window` under `cumulative_type_params`
            "#]],
        );
        let after = text.replace(
            "      window: 7 days",
            "      cumulative_type_params:\n        window: 7 days",
        );
        check_fix_in(&MF_CUMULATIVE_TYPE_PARAMS, &[("models/m.yml", text), OLD], &after);
        let new = ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");
        check_in(
            &MF_CUMULATIVE_TYPE_PARAMS,
            &[("models/m.yml", text), new],
            expect![[r#"
                6:7-6:13 error[mf-cumulative-type-params] `window` belongs under `cumulative_type_params`
                    fix: Move `window` under `cumulative_type_params`
            "#]],
        );
        check_in(&MF_CUMULATIVE_TYPE_PARAMS, &[("models/m.yml", text)], expect![""]);
    }
}
