use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::parse;
use super::*;

/// What a text means, without order and notation.
#[derive(Clone, Debug, PartialEq)]
enum Data {
    Scalar(String),
    List(Vec<Data>),
    Pairs(BTreeMap<String, Data>),
}

fn data(node: &Node) -> Data {
    match &node.value {
        Value::Sequence(items) => Data::List(items.iter().map(data).collect()),
        Value::Mapping(mapping) => Data::Pairs(
            mapping
                .pairs()
                .iter()
                .map(|(key, value)| (key.scalar_text().unwrap().to_owned(), data(value)))
                .collect(),
        ),
        value => Data::Scalar(format!("{value:?}")),
    }
}

fn data_of(text: &str) -> Data {
    let document = parse(text);
    assert!(document.readable, "{:?}\n{text}", document.problems);
    document.root.as_ref().map_or(Data::Scalar(String::new()), data)
}

fn comments(text: &str) -> Vec<&str> {
    let mut comments: Vec<&str> =
        text.lines().filter_map(|line| Some(line[line.find('#')?..].trim_end())).collect();
    comments.sort_unstable();
    comments
}

/// The innermost mapping around `key`.
fn mapping_of<'a>(document: &'a Document, key: &str) -> &'a Node {
    document.nodes().find(|it| it.entries().iter().any(|it| it.key.as_str() == Some(key))).unwrap()
}

fn entry_of<'a>(document: &'a Document, key: &str) -> (&'a Node, &'a Entry) {
    let mapping = mapping_of(document, key);
    let entry = mapping.entries().iter().find(|it| it.key.as_str() == Some(key)).unwrap();
    (mapping, entry)
}

const ARGUMENTS: &[Move<'static>] = &[
    Move { keys: &["values", "quote", "to", "field"], into: &["arguments"] },
    Move { keys: &["severity", "where"], into: &["config"] },
];

/// The outermost mapping that has something to move.
fn holder(document: &Document) -> Option<&Node> {
    document.nodes().find(|node| {
        let has = |it: &Entry| {
            ["values", "quote", "severity", "where", "field"].contains(&it.name().unwrap_or(""))
        };
        node.entries().iter().any(has)
    })
}

fn moved(text: &str) -> Option<String> {
    let document = parse(text);
    let edits = Editor::new(text, &document).move_entries(holder(&document)?, ARGUMENTS)?;
    Some(apply(text, &edits))
}

/// The same move on the data.
fn move_data(data: &Data) -> Data {
    match data {
        Data::Scalar(_) => data.clone(),
        Data::List(items) => Data::List(items.iter().map(move_data).collect()),
        Data::Pairs(pairs) => {
            let mut pairs: BTreeMap<String, Data> = pairs
                .iter()
                .map(|(key, value)| match key.as_str() {
                    "arguments" | "config" => (key.clone(), value.clone()),
                    _ => (key.clone(), move_data(value)),
                })
                .collect();
            for step in ARGUMENTS {
                for key in step.keys {
                    let Some(value) = pairs.remove(*key) else {
                        continue;
                    };
                    let child = pairs
                        .entry(step.into[0].to_owned())
                        .or_insert_with(|| Data::Pairs(BTreeMap::new()));
                    if *child == Data::Scalar("Null".to_owned()) {
                        *child = Data::Pairs(BTreeMap::new());
                    }
                    let Data::Pairs(child) = child else {
                        panic!("not a mapping");
                    };
                    child.insert((*key).to_owned(), value);
                }
            }
            Data::Pairs(pairs)
        }
    }
}

#[track_caller]
fn check_move(before: &str, after: &str) {
    for line_end in ["\n", "\r\n"] {
        let before = before.replace('\n', line_end);
        let result = moved(&before).unwrap();
        assert_eq!(result, after.replace('\n', line_end));
        assert_eq!(data_of(&result), move_data(&data_of(&before)));
        assert_eq!(comments(&result), comments(&before));
    }
}

#[test]
fn pairs_move_under_new_keys() {
    check_move(
        "\
- accepted_values:
    values: [a, b]   # c
    severity: warn
",
        "\
- accepted_values:
    arguments:
      values: [a, b]   # c
    config:
      severity: warn
",
    );
}

#[test]
fn values_of_several_lines_are_indented_exactly() {
    check_move(
        "\
- x:
    # about the values
    values:
    - a # one

      # inside
    - |
      keep
        this

      exactly
    name: n
    # about where
    where: >-
      a
      b
      # still text
    quote: 'x

      y'
      # deeper than the key
    # stays: it belongs to nothing that moves

# after
- y
",
        "\
- x:
    arguments:
      # about the values
      values:
      - a # one

        # inside
      - |
        keep
          this

        exactly
      quote: 'x

        y'
        # deeper than the key
    name: n
    config:
      # about where
      where: >-
        a
        b
        # still text
    # stays: it belongs to nothing that moves

# after
- y
",
    );
}

