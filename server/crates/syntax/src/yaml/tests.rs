use expect_test::{Expect, expect};
use proptest::prelude::*;
use text_size::{TextRange, TextSize};

use super::*;

/// The tree in one line per node, with the source of each.
fn render(text: &str) -> String {
    fn write_node(node: &Node, text: &str, indent: usize, out: &mut String) {
        let pad = "  ".repeat(indent);
        match &node.value {
            Value::Sequence(items) => {
                for item in items {
                    *out += &format!("{pad}-\n");
                    write_node(item, text, indent + 1, out);
                }
            }
            Value::Mapping(mapping) => {
                for entry in &mapping.entries {
                    *out += &format!("{pad}{}:\n", entry.name().unwrap_or("?"));
                    write_node(&entry.value, text, indent + 1, out);
                }
            }
            value => *out += &format!("{pad}{value:?} {:?}\n", node.source(text)),
        }
    }
    let document = parse(text);
    let mut out = String::new();
    for problem in &document.problems {
        let range = problem.range;
        let line = text[..range.start().into()].matches('\n').count() + 1;
        out += &format!(
            "{line}: {:?} {}\n",
            &text[range.start().into()..range.end().into()],
            problem.message
        );
    }
    assert_eq!(document.readable, document.problems.is_empty());
    if let Some(root) = &document.root {
        write_node(root, text, 0, &mut out);
    }
    out
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render(text));
}

