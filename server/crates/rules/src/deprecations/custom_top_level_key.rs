mod anchors;

use base::nearest;
use project::config_keys::{Engine, file_shape};
use project::{dbt_version, document};
use syntax::yaml::edit::Editor;
use syntax::yaml::{Entry, Node};

use super::custom_keys::MAX_KEYS;
use super::edits;
use super::stray_keys::{Misplaced, PropertiesFile, with_file};
use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix, Severity};

declare_rule! {
    /// A key at the top of a properties file or of `dbt_project.yml` that dbt does not know.
    ///
    /// In a properties file dbt Core ignores it and dbt v2 refuses it; dbt Core reports it with
    /// BigQuery, Databricks, Redshift and Snowflake only. In `dbt_project.yml` both refuse it.
    ///
    /// What only holds anchors belongs under `anchors`, which dbt does not look at.
    ///
    /// ```yaml
    /// id: &id                # before
    ///   name: id
    ///
    /// anchors:               # after
    ///   - &id
    ///     name: id
    /// ```
    pub static CUSTOM_TOP_LEVEL_KEY = {
        name: "custom-top-level-key",
        event: Some("CustomTopLevelKeyDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Properties, ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if context.kind == FileKind::ProjectFile {
        check_project(findings, context);
    } else {
        with_file(context, |file| check_properties(findings, context, file));
    }
}

fn check_properties(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
) {
    let strays = file.strays(Misplaced::TopLevel);
    let Some(root) = file.document.root.as_ref().filter(|_| !strays.is_empty()) else { return };
    let editor = file.editor();
    let anchors = anchors::fix(context, file, &editor, root, &strays);
    for stray in strays {
        let near = near(stray.object.shape.names(file.engine), root, stray.name);
        let mut message =
            format!("`{}` is nothing that dbt knows in a properties file", stray.name);
        let mut fixes = Vec::new();
        let holds_anchors = stray.entry.is_some_and(|it| anchors::holds(it, file.document));
        if holds_anchors {
            message = format!("`{}` holds anchors: they belong under `anchors`", stray.name);
            fixes.extend(anchors.clone());
        } else if let Some(entry) = stray.entry {
            if let Some(near) = near {
                message += &format!("; `{near}` is");
            }
            fixes.extend(renaming(context, &editor, entry, near));
            fixes.extend(removal(context, &editor, root, entry));
        }
        findings.add_with_fixes(findings.refused_by_v2(), stray.range, message, fixes);
    }
}

fn check_project(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let version = dbt_version(context.db, context.project);
    let document = document(context.db, context.file);
    let (Some(root), Some(shape)) = (&document.root, file_shape("project")) else { return };
    let engine = Engine::of(&version);
    let editor = Editor::new(context.file.text(context.db), &document);
    for entry in root.entries().iter().filter(|it| !it.is_merge && !it.overridden) {
        let Some(name) = entry.key.as_str() else { continue };
        // Old names have a rule of their own.
        if shape.key(name, engine).is_some() || matches!(name, "source-paths" | "data-paths") {
            continue;
        }
        let near = near(shape.names(engine), root, name);
        let mut message = format!("`{name}` is nothing that dbt knows in `dbt_project.yml`");
        if let Some(later) = shape.later(name, engine) {
            message += &format!(" before dbt {}", later.name());
        } else if let Some(near) = near {
            message += &format!("; `{near}` is");
        }
        let mut fixes: Vec<Fix> = renaming(context, &editor, entry, near).into_iter().collect();
        fixes.extend(removal(context, &editor, root, entry));
        findings.add_with_fixes(Severity::Error, entry.key.range, message, fixes);
    }
}

fn near<'n>(names: impl Iterator<Item = &'n str>, root: &Node, name: &str) -> Option<&'n str> {
    let is_huge = root.entries().len() > MAX_KEYS;
    nearest(name, names).filter(|it| !is_huge && root.get(it).is_none())
}

fn renaming(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    entry: &Entry,
    near: Option<&str>,
) -> Option<Fix> {
    let near = near?;
    let edits = editor.rename_key(entry, near);
    Some(Fix::of(context.file, format!("Rename to `{near}`"), edits).as_guess())
}

fn removal(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    root: &Node,
    entry: &Entry,
) -> Option<Fix> {
    if root.entries().len() > MAX_KEYS {
        return None;
    }
    let edits = edits::sound(editor, entry, editor.remove_entry(root, entry))?;
    let name = entry.name().unwrap_or_default();
    Some(Fix::of(context.file, format!("Remove `{name}`"), edits).as_choice("its text is gone"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::CUSTOM_TOP_LEVEL_KEY as RULE;
    use crate::testing::{check, check_fix, findings};

    #[test]
    fn keys_that_dbt_does_not_know() {
        check(
            &RULE,
            "models/a.yml",
            "version: 2\nmodel: []\nmine: 1\nmodels: []\nanchors: []\n'my key': 1\n2: 3\n",
            expect![[r#"
                2:1-2:6 error[custom-top-level-key] `model` is nothing that dbt knows in a properties file
                    choice: Remove `model` (its text is gone)
                3:1-3:5 error[custom-top-level-key] `mine` is nothing that dbt knows in a properties file
                    choice: Remove `mine` (its text is gone)
                6:1-6:9 error[custom-top-level-key] `my key` is nothing that dbt knows in a properties file
                    choice: Remove `my key` (its text is gone)
            "#]],
        );
        check(
            &RULE,
            "dbt_project.yml",
            "name: shop\nmodles: {}\nsource-paths: []\nfunction-paths: []\nowner: me\n",
            expect![[r#"
                2:1-2:7 error[custom-top-level-key] `modles` is nothing that dbt knows in `dbt_project.yml`; `models` is
                    choice: Rename to `models` (a guess from the spelling)
                    choice: Remove `modles` (its text is gone)
                5:1-5:6 error[custom-top-level-key] `owner` is nothing that dbt knows in `dbt_project.yml`
                    choice: Remove `owner` (its text is gone)
            "#]],
        );
    }

    #[test]
    fn anchors_go_where_anchors_belong() {
        let fixed = |before, after| check_fix(&RULE, "models/a.yml", before, after);
        fixed(
            "id: &id\n  name: id\n  tests:\n    - unique\nmodels:\n  - name: a\n    columns:\n      - *id\n",
            "anchors:\n  - &id\n    name: id\n    tests:\n      - unique\nmodels:\n  - name: a\n    columns:\n      - *id\n",
        );
        fixed(
            "version: 2\none: &one {name: b}\nmodels: []\ntwo: &two\n- unique\nseeds: [*one, {name: c, tests: *two}]\n",
            "version: 2\nanchors:\n  - &one {name: b}\n  - &two\n    - unique\nmodels: []\nseeds: [*one, {name: c, tests: *two}]\n",
        );
    }

    #[test]
    fn anchors_that_cannot_move() {
        for text in [
            "id: &id {name: id} # why\nmodels: [*id]\n",
            "id: &id\n  name: |\n    id\nmodels: [*id]\n",
            "id: &id {name: id}\nmodels: [*id]\nanchors: []\n",
        ] {
            let (_, found) = findings(&RULE, &[("models/a.yml", text)]);
            assert!(found[0].fix.is_none(), "{text}");
        }
    }
}