#[test]
fn pairs_join_keys_that_are_there() {
    check_move(
        "\
x:
    arguments:
        to: ref('a')  # where to
    field: id # which
    name: y
    severity: warn
    config:
        tags: [a]
z: 1
",
        "\
x:
    arguments:
        to: ref('a')  # where to
        field: id # which
    name: y
    config:
        tags: [a]
        severity: warn
z: 1
",
    );
    check_move(
        "x:\n  config: # why\n  severity: warn",
        "x:\n  config: # why\n    severity: warn\n",
    );
    check_move(
        "x:\n  config: {a: b}  # c\n  severity: warn\n",
        "x:\n  config: {a: b, severity: warn}  # c\n",
    );
    check_move("x:\n  config: {}\n  severity: warn\n", "x:\n  config: {severity: warn}\n");
    check_move(
        "x:\n  config: {a, \"b\":c}  # c\n  severity: warn # why\n",
        "x:\n  config:  # c\n    a:\n    \"b\": c\n    severity: warn # why\n",
    );
    check_move(
        "x:\n  config: {a: b}\n  where: |\n    a\n    b\n",
        "x:\n  config:\n    a: b\n    where: |\n      a\n      b\n",
    );
}

#[test]
fn pairs_move_from_behind_a_dash() {
    check_move(
        "- values: [a]\n  name: x\n  severity: warn\n",
        "- arguments:\n    values: [a]\n  name: x\n  config:\n    severity: warn\n",
    );
    check_move(
        "- values: [a] # c\n  # d\n  arguments:\n    to: b\n",
        "- # d\n  arguments:\n    to: b\n    values: [a] # c\n",
    );
    check_move(
        "-   -   values:\n            - a\n",
        "-   -   arguments:\n          values:\n              - a\n",
    );
}

#[test]
fn pairs_in_braces_stay_in_braces() {
    check_move(
        "- accepted_values: {values: [a]}\n",
        "- accepted_values: {arguments: {values: [a]}}\n",
    );
    check_move(
        "- x: {values: [a], severity: warn, quote: true, name: y}  # c\n",
        "- x: {arguments: {values: [a], quote: true}, config: {severity: warn}, name: y}  # c\n",
    );
    check_move(
        "- x: {values: [a], arguments: {to: b}}\n",
        "- x: {arguments: {to: b, values: [a]}}\n",
    );
    check_move(
        "- x: {name: a, config: {}, severity: warn,}\n",
        "- x: {name: a, config: {severity: warn},}\n",
    );
    check_move(
        "- x: {\n    values: [a],\n    severity: warn\n  }\n",
        "- x: {\n    arguments: {values: [a]},\n    config: {severity: warn}\n  }\n",
    );
}

#[test]
fn what_cannot_move_safely_does_not() {
    assert_eq!(moved("- x: {values: [a], # c\n  severity: warn}\n"), None);
    assert_eq!(moved("x:\n  arguments: text\n  values: [a]\n"), None);
    assert_eq!(moved("a: &a {to: b}\nx:\n  arguments: *a\n  values: [a]\n"), None);
    assert_eq!(moved("x:\n  ? values\n  : a\n"), None);
}

#[track_caller]
fn check_remove(before: &str, key: &str, after: &str) {
    for line_end in ["\n", "\r\n"] {
        let before = before.replace('\n', line_end);
        let document = parse(&before);
        let (mapping, entry) = entry_of(&document, key);
        let edits = Editor::new(&before, &document).remove_entry(mapping, entry).unwrap();
        let result = apply(&before, &edits);
        assert_eq!(result, after.replace('\n', line_end));
        assert!(parse(&result).readable);
    }
}

#[test]
fn a_pair_is_taken_out() {
    check_remove("a: 1\n# above\nb: 2 # c\n# below\nc: 3\n", "b", "a: 1\n# above\n# below\nc: 3\n");
    check_remove("a: 1\nb:\n  - x\n  # in b\n\nc: 3\n", "b", "a: 1\n\nc: 3\n");
    check_remove("a: 1\nb: |+\n  x\n\n\nc: 3\n", "b", "a: 1\nc: 3\n");
    check_remove("a: 1\nb: 2", "b", "a: 1\n");
    check_remove("- b: 1 # c\n  # about d\n  d: 2\n", "b", "- # about d\n  d: 2\n");
    check_remove("- b: 1\n  d: 2\n", "b", "- d: 2\n");
    check_remove("- b: 1\n", "b", "- {}\n");
    check_remove("a: # c\n  # d\n  b: 1\ne: 2\n", "b", "a: {} # c\n  # d\ne: 2\n");
    check_remove("a: {b: 1, c: 2}\n", "b", "a: {c: 2}\n");
    check_remove("a: {b: 1, c: 2}\n", "c", "a: {b: 1}\n");
    check_remove("a: {b: 1}\n", "b", "a: {}\n");
    check_remove("a: {b: 1, # c\n  d: 2}\n", "b", "a: { # c\n  d: 2}\n");
    check_remove("a: {\n  b: 1,\n  d: 2,\n}\n", "d", "a: {\n  b: 1,\n}\n");
}

