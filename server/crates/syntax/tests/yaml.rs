//! Our YAML against PyYAML's `CSafeLoader`, the loader dbt uses: `yaml/generate.py` wrote the cases.

use serde_json::{Value as Json, json};
use syntax::yaml::{self, Node, Value};

const CASES: &str = include_str!("yaml/cases.json");

/// Texts that we judge otherwise than PyYAML, with the reason.
const KNOWN: &[(&str, &str)] = &[];

fn typed(node: Option<&Node>) -> Json {
    let Some(node) = node else {
        return Json::Null;
    };
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!({"int": value.to_string()}),
        Value::BigInt(value) => json!({"int": value.to_string()}),
        Value::Float(value) => json!({"float": python_repr(*value)}),
        Value::String(value) => json!({"str": value}),
        Value::Timestamp(value) => json!({"timestamp": value}),
        Value::Sequence(items) => {
            json!({"list": items.iter().map(|it| typed(Some(it))).collect::<Vec<_>>()})
        }
        Value::Mapping(mapping) => {
            let pairs = mapping.pairs();
            let pairs: Vec<Json> = pairs
                .iter()
                .map(|(key, value)| json!([typed(Some(key)), typed(Some(value))]))
                .collect();
            json!({"map": pairs})
        }
    }
}

/// Both sides as numbers: only the notation differs.
fn python_repr(value: f64) -> String {
    match value {
        _ if value.is_nan() => "nan".to_owned(),
        _ if value.is_infinite() => if value > 0.0 { "inf" } else { "-inf" }.to_owned(),
        _ => format!("{value:?}"),
    }
}

fn normalised(value: &Json) -> Json {
    match value {
        Json::Object(object) => object
            .iter()
            .map(|(key, value)| {
                let value = match (key.as_str(), value.as_str()) {
                    ("float", Some(text)) => json!(python_repr(text.parse().unwrap_or(0.0))),
                    _ => normalised(value),
                };
                (key.clone(), value)
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Json::Array(items) => items.iter().map(normalised).collect(),
        _ => value.clone(),
    }
}

#[test]
fn values_and_verdicts_are_those_of_pyyaml() {
    let cases: Vec<Json> = serde_json::from_str(CASES).unwrap();
    assert!(cases.len() > 300);
    let mut differences = Vec::new();
    for case in &cases {
        let text = case["text"].as_str().unwrap();
        let document = yaml::parse(text);
        let ours = typed(document.root.as_ref());
        let agrees = match case.get("error") {
            Some(_) => !document.readable && !document.problems.is_empty(),
            None => document.readable && ours == normalised(&case["value"]),
        };
        let known = KNOWN.iter().any(|(it, _)| *it == text);
        if agrees == known {
            differences.push(format!(
                "{text:?}\n   PyYAML: {}\n   ours:   {ours} {:?}",
                case.get("error").unwrap_or(&case["value"]),
                document.problems,
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {}:\n{}",
        differences.len(),
        cases.len(),
        differences.join("\n")
    );
}
