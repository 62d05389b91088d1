mod shapes;

use base::TextRange;
use project::document;
use syntax::yaml::{Entry, Node, Value};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// Properties that have not the shape that dbt wants.
    ///
    /// `models`, `sources` and the like are lists of mappings with a `name`, which is a text;
    /// `columns` too. A data test is a name, or a mapping of one name to its arguments. `config`,
    /// `meta` and `owner` are mappings, `description` is a text. dbt stops at the first that is not.
    pub static INVALID_PROPERTIES = {
        name: "invalid-properties",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Properties],
        check: check,
    }
}

/// The lists of a properties file whose items have a name.
const LISTS: [&str; 13] = [
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "macros",
    "sources",
    "exposures",
    "metrics",
    "semantic_models",
    "saved_queries",
    "unit_tests",
    "groups",
    "functions",
];

/// Those of them whose items can be tested.
const TESTED: [&str; 3] = ["models", "seeds", "snapshots"];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    let Some(root) = document.root.as_ref().filter(|_| document.readable) else { return };
    if root.is_null() {
        return;
    }
    if root.as_mapping().is_none() {
        let start = TextRange::empty(root.range.start());
        findings.add(start, "properties are a mapping with keys such as `models`".to_owned());
        return;
    }
    for key in LISTS {
        for item in named_items(findings, root, key) {
            shapes::item(findings, key, item);
            if TESTED.contains(&key) {
                tested(findings, item);
                for version in item.get("versions").map_or(&[][..], Node::items) {
                    tested(findings, version);
                }
            }
            if key == "sources" {
                for table in named_items(findings, item, "tables") {
                    shapes::part(findings, table);
                    tested(findings, table);
                }
            }
        }
    }
}

/// The items of a list that dbt would take.
fn named_items<'a>(findings: &mut Findings<'_>, holder: &'a Node, key: &str) -> Vec<&'a Node> {
    let Some(entry) = entry(holder, key) else { return Vec::new() };
    let Some(items) = entry.value.as_sequence() else {
        findings.add(shown(entry), format!("`{key}` is not a list"));
        return Vec::new();
    };
    let mut named = Vec::new();
    for item in items {
        let problem = match item.get("name") {
            // A version's columns: `include`, `exclude`.
            None if item.get("include").or_else(|| item.get("exclude")).is_some() => None,
            _ if item.as_mapping().is_none() => Some("is not a mapping with a `name`"),
            None => Some("has no `name`"),
            // What YAML makes a date of is a text to dbt.
            Some(Node { value: Value::String(_) | Value::Timestamp(_), .. }) => None,
            Some(_) => Some("has a `name` that is not a text"),
        };
        match problem {
            Some(problem) => {
                let first_key = item.entries().first().map_or(item.range, |it| it.key.range);
                let place = item.get("name").map_or(first_key, |it| it.range);
                findings.add(place, format!("an item of `{key}` {problem}"));
            }
            None => named.push(item),
        }
    }
    named
}

/// Columns and data tests of something that is tested.
fn tested(findings: &mut Findings<'_>, holder: &Node) {
    tests(findings, holder);
    for column in named_items(findings, holder, "columns") {
        shapes::part(findings, column);
        tests(findings, column);
    }
}

fn tests(findings: &mut Findings<'_>, holder: &Node) {
    let entries = ["tests", "data_tests"].map(|it| entry(holder, it));
    if let [Some(old), Some(new)] = entries
        && !old.value.items().is_empty()
    {
        findings.add(new.key.range, "`tests` and `data_tests` are one list: merge them".to_owned());
    }
    for entry in entries.into_iter().flatten().filter(|it| !it.value.is_null()) {
        let key = entry.key.as_str().unwrap_or_default();
        let Some(items) = entry.value.as_sequence() else {
            findings.add(shown(entry), format!("`{key}` is not a list"));
            continue;
        };
        for item in items {
            if let Some((range, problem)) = test_problem(item) {
                findings.add(range, problem);
            }
        }
    }
}

