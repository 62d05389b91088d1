use project::{document, packages};
use semantic::metrics;
use syntax::yaml::edit::Editor;

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A time dimension of a semantic model does not say its granularity.
    ///
    /// dbt Core 1.12 calls that deprecated, with a message that is empty. How fine the times are is
    /// yours to know.
    ///
    /// ```yaml
    /// dimensions:
    ///   - name: ordered_at
    ///     type: time
    ///     type_params:
    ///       time_granularity: day
    /// ```
    pub static TIME_DIMENSIONS_REQUIRE_GRANULARITY = {
        name: "time-dimensions-require-granularity",
        event: Some("TimeDimensionsRequireGranularityDeprecation"),
        severity: Warning,
        since: "dbt 1.12",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    if !matches!(findings.version(), (1, 12..)) {
        return;
    }
    let document = document(db, context.file);
    let Some(models) = document.get("semantic_models") else { return };
    // Without a metric dbt looks at none of it.
    let all = packages(db, context.project);
    if all.iter().all(|it| metrics(db, *it).is_empty()) {
        return;
    }
    let editor = Editor::new(context.file.text(db), &document);
    for dimension in models.items().iter().filter_map(|it| it.get("dimensions")) {
        for it in dimension.items() {
            let is_time = it.get("type").and_then(|it| it.as_str()) == Some("time");
            let grain = it.get_path(&["type_params", "time_granularity"]);
            let Some(name) = it.get("name").filter(|_| is_time && grain.is_none()) else {
                continue;
            };
            let choice = |grain: &str| {
                let pair = format!("time_granularity: {grain}");
                let edits = editor.insert_under(it, "type_params", &pair)?;
                let edits = Some(edits).filter(|it| editor.is_readable(it))?;
                let fix = Fix::of(context.file, format!("Set the granularity to `{grain}`"), edits);
                Some(fix.as_choice(format!("metrics then count by {grain}")))
            };
            let fixes = ["day", "hour", "month"].iter().filter_map(|it| choice(it)).collect();
            let message = "this time dimension does not say its granularity";
            let severity = findings.rule.severity;
            findings.add_with_fixes(severity, name.text_range(), message, fixes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TIME_DIMENSIONS_REQUIRE_GRANULARITY;
    use crate::testing::{check_fix_in, check_in};
    use expect_test::expect;

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");

    #[test]
    fn the_granularity_is_a_choice() {
        let text = "semantic_models:\n  - name: orders\n    model: ref('orders')\n    dimensions:\n      - name: at\n        type: time\n      - name: day\n        type: time\n        type_params: {time_granularity: day}\n      - name: kind\n        type: categorical\n";
        let metrics = (
            "models/n.yml",
            "metrics:\n- {name: a, label: a, type: simple, type_params: {measure: b}}\n",
        );
        check_in(
            &TIME_DIMENSIONS_REQUIRE_GRANULARITY,
            &[("models/m.yml", text), metrics, CORE],
            expect![[r#"
                5:15-5:17 warning[time-dimensions-require-granularity] this time dimension does not say its granularity
                    choice: Set the granularity to `day` (metrics then count by day)
                    choice: Set the granularity to `hour` (metrics then count by hour)
                    choice: Set the granularity to `month` (metrics then count by month)
            "#]],
        );
        check_fix_in(
            &TIME_DIMENSIONS_REQUIRE_GRANULARITY,
            &[("models/m.yml", text), metrics, CORE],
            &text.replacen(
                "type: time\n",
                "type: time\n        type_params:\n          time_granularity: day\n",
                1,
            ),
        );
        let files = [("models/m.yml", text), CORE];
        check_in(&TIME_DIMENSIONS_REQUIRE_GRANULARITY, &files, expect![""]);
    }
}
