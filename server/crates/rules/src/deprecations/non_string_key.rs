use project::config_keys::{Engine, is_config_section};
use project::document;
use syntax::yaml::edit::Editor;
use syntax::yaml::{Node, Style, Value};

use super::objects::Part;
use super::stray_keys::with_file;
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix, Severity};

declare_rule! {
    /// A key of `meta` or of a test's `arguments` that YAML does not take for a text.
    ///
    /// dbt v2 refuses it (`SerializationError`, dbt1013); dbt Core takes it. Quotes make a text of
    /// it.
    ///
    /// ```yaml
    /// meta:
    ///   2024: planned     # before
    ///   "2024": planned   # after
    /// ```
    pub static NON_STRING_KEY = {
        name: "non-string-key",
        event: None,
        severity: Error,
        since: "dbt 2.0",
        files: [Properties, ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if findings.is_core() {
        return;
    }
    if context.kind != FileKind::ProjectFile {
        with_file(context, |file| {
            let editor = file.editor();
            let objects = file.objects.all.iter();
            let objects = objects.filter(|it| matches!(it.part, Part::Item | Part::Config));
            for meta in objects.filter_map(|it| it.node.get("meta")) {
                check_keys(findings, context, &editor, meta);
            }
            for test in file.objects.tests() {
                if let Some(arguments) = test.node.get("arguments") {
                    check_keys(findings, context, &editor, arguments);
                }
            }
        });
        return;
    }
    let document = document(context.db, context.file);
    let Some(root) = &document.root else { return };
    let editor = Editor::new(context.file.text(context.db), &document);
    for section in root.entries() {
        if section.key.as_str().is_some_and(|it| is_config_section(it, Engine::V2)) {
            let mut stack = vec![&section.value];
            while let Some(node) = stack.pop() {
                for entry in node.entries().iter().filter(|_| node.alias().is_none()) {
                    match entry.key.as_str() {
                        Some("+meta") => check_keys(findings, context, &editor, &entry.value),
                        Some(name) if name.starts_with('+') => {}
                        _ => stack.push(&entry.value),
                    }
                }
            }
        }
    }
}

fn check_keys(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    mapping: &Node,
) {
    if mapping.alias().is_some() {
        return;
    }
    for entry in mapping.entries().iter().filter(|it| !it.is_merge && !it.overridden) {
        if !is_other_than_text(&entry.key) {
            continue;
        }
        let name = entry.key.scalar_text().unwrap_or_default();
        let message = format!("the key `{name}` is no text: dbt refuses it without quotes");
        let edits = vec![(entry.key.range, format!("\"{name}\""))];
        let fix = Fix::of(context.file, "Put the key in quotes", edits.clone());
        let fix = fix.as_choice("to dbt Core and to macros it is a text then");
        let is_plain = entry.key.style == Style::Plain && entry.key.anchor().is_none();
        let fixes = (is_plain && !name.is_empty() && editor.is_readable(&edits)).then_some(fix);
        findings.add_with_fixes(
            Severity::Error,
            entry.key.range,
            message,
            fixes.into_iter().collect(),
        );
    }
}

/// As dbt v2 reads YAML: `on` and `yes` are texts there.
fn is_other_than_text(key: &Node) -> bool {
    if key.alias().is_some() || key.tag().is_some() {
        return false;
    }
    match &key.value {
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Null => true,
        Value::Bool(_) => {
            let text = key.scalar_text().unwrap_or_default();
            matches!(text.to_lowercase().as_str(), "true" | "false")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::NON_STRING_KEY as RULE;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn keys_that_are_no_texts() {
        let text = "\
models:
  - name: a
    config: {meta: {1: b, true: c, on: d, 'e': f, g: {2: h}}}
    columns: [{name: i, data_tests: [{j: {arguments: {3.5: k, null: l}}}]}]
";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
            4:55-4:58 error[non-string-key] the key `3.5` is no text: dbt refuses it without quotes
                choice: Put the key in quotes (to dbt Core and to macros it is a text then)
            4:63-4:67 error[non-string-key] the key `null` is no text: dbt refuses it without quotes
                choice: Put the key in quotes (to dbt Core and to macros it is a text then)
        "#]],
        );
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: <2\n");
        check_in(&RULE, &[("models/a.yml", text), core], expect![""]);
        check_fix(
            &RULE,
            "dbt_project.yml",
            "models:\n  shop:\n    +meta:\n      2024: planned # why\nvars: {1: 2}\n",
            "models:\n  shop:\n    +meta:\n      \"2024\": planned # why\nvars: {1: 2}\n",
        );
    }
}
