//! Values as plain data and back.

use std::fmt::Write;

pub mod yaml;

use serde_json::Value as Json;

use crate::value::{Dict, Value};

/// How deep a value may be to become data.
const MAX_DEPTH: usize = 64;

/// Data as a template's value.
#[must_use]
pub fn from_json(value: &Json) -> Value {
    match value {
        Json::Null => Value::None,
        Json::Bool(it) => Value::Bool(*it),
        Json::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(it), _) => Value::Int(it),
            (None, Some(it)) => Value::Float(it),
            (None, None) => Value::from(it.to_string()),
        },
        Json::String(it) => Value::from(it.as_str()),
        Json::Array(items) => Value::list(items.iter().map(from_json).collect()),
        Json::Object(object) => {
            let mut dict = Dict::new();
            for (key, value) in object {
                dict.insert_str(key, from_json(value));
            }
            Value::dict(dict)
        }
    }
}

/// A value as data; nothing where it is no data, such as a macro, or too deep.
#[must_use]
pub fn to_json(value: &Value) -> Option<Json> {
    convert(value, MAX_DEPTH)
}

fn convert(value: &Value, depth: usize) -> Option<Json> {
    let depth = depth.checked_sub(1)?;
    let list = |items: &[Value]| -> Option<Json> {
        items.iter().map(|it| convert(it, depth)).collect::<Option<Vec<_>>>().map(Json::Array)
    };
    Some(match value {
        Value::None | Value::Undefined(_) | Value::Hole => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => Json::from(*it),
        Value::Float(it) => serde_json::Number::from_f64(*it).map_or(Json::Null, Json::Number),
        Value::Str(it) => Json::String(it.as_str().to_owned()),
        Value::List(it) => list(&it.borrow())?,
        Value::Tuple(it) => list(it)?,
        Value::Set(it) => list(&it.borrow().keys().cloned().collect::<Vec<_>>())?,
        Value::Dict(dict) => {
            let mut object = serde_json::Map::new();
            for (key, value) in dict.borrow().iter() {
                let key = match key {
                    Value::Str(it) => it.as_str().to_owned(),
                    other => format!("{other:?}"),
                };
                object.insert(key, convert(value, depth)?);
            }
            Json::Object(object)
        }
        Value::Object(object) => Json::String(object.str()),
        _ => return None,
    })
}

/// JSON with Python's blanks: `{"a": 1, "b": [1, 2]}`.
#[must_use]
pub fn python_json(value: &Json, sort: bool) -> String {
    let mut out = String::new();
    write_json(value, sort, &mut out);
    out
}

fn write_json(value: &Json, sort: bool, out: &mut String) {
    match value {
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_json(item, sort, out);
            }
            out.push(']');
        }
        Json::Object(object) => {
            let mut entries: Vec<(&String, &Json)> = object.iter().collect();
            if sort {
                entries.sort_by_key(|(key, _)| *key);
            }
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_text(key, out);
                out.push_str(": ");
                write_json(value, sort, out);
            }
            out.push('}');
        }
        Json::String(text) => write_text(text, out),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

/// Python escapes everything beyond ASCII.
fn write_text(text: &str, out: &mut String) {
    for character in Json::from(text).to_string().chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}