#[test]
fn a_pair_is_added() {
    let insert = |text: &str, key: &str, place: fn(&Entry) -> Place<'_>, pair: &str| {
        let document = parse(text);
        let (mapping, entry) = entry_of(&document, key);
        let edits = Editor::new(text, &document).insert_entry(mapping, place(entry), pair).unwrap();
        let result = apply(text, &edits);
        assert!(parse(&result).readable, "{result}");
        result
    };
    assert_eq!(
        insert("a: 1 # c\nb: 2\n", "a", |it| Place::After(it), "x: 3"),
        "a: 1 # c\nx: 3\nb: 2\n"
    );
    assert_eq!(insert("a: 1", "a", |it| Place::After(it), "x:\n  - y"), "a: 1\nx:\n  - y");
    assert_eq!(
        insert("- a: 1\r\n  b: 2\r\n", "a", |it| Place::After(it), "x:\n  y: 1"),
        "- a: 1\r\n  x:\r\n    y: 1\r\n  b: 2\r\n"
    );
    assert_eq!(
        insert("- a: 1\n  b: 2\n", "a", |it| Place::Before(it), "x: 3"),
        "- x: 3\n  a: 1\n  b: 2\n"
    );
    assert_eq!(
        insert("c: 0\n# b\nb: 2\n", "b", |it| Place::Before(it), "x: 3"),
        "c: 0\nx: 3\n# b\nb: 2\n"
    );
    assert_eq!(insert("# file\nb: 2\n", "b", |_| Place::Start, "x: 3"), "# file\nx: 3\nb: 2\n");
    assert_eq!(insert("a: {b: 2}\n", "b", |_| Place::End, "x: 3"), "a: {b: 2, x: 3}\n");
    assert_eq!(insert("a: {b: 2}\n", "b", |it| Place::Before(it), "x: 3"), "a: {x: 3, b: 2}\n");
}

#[test]
fn a_pair_is_added_under_a_key() {
    let insert = |text: &str, key: &str, child: &str, pair: &str| {
        let document = parse(text);
        let mapping = mapping_of(&document, key);
        let edits = Editor::new(text, &document).insert_under(mapping, child, pair).unwrap();
        let result = apply(text, &edits);
        assert!(parse(&result).readable, "{result}");
        result
    };
    assert_eq!(insert("a: 1\n", "a", "config", "x: 2"), "a: 1\nconfig:\n  x: 2\n");
    assert_eq!(
        insert("a:\n    b: 1\n", "b", "config", "x: 2"),
        "a:\n    b: 1\n    config:\n        x: 2\n"
    );
    assert_eq!(insert("config: # c\na: 1\n", "a", "config", "x: 2"), "config: # c\n  x: 2\na: 1\n");
    assert_eq!(
        insert("config:\n  y: 1\na: 1\n", "a", "config", "x: 2"),
        "config:\n  y: 1\n  x: 2\na: 1\n"
    );
    assert_eq!(insert("config: {}\na: 1\n", "a", "config", "x: 2"), "config: {x: 2}\na: 1\n");
    assert_eq!(insert("z: {a: 1}\n", "a", "config", "x: 2"), "z: {a: 1, config: {x: 2}}\n");
}

#[test]
fn only_so_much_is_read_again() {
    let text = format!("a: &a 1\nb: *a\n# {}\n", "x".repeat(MAX_REREAD / 3));
    let document = parse(&text);
    let editor = Editor::new(&text, &document);
    let (mapping, entry) = entry_of(&document, "b");
    let edits = editor.remove_entry(mapping, entry).unwrap();
    assert!(editor.is_readable(&edits));
    let (mapping, entry) = entry_of(&document, "a");
    assert!(!editor.is_readable(&editor.remove_entry(mapping, entry).unwrap()));
    assert!(!editor.is_readable(&edits));
}

#[test]
fn a_key_is_renamed() {
    let rename = |text: &str| {
        let document = parse(text);
        let (_, entry) = entry_of(&document, "data-paths");
        apply(text, &Editor::new(text, &document).rename_key(entry, "seed-paths"))
    };
    assert_eq!(rename("data-paths: [seeds] # keep me\n"), "seed-paths: [seeds] # keep me\n");
    assert_eq!(rename("'data-paths' : x\n"), "'seed-paths' : x\n");
    assert_eq!(rename("a: {\"data-paths\": x}\n"), "a: {\"seed-paths\": x}\n");
}

