//! `fromjson`, `tojson`, `fromyaml` and `toyaml`.

use jinja::ErrorKind;
use jinja::data::{from_json, yaml};
use jinja::eval::{Args, Interp, Stop};
use jinja::filters::json;
use jinja::value::Value;
use project::Json;

pub(super) fn call(interp: &mut Interp<'_>, name: &str, args: Args) -> Result<Value, Stop> {
    match name {
        "fromjson" => {
            let [text, default] = args.bind(name, ["string", "default"], 1)?;
            let Some(Value::Str(text)) = text else {
                return not_a_text(text, "the JSON object must be str, bytes or bytearray");
            };
            let parsed = serde_json::from_str::<Json>(&text).ok();
            Ok(parsed.as_ref().map_or_else(|| default.unwrap_or(Value::None), from_json))
        }
        "fromyaml" => {
            let [text, default] = args.bind(name, ["value", "default"], 1)?;
            let Some(Value::Str(text)) = text else {
                return not_a_text(text, "YAML is read from a text");
            };
            let document = syntax::yaml::parse(&text);
            Ok(match &document.root {
                Some(root) if document.readable => from_json(&project::to_json(root)),
                None if document.readable => Value::None,
                _ => default.unwrap_or(Value::None),
            })
        }
        _ => {
            let [value, default, sort_keys] =
                args.bind(name, ["value", "default", "sort_keys"], 1)?;
            let value = value.unwrap_or(Value::None);
            let sort_keys = sort_keys.is_some_and(|it| it.truthy());
            let text = if name == "tojson" {
                json::dumps(&value, None, sort_keys, &interp.budget)
            } else {
                yaml::dump(&value, sort_keys, &interp.budget)
            };
            match text {
                Ok(text) => Ok(Value::from(text)),
                Err(Stop::Error(error)) if error.kind == ErrorKind::Value => {
                    Ok(default.unwrap_or(Value::None))
                }
                Err(stop) => Err(stop),
            }
        }
    }
}

fn not_a_text(value: Option<Value>, message: &str) -> Result<Value, Stop> {
    match value {
        Some(Value::Hole | Value::Undefined(_)) | None => Ok(Value::Hole),
        Some(other) => Err(Stop::type_error(format!("{message}, not {}", other.type_name()))),
    }
}
