//! Python's binary operators over all values.

use syntax::jinja::BinaryOp;

use super::number::{self, Number};
use super::{Dict, Key, SetValue, Str, Value, compare, format, repr};
use crate::eval::{Budget, Stop};

/// What a value costs in a list.
const ITEM: u64 = size_of::<Value>() as u64;

pub fn binary(op: BinaryOp, left: &Value, right: &Value, budget: &Budget) -> Result<Value, Stop> {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        return numeric(op, &Number::Int(*a), &Number::Int(*b), budget);
    }
    if let (Value::Str(text), BinaryOp::Modulo) = (left, op)
        && !right.is_undefined()
    {
        return format::percent(text, right, budget);
    }
    if left.is_hole() || right.is_hole() {
        return Ok(Value::Hole);
    }
    match (left, right) {
        (Value::Undefined(it), _) => return Err(Stop::undefined(it)),
        (_, Value::Undefined(it)) if !(matches!(left, Value::Str(_)) && op == BinaryOp::Modulo) => {
            return Err(Stop::undefined(it));
        }
        (Value::Str(text), Value::Undefined(_)) => return format::percent(text, right, budget),
        _ => {}
    }
    if let (Some(a), Some(b)) = (Number::of(left), Number::of(right)) {
        return numeric(op, &a, &b, budget);
    }
    if let Value::Object(object) = left
        && let Some(result) = object.binary(op, right, false)
    {
        return result;
    }
    if let Value::Object(object) = right
        && let Some(result) = object.binary(op, left, true)
    {
        return result;
    }
    let result = match op {
        BinaryOp::Add => add(left, right, budget)?,
        BinaryOp::Multiply => match (left, right) {
            (value, Value::Int(_) | Value::Bool(_) | Value::BigInt(_)) => {
                repeat(value, right, budget)?
            }
            (Value::Int(_) | Value::Bool(_) | Value::BigInt(_), value) => {
                repeat(value, left, budget)?
            }
            _ => None,
        },
        BinaryOp::Subtract => match (left, right) {
            (Value::Set(a), Value::Set(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                let mut members = Dict::new();
                for key in a.hashed_keys().filter(|key| !b.contains(key)) {
                    members.insert(key.clone(), Value::None);
                }
                Some(Value::Set(std::rc::Rc::new(SetValue::new(members))))
            }
            _ => None,
        },
        _ => None,
    };
    result.ok_or_else(|| unsupported(op, left, right))
}

fn numeric(op: BinaryOp, a: &Number, b: &Number, budget: &Budget) -> Result<Value, Stop> {
    match op {
        BinaryOp::Add => number::add(a, b),
        BinaryOp::Subtract => number::subtract(a, b),
        BinaryOp::Multiply => number::multiply(a, b),
        BinaryOp::Divide => number::divide(a, b),
        BinaryOp::FloorDivide => number::floor_divide(a, b),
        BinaryOp::Modulo => number::modulo(a, b),
        BinaryOp::Power => number::power(a, b, budget),
    }
}

fn add(left: &Value, right: &Value, budget: &Budget) -> Result<Option<Value>, Stop> {
    Ok(Some(match (left, right) {
        (Value::Str(a), Value::Str(b)) => {
            Value::Str(concat(&[a.clone(), b.clone()], a.is_markup() || b.is_markup(), budget)?)
        }
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            budget.charge_bytes((a.len() + b.len()) as u64 * ITEM)?;
            Value::list(a.iter().chain(b.iter()).cloned().collect())
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            budget.charge_bytes((a.len() + b.len()) as u64 * ITEM)?;
            Value::tuple(a.iter().chain(b.iter()).cloned().collect())
        }
        (Value::Str(_), other) => {
            let other = other.type_name();
            return Err(Stop::type_error(format!(
                "can only concatenate str (not \"{other}\") to str"
            )));
        }
        (Value::List(_), other) => {
            let other = other.type_name();
            return Err(Stop::type_error(format!(
                "can only concatenate list (not \"{other}\") to list"
            )));
        }
        (Value::Tuple(_), other) => {
            let other = other.type_name();
            return Err(Stop::type_error(format!(
                "can only concatenate tuple (not \"{other}\") to tuple"
            )));
        }
        _ => return Ok(None),
    }))
}

