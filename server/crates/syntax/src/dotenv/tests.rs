use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn no_process(_: &str) -> Option<String> {
    None
}

/// What dotenvy itself reads, up to its first error. Unlike the engine's own way of reading it
/// lets the last of equal names win, so no text here has two.
fn dotenvy_values(text: &str) -> Vec<(String, String)> {
    dotenvy::from_read_iter(text.as_bytes()).map_while(Result::ok).collect()
}

#[track_caller]
fn as_dotenvy(text: &str) {
    assert_eq!(values_v2(&parse(text), &no_process), dotenvy_values(text), "{text:?}");
}

#[test]
fn values_are_those_of_dotenvy() {
    for text in [
        "A=b",
        "A = b",
        "  A=b",
        "A\t=\tb",
        "export A=b",
        "export=1",
        "export = 1",
        "export A",
        "A",
        "A: b",
        "set A=b",
        "1A=b",
        "A-B=c",
        "A.B=c",
        "_A=c",
        "A=",
        "A=\"\"",
        "A=''",
        "A= # c",
        "A=#c",
        "A='x $Y \\n # z'",
        "A='it''s'",
        "A=\"\\\\ \\' \\\" \\$ \\n \\ \"",
        "A=\"\\t\"",
        "A=\"\\r\"",
        "A=pre\"mid\"post",
        "A={\"a\":1}",
        "A='{\"a\":1}'",
        "A=`x`",
        "A=h#x",
        "A=h # c",
        "A=h  # c",
        "A=a b",
        "A=a\\ b",
        "A=C:\\Users",
        "A=don't\nB=1",
        "A=don't\nB=it's\nC=2",
        "# don't\nA=1",
        "A=\"l1\nl2\"\nB=2",
        "A='l1\nl2 # x'\nB=2",
        "A='l1\r\nl2'\r\nB=2\r\n",
        "TANDEM_A=1\nB=$TANDEM_A",
        "TANDEMA=1\nB=$TANDEMA",
        "TANDEMA=1\nB=${TANDEMA}x",
        "B=${X:-y}",
        "TANDEMA=1\nB=\"$TANDEMA\"",
        "TANDEMA=1\nB=\"${TANDEMA}\"",
        "TANDEMA=1\nB='${TANDEMA}'",
        "TANDEMA=1\nB=$TANDEMA b",
        "TANDEMA=1\nB=$TANDEMA$TANDEMA",
        "B=${TANDEMA",
        "A=pa$$word",
        "A=\"pa$$word\"",
        "A='pa$$word'",
        "A=x$",
        "A=$",
        "A=1\r\nB=2\r\n",
        "A=1\rB=2",
        "A=x ",
        "A=x \n",
        "A=x\t",
        "A=x\\",
        "A=x\\\nB=1",
        "A=1\n\n  \n# c\n  # d\nB=2",
        "A='",
        "A=\"\nB=1",
        "A=b # don't\nB=1",
        "A=b  # don't\nB=1",
        "A=x\u{a0}y",
        "A=x\u{a0}",
        "A=é$é",
        "=x",
        "",
        "\n",
    ] {
        as_dotenvy(text);
    }
}

#[test]
fn values_are_those_of_python_dotenv() {
    let cases: Vec<(String, Vec<(String, String)>)> =
        serde_json::from_str(include_str!("../../tests/dotenv/core.json")).unwrap();
    let process = |name: &str| (name == "P").then(|| "process".to_owned());
    assert!(cases.len() > 300);
    for (text, expected) in cases {
        assert_eq!(values_core(&parse(&text), &process), expected, "{text:?}");
    }
}

#[test]
fn the_process_environment_comes_first_in_substitutions() {
    let text = "A=file\nA=again\nB=${A}\nC=$B\n";
    let pairs = |values: Vec<(String, String)>| {
        let pairs: Vec<String> =
            values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join(" ")
    };
    assert_eq!(pairs(values_v2(&parse(text), &no_process)), "A=file B=file C=file");
    let process = |name: &str| (name == "A").then(|| "process".to_owned());
    assert_eq!(pairs(values_v2(&parse(text), &process)), "A=file B=process C=process");
    assert_eq!(pairs(values_core(&parse(text), &no_process)), "A=again B=again C=$B");
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    let dotenv = parse(text);
    let slice = |range: TextRange| &text[range.start().into()..range.end().into()];
    let mut out = String::new();
    for entry in &dotenv.entries {
        let lost = if entry.lost { " lost" } else { "" };
        out += &format!(
            "{}: {} {:?} {:?}{lost}\n",
            entry.line,
            slice(entry.name_range),
            slice(entry.value_range),
            entry.quote
        );
    }
    for problem in &dotenv.problems {
        out += &format!("{:?} {} {:?}\n", slice(problem.range), problem.message, problem.lost);
    }
    for comment in &dotenv.comments {
        out += &format!("{}\n", slice(*comment));
    }
    expected.assert_eq(&out);
}

