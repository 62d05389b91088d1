//! Against Jinja2: `tests/jinja/cases.json` holds what it makes of each template.

use std::sync::Arc;

use serde_json::Value as Json;

use super::*;
use crate::value::Dict;

pub(super) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::None,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Value::Int(value),
            None => Value::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(from_json).collect()),
        Json::Object(pairs) => {
            let mut dict = Dict::new();
            for (key, value) in pairs {
                dict.insert_str(key, from_json(value));
            }
            Value::dict(dict)
        }
    }
}

/// A host with a context and nothing else.
pub(super) struct Plain {
    pub(super) context: Json,
}

impl Host for Plain {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        self.context.get(name).map(from_json)
    }

    fn call_function(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        _args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        Err(Stop::host(format!("no function {name}")))
    }
}

/// The text, or the reason why there is none.
pub(super) fn rendered(template: &str, context: &Json) -> Result<String, String> {
    let template = Arc::new(syntax::jinja::parse(template));
    if let Some(problem) = template.problems.first() {
        return Err(problem.message.clone());
    }
    let host = Plain { context: context.clone() };
    let rendered = render(FileId(0), &template, &host, Options::default());
    match rendered.error {
        Some(error) => Err(error.message),
        None => Ok(rendered.text),
    }
}

mod cases;
mod hostile;
mod hosts;
mod maps;
mod natives;
mod speed;
