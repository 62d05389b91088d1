use base::range;
use project::config_keys::is_config_section;
use project::{dbt_version, document};
use syntax::yaml::{Entry, Node, Style, Value};

use super::objects::Part;
use super::stray_keys::with_file;
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix, Severity};

declare_rule! {
    /// A value of `static_analysis` that dbt v2 refuses or gives up.
    ///
    /// The levels are `off`, `baseline` and `strict`. `on` and `unsafe` are called `strict` now
    /// (`DeprecatedStaticAnalysisValue`, dbt1703); `true` and `yes` mean `baseline`, `false` and
    /// `no` mean `off`, and are no values at all (dbt1013). dbt Core does not look at it.
    ///
    /// ```yaml
    /// config:
    ///   static_analysis: unsafe   # before
    ///   static_analysis: strict   # after
    /// ```
    pub static DEPRECATED_STATIC_ANALYSIS_VALUE = {
        name: "deprecated-static-analysis-value",
        event: None,
        severity: Error,
        since: "dbt 2.0",
        files: [Properties, ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if context.kind != FileKind::ProjectFile {
        with_file(context, |file| {
            for object in &file.objects.all {
                if matches!(object.part, Part::Config | Part::Item) {
                    check_mapping(findings, context, object.node, "static_analysis");
                }
            }
        });
        return;
    }
    let document = document(context.db, context.file);
    let engine = project::config_keys::Engine::of(&dbt_version(context.db, context.project));
    let Some(root) = &document.root else { return };
    for section in root.entries() {
        if section.key.as_str().is_some_and(|it| is_config_section(it, engine)) {
            let mut stack = vec![&section.value];
            while let Some(node) = stack.pop().filter(|it| it.alias().is_none()) {
                check_mapping(findings, context, node, "+static_analysis");
                let folders = node.entries().iter().rev();
                let is_folder =
                    |it: &&Entry| !it.key.as_str().is_some_and(|it| it.starts_with('+'));
                stack.extend(folders.filter(is_folder).map(|it| &it.value));
            }
        }
    }
}

fn check_mapping(findings: &mut Findings<'_>, context: &FileContext<'_>, node: &Node, key: &str) {
    let own = node.entries().iter().filter(|it| !it.is_merge && !it.overridden);
    for entry in own.filter(|it| it.key.as_str() == Some(key)) {
        let Some(level) = level(&entry.value) else { continue };
        let message =
            format!("`static_analysis` is `off`, `baseline` or `strict`: write `{level}`");
        let severity = if findings.is_core() { Severity::Info } else { Severity::Error };
        // The words between quotes.
        let quoted = matches!(entry.value.style, Style::SingleQuoted | Style::DoubleQuoted);
        let place = if quoted { entry.value.text_range() } else { entry.value.range };
        let place = range(place.start().into(), place.end().into());
        let fix = Fix::of(context.file, format!("Write `{level}`"), [(place, level.to_owned())]);
        findings.add_with_fixes(severity, entry.value.range, message, vec![fix]);
    }
}

/// The level that is meant, where another word is written. Without quotes `on` and `off` are words
/// to dbt v2, though YAML of old takes them for yes and no.
fn level(value: &Node) -> Option<&'static str> {
    if value.alias().is_some() || value.anchor().is_some() || value.tag().is_some() {
        return None;
    }
    if !matches!(value.value, Value::Bool(_) | Value::String(_)) {
        return None;
    }
    match value.scalar_text()?.to_lowercase().as_str() {
        "true" | "yes" | "y" => Some("baseline"),
        "false" | "no" | "n" => Some("off"),
        "on" | "unsafe" => Some("strict"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DEPRECATED_STATIC_ANALYSIS_VALUE as RULE;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn values_that_v2_gives_up() {
        let text = "\
models:
  - {name: a, config: {static_analysis: on, meta: {static_analysis: on}}}
  - {name: b, config: {static_analysis: 'unsafe'}}
  - {name: c, config: {static_analysis: yes}}
  - {name: d, config: {static_analysis: false}}
  - {name: e, config: {static_analysis: off}}
  - {name: f, config: {static_analysis: strict}}
  - {name: g, config: {static_analysis: \"{{ var('g') }}\"}}
";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
            2:41-2:43 error[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `strict`
                fix: Write `strict`
            3:41-3:49 error[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `strict`
                fix: Write `strict`
            4:41-4:44 error[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `baseline`
                fix: Write `baseline`
            5:41-5:46 error[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `off`
                fix: Write `off`
        "#]],
        );
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: <2\n");
        check_in(
            &RULE,
            &[("models/a.yml", text), core],
            expect![[r#"
            2:41-2:43 info[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `strict`
                fix: Write `strict`
            3:41-3:49 info[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `strict`
                fix: Write `strict`
            4:41-4:44 info[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `baseline`
                fix: Write `baseline`
            5:41-5:46 info[deprecated-static-analysis-value] `static_analysis` is `off`, `baseline` or `strict`: write `off`
                fix: Write `off`
        "#]],
        );
        check_fix(
            &RULE,
            "dbt_project.yml",
            "models:\n  shop:\n    +static_analysis: true # why\n  +static_analysis: \"on\"\n",
            "models:\n  shop:\n    +static_analysis: baseline # why\n  +static_analysis: \"strict\"\n",
        );
    }
}