/// Strings one after the other, with what is known of their origin; as `markup` those that are
/// not safe are escaped.
pub fn concat(parts: &[Str], markup: bool, budget: &Budget) -> Result<Str, Stop> {
    let length: usize = parts.iter().map(|it| it.len()).sum();
    budget.charge_text(length)?;
    let mut text = String::with_capacity(length);
    let mut segments = Vec::new();
    for part in parts {
        if markup && !part.is_markup() {
            text.push_str(&repr::escape(part));
        } else {
            part.append_segments(text.len() as u32, &mut segments);
            text.push_str(part);
        }
    }
    let result = Str::with_map(text, segments);
    Ok(if markup { result.of_kind(super::StrKind::Markup) } else { result })
}

fn repeat(value: &Value, times: &Value, budget: &Budget) -> Result<Option<Value>, Stop> {
    let times = match times {
        Value::Int(times) => usize::try_from(*times).unwrap_or(0),
        Value::Bool(times) => usize::from(*times),
        _ => match Number::of(times) {
            Some(times) if times.is_negative() => 0,
            _ => usize::MAX,
        },
    };
    let many = |items: &[Value]| -> Result<Vec<Value>, Stop> {
        budget
            .charge_bytes((items.len() as u64).saturating_mul(times as u64).saturating_mul(ITEM))?;
        let mut all = Vec::with_capacity(items.len() * times);
        for _ in 0..if items.is_empty() { 0 } else { times } {
            all.extend_from_slice(items);
        }
        Ok(all)
    };
    Ok(Some(match value {
        Value::Str(text) => {
            budget.charge_text(text.len().saturating_mul(times))?;
            Value::Str(
                Str::new(if text.is_empty() { String::new() } else { text.repeat(times) })
                    .of_kind(text.kind()),
            )
        }
        Value::List(items) => Value::list(many(&items.borrow())?),
        Value::Tuple(items) => Value::tuple(many(items)?),
        _ => return Ok(None),
    }))
}

fn unsupported(op: BinaryOp, left: &Value, right: &Value) -> Stop {
    let symbol = match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::FloorDivide => "//",
        BinaryOp::Modulo => "%",
        BinaryOp::Power => "** or pow()",
    };
    let sequence = |it: &Value| matches!(it, Value::Str(_) | Value::List(_) | Value::Tuple(_));
    if op == BinaryOp::Multiply && (sequence(left) || sequence(right)) {
        let other = if sequence(left) { right } else { left };
        let other = other.type_name();
        return Stop::type_error(format!("can't multiply sequence by non-int of type '{other}'"));
    }
    Stop::type_error(format!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        left.type_name(),
        right.type_name()
    ))
}

/// `item in container`
pub fn contains(container: &Value, item: &Value, budget: &Budget) -> Result<bool, Stop> {
    if !matches!(container, Value::Dict(_) | Value::Set(_) | Value::Range(_)) {
        budget.charge_items(container)?;
    }
    let any = |items: &[Value]| -> Result<bool, Stop> {
        for candidate in items {
            if candidate.is_same(item) || compare::equal_within(candidate, item, budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    };
    match container {
        Value::Str(text) => match item {
            Value::Str(part) => Ok(text.contains(part.as_str())),
            Value::Undefined(_) => Err(Stop::type_error(
                "'in <string>' requires string as left operand, not Undefined",
            )),
            Value::Hole => Ok(false),
            other => Err(Stop::type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                other.type_name()
            ))),
        },
        Value::List(items) => any(&items.borrow().clone()),
        Value::Tuple(items) => any(items),
        Value::Dict(dict) => Ok(dict.borrow().contains(&Key::new(item.clone())?)),
        Value::Set(set) => Ok(set.borrow().contains(&Key::new(item.clone())?)),
        Value::Range(range) => Ok(match Number::of(item) {
            Some(Number::Int(value)) => range.contains(value),
            Some(Number::Float(value)) if value.fract() == 0.0 => range.contains(value as i64),
            _ => false,
        }),
        Value::View(view) => any(&view.items()),
        Value::Iterator(iterator) => {
            while let Some(candidate) = iterator.next() {
                budget.charge(1)?;
                if candidate.is_same(item) || compare::equal_within(&candidate, item, budget)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Undefined(_) | Value::Hole => Ok(false),
        Value::Object(object) => match object.items() {
            Some(items) => any(&items),
            None => Err(not_iterable(container)),
        },
        _ => Err(not_iterable(container)),
    }
}

fn not_iterable(value: &Value) -> Stop {
    Stop::type_error(format!("argument of type '{}' is not iterable", value.type_name()))
}