#[test]
fn a_bad_line_names_what_is_lost() {
    check(
        "DBT_SCHEMA=dev_ana          # read\nDBT_LABEL=my dev schema     # bad\nDBT_ROLE=analyst\nDBT_SCHEMA=x\n",
        expect![[r#"
            0: DBT_SCHEMA "dev_ana" None
            1: DBT_LABEL "my dev schema" None lost
            2: DBT_ROLE "analyst" None lost
            3: DBT_SCHEMA "x" None lost
            "my dev schema" a value with blanks needs quotes ["DBT_LABEL", "DBT_ROLE"]
            # read
            # bad
        "#]],
    );
}

#[test]
fn every_slip_is_explained() {
    check(
        "1A=x\nB\nC: d\nD=\\q\nE=${F\nG=\"x\nH=1\n",
        expect![[r#"
        3: D "\\q" None lost
        4: E "${F" None lost
        5: G "\"x" Mixed lost
        6: H "1" None lost
        "1A" a variable's name starts with a letter or `_` ["D", "E", "G", "H"]
        "B" expected `=` after the name ["D", "E", "G", "H"]
        "C" expected `=` after the name ["D", "E", "G", "H"]
        "\\q" `\q` is no escape here: write `\\` or put the value in single quotes ["D", "E", "G", "H"]
        "${F" this `${` is not closed ["E", "G", "H"]
        "\"x" this quote is never closed: the rest of the file becomes part of it ["G", "H"]
    "#]],
    );
    check(
        "A=don't\nB=1\nC=it's\nD=2\n",
        expect![[r#"
        0: A "don't\nB=1\nC=it's" Mixed
        3: D "2" None
        "'t" this quote is closed only on a later line: the lines between become part of the value ["B", "C"]
    "#]],
    );
    check(
        "A=x ",
        expect![[r#"
        0: A "x" None lost
        " " a blank ends the file: dbt v2 drops this line unless a line end follows ["A"]
    "#]],
    );
    check(
        "\u{feff}export A='x\n y'\r\nB=\"z\" # c\r\n",
        expect![[r#"
        0: A "'x\n y'" Single
        2: B "\"z\"" Double
        # c
    "#]],
    );
}

fn env_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("TANDEMA="),
        Just("TANDEMB="),
        Just("\n"),
        Just("\r\n"),
        Just("'"),
        Just("\""),
        Just("\\"),
        Just(" "),
        Just("\t"),
        Just("#"),
        Just("$TANDEMA"),
        Just("${TANDEMB}"),
        Just("$"),
        Just("{"),
        Just("}"),
        Just("x"),
        Just("é"),
        Just("export "),
        Just("="),
        Just("\u{a0}"),
        Just("n"),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_are_read_as_dotenvy_does(text in env_like()) {
        let dotenv = parse(&text);
        let mut names: Vec<&str> = dotenv.entries.iter().map(|it| it.name.as_str()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        if names.len() == count {
            prop_assert_eq!(values_v2(&dotenv, &no_process), dotenvy_values(&text));
        }
        values_v2(&dotenv, &no_process);
        values_core(&dotenv, &no_process);
        for entry in &dotenv.entries {
            prop_assert!(text.get(entry.range().start().into()..entry.range().end().into()).is_some());
        }
        for problem in &dotenv.problems {
            prop_assert!(text.get(problem.range.start().into()..problem.range.end().into()).is_some());
        }
    }
}

#[test]
fn hostile_input_ends_soon() {
    let mut doubling = "A0=xxxxxxxxxxxxxxxx\n".to_owned();
    for level in 1..60 {
        doubling += &format!("A{level}=${{A{0}}}${{A{0}}}\n", level - 1);
    }
    let texts = [
        "A=don't\n".repeat(50_001),
        "A='\nB=\"\n".repeat(50_000),
        "A=a b\n".repeat(100_000),
        "A=${\n".repeat(100_000),
        format!("A={}", "${B:c}".repeat(100_000)),
        doubling.clone(),
        doubling + &"B=${A59}${A20}\n".repeat(100_000),
    ];
    for text in texts {
        let dotenv = parse(&text);
        values_v2(&dotenv, &no_process);
        values_core(&dotenv, &no_process);
    }
}

#[test]
fn what_a_text_sets_to_something_else() {
    let of = |before, after| Vec::from_iter(changed(before, after));
    assert_eq!(of("A=1\nB=2\n", "A=1 # c\n\nB='2'\n"), [""; 0]);
    assert_eq!(of("A=1\nB=2\nC=3\n", "B=3\nC=3\nD=4\n"), ["A", "B", "D"]);
    // What takes another one in, and what v2 does not get to any more.
    assert_eq!(of("A=1\nB=${A}\nC=3\n", "A=2\nB=${A}\nC=3\n"), ["A", "B"]);
    assert_eq!(of("A=1\nB=2\n", "A=1\nx y\nB=2\n"), ["B"]);
}
