//! Methods of Python's types.

mod collection;
mod format;
mod string;
mod text;

use crate::eval::{Args, Interp, Site, Stop};
use crate::value::number::Number;
use crate::value::{Str, Value};

pub(crate) use collection::{sort_keys, sort_values};
pub(crate) use string::{replace, strip};
pub(crate) use text::{capitalize, lines, text_case, title_after_separators};

/// True when the value has a method of this name.
pub fn exists(receiver: &Value, name: &str) -> bool {
    match receiver {
        Value::Str(_) => string::NAMES.contains(&name),
        Value::List(_) => matches!(
            name,
            "append"
                | "clear"
                | "copy"
                | "count"
                | "extend"
                | "index"
                | "insert"
                | "pop"
                | "remove"
                | "reverse"
                | "sort"
        ),
        Value::Tuple(_) | Value::Range(_) => matches!(name, "count" | "index"),
        Value::Dict(_) => matches!(
            name,
            "clear"
                | "copy"
                | "fromkeys"
                | "get"
                | "items"
                | "keys"
                | "pop"
                | "popitem"
                | "setdefault"
                | "update"
                | "values"
        ),
        Value::View(_) => matches!(name, "isdisjoint" | "mapping"),
        Value::Set(_) => matches!(
            name,
            "add"
                | "clear"
                | "copy"
                | "difference"
                | "difference_update"
                | "discard"
                | "intersection"
                | "intersection_update"
                | "isdisjoint"
                | "issubset"
                | "issuperset"
                | "pop"
                | "remove"
                | "symmetric_difference"
                | "symmetric_difference_update"
                | "union"
                | "update"
        ),
        Value::Int(_) | Value::BigInt(_) | Value::Bool(_) => matches!(
            name,
            "as_integer_ratio" | "bit_count" | "bit_length" | "conjugate" | "to_bytes"
        ),
        Value::Float(_) => matches!(name, "as_integer_ratio" | "conjugate" | "hex" | "is_integer"),
        Value::Bytes(_) => matches!(name, "decode" | "hex"),
        Value::Loop(_) => matches!(name, "cycle" | "changed"),
        Value::Cycler(_) => matches!(name, "next" | "reset"),
        _ => false,
    }
}

/// Calls a method that [`exists`].
pub fn call(
    interp: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    args: Args,
    site: Site<'_>,
) -> Result<Value, Stop> {
    match receiver {
        Value::Str(text) => string::call(interp, text, name, args),
        Value::List(_) | Value::Tuple(_) | Value::Range(_) => {
            collection::sequence(interp, receiver, name, args, site)
        }
        Value::Dict(dict) => collection::dict(interp, dict, name, args),
        Value::Set(set) => collection::set(interp, set, name, args),
        Value::View(view) => {
            let [other] = args.bind(name, [""], 1)?;
            let other = crate::eval::items_of(&other.unwrap_or(Value::None))?;
            for item in view.items() {
                if crate::value::operators::contains(
                    &Value::list(other.clone()),
                    &item,
                    &interp.budget,
                )? {
                    return Ok(Value::Bool(false));
                }
            }
            Ok(Value::Bool(true))
        }
        Value::Loop(state) => interp.loop_method(state, name, args),
        Value::Cycler(cycler) => {
            if name == "next" {
                return Ok(cycler.next());
            }
            cycler.position.set(0);
            Ok(Value::None)
        }
        Value::Bytes(bytes) => match name {
            "hex" => {
                Ok(Value::from(bytes.iter().map(|it| format!("{it:02x}")).collect::<String>()))
            }
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Value::from(text)),
                Err(_) => Err(Stop::value_error("'utf-8' codec can't decode bytes")),
            },
        },
        _ => number(receiver, name, args),
    }
}

/// A method of a string, which needs no place to call from.
pub(crate) fn call_plain(
    interp: &mut Interp<'_>,
    receiver: &Value,
    name: &str,
    args: Args,
) -> Result<Value, Stop> {
    match receiver {
        Value::Str(text) => string::call(interp, text, name, args),
        other => Err(Stop::type_error(format!("'{}' object has no {name}", other.type_name()))),
    }
}

fn number(receiver: &Value, name: &str, args: Args) -> Result<Value, Stop> {
    let number = Number::of(receiver).ok_or_else(|| {
        Stop::type_error(format!("'{}' object has no such method", receiver.type_name()))
    })?;
    if name == "to_bytes" {
        return Err(Stop::type_error("to_bytes is not available in templates"));
    }
    args.bind::<0>(name, [], 0)?;
    Ok(match name {
        "is_integer" => {
            Value::Bool(matches!(number, Number::Float(it) if it.is_finite() && it.fract() == 0.0))
        }
        "conjugate" => number.into_value(),
        "bit_length" => Value::from(number.to_big().bits() as usize),
        "bit_count" => {
            let digits = number.to_big().to_str_radix(2);
            Value::from(digits.matches('1').count())
        }
        "hex" => return Err(Stop::type_error("hex is not available in templates")),
        _ => match number {
            Number::Float(value) => float_ratio(value)?,
            other => Value::tuple(vec![other.into_value(), Value::Int(1)]),
        },
    })
}

fn float_ratio(value: f64) -> Result<Value, Stop> {
    if !value.is_finite() {
        return Err(Stop::overflow("cannot convert Infinity to integer ratio"));
    }
    let mut numerator = value;
    let mut shift = 0u32;
    while numerator.fract() != 0.0 && shift < 1100 {
        numerator *= 2.0;
        shift += 1;
    }
    let numerator = Number::Float(numerator).to_big();
    let denominator = num_bigint::BigInt::from(1) << shift;
    Ok(Value::tuple(vec![
        crate::value::number::big(numerator),
        crate::value::number::big(denominator),
    ]))
}

/// A plain string argument.
pub(crate) fn string_argument(value: Option<Value>, function: &str) -> Result<Str, Stop> {
    match value {
        Some(Value::Str(text)) => Ok(text),
        Some(Value::Undefined(undefined)) => Err(Stop::undefined(&undefined)),
        Some(Value::Hole) => Ok(Str::from("")),
        other => {
            let name = other.as_ref().map_or("NoneType", Value::type_name);
            Err(Stop::type_error(format!("{function} argument must be str, not {name}")))
        }
    }
}

/// An integer argument.
pub(crate) fn int_argument(value: Option<Value>, default: i64) -> Result<i64, Stop> {
    match value.as_ref().map(|it| (it, Number::of(it))) {
        None => Ok(default),
        Some((_, Some(Number::Int(value)))) => Ok(value),
        Some((_, Some(Number::Big(_)))) => {
            Err(Stop::overflow("Python int too large to convert to C ssize_t"))
        }
        Some((Value::Undefined(undefined), _)) => Err(Stop::undefined(undefined)),
        Some((Value::Hole, _)) => Ok(default),
        Some((other, _)) => {
            let name = other.type_name();
            Err(Stop::type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}
