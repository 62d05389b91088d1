//! `json.dumps` as Python writes it.

use crate::eval::{Budget, Stop};
use crate::methods::sort_keys;
use crate::value::number::{float_repr, int_to_string};
use crate::value::{Value, compare::MAX_DEPTH};

struct Writer<'a> {
    out: String,
    indent: Option<String>,
    sort_keys: bool,
    budget: &'a Budget,
}

/// `json.dumps(value, indent=indent, sort_keys=sort_keys)`
pub fn dumps(
    value: &Value,
    indent: Option<Value>,
    sort_keys: bool,
    budget: &Budget,
) -> Result<String, Stop> {
    let indent = match indent {
        None | Some(Value::None) => None,
        Some(Value::Str(text)) => Some(text.as_str().to_owned()),
        other => {
            let width = crate::methods::int_argument(other, 0)?.clamp(0, 1000);
            Some(" ".repeat(width as usize))
        }
    };
    let mut writer = Writer { out: String::new(), indent, sort_keys, budget };
    writer.write(value, 0)?;
    Ok(writer.out)
}

/// What Jinja's `tojson` does to the text so that it may stand in a page.
pub(super) fn html_safe(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\'' => out.push_str("\\u0027"),
            other => out.push(other),
        }
    }
    out
}

impl Writer<'_> {
    fn write(&mut self, value: &Value, depth: usize) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::value_error("Circular reference detected"));
        }
        self.budget.charge(1)?;
        if self.out.len() as u64 > self.budget.limits().text_bytes {
            return Err(Stop::too_large("a text"));
        }
        match value {
            Value::None => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Int(value) => self.out.push_str(&value.to_string()),
            Value::BigInt(value) => self.out.push_str(&int_to_string(value)?),
            Value::Float(value) => self.out.push_str(&float(*value)),
            Value::Str(text) => self.string(text),
            Value::List(items) => {
                let items = items.borrow().clone();
                self.list(&items, depth)?;
            }
            Value::Tuple(items) => self.list(items, depth)?,
            Value::Dict(dict) => {
                let mut pairs: Vec<(Value, Value)> =
                    dict.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
                if self.sort_keys {
                    pairs = sort_keys(pairs)?;
                }
                self.dict(&pairs, depth)?;
            }
            Value::Hole => self.out.push_str("null"),
            other => {
                let name = other.type_name();
                return Err(Stop::type_error(format!(
                    "Object of type {name} is not JSON serializable"
                )));
            }
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value], depth: usize) -> Result<(), Stop> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            self.separate(index, depth + 1);
            self.write(item, depth + 1)?;
        }
        self.line(depth);
        self.out.push(']');
        Ok(())
    }

    fn dict(&mut self, pairs: &[(Value, Value)], depth: usize) -> Result<(), Stop> {
        if pairs.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        for (index, (key, value)) in pairs.iter().enumerate() {
            self.separate(index, depth + 1);
            let key = match key {
                Value::Str(text) => text.as_str().to_owned(),
                Value::None => "null".to_owned(),
                Value::Bool(value) => value.to_string(),
                Value::Int(value) => value.to_string(),
                Value::BigInt(value) => int_to_string(value)?,
                Value::Float(value) => float(*value),
                other => {
                    let name = other.type_name();
                    return Err(Stop::type_error(format!(
                        "keys must be str, int, float, bool or None, not {name}"
                    )));
                }
            };
            self.string(&key);
            self.out.push_str(": ");
            self.write(value, depth + 1)?;
        }
        self.line(depth);
        self.out.push('}');
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(',');
            if self.indent.is_none() {
                self.out.push(' ');
            }
        }
        self.line(depth);
    }

    fn line(&mut self, depth: usize) {
        if let Some(indent) = &self.indent {
            self.out.push('\n');
            for _ in 0..depth {
                self.out.push_str(indent);
            }
        }
    }

    fn string(&mut self, text: &str) {
        use std::fmt::Write;
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                ' '..='~' => self.out.push(character),
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        let _ = write!(self.out, "\\u{unit:04x}");
                    }
                }
            }
        }
        self.out.push('"');
    }
}

fn float(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        float_repr(value)
    }
}