#[test]
fn ranges_are_those_of_the_source() {
    check(
        "a: 'x'\nb:   # none\nc: &n !!str 12\nd: |\n  one\n  two\n\n# c\ne: [1, {f: g, h}]\ni: *n\n",
        expect![[r#"
            a:
              String("x") "'x'"
            b:
              Null ""
            c:
              String("12") "&n !!str 12"
            d:
              String("one\ntwo\n") "|\n  one\n  two"
            e:
              -
                Int(1) "1"
              -
                f:
                  String("g") "g"
                h:
                  Null ""
            i:
              String("12") "*n"
        "#]],
    );
}

#[test]
fn jinja_without_quotes_is_named_and_kept_as_text() {
    check(
        "schema: {{ env_var('X') }}\nname: {{ var(\"a\", \"b\") }}_x # c\nlist:\n  - {{ ref('x') }}\n{% if x %}\nother: 1\n{% endif %}\n",
        expect![[r#"
            1: "{{ env_var('X') }}" quote the Jinja expression: YAML takes `{` for the start of a mapping
            2: "{{ var(\"a\", \"b\") }}" quote the Jinja expression: YAML takes `{` for the start of a mapping
            4: "{{ ref('x') }}" quote the Jinja expression: YAML takes `{` for the start of a mapping
            5: "{% if x %}" quote the Jinja expression: YAML takes `{` for the start of a mapping
            7: "{% endif %}" quote the Jinja expression: YAML takes `{` for the start of a mapping
            schema:
              String("{{ env_var('X') }}") "{{ env_var('X') }}"
            name:
              String("{{ var(\"a\", \"b\") }}_x") "{{ var(\"a\", \"b\") }}_x"
            list:
              -
                String("{{ ref('x') }}") "{{ ref('x') }}"
            other:
              Int(1) "1"
        "#]],
    );
}

#[test]
fn text_behind_an_unclosed_quote_has_its_place() {
    for quote in ['"', '\''] {
        let text = format!("a: {quote}{{{{ ref(\nb: 1\n");
        let document = parse(&text);
        let node = document.get("a").unwrap();
        assert_eq!(node.as_str(), Some("{{ ref("));
        assert_eq!(node.text_range(), TextRange::new(4.into(), 11.into()));
        assert_eq!(node.value_offset(11.into()), Some(7.into()));
        assert_eq!(node.source_offset(3.into()), 7.into());
    }
}

#[test]
fn an_unclosed_quote_costs_one_line() {
    check(
        "models:\n  - name: \"orders\n    description: \"All orders\"\n  - name: customers\n",
        expect![[r#"
            2: "\"orders" this quote is not closed on its line, and where it closes other text follows
            models:
              -
                name:
                  String("orders") "\"orders"
                description:
                  String("All orders") "\"All orders\""
              -
                name:
                  String("customers") "customers"
        "#]],
    );
    check(
        "a: 'x\nb: 1\n",
        expect![[r#"
        1: "'x" this quote is never closed
        a:
          String("x") "'x"
        b:
          Int(1) "1"
    "#]],
    );
    check(
        "a: 'don't do'\nb: 1\n",
        expect![[r#"
        1: "'t do'" the quote closes here, but the text goes on: double the quote inside, or use the other kind around it
        a:
          String("don't do") "'don't do'"
        b:
          Int(1) "1"
    "#]],
    );
}

#[test]
fn a_half_typed_key_costs_one_line() {
    check(
        "models:\n  - name: orders\n    descr\n    columns:\n      - name: id\n",
        expect![[r#"
            3: "descr" expected `key: value` or a list item here
            models:
              -
                name:
                  String("orders") "orders"
                descr:
                  Null ""
                columns:
                  -
                    name:
                      String("id") "id"
        "#]],
    );
    check(
        "models:\n  - name:orders\n    columns: []\n",
        expect![[r#"
            2: "- name:orders" a space is missing after the colon
            models:
              -
                name:
                  String("orders") "orders"
                columns:
        "#]],
    );
}

#[test]
fn the_line_at_fault_may_be_the_one_above() {
    check(
        "vers\n\nmodels:\n  - name: a\n",
        expect![[r#"
        1: "vers" expected `key: value` or a list item here
        vers:
          Null ""
        models:
          -
            name:
              String("a") "a"
    "#]],
    );
    check(
        "models:\n  - name a\n    columns: []\n",
        expect![[r#"
        2: "- name a" expected `key: value` or a list item here
        models:
          -
            name:
              String("a") "a"
            columns:
    "#]],
    );
    check(
        "tests:\n  - unique_\n      arguments: {}\n",
        expect![[r#"
        2: "- unique_" expected `key: value` or a list item here
        tests:
          -
            unique_:
              arguments:
    "#]],
    );
    check(
        "  version: 2\nmodels:\n  - name: a\n",
        expect![[r#"
        1: "version: 2" this line is indented, while others at the same level are not
        models:
          -
            name:
              String("a") "a"
    "#]],
    );
    check(
        "a:\n  tests: [\n  - name: b\nc: d\n",
        expect![[r#"
        2: "[" this `[` is not closed
        a:
          tests:
            String("[") "["
        c:
          String("d") "d"
    "#]],
    );
    check(
        "a:\n  - b\n  c: d\n",
        expect![[r#"
            2: "- b" expected `key: value` here, since the next line is such a pair
            a:
              c:
                String("d") "d"
        "#]],
    );
}

#[test]
fn an_unclosed_bracket_costs_its_value() {
    check(
        "values: [a, b\nname: x\n",
        expect![[r#"
        1: "[" this `[` is not closed
        values:
          String("[a, b") "[a, b"
        name:
          String("x") "x"
    "#]],
    );
    check(
        "values: {a: b\nname: x\n",
        expect![[r#"
        1: "{" this `{` is not closed
        values:
          String("{a: b") "{a: b"
        name:
          String("x") "x"
    "#]],
    );
    check(
        "values: [a]]\nname: x\n",
        expect![[r#"
        1: "]" `]` closes nothing
        values:
          -
            String("a") "a"
        name:
          String("x") "x"
    "#]],
    );
}

#[test]
fn other_slips_are_explained() {
    check(
        "description: a: b # c\nname: x\n",
        expect![[r#"
        1: "a: b" quote this text: a colon followed by a space starts a new pair
        description:
          String("a: b") "a: b"
        name:
          String("x") "x"
    "#]],
    );
    check(
        "a:\n\t- b\nc: d\n",
        expect![[r#"
        2: "\t" YAML does not allow tabs for indentation: use spaces
        a:
          -
            String("b") "b"
        c:
          String("d") "d"
    "#]],
    );
    check(
        "a: @b\nc: %d\ne: `f`\n",
        expect![[r#"
        1: "@b" quote this text: in YAML nothing starts with `@`
        a:
          String("@b") "@b"
        c:
          String("%d") "%d"
        e:
          String("`f`") "`f`"
    "#]],
    );
    check(
        "a: **bold** text\nb: 1\n",
        expect![[r#"
        1: "**bold** text" quote this text: `*` starts an alias in YAML and `&` an anchor
        a:
          String("**bold** text") "**bold** text"
        b:
          Int(1) "1"
    "#]],
    );
    check(
        "a: \"C:\\Users\"\nb: 1\n",
        expect![[r#"
            1: "\\U" unknown escape: write `\\` for a backslash, or use single quotes
            a:
              String("C:\\Users") "\"C:\\Users\""
            b:
              Int(1) "1"
        "#]],
    );
    check(
        "a: >text\nb: 1\n",
        expect![[r#"
        1: "text" the text after `|` or `>` starts on the next line
        a:
          String(">text") ">text"
        b:
          Int(1) "1"
    "#]],
    );
    check(
        "a: \u{7}b\nc: 1\n",
        expect![[r#"
        1: "\u{7}" the character U+0007 is not allowed in YAML
        a:
          String("?b") "\u{7}b"
        c:
          Int(1) "1"
    "#]],
    );
    check(
        "a:\n  - b\n c:\n  d: e\nf: g\n",
        expect![[r#"
            3: "c:" this line is indented differently from the keys above it
            a:
              d:
                String("e") "e"
            f:
              String("g") "g"
        "#]],
    );
    check(
        "a: 1\n---\nb: 2\n",
        expect![[r#"
        2: "---" dbt reads one YAML document per file: what follows this line is not read
        a:
          Int(1) "1"
    "#]],
    );
    check(
        "a: *x\nb: !foo y\nc: 2020-13-01\n",
        expect![[r#"
        1: "*x" `*x` refers to an anchor that is not defined above; quote it if it is text
        2: "!foo y" dbt's YAML reader does not know the tag `!foo` here: quote the text or drop the tag
        3: "2020-13-01" `2020-13-01` looks like a date but is none: quote it or correct it
        a:
          Null "*x"
        b:
          String("y") "!foo y"
        c:
          String("2020-13-01") "2020-13-01"
    "#]],
    );
}

#[test]
fn places_inside_scalars_lead_back_to_the_file() {
    for (text, wanted) in [
        ("a: x {{ y }} z", "{{ y }}"),
        ("a: 'it''s {{ y }} z'", "{{ y }}"),
        ("a: \"\\t\\x41 {{ y }} z\"", "{{ y }}"),
        ("a: x\n  y\n\n  {{ y }} z", "{{ y }}"),
        ("a: \"x\\\n    y\n  {{ y }} z\"", "{{ y }}"),
        ("a: |\n\n  x\n    y\n\n  z {{ y }}\n", "{{ y }}"),
        ("a: |2-\n     x\n     {{ y }}\n", "{{ y }}"),
        ("a: >\r\n  x\r\n  ü\r\n\r\n    z\r\n  {{ y }}\r\n", "{{ y }}"),
        ("\u{feff}a: &x !!str x {{ y }}", "{{ y }}"),
    ] {
        let document = parse(text);
        let node = document.get("a").unwrap();
        let value = node.as_str().unwrap();
        let at = value.find(wanted).unwrap();
        let range = TextRange::at(TextSize::from(at as u32), TextSize::of(wanted));
        let source = node.source_range(range);
        assert_eq!(&text[source.start().into()..source.end().into()], wanted, "{text:?}");
        assert_eq!(node.value_offset(source.start()), Some(range.start()), "{text:?}");
    }
}

#[test]
fn duplicates_are_listed_and_the_last_wins() {
    let text = "a: 1\nb: {c: 1, c: 2}\na:\n  x: 3\na: 4\n";
    let document = parse(text);
    let slice = |range: TextRange| &text[range.start().into()..range.end().into()];
    let found: Vec<_> = document
        .duplicate_keys()
        .iter()
        .map(|it| (it.name.as_str(), slice(it.earlier_entry), u32::from(it.later.start())))
        .collect();
    assert_eq!(found, [("c", "c: 1", 15), ("a", "a: 1", 21), ("a", "a:\n  x: 3", 31)]);
    assert_eq!(document.get("a").and_then(Node::as_int), Some(4));
    assert!(document.readable);
}

#[test]
fn a_path_leads_to_an_offset() {
    let text = "models:\n  - name: orders\n    columns: [a, b]\n";
    let document = parse(text);
    let at = |needle: &str| TextSize::from(text.find(needle).unwrap() as u32);
    let path: Vec<_> = document.node_at(at("b]")).iter().map(|it| it.source(text)).collect();
    assert_eq!(path.last(), Some(&"b"));
    assert_eq!(path.len(), 5);
    let path = document.node_at(at("olumns"));
    assert_eq!(path.last().unwrap().source(text), "columns");
    assert_eq!(
        document.get("models").unwrap().items()[0].get("name").unwrap().as_str(),
        Some("orders")
    );
}

#[test]
fn hostile_input_ends_soon() {
    let deep = |opening: &str, count: usize| opening.repeat(count);
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        laughs += &format!("a{level}: &a{level} [{alias}]\n");
    }
    let texts = [
        deep("[", 2_000),
        deep("[", 200_000),
        deep("{a: ", 20_000),
        deep("- ", 20_000),
        deep("? ", 20_000),
        deep("a:\n", 20_000),
        (0..2_000).map(|it| " ".repeat(it) + "a:\n").collect(),
        deep("{{ a }}: {% b %}\n", 5_000),
        deep("- {{ a }}\n", 20_000),
        deep("a: 'b\n", 20_000),
        deep("&a ", 20_000),
        deep("!!str ", 20_000),
        deep("a: \"b\" \"c\"\n", 20_000),
        deep("b\n a: c\n", 20_000),
        "a".repeat(300_000),
        format!("a: {}", "9".repeat(100_000)),
        format!("a: 1{}", ":30".repeat(100_000)),
        (0..20_000).map(|it| format!("k{it}: &a{it} *a{it}\n")).collect(),
        laughs,
    ];
    for text in texts {
        let worker = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || {
                let document = parse(&text);
                drop(document.clone());
                document.nodes().count()
            })
            .unwrap();
        worker.join().unwrap();
    }
}

/// Lines of a properties file, put together and damaged at random.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a: "),
        Just("- "),
        Just("\n"),
        Just("\n  "),
        Just("\n    "),
        Just("'"),
        Just("\""),
        Just("{{ x }}"),
        Just("{% y %}"),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just("|\n"),
        Just(">-\n"),
        Just("&a "),
        Just("*a"),
        Just("<<: "),
        Just("!!int "),
        Just("\t"),
        Just("# c"),
        Just("ü"),
        Just("\u{feff}"),
        Just("\r\n"),
        Just("\\"),
        Just("? "),
        Just(": "),
        Just("---\n"),
        Just("%"),
        Just("12"),
        Just("yes"),
        Just("\u{2028}"),
        Just("!a,"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|it| it.concat())
}

fn sound(text: &str) {
    let document = parse(text);
    assert_eq!(document.readable, document.problems.is_empty());
    for problem in &document.problems {
        assert!(text.get(problem.range.start().into()..problem.range.end().into()).is_some());
    }
    for node in document.nodes() {
        for range in [node.range, node.text_range()] {
            assert!(text.get(range.start().into()..range.end().into()).is_some());
        }
        assert!(node.range.contains_range(node.text_range()));
        if let Some(value) = node.scalar_text() {
            for at in 0..=value.len() {
                let source = node.source_offset(TextSize::from(at as u32));
                assert!(node.range.contains_inclusive(source));
            }
        }
    }
}

#[test]
fn problems_lie_between_characters() {
    for text in ["\n  - \n  üa: ", "{\u{2028}12'[&a yesyes!!int {\\\n[!a,: ", "*a\\ü\n': \r\n{!a,"]
    {
        sound(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        sound(&text);
    }

    #[test]
    fn any_damaged_yaml_is_read(text in yaml_like()) {
        sound(&text);
    }
}