/// Pairs as people write them; `{}` stands for the key.
const VALUES: &[&str] = &[
    "{}: 1\n",
    "{}: [a, b] # c1\n",
    "# above\n{}: x\n",
    "{}:\n- a\n- b # c2\n",
    "{}:\n  - a\n\n  # c3\n  - b: c\n    d: e\n",
    "{}: |\n  text\n    more\n\n  # text\n",
    "{}: |+\n  text\n\n\n",
    "{}: >2-\n    text\n  more\n",
    "{}: 'a\n\n  b'\n  # c4\n",
    "{}: {a: b, c: [d]}\n",
    "{}:\n",
    "\n{}: \"x\"\n",
    "# one\n# two\n{}: plain\n  goes on\n",
    "{}:\n  e: 1\n\n    # loose\n",
    "{}:\n  e: |\n    text\n\n  # loose\n",
    "{}: x\n        \n",
    "{}:\n  - |\n    text\n      \n",
    "{}: >\n\n  text\n\n    \n   more\n",
    "{}: |\n",
    "{}: \"a\n    \n  # no comment\"\n",
];

fn test_yaml() -> impl Strategy<Value = String> {
    let keys =
        Just(vec!["values", "quote", "severity", "where", "name", "description"]).prop_shuffle();
    let children = prop_oneof![
        Just(""),
        Just("arguments:\n  z: 1 # z\n"),
        Just("config: {y: 1}\n"),
        Just("config:\n"),
        Just("config:\n  y: |\n    w\n\n    # in d\n\narguments:\n  z: 1\n\n      # loose\n"),
        Just("config: {y: 1} # y\n# d\narguments:\n    z: |\n      w\n"),
    ];
    let values = prop::collection::vec(0..VALUES.len(), 6);
    (keys, values, children, 0..7_usize, 0..3_usize, 1..7_usize, prop::bool::weighted(0.2))
        .prop_map(|(keys, values, children, place, shape, count, is_open)| {
            let mut lines = String::new();
            for (number, (key, value)) in keys.iter().zip(values).take(count).enumerate() {
                if number == place {
                    lines += children;
                }
                lines += &VALUES[value].replace("{}", key);
            }
            let (first, other) = [("", ""), ("- ", "  "), ("x:\n  - y:\n      ", "      ")][shape];
            let lines = lines.trim_start_matches(|it| shape > 0 && it == '\n');
            if shape == 1 && lines.starts_with('#') {
                return "values: 1\n".to_owned();
            }
            let indented: String = lines
                .split_inclusive('\n')
                .map(|line| if line == "\n" { line.to_owned() } else { format!("{other}{line}") })
                .collect();
            let text = format!("{first}{}", &indented[other.len().min(indented.len())..]);
            match text.strip_suffix('\n') {
                Some(open) if is_open => open.to_owned(),
                _ => text,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn moving_changes_nothing_else(text in test_yaml()) {
        let before = data_of(&text);
        let document = parse(&text);
        if let Some(holder) = holder(&document)
            && let Some(edits) = Editor::new(&text, &document).move_entries(holder, ARGUMENTS)
        {
            let result = apply(&text, &edits);
            prop_assert_eq!(data_of(&result), move_data(&before), "{}", result);
            prop_assert_eq!(comments(&result), comments(&text), "{}", result);
        }
    }

    #[test]
    fn removing_changes_nothing_else(text in test_yaml(), choice in 0..8_usize) {
        let document = parse(&text);
        let Some(holder) = document.nodes().find(|it| it.get("values").is_some() && it.entries().len() > 1) else {
            return Ok(());
        };
        let entry = &holder.entries()[choice % holder.entries().len()];
        let Some(edits) = Editor::new(&text, &document).remove_entry(holder, entry) else {
            prop_assert!(text.contains("|+") || text.contains("# loose"));
            return Ok(());
        };
        let result = apply(&text, &edits);
        let name = entry.name().unwrap();
        fn without(data: Data, name: &str) -> Data {
            match data {
                Data::Pairs(pairs) => Data::Pairs(
                    pairs.into_iter().filter(|it| it.0 != name).map(|it| (it.0, without(it.1, name))).collect(),
                ),
                Data::List(items) => Data::List(items.into_iter().map(|it| without(it, name)).collect()),
                scalar => scalar,
            }
        }
        prop_assert_eq!(data_of(&result), without(data_of(&text), name), "{}", result);
    }

    #[test]
    fn a_scalar_is_read_back(text in any::<String>()) {
        let written = scalar(&text);
        for around in [format!("a: {written}\n"), format!("a: [{written}, x]\n"), format!("{{a: {written}}}")] {
            let document = parse(&around);
            let value = document.get("a").map(|it| it.items().first().unwrap_or(it));
            prop_assert_eq!(value.and_then(Node::as_str), Some(text.as_str()), "{}", around);
        }
    }
}
