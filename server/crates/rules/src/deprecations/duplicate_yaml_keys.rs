use project::document;
use rustc_hash::FxHashMap;
use syntax::yaml::edit::{Edit, Editor};
use syntax::yaml::{Document, Entry, Node, Style};

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
    let severity = findings.refused_by_v2();
    for twin in document.duplicate_keys() {
        let line = index.line_of(twin.earlier.start()) + 1;
        let message =
            format!("`{}` stands in line {line} too; dbt takes the last value only", twin.name);
        let fixes = fixes.remove(&twin.earlier.start()).unwrap_or_default();
        findings.add_with_fixes(severity, twin.later, message, fixes);
    }
}

/// What can be done about each pair that dbt drops, by the place of its key.
fn fixes(
    context: &FileContext<'_>,
    text: &str,
    document: &Document,
) -> FxHashMap<base::TextSize, Vec<Fix>> {
    let editor = Editor::new(text, document);
    let mut fixes = FxHashMap::default();
    for mapping in document.nodes().filter(|it| it.alias().is_none()) {
        let is_root = document.root.as_ref().is_some_and(|it| std::ptr::eq(it, mapping));
        for entry in mapping.entries().iter().filter(|it| it.overridden) {
            if fixes.len() >= MAX_FIXES {
                return fixes;
            }
            let name = entry.name().unwrap_or_default();
            let fix = |title: String, edits| Fix::of(context.file, title, edits);
            let removal = edits::sound(&editor, entry, editor.remove_entry(mapping, entry));
            let mut all: Vec<Fix> = removal
                .map(|it| fix(format!("Remove the `{name}` that dbt drops"), it))
                .into_iter()
                .collect();
            if let Some(later) = next_twin(mapping, entry) {
                let kept = edits::sound(&editor, later, editor.remove_entry(mapping, later));
                let kept = kept.map(|it| fix(format!("Keep this `{name}`, not the later one"), it));
                all.extend(kept.map(|it| it.as_choice("dbt then takes the other value")));
                let joined = join(text, &editor, mapping, entry, later).filter(|_| is_root);
                let joined = joined.map(|it| fix(format!("Join both lists of `{name}`"), it));
                all.extend(joined.map(|it| it.as_choice("what dbt dropped then counts")));
            }
            fixes.insert(entry.key.range.start(), all);
        }
    }
    fixes
}

/// The next pair of a mapping with the same key.
fn next_twin<'a>(mapping: &'a Node, entry: &Entry) -> Option<&'a Entry> {
    let start = entry.key.range.start();
    let later = mapping.entries().iter().filter(|it| it.key.range.start() > start);
    later.into_iter().find(|it| it.name() == entry.name() && !it.is_merge)
}

/// Puts the items of the first list in front of those of the second one.
fn join(
    text: &str,
    editor: &Editor<'_>,
    mapping: &Node,
    first: &Entry,
    second: &Entry,
) -> Option<Vec<Edit>> {
    let is_block = |it: &Entry| it.value.style == Style::Block && !it.value.items().is_empty();
    if !is_block(first) || !is_block(second) || edits::has_anchor_or_alias(first) {
        return None;
    }
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |it| it + 1);
    // Behind the dash stands the item: the lines begin in front of it.
    let start = |it: &Entry| it.value.items().first().map(|it| line_start(it.range.start().into()));
    let (from, to) = (start(first)?, start(second)?);
    let dash = |at: usize| text[at..].find('-').filter(|it| text[at..at + it].trim().is_empty());
    let key_end = usize::from(first.key.range.end());
    if dash(from)? != dash(to)? || from <= key_end {
        return None;
    }
    let mut edits = editor.remove_entry(mapping, first)?;
    let end = edits.iter().map(|it| usize::from(it.0.end())).max()?;
    let items = text.get(from..end)?;
    let line_end = if items.ends_with('\n') { "" } else { "\n" };
    edits.push((base::range(to, to), format!("{items}{line_end}")));
    let edits = edits::joined(edits)?;
    editor.is_readable(&edits).then_some(edits)
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
                5:5-5:16 error[duplicate-yaml-keys] `description` stands in line 3 too; dbt takes the last value only
                    fix: Remove the `description` that dbt drops
                    choice: Keep this `description`, not the later one (dbt then takes the other value)
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
                2:1-2:2 error[duplicate-yaml-keys] `a` stands in line 1 too; dbt takes the last value only
                    choice: Keep this `a`, not the later one (dbt then takes the other value)
            "#]],
        );
        check_fix(&DUPLICATE_YAML_KEYS, "models/a.yml", "a: &b [1]\na: 2\n", "a: 2\n");
    }

    #[test]
    fn comments_do_not_become_text() {
        let text = "a:\n  d: >-\n    x\n  meta: {a: 1}\n\n    # foo\n  meta: {b: 1}\n";
        let (_, found) = findings(&DUPLICATE_YAML_KEYS, &[("models/a.yml", text)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].fix.as_ref().is_none_or(|it| !it.is_safe()));
    }

    #[test]
    fn lists_at_the_top_may_be_joined() {
        let text = "models:\n  - name: a\n    description: b\n  # c\n  - name: d\nversion: 2\nmodels:\n  - name: e\n";
        let (_, found) = findings(&DUPLICATE_YAML_KEYS, &[("models/a.yml", text)]);
        let titles: Vec<String> = found[0].alternatives.iter().map(|it| it.label()).collect();
        expect![[r#"
            [
                "Keep this `models`, not the later one (dbt then takes the other value)",
                "Join both lists of `models` (what dbt dropped then counts)",
            ]
        "#]]
        .assert_debug_eq(&titles);
        let after = |fix: &crate::Fix| {
            let edits: Vec<_> = fix.edits.iter().map(|it| it.edit.clone()).collect();
            base::apply(text, &edits)
        };
        assert_eq!(
            after(&found[0].alternatives[0]),
            "models:\n  - name: a\n    description: b\n  # c\n  - name: d\nversion: 2\n"
        );
        assert_eq!(
            after(&found[0].alternatives[1]),
            "version: 2\nmodels:\n  - name: a\n    description: b\n  # c\n  - name: d\n  - name: e\n"
        );
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
