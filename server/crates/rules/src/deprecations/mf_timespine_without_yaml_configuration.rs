use base::range;
use project::{Json, is_behavior_flag_on, packages};
use semantic::{PatchKind, is_enabled, metrics, nodes_in, patches};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A model `metricflow_time_spine` that no properties file calls a time spine.
    ///
    /// dbt Core until 1.11 takes it by its name and warns; from 1.12 on only what is configured
    /// counts. It has to be one with the granularity of a day.
    ///
    /// ```yaml
    /// models:
    ///   - name: metricflow_time_spine
    ///     time_spine:
    ///       standard_granularity_column: date_day
    ///     columns:
    ///       - name: date_day
    ///         granularity: day
    /// ```
    pub static MF_TIMESPINE_WITHOUT_YAML_CONFIGURATION = {
        name: "mf-timespine-without-yaml-configuration",
        event: Some("MFTimespineWithoutYamlConfigurationDeprecation"),
        severity: Warning,
        since: "dbt 1.9",
        files: [Model],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let flag = "require_yaml_configuration_for_mf_time_spines";
    if !matches!(findings.version(), (1, 9..)) || is_behavior_flag_on(db, context.project, flag) {
        return;
    }
    let nodes = nodes_in(db, context.package, context.file);
    let is_spine =
        |it: &semantic::Node| it.name(db) == "metricflow_time_spine" && is_enabled(db, *it);
    if !nodes.iter().any(is_spine) {
        return;
    }
    let all = packages(db, context.project);
    let has_models = || all.iter().any(|it| !patches(db, *it, PatchKind::SemanticModel).is_empty());
    let has_metrics = || all.iter().any(|it| !metrics(db, *it).is_empty());
    let has_day = || {
        let patches = all.iter().flat_map(|it| patches(db, *it, PatchKind::Model));
        patches.into_iter().any(|it| is_spine_of_days(&it.patch))
    };
    if has_metrics() && has_models() && !has_day() {
        let message =
            "no properties file calls this model a time spine with the granularity of a day";
        findings.add(range(0, 0), message);
    }
}

fn is_spine_of_days(patch: &semantic::Patch) -> bool {
    let column = patch.data.get("time_spine").and_then(|it| it.get("standard_granularity_column"));
    let Some(column) = column.and_then(Json::as_str) else { return false };
    let mut columns = patch.columns.iter().filter(|it| it.name == column);
    columns.any(|it| it.data().get("granularity").and_then(Json::as_str) == Some("day"))
}

#[cfg(test)]
mod tests {
    use super::MF_TIMESPINE_WITHOUT_YAML_CONFIGURATION;
    use crate::testing::check_in;
    use expect_test::expect;

    #[test]
    fn a_spine_by_its_name() {
        let model = ("models/metricflow_time_spine.sql", "select 1 as date_day");
        let old =
            ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<1.12.0'\n");
        let layer = (
            "models/m.yml",
            "semantic_models: [{name: s, model: ref('a')}]\nmetrics: [{name: m, label: m, type: simple}]\n",
        );
        check_in(
            &MF_TIMESPINE_WITHOUT_YAML_CONFIGURATION,
            &[model, old, layer],
            expect![[r#"
                1:1-1:1 warning[mf-timespine-without-yaml-configuration] no properties file calls this model a time spine with the granularity of a day
            "#]],
        );
        check_in(&MF_TIMESPINE_WITHOUT_YAML_CONFIGURATION, &[model, old], expect![""]);
        let spine = (
            "models/n.yml",
            "models:\n- name: metricflow_time_spine\n  time_spine: {standard_granularity_column: date_day}\n  columns: [{name: date_day, granularity: day}]\n",
        );
        check_in(
            &MF_TIMESPINE_WITHOUT_YAML_CONFIGURATION,
            &[model, old, layer, spine],
            expect![""],
        );
    }
}
