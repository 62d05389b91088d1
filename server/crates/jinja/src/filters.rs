//! Jinja's filters, and dbt's.

mod html;
pub mod json;
mod number;
mod sequence;
mod text;

use crate::eval::{Args, ErrorKind, Interp, Site, Stop};
use crate::value::{Str, StrKind, Undefined, Value, repr};

const NAMES: &[&str] = &[
    "abs",
    "as_bool",
    "as_native",
    "as_number",
    "as_text",
    "attr",
    "batch",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "filesizeformat",
    "first",
    "float",
    "forceescape",
    "format",
    "groupby",
    "indent",
    "int",
    "is_list",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "random",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "wordwrap",
    "xmlattr",
];

pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

impl Interp<'_> {
    /// `input | name(args)`
    pub fn call_filter(
        &mut self,
        name: &str,
        input: &Value,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        self.budget.charge_items(input)?;
        let host = self.host();
        if let Some(result) = host.filter(self, name, input, &args, site) {
            return result;
        }
        if input.is_hole() && !matches!(name, "default" | "d" | "list" | "length" | "count") {
            return if exists(name) { Ok(Value::Hole) } else { Err(unknown(name)) };
        }
        match name {
            "default" | "d" => {
                let [other, boolean] = args.bind("default", ["default_value", "boolean"], 0)?;
                let boolean = boolean.is_some_and(|it| it.truthy());
                let replace = matches!(input, Value::Undefined(_) | Value::Hole)
                    || (boolean && !input.truthy());
                Ok(if replace { other.unwrap_or_else(|| Value::from("")) } else { input.clone() })
            }
            "string" => match input {
                Value::Str(_) => Ok(input.clone()),
                other => {
                    let text = repr::text(other)?;
                    self.budget.charge_text(text.len())?;
                    Ok(Value::Str(text))
                }
            },
            "as_text" | "as_native" | "as_bool" | "as_number" => {
                if !self.is_native() {
                    return Ok(input.clone());
                }
                Ok(Value::Str(repr::text(input)?.of_kind(match name {
                    "as_text" => StrKind::Text,
                    "as_native" => StrKind::Native,
                    "as_bool" => StrKind::Bool,
                    _ => StrKind::Number,
                })))
            }
            "is_list" => Ok(Value::Bool(matches!(input, Value::List(_)))),
            "attr" => {
                let [name] = args.bind("attr", ["name"], 1)?;
                let name = repr::plain(&name.unwrap_or(Value::None))?;
                match input {
                    // Unlike a dot this never looks at items.
                    Value::Dict(_) if !crate::methods::exists(input, &name) => {
                        Ok(self.undefined_attribute(input, &name))
                    }
                    _ => self.attribute(input, &name),
                }
            }
            "length" | "count" => {
                args.bind::<0>(name, [], 0)?;
                crate::eval::length_of(input).map(Value::from)
            }
            "safe" => Ok(Value::Str(repr::text(input)?.of_kind(StrKind::Markup))),
            "batch" | "dictsort" | "first" | "groupby" | "items" | "join" | "last" | "list"
            | "map" | "max" | "min" | "random" | "reject" | "rejectattr" | "reverse" | "select"
            | "selectattr" | "slice" | "sort" | "sum" | "unique" => {
                self.sequence_filter(name, input, args, site)
            }
            "abs" | "filesizeformat" | "float" | "int" | "round" => {
                number::filter(name, input, args)
            }
            "e" | "escape" | "forceescape" | "striptags" | "urlencode" | "urlize" | "xmlattr" => {
                html::filter(self, name, input, args)
            }
            "tojson" => {
                let [indent] = args.bind(name, ["indent"], 0)?;
                let json = json::dumps(input, indent, true, &self.budget)?;
                Ok(Value::Str(Str::new(json::html_safe(&json)).of_kind(StrKind::Markup)))
            }
            "capitalize" | "center" | "format" | "indent" | "lower" | "pprint" | "replace"
            | "title" | "trim" | "truncate" | "upper" | "wordcount" | "wordwrap" => {
                text::filter(self, name, input, args)
            }
            _ => Err(unknown(name)),
        }
    }

    pub(crate) fn undefined_hint(&self, message: &str) -> Value {
        let undefined = Undefined::hint("", message, self.undefined_mode());
        Value::Undefined(std::rc::Rc::new(undefined))
    }
}

fn unknown(name: &str) -> Stop {
    Stop::new(ErrorKind::Assertion, format!("No filter named '{name}'."))
}
