use project::document;
use semantic::{
    Node, PatchKind, deprecation_date, is_enabled, node_patch, nodes_named, properties,
};
use syntax::yaml;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// The `deprecation_date` of a model has passed.
    ///
    /// It still builds, and dbt says so with each command. Disable the model or remove it.
    ///
    /// ```yaml
    /// models:
    ///   - name: orders_of_old
    ///     deprecation_date: 2024-01-01
    /// ```
    pub static DEPRECATED_MODEL = {
        name: "deprecated-model",
        event: Some("DeprecatedModel"),
        severity: Warning,
        since: "dbt 1.6",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let document = document(db, context.file);
    let Some(models) = document.get("models") else { return };
    for patch in &properties(db, context.file).resources {
        let Some(entry) = models
            .items()
            .get(patch.index)
            .filter(|_| patch.kind == PatchKind::Model && has_date(&patch.data))
        else {
            continue;
        };
        for node in nodes_named(db, context.project, patch.name.clone()).iter().copied() {
            let is_described_here = || {
                let place = node_patch(db, node);
                place.is_some_and(|it| it.file == context.file && it.patch.index == patch.index)
            };
            let date = deprecation_date(db, node).filter(|it| it.has_passed);
            let Some(date) = date.filter(|_| is_enabled(db, node) && is_described_here()) else {
                continue;
            };
            let Some(value) = written_date(context, entry, node) else { continue };
            let day = super::reference_dates::day(&date);
            let name = node.display_name(db);
            findings.add(
                value.range,
                format!("`{name}` is deprecated since {day}: disable it or remove it"),
            );
        }
    }
}

fn has_date(data: &project::Json) -> bool {
    let versions = data.get("versions").and_then(|it| it.as_array());
    let mut all = versions.into_iter().flatten().chain([data]);
    all.any(|it| it.get("deprecation_date").is_some())
}

/// That of the version, for a model with versions.
fn written_date<'a>(
    context: &FileContext<'_>,
    entry: &'a yaml::Node,
    node: Node,
) -> Option<&'a yaml::Node> {
    let Some(version) = node.version(context.db) else { return entry.get("deprecation_date") };
    let versions = entry.get("versions")?.items();
    let is_this =
        |it: &&yaml::Node| it.get("v").and_then(yaml::Node::scalar_text) == Some(&*version);
    versions.iter().find(is_this)?.get("deprecation_date")
}

#[cfg(test)]
mod tests {
    use super::DEPRECATED_MODEL;
    use crate::deprecations::deprecated_reference::DEPRECATED_REFERENCE;
    use crate::deprecations::upcoming_reference::UPCOMING_REFERENCE;
    use crate::testing::check_in;
    use expect_test::expect;

    const MODELS: (&str, &str) = (
        "models/m.yml",
        "models:\n- name: old\n  deprecation_date: 1969-01-01\n- name: soon\n  deprecation_date: 2099-01-01 10:00:00+02:00\n- name: v\n  latest_version: 2\n  deprecation_date: 1960-01-01\n  versions:\n  - v: 1\n    deprecation_date: '1968-05-01'\n  - v: 2\n- name: off\n  config: {enabled: false}\n  deprecation_date: 1969-01-01\n",
    );
    const SQL: [(&str, &str); 5] = [
        ("models/old.sql", "select 1"),
        ("models/soon.sql", "select 1"),
        ("models/v_v1.sql", "select 1"),
        ("models/v_v2.sql", "select 1"),
        ("models/off.sql", "select 1"),
    ];

    fn with_models<'a>(
        first: (&'a str, &'a str),
        more: &[(&'a str, &'a str)],
    ) -> Vec<(&'a str, &'a str)> {
        [&[first], more, &SQL].concat()
    }

    #[test]
    fn models_whose_day_has_passed() {
        check_in(
            &DEPRECATED_MODEL,
            &with_models(MODELS, &[]),
            expect![[r#"
                3:21-3:31 warning[deprecated-model] `old` is deprecated since 1969-01-01: disable it or remove it
                11:23-11:35 warning[deprecated-model] `v.v1` is deprecated since 1968-05-01: disable it or remove it
            "#]],
        );
    }

    #[test]
    fn references_of_models() {
        let text = "select * from {{ ref('old') }} join {{ ref('soon') }} join {{ ref('v', v=1) }} join {{ ref('v') }}\n";
        let files = |path| with_models((path, text), &[MODELS]);
        check_in(
            &DEPRECATED_REFERENCE,
            &files("models/a.sql"),
            expect![[r#"
                1:23-1:26 warning[deprecated-reference] `old` is deprecated since 1969-01-01
                1:68-1:69 warning[deprecated-reference] `v.v1` is deprecated since 1968-05-01
            "#]],
        );
        check_in(
            &UPCOMING_REFERENCE,
            &files("models/a.sql"),
            expect![[r#"
                1:45-1:49 warning[upcoming-reference] `soon` is to be deprecated on 2099-01-01
            "#]],
        );
        check_in(&DEPRECATED_REFERENCE, &files("analyses/a.sql"), expect![""]);
    }
}
