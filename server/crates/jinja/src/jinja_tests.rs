//! Jinja's tests: what stands behind `is`.

use crate::eval::{Args, Budget, ErrorKind, Interp, Site, Stop};
use crate::filters;
use crate::methods::text_case;
use crate::value::number::{self, Number};
use crate::value::{Key, Value, compare, format, operators, repr};

impl Interp<'_> {
    /// `value is name(args)`
    pub fn call_test(
        &mut self,
        name: &str,
        value: &Value,
        args: Args,
        _site: Site<'_>,
    ) -> Result<bool, Stop> {
        let order = |order| {
            let [other] = args.clone().bind(name, ["other"], 1)?;
            compare::ordered(value, &other.unwrap_or(Value::None), order)
        };
        let operand = || {
            let [other] = args.clone().bind(name, ["other"], 1)?;
            Ok::<Value, Stop>(other.unwrap_or(Value::None))
        };
        let none = |result: bool| {
            args.clone().bind::<0>(name, [], 0)?;
            Ok(result)
        };
        match name {
            "defined" => none(!value.is_undefined()),
            "undefined" => none(value.is_undefined()),
            "none" => none(value.is_none()),
            "boolean" => none(matches!(value, Value::Bool(_))),
            "true" => none(matches!(value, Value::Bool(true))),
            "false" => none(matches!(value, Value::Bool(false))),
            "integer" => none(matches!(value, Value::Int(_) | Value::BigInt(_))),
            "float" => none(matches!(value, Value::Float(_))),
            "number" => none(Number::of(value).is_some()),
            "string" => none(matches!(value, Value::Str(_))),
            "mapping" => none(match value {
                Value::Dict(_) => true,
                Value::Object(object) => object.is_mapping(),
                _ => false,
            }),
            "iterable" => none(is_iterable(value)),
            "sequence" => none(match value {
                Value::Str(_)
                | Value::Bytes(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Range(_) => true,
                Value::Undefined(_) => true,
                Value::Object(object) => object.length().is_some(),
                _ => false,
            }),
            "callable" => none(is_callable(value)),
            "escaped" => none(matches!(value, Value::Str(text) if text.is_markup())),
            "lower" => {
                let text = repr::plain(value)?;
                none(text_case(&text) == Some(false))
            }
            "upper" => {
                let text = repr::plain(value)?;
                none(text_case(&text) == Some(true))
            }
            "even" | "odd" => {
                let remainder = remainder(value, &Value::Int(2), &self.budget)?;
                let even = compare::equal(&remainder, &Value::Int(0))?;
                let odd = compare::equal(&remainder, &Value::Int(1))?;
                none(if name == "even" { even } else { odd })
            }
            "divisibleby" => {
                let [by] = args.bind(name, ["num"], 1)?;
                let remainder = remainder(value, &by.unwrap_or(Value::None), &self.budget)?;
                compare::equal(&remainder, &Value::Int(0))
            }
            "eq" | "equalto" | "==" => compare::equal_within(value, &operand()?, &self.budget),
            "ne" | "!=" => Ok(!compare::equal(value, &operand()?)?),
            "lt" | "lessthan" | "<" => order(compare::Order::Less),
            "le" | "<=" => order(compare::Order::LessEqual),
            "gt" | "greaterthan" | ">" => order(compare::Order::Greater),
            "ge" | ">=" => order(compare::Order::GreaterEqual),
            "in" => operators::contains(&operand()?, value, &self.budget),
            "sameas" => Ok(value.is_same(&operand()?)),
            "filter" | "test" => {
                // Python looks the value up among names, so it has to be one that could be a key.
                Key::new(value.clone())?;
                none(value.as_str().is_some_and(|it| match name {
                    "filter" => filters::exists(it),
                    _ => exists(it),
                }))
            }
            _ => Err(Stop::new(ErrorKind::Assertion, format!("No test named '{name}'."))),
        }
    }
}

pub fn exists(name: &str) -> bool {
    matches!(
        name,
        "defined"
            | "undefined"
            | "none"
            | "boolean"
            | "true"
            | "false"
            | "integer"
            | "float"
            | "number"
            | "string"
            | "mapping"
            | "iterable"
            | "sequence"
            | "callable"
            | "escaped"
            | "lower"
            | "upper"
            | "even"
            | "odd"
            | "divisibleby"
            | "eq"
            | "equalto"
            | "=="
            | "ne"
            | "!="
            | "lt"
            | "lessthan"
            | "<"
            | "le"
            | "<="
            | "gt"
            | "greaterthan"
            | ">"
            | "ge"
            | ">="
            | "in"
            | "sameas"
            | "filter"
            | "test"
    )
}

/// `value % by`, which fills in the places of a text.
fn remainder(value: &Value, by: &Value, budget: &Budget) -> Result<Value, Stop> {
    match (Number::of(value), Number::of(by)) {
        (Some(a), Some(b)) => number::modulo(&a, &b),
        _ => match (value, by) {
            (Value::Str(text), _) => format::percent(text, by, budget),
            (Value::Undefined(it), _) | (_, Value::Undefined(it)) => Err(Stop::undefined(it)),
            _ => Err(Stop::type_error(format!(
                "unsupported operand type(s) for %: '{}' and '{}'",
                value.type_name(),
                by.type_name()
            ))),
        },
    }
}

fn is_iterable(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.items().is_some(),
        Value::Str(_)
        | Value::Bytes(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Dict(_)
        | Value::Set(_)
        | Value::Range(_)
        | Value::View(_)
        | Value::Iterator(_)
        | Value::Undefined(_)
        | Value::Hole
        | Value::Loop(_) => true,
        _ => false,
    }
}

pub(crate) fn is_callable(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.is_callable(),
        Value::Macro(_)
        | Value::Function(_)
        | Value::Builtin(_)
        | Value::Method(_)
        | Value::Joiner(_)
        | Value::Loop(_)
        | Value::Undefined(_)
        | Value::Hole => true,
        _ => false,
    }
}
