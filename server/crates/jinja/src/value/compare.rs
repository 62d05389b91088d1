//! Python's equality and order.

use std::cell::Cell;
use std::cmp::Ordering;

use num_bigint::BigInt;

use super::number::Number;
use super::{Key, Value};
use crate::eval::{Budget, Stop};

/// Deeper structures end in Python's own `RecursionError`.
pub(crate) const MAX_DEPTH: usize = 200;

/// So many values may one comparison look at. Only lists that share their parts many times over
/// have more.
const MAX_VISITS: u64 = 1_000_000;

/// How many values a comparison looked at.
#[derive(Default)]
struct Visits(Cell<u64>);

impl Visits {
    fn count(&self) -> Result<(), Stop> {
        self.0.set(self.0.get() + 1);
        if self.0.get() > MAX_VISITS { Err(Stop::too_large("a value")) } else { Ok(()) }
    }
}

pub fn equal(left: &Value, right: &Value) -> Result<bool, Stop> {
    equal_at(left, right, 0, &Visits::default())
}

/// The same, but what is looked at costs steps.
pub fn equal_within(left: &Value, right: &Value, budget: &Budget) -> Result<bool, Stop> {
    let visits = Visits::default();
    let result = equal_at(left, right, 0, &visits)?;
    budget.charge(visits.0.get() / 4)?;
    Ok(result)
}

fn equal_at(left: &Value, right: &Value, depth: usize, visits: &Visits) -> Result<bool, Stop> {
    visits.count()?;
    if depth > MAX_DEPTH {
        return Err(Stop::recursion());
    }
    let all = |a: &[Value], b: &[Value]| -> Result<bool, Stop> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.iter().zip(b) {
            if !a.is_same(b) && !equal_at(a, b, depth + 1, visits)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    Ok(match (left, right) {
        (Value::Str(a), Value::Str(b)) => a.as_str() == b.as_str(),
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::List(a), Value::List(b)) => all(&a.borrow(), &b.borrow())?,
        (Value::Tuple(a), Value::Tuple(b)) => all(a, b)?,
        (Value::Dict(a), Value::Dict(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            if a.len() != b.len() {
                return Ok(false);
            }
            for (key, value) in a.iter() {
                let Some(other) = b.get(&Key::new(key.clone())?) else { return Ok(false) };
                if !value.is_same(other) && !equal_at(value, other, depth + 1, visits)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Set(a), Value::Set(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            a.len() == b.len() && a.hashed_keys().all(|key| b.contains(key))
        }
        (Value::Range(a), Value::Range(b)) => {
            a.len() == b.len() && a.get(0) == b.get(0) && (a.len() < 2 || a.step == b.step)
        }
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Undefined(_), Value::Undefined(_)) => true,
        (Value::Method(a), Value::Method(b)) => a.name == b.name && a.receiver.is_same(&b.receiver),
        (Value::Object(a), Value::Object(b)) => {
            std::rc::Rc::ptr_eq(a, b) || a.equal(b.as_ref()) || b.equal(a.as_ref())
        }
        _ => match (Number::of(left), Number::of(right)) {
            (Some(a), Some(b)) => a.compare(&b) == Some(Ordering::Equal),
            _ => left.is_same(right),
        },
    })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Order {
    fn symbol(self) -> &'static str {
        match self {
            Order::Less => "<",
            Order::LessEqual => "<=",
            Order::Greater => ">",
            Order::GreaterEqual => ">=",
        }
    }

    fn holds(self, ordering: Option<Ordering>) -> bool {
        match (self, ordering) {
            (_, None) => false,
            (Order::Less, Some(it)) => it.is_lt(),
            (Order::LessEqual, Some(it)) => it.is_le(),
            (Order::Greater, Some(it)) => it.is_gt(),
            (Order::GreaterEqual, Some(it)) => it.is_ge(),
        }
    }
}

pub fn ordered(left: &Value, right: &Value, order: Order) -> Result<bool, Stop> {
    ordered_at(left, right, order, &Visits::default())
}

/// The same, but what is looked at costs steps.
pub fn ordered_within(
    left: &Value,
    right: &Value,
    order: Order,
    budget: &Budget,
) -> Result<bool, Stop> {
    let visits = Visits::default();
    let result = ordered_at(left, right, order, &visits)?;
    budget.charge(visits.0.get() / 4)?;
    Ok(result)
}

fn ordered_at(left: &Value, right: &Value, order: Order, visits: &Visits) -> Result<bool, Stop> {
    if let (Value::Set(a), Value::Set(b)) = (left, right) {
        let (a, b) = (a.borrow(), b.borrow());
        let within = |a: &super::Dict, b: &super::Dict| a.hashed_keys().all(|key| b.contains(key));
        return Ok(match order {
            Order::Less => a.len() < b.len() && within(&a, &b),
            Order::LessEqual => within(&a, &b),
            Order::Greater => b.len() < a.len() && within(&b, &a),
            Order::GreaterEqual => within(&b, &a),
        });
    }
    Ok(order.holds(compare_at(left, right, order, 0, visits)?))
}

/// For sorting: which comes first.
pub fn compare(left: &Value, right: &Value) -> Result<Ordering, Stop> {
    Ok(compare_at(left, right, Order::Less, 0, &Visits::default())?.unwrap_or(Ordering::Equal))
}

fn compare_at(
    left: &Value,
    right: &Value,
    order: Order,
    depth: usize,
    visits: &Visits,
) -> Result<Option<Ordering>, Stop> {
    visits.count()?;
    if depth > MAX_DEPTH {
        return Err(Stop::recursion());
    }
    let each = |a: &[Value], b: &[Value]| -> Result<Option<Ordering>, Stop> {
        for (a, b) in a.iter().zip(b) {
            if !equal_at(a, b, depth + 1, visits)? {
                return compare_at(a, b, order, depth + 1, visits);
            }
        }
        Ok(Some(a.len().cmp(&b.len())))
    };
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => return Ok(Some(a.as_str().cmp(b.as_str()))),
        (Value::Bytes(a), Value::Bytes(b)) => return Ok(Some(a.cmp(b))),
        (Value::List(a), Value::List(b)) => return each(&a.borrow(), &b.borrow()),
        (Value::Tuple(a), Value::Tuple(b)) => return each(a, b),
        (Value::Undefined(it), _) | (_, Value::Undefined(it)) => return Err(Stop::undefined(it)),
        (Value::Hole, _) | (_, Value::Hole) => return Ok(None),
        (Value::Object(a), Value::Object(b)) => {
            if let Some(ordering) = a.order(b.as_ref()) {
                return ordering.map(Some);
            }
        }
        _ => {}
    }
    match (Number::of(left), Number::of(right)) {
        (Some(a), Some(b)) => Ok(a.compare(&b)),
        _ => Err(Stop::type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            order.symbol(),
            left.type_name(),
            right.type_name()
        ))),
    }
}

/// Integers and floats compare by value, not by the nearest float.
pub(super) fn compare_int_float(int: &BigInt, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let floor = float.floor();
    let whole = super::number::from_float(floor);
    Some(int.cmp(&whole).then(if float > floor { Ordering::Less } else { Ordering::Equal }))
}