fn test_problem(item: &Node) -> Option<(TextRange, String)> {
    let name_problem = |name: &Node| match name.as_str() {
        Some(it) if it.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') => None,
        _ => Some((name.range, "this is no name of a data test".to_owned())),
    };
    let Some(mapping) = item.as_mapping() else {
        return name_problem(item);
    };
    if let Some(name) = item.get("test_name") {
        return name_problem(name);
    }
    let pairs = mapping.pairs();
    let [(name, arguments)] = pairs.as_slice() else {
        let second = pairs.get(1).map_or(item.range, |(key, _)| key.range);
        let count = pairs.len();
        return Some((second, format!("a data test is a mapping with one key, not {count}")));
    };
    if let Some(problem) = name_problem(name) {
        return Some(problem);
    }
    if arguments.as_mapping().is_none() {
        let range = if arguments.is_null() { name.range } else { arguments.range };
        return Some((range, "the arguments of a data test are a mapping".to_owned()));
    }
    let model = [*arguments].into_iter().chain(arguments.get("arguments"));
    let model = model.filter_map(|it| entry(it, "model")).next()?;
    Some((model.key.range, "dbt itself sets the argument `model`".to_owned()))
}

fn entry<'a>(holder: &'a Node, key: &str) -> Option<&'a Entry> {
    holder.as_mapping()?.entry(key)
}

/// The value, or the key of nothing.
fn shown(entry: &Entry) -> TextRange {
    if entry.value.is_null() || entry.value.as_mapping().is_some() {
        entry.key.range
    } else {
        entry.value.range
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::INVALID_PROPERTIES;
    use crate::testing::check;

    #[test]
    fn what_dbt_refuses() {
        check(
            &INVALID_PROPERTIES,
            "models/m.yml",
            "models:
  - nope
  -
  - {description: x}
  - name: 12
  - name: {x: y}
  - name: a
    columns: {name: id}
  - name: a
    columns: [id]
    tests: [unique]
    data_tests:
      - 3
      - []
      - {}
      - {unique: {column_name: x}, not_null: {}}
      - unique: text
      - 9lives
      - unique: {arguments: {model: x}}
      - unique:
  - name: b
    data_tests: unique
sources: text
seeds: {name: s}
macros:
snapshots:
  - tables: []
",
            expect![[r#"
                2:5-2:9 error[invalid-properties] an item of `models` is not a mapping with a `name`
                3:4-3:4 error[invalid-properties] an item of `models` is not a mapping with a `name`
                4:6-4:17 error[invalid-properties] an item of `models` has no `name`
                5:11-5:13 error[invalid-properties] an item of `models` has a `name` that is not a text
                6:11-6:17 error[invalid-properties] an item of `models` has a `name` that is not a text
                8:5-8:12 error[invalid-properties] `columns` is not a list
                10:15-10:17 error[invalid-properties] an item of `columns` is not a mapping with a `name`
                12:5-12:15 error[invalid-properties] `tests` and `data_tests` are one list: merge them
                13:9-13:10 error[invalid-properties] this is no name of a data test
                14:9-14:11 error[invalid-properties] this is no name of a data test
                15:9-15:11 error[invalid-properties] a data test is a mapping with one key, not 0
                16:36-16:44 error[invalid-properties] a data test is a mapping with one key, not 2
                17:17-17:21 error[invalid-properties] the arguments of a data test are a mapping
                18:9-18:15 error[invalid-properties] this is no name of a data test
                19:30-19:35 error[invalid-properties] dbt itself sets the argument `model`
                20:9-20:15 error[invalid-properties] the arguments of a data test are a mapping
                22:17-22:23 error[invalid-properties] `data_tests` is not a list
                23:10-23:14 error[invalid-properties] `sources` is not a list
                24:1-24:6 error[invalid-properties] `seeds` is not a list
                25:1-25:7 error[invalid-properties] `macros` is not a list
                27:5-27:11 error[invalid-properties] an item of `snapshots` has no `name`
            "#]],
        );
        check(
            &INVALID_PROPERTIES,
            "models/m.yml",
            "- a\n- b\n",
            expect![[r#"
            1:1-1:1 error[invalid-properties] properties are a mapping with keys such as `models`
        "#]],
        );
    }

    #[test]
    fn what_dbt_takes() {
        let text = "version: two
models:
  - name: a
    columns:
      - {name: id, data_tests: [unique, {not_null: {}}, {test_name: not_null, name: x}]}
    data_tests: []
    tests:
    versions:
      - {v: 1, columns: [{include: all, exclude: [id]}, {name: id}]}
  - name: \"{{ var('x', 'b') }}\"
sources:
  - name: s
    tables: [{name: t, columns: [{name: id}]}]
";
        check(&INVALID_PROPERTIES, "models/m.yml", text, expect![""]);
        check(&INVALID_PROPERTIES, "models/m.yml", "", expect![""]);
        check(&INVALID_PROPERTIES, "models/m.yml", "models: [\n", expect![""]);
    }
}
