use project::document;
use rustc_hash::FxHashMap;
use syntax::yaml::Document;
use syntax::yaml::edit::Editor;

use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// The same key twice in one mapping.
    ///
    /// dbt takes the last value and drops the others without a word; dbt v2 refuses the file. The
    /// fix removes the pair that was dropped.
    ///
    /// ```yaml
    /// columns:
    ///   - name: id
    ///     description: Key.               # before: never read
    ///     description: Key of the order.
    /// ```
    pub static DUPLICATE_YAML_KEYS = {
        name: "duplicate-yaml-keys",
        event: Some("DuplicateYAMLKeysDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [ProjectFile, Packages, Selectors, Profiles, CloudFile, Properties],
        check: check,
    }
}

/// Finding where to cut takes time that grows with the mapping; nobody has more twins than this.
const MAX_FIXES: usize = 200;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    if document.duplicate_keys().is_empty() {
        return;
    }
    let text = context.file.text(context.db);
    let mut fixes = fixes(context, text, &document);
    let index = base::line_index(context.db, context.file);
    for twin in document.duplicate_keys() {
        let line = index.line_of(twin.earlier.start()) + 1;
        let message =
            format!("`{}` stands in line {line} too; dbt takes the last value only", twin.name);
        findings.add_with_fix(twin.later, message, fixes.remove(&twin.earlier.start()));
    }
}

/// The removal of each pair that dbt drops, by the place of its key.
fn fixes(
    context: &FileContext<'_>,
    text: &str,
    document: &Document,
) -> FxHashMap<base::TextSize, Fix> {
    let editor = Editor::new(text, document);
    let mut fixes = FxHashMap::default();
    for mapping in document.nodes().filter(|it| it.alias().is_none()) {
        for entry in mapping.entries().iter().filter(|it| it.overridden) {
            if fixes.len() >= MAX_FIXES {
                return fixes;
            }
            let removal = edits::sound(&editor, entry, editor.remove_entry(mapping, entry));
            if let Some(edits) = removal {
                let name = entry.name().unwrap_or_default();
                let title = format!("Remove the `{name}` that dbt drops");
                fixes.insert(entry.key.range.start(), Fix::of(context.file, title, edits));
            }
        }
    }
    fixes
}

#[cfg(test)]
mod tests {
    use super::DUPLICATE_YAML_KEYS;
    use crate::testing::{check, check_fix, findings};
    use expect_test::expect;

    #[test]
    fn the_later_key_is_underlined() {
        let text = "models:\n  - name: a\n    description: b\n    # c\n    description: d # e\n";
        check(
            &DUPLICATE_YAML_KEYS,
            "models/a.yml",
            text,
            expect![[r#"
                5:5-5:16 warning[duplicate-yaml-keys] `description` stands in line 3 too; dbt takes the last value only
                    fix: Remove the `description` that dbt drops
            "#]],
        );
        check_fix(
            &DUPLICATE_YAML_KEYS,
            "models/a.yml",
            text,
            "models:\n  - name: a\n    # c\n    description: d # e\n",
        );
    }

    #[test]
    fn any_yaml_that_dbt_reads() {
        for path in ["dbt_project.yml", "packages.yml", "selectors.yml", "profiles.yml"] {
            check_fix(&DUPLICATE_YAML_KEYS, path, "a: 1\nb: 2\na: 3\n", "b: 2\na: 3\n");
        }
    }

    #[test]
    fn only_the_dropped_pair_goes() {
        let fixed = |before, after| {
            check_fix(&DUPLICATE_YAML_KEYS, "models/a.yml", before, after);
        };
        fixed("a: {b: 1, c: 2, b: 3} # d\n", "a: {c: 2, b: 3} # d\n");
        fixed("- a: 1\n  a: 2\n  b: 3\n", "- a: 2\n  b: 3\n");
        fixed("a: 1\r\na: 2\r\n\r\na: 3\r\n", "\r\na: 3\r\n");
        fixed("a:\n  b: |\n    c\n\n    d\n  e: f\n'a':\n- g", "'a':\n- g");
        fixed("on: 1\ntrue: 2\n", "true: 2\n");
    }

    #[test]
    fn a_merged_key_may_be_overridden() {
        check(
            &DUPLICATE_YAML_KEYS,
            "models/a.yml",
            "anchors:\n  - &a {b: 1}\nmodels:\n  - {<<: *a, b: 2}\n  - {b: 3, <<: *a}\n",
            expect![""],
        );
    }

    #[test]
    fn what_is_used_elsewhere_stays() {
        check(
            &DUPLICATE_YAML_KEYS,
            "models/a.yml",
            "a: &b [1]\na: 2\nc: *b\n",
            expect![[r#"
                2:1-2:2 warning[duplicate-yaml-keys] `a` stands in line 1 too; dbt takes the last value only
            "#]],
        );
        check_fix(&DUPLICATE_YAML_KEYS, "models/a.yml", "a: &b [1]\na: 2\n", "a: 2\n");
    }

    #[test]
    fn comments_do_not_become_text() {
        let text = "a:\n  d: >-\n    x\n  meta: {a: 1}\n\n    # foo\n  meta: {b: 1}\n";
        let (_, found) = findings(&DUPLICATE_YAML_KEYS, &[("models/a.yml", text)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].fix.is_none());
    }

    #[test]
    fn only_so_many_fixes_are_worked_out() {
        // Each takes time that grows with the mapping.
        let text = "a: 1\n".repeat(20_000);
        let (_, found) = findings(&DUPLICATE_YAML_KEYS, &[("models/a.yml", &text)]);
        assert_eq!(found.len(), 19_999);
        assert_eq!(found.iter().filter(|it| it.fix.is_some()).count(), super::MAX_FIXES);
    }
}
