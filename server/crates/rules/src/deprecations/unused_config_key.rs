use base::nearest;
use project::config_keys::{Engine, Holds, Shape, file_shape};
use project::document;
use syntax::yaml::Node;
use syntax::yaml::edit::Editor;

use super::custom_keys::MAX_KEYS;
use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix, Severity};

declare_rule! {
    /// A key of `packages.yml`, `dependencies.yml` or `selectors.yml` that dbt does not know.
    ///
    /// dbt Core does nothing with it, dbt v2 refuses it as `UnusedConfigKey` (dbt1060). It is told
    /// in projects of dbt v2 only.
    ///
    /// ```yaml
    /// packages: []
    /// owner: me      # goes
    /// ```
    pub static UNUSED_CONFIG_KEY = {
        name: "unused-config-key",
        event: None,
        severity: Error,
        since: "dbt 2.0",
        files: [Packages, Selectors],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if findings.is_core() {
        return;
    }
    let kind = if context.kind == FileKind::Selectors { "selectors" } else { "packages" };
    let document = document(context.db, context.file);
    let (Some(root), Some(shape)) = (&document.root, file_shape(kind)) else { return };
    let editor = Editor::new(context.file.text(context.db), &document);
    check_mapping(findings, context, &editor, root, shape);
    for entry in root.entries() {
        let key = entry.key.as_str().and_then(|it| shape.key(it, Engine::V2));
        let Some(Holds::List(_)) = key.map(|it| &it.holds) else { continue };
        let Some(shape) = key.and_then(|it| it.holds.shape()) else { continue };
        for item in entry.value.items() {
            check_mapping(findings, context, &editor, item, shape);
        }
    }
}

fn check_mapping(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    mapping: &Node,
    shape: &Shape,
) {
    if shape.is_open(Engine::V2) || mapping.alias().is_some() {
        return;
    }
    let is_huge = mapping.entries().len() > MAX_KEYS;
    for entry in mapping.entries().iter().filter(|it| !it.is_merge && !it.overridden) {
        let Some(name) = entry.key.as_str() else { continue };
        if shape.key(name, Engine::V2).is_some() {
            continue;
        }
        let mut fixes = Vec::new();
        let near = nearest(name, shape.names(Engine::V2));
        if let Some(near) = near.filter(|it| !is_huge && mapping.get(it).is_none()) {
            let edits = editor.rename_key(entry, near);
            fixes.push(Fix::of(context.file, format!("Rename to `{near}`"), edits).as_guess());
        }
        let removal = if is_huge { None } else { editor.remove_entry(mapping, entry) };
        if let Some(edits) = edits::sound(editor, entry, removal) {
            let fix = Fix::of(context.file, format!("Remove `{name}`"), edits);
            fixes.push(fix.as_choice("its text is gone"));
        }
        let message = format!("`{name}` is nothing that dbt knows here");
        findings.add_with_fixes(Severity::Error, entry.key.range, message, fixes);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::UNUSED_CONFIG_KEY as RULE;
    use crate::testing::{check, check_in};

    #[test]
    fn keys_that_v2_refuses() {
        check(
            &RULE,
            "packages.yml",
            "packages: []\nowner: me\n",
            expect![[r#"
            2:1-2:6 error[unused-config-key] `owner` is nothing that dbt knows here
                choice: Remove `owner` (its text is gone)
        "#]],
        );
        let selectors = "selectors:\n  - name: a\n    defintion: b\n    note: c\nother: d\n";
        check(
            &RULE,
            "selectors.yml",
            selectors,
            expect![[r#"
            3:5-3:14 error[unused-config-key] `defintion` is nothing that dbt knows here
                choice: Rename to `definition` (a guess from the spelling)
                choice: Remove `defintion` (its text is gone)
            4:5-4:9 error[unused-config-key] `note` is nothing that dbt knows here
                choice: Remove `note` (its text is gone)
            5:1-5:6 error[unused-config-key] `other` is nothing that dbt knows here
                choice: Remove `other` (its text is gone)
        "#]],
        );
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: <2\n");
        check_in(&RULE, &[("selectors.yml", selectors), core], expect![""]);
    }
}
