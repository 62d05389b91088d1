//! YAML scalars and `dbt_project.yml`.

use serde_json::json;

use super::*;
use crate::value::repr;

fn native(template: &str) -> String {
    let template = Arc::new(syntax::jinja::parse(template));
    let host =
        Plain { context: json!({"n": 1, "list": [1, 2], "s": "7", "yes": true, "nothing": null}) };
    render_native(FileId(0), &template, &host, Options::default(), |native| match native.error {
        None => repr::repr(&native.value).unwrap(),
        Some(error) => format!("error: {}", error.message),
    })
}

#[test]
fn a_single_expression_keeps_its_value() {
    assert_eq!(native("{{ n }}"), "1");
    assert_eq!(native("{{ list }}"), "[1, 2]");
    assert_eq!(native("{{ yes }}"), "True");
    assert_eq!(native("{{ nothing }}"), "None");
    assert_eq!(native("{{ s }}"), "'7'");
    assert_eq!(native("{{ n + 1 }}"), "2");
    assert_eq!(native("{% if yes %}{{ n }}{% endif %}"), "1");
}

#[test]
fn constants_and_several_pieces_are_text() {
    assert_eq!(native(""), "''");
    assert_eq!(native("plain"), "'plain'");
    assert_eq!(native("{{ 1 }}"), "'1'");
    assert_eq!(native("{{ [1, 2] }}"), "'[1, 2]'");
    assert_eq!(native("{{ true }}"), "'True'");
    assert_eq!(native("a{{ n }}"), "'a1'");
    assert_eq!(native("{{ n }}{{ n }}"), "'11'");
    assert_eq!(native("a{{ 'b' }}"), "'ab'");
}

#[test]
fn markers_read_literals() {
    assert_eq!(native("{{ s | as_number }}"), "7");
    assert_eq!(native("{{ '7' | as_number }}"), "7");
    assert_eq!(native("{{ '1.5' | as_number }}"), "1.5");
    assert_eq!(native("{{ '-3' | as_number }}"), "-3");
    assert_eq!(native("{{ 'True' | as_bool }}"), "True");
    assert_eq!(native("{{ yes | as_bool }}"), "True");
    assert_eq!(native("{{ \"['a', {'b': None}]\" | as_native }}"), "['a', {'b': None}]");
    assert_eq!(native("{{ 'a b' | as_native }}"), "'a b'");
    assert_eq!(native("{{ '1' | as_text }}"), "'1'");
    assert_eq!(
        native("{{ 'x' | as_bool }}"),
        "error: Could not convert value 'x' into type 'bool'"
    );
    assert_eq!(
        native("{{ 'true' | as_bool }}"),
        "error: Could not convert value 'true' into type 'bool'"
    );
    assert_eq!(
        native("{{ 'True' | as_number }}"),
        "error: Could not convert value 'True' into type 'number'"
    );
    assert_eq!(native("{{ missing.x }}"), "error: 'missing' is undefined");
}
