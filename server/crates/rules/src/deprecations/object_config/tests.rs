//! Many ways to write the keys of a column: whatever the fix makes of them says the same to dbt,
//! with every comment.

use std::collections::BTreeMap;

use base::{TextEdit, apply};
use syntax::yaml::{Node, Value, parse};

use crate::deprecations::property_moved_to_config::PROPERTY_MOVED_TO_CONFIG as RULE;
use crate::testing::findings;

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

/// What dbt makes of a column, wherever its `meta` and `tags` stand.
fn read(column: Data) -> Data {
    let Data::Pairs(mut column) = column else { return column };
    let mut config = match column.remove("config") {
        Some(Data::Pairs(config)) => config,
        _ => BTreeMap::new(),
    };
    if let Some(mut meta) = column.remove("meta") {
        match (&mut meta, config.remove("meta")) {
            (Data::Pairs(meta), Some(Data::Pairs(stronger))) => meta.extend(stronger),
            (_, None) => {}
            other => panic!("{other:?}"),
        }
        config.insert("meta".to_owned(), meta);
    }
    let list = |it: Data| if let Data::List(items) = it { items } else { vec![it] };
    let mut tags = config.remove("tags").map(list).unwrap_or_default();
    for tag in column.remove("tags").map(list).unwrap_or_default() {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    config.insert("tags".to_owned(), Data::List(tags));
    column.insert("config".to_owned(), Data::Pairs(config));
    Data::Pairs(column)
}

/// The columns as dbt reads them, and the rest of the file.
fn read_file(text: &str) -> Option<(Vec<Data>, Option<Data>)> {
    let document = parse(text);
    assert!(document.readable, "{:?}\n{text}", document.problems);
    let columns = document.get("models")?.items().first()?.get("columns")?;
    let columns = columns.items().iter().map(|it| read(data(it))).collect();
    Some((columns, document.get("seeds").map(data)))
}

fn comments(text: &str) -> Vec<&str> {
    let mut comments: Vec<&str> =
        text.lines().filter_map(|line| Some(line[line.find("# ")?..].trim_end())).collect();
    comments.sort_unstable();
    comments
}

const META: &[&str] = &[
    "",
    "meta: {a: 1, b: 'x # no, y'}\n",
    "# above\nmeta: {a: 1}\n",
    "meta:\n  a: 1 # one\n  c: 2\n",
    "meta:\n  c: |\n    text\n\n    more\n  d: {e: f}\n\n",
    "meta:\n  c, d: \"x\"\n",
    "meta:\n  c: |+\n    text\n\n\n",
    "meta:\n  e:\n    - 1\n\n    - 2\n\n      # loose\n",
    "meta:\n  f: >-\n    x\n        \n",
    "meta: {g: plain\n    goes on}\n",
    "meta:\n  h: why?\n  i: &i 1\n  j: *i\n",
];

const TAGS: &[&str] = &[
    "",
    "tags: [p, 'q r']\n",
    "tags: s\n",
    "tags:\n- p\n- \"t, u\"\n",
    "tags:\n  - p # p\n  - v\n",
    "tags:\n  - v, w\n  # last\n",
    "tags: &t [p]\n",
    "tags:\n  - x\n    y\n",
];

const CONFIG: &[&str] = &[
    "",
    "config:\n",
    "config: {}\n",
    "config: {meta: {a: 2}, tags: [p]}\n",
    "config: {meta: {z: 2}, tags: p} # config\n",
    "config:\n  tags:\n    - p # p there\n\n  meta:\n    z: |\n      text\n",
    "config:\n  meta:\n    z: |+\n      text\n\n  tags: p\n",
    "config:\n  tags:\n  - \"k\n    l\"\n  meta: {}\n\n    # end\n",
    "config: &c\n  meta: &m {z: 1}\n  tags: &u [z]\n",
];

const REST: &[&str] = &[
    "",
    "\n# end of file\n",
    "      - name: next\n",
    "\n      - name: next\n        config: *c\n",
    "      - name: next\n        tags: *t\n        config: {meta: *m, tags: *u}\n",
    "\n          # deeper\nseeds:\n  - name: s\n",
];

fn indented(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.map(|it| if it == "\n" { it.to_owned() } else { format!("        {it}") }).collect()
}

/// Only each so many-th of all combinations is tried: all of them take half a minute.
const STRIDE: usize = 7;

#[test]
fn every_fix_says_the_same_to_dbt() {
    let (mut count, mut fixed) = (0, 0);
    for (meta, tags) in META.iter().flat_map(|it| TAGS.iter().map(move |other| (it, other))) {
        for (config, rest) in CONFIG.iter().flat_map(|it| REST.iter().map(move |other| (it, other)))
        {
            for order in [[meta, tags, config], [config, meta, tags], [tags, config, meta]] {
                count += 1;
                if count % STRIDE != 0 {
                    continue;
                }
                let keys = indented(&order.map(|it| *it).concat());
                let text = format!(
                    "models:\n  - name: m\n    columns:\n      - name: b\n        description: |\n          d\n{keys}{rest}"
                );
                let text = match count / STRIDE % 3 {
                    0 => text,
                    1 => text.trim_end_matches('\n').to_owned(),
                    _ => text.replace('\n', "\r\n"),
                };
                if parse(&text).readable {
                    fixed += usize::from(says_the_same(&text));
                }
            }
        }
    }
    assert!(fixed > 300, "{fixed}");
}

fn says_the_same(text: &str) -> bool {
    let (_, found) = findings(&RULE, &[("models/a.yml", text)]);
    let Some(fix) = found.iter().find_map(|it| it.fix.as_ref()) else { return false };
    let edits: Vec<TextEdit> = fix.edits.iter().map(|it| it.edit.clone()).collect();
    let after = apply(text, &edits);
    let show = || format!("--- before\n{text}\n--- after\n{after}\n---");
    assert!(parse(&after).readable, "{}", show());
    assert_eq!(read_file(&after), read_file(text), "{}", show());
    assert_eq!(comments(&after), comments(text), "{}", show());
    true
}
