//! Filters of numbers.

use num_bigint::BigInt;

use crate::eval::{Args, Stop};
use crate::methods::int_argument;
use crate::value::number::{self, Number, parse_float, parse_int};
use crate::value::{Value, repr};

pub(super) fn filter(name: &str, input: &Value, args: Args) -> Result<Value, Stop> {
    match name {
        "int" => {
            let [default, base] = args.bind(name, ["default", "base"], 0)?;
            let default = default.unwrap_or(Value::Int(0));
            if let Value::Undefined(undefined) = input {
                return Err(Stop::undefined(undefined));
            }
            let base = u32::try_from(int_argument(base, 10)?).unwrap_or(10);
            Ok(to_int(input, base).unwrap_or(default))
        }
        "float" => {
            let [default] = args.bind(name, ["default"], 0)?;
            let value = match input {
                Value::Str(text) => parse_float(text),
                Value::Undefined(undefined) => return Err(Stop::undefined(undefined)),
                other => match Number::of(other) {
                    Some(number) => Some(number.to_float()?),
                    None => None,
                },
            };
            Ok(value.map(Value::Float).or(default).unwrap_or(Value::Float(0.0)))
        }
        "abs" => {
            args.bind::<0>(name, [], 0)?;
            let number = required(input, "abs()")?;
            Ok(if number.is_negative() {
                number::negative(&number)
            } else {
                match number {
                    Number::Float(value) => Value::Float(value.abs()),
                    other => other.into_value(),
                }
            })
        }
        "round" => {
            let [precision, method] = args.bind(name, ["precision", "method"], 0)?;
            let method = match method {
                None => "common".to_owned(),
                Some(method) => repr::plain(&method)?,
            };
            round(input, int_argument(precision, 0)?, &method)
        }
        _ => {
            let [binary] = args.bind(name, ["binary"], 0)?;
            let bytes = match input {
                Value::Str(text) => parse_float(text).ok_or_else(|| {
                    let text = repr::repr(input).unwrap_or_else(|_| text.to_string());
                    Stop::value_error(format!("could not convert string to float: {text}"))
                })?,
                other => required(other, "float()")?.to_float()?,
            };
            Ok(Value::from(file_size(bytes, binary.is_some_and(|it| it.truthy()))))
        }
    }
}

fn required(value: &Value, function: &str) -> Result<Number, Stop> {
    if let Value::Undefined(undefined) = value {
        return Err(Stop::undefined(undefined));
    }
    Number::of(value).ok_or_else(|| {
        let name = value.type_name();
        Stop::type_error(if function == "abs()" {
            format!("bad operand type for abs(): '{name}'")
        } else {
            format!("{function} argument must be a string or a real number, not '{name}'")
        })
    })
}

fn to_int(value: &Value, base: u32) -> Option<Value> {
    let from_float = |it: f64| it.is_finite().then(|| number::big(Number::Float(it).to_big()));
    match value {
        Value::Str(text) => match parse_int(text, base) {
            Some(value) => Some(number::big(value)),
            None => parse_float(text).and_then(from_float),
        },
        other => match Number::of(other)? {
            Number::Float(value) => from_float(value),
            number => Some(number.into_value()),
        },
    }
}

fn round(value: &Value, precision: i64, method: &str) -> Result<Value, Stop> {
    if !matches!(method, "common" | "ceil" | "floor") {
        return Err(Stop::value_error("method must be common, ceil or floor"));
    }
    if let Value::Undefined(undefined) = value {
        return Err(Stop::undefined(undefined));
    }
    let number = Number::of(value).ok_or_else(|| {
        let name = value.type_name();
        Stop::type_error(format!("type {name} doesn't define __round__ method"))
    })?;
    if method == "common" {
        return Ok(match number {
            Number::Float(value) => Value::Float(number::round_float(value, precision)),
            integer if precision >= 0 => integer.into_value(),
            integer if precision < -5000 => {
                let _ = integer;
                Value::Int(0)
            }
            integer => {
                let unit = BigInt::from(10).pow(precision.unsigned_abs() as u32);
                number::big(number::round_big(&integer.to_big(), &unit, false))
            }
        });
    }
    let unit = 10f64.powi(precision.clamp(-400, 400) as i32);
    let scaled = number.to_float()? * unit;
    let whole = if method == "ceil" { scaled.ceil() } else { scaled.floor() };
    if !whole.is_finite() {
        return Err(Stop::overflow("cannot convert float infinity to integer"));
    }
    Ok(Value::Float(whole / unit))
}

fn file_size(bytes: f64, binary: bool) -> String {
    let base: f64 = if binary { 1024.0 } else { 1000.0 };
    let prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    if bytes == 1.0 {
        return "1 Byte".to_owned();
    }
    if bytes < base {
        return format!("{} Bytes", bytes.trunc());
    }
    let mut text = String::new();
    for (index, prefix) in prefixes.into_iter().enumerate() {
        let unit = base.powi(index as i32 + 2);
        let suffix =
            if binary { format!("{}iB", prefix.to_uppercase()) } else { format!("{prefix}B") };
        text = format!("{:.1} {suffix}", base * bytes / unit);
        if bytes < unit {
            break;
        }
    }
    text
}
