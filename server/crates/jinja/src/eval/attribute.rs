//! `object.name`, `object[key]`, `object[start:stop:step]`.

use std::rc::Rc;

use super::{Interp, Stop};
use crate::methods;
use crate::value::number::Number;
use crate::value::{Key, Method, RangeValue, Str, Undefined, UndefinedMode, Value, repr};

/// The parts of a slice as evaluated.
pub(super) struct Bounds {
    pub(super) start: Value,
    pub(super) stop: Value,
    pub(super) step: Value,
}

impl Interp<'_> {
    /// What `object.name` gives: an attribute or method, else an item, else something undefined.
    pub fn attribute(&mut self, object: &Value, name: &str) -> Result<Value, Stop> {
        if name.starts_with("__") {
            return self.dunder(object, name);
        }
        if let Some(value) = self.plain_attribute(object, name)? {
            return Ok(value);
        }
        let item = match object {
            Value::Dict(dict) => dict.borrow().get_str(name).cloned(),
            Value::Object(it) => it.get_item(self, &Value::from(name))?,
            _ => None,
        };
        Ok(item.unwrap_or_else(|| self.undefined_attribute(object, name)))
    }

    /// Attributes proper, of which the methods are most.
    fn plain_attribute(&mut self, object: &Value, name: &str) -> Result<Option<Value>, Stop> {
        if methods::exists(object, name) {
            let method = Method { receiver: object.clone(), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(match object {
            Value::Object(it) => it.get_attr(self, name)?,
            Value::Namespace(attributes) => attributes.borrow().get_str(name).cloned(),
            Value::Loop(it) => return self.loop_attribute(it, name),
            // What the host calls a function may be an object of its own in Python.
            Value::Hole | Value::Function(_) => Some(Value::Hole),
            Value::Undefined(undefined) => match undefined.mode {
                UndefinedMode::Default => return Err(Stop::undefined(undefined)),
                // The one attribute that dbt's undefined values really have.
                UndefinedMode::Chainable if name == "name" => Some(Value::from(&*undefined.name)),
                UndefinedMode::Chainable => {
                    let mut named = (**undefined).clone();
                    named.name = name.into();
                    Some(Value::Undefined(Rc::new(named)))
                }
            },
            Value::Macro(it) => {
                let template = &it.unit.template;
                let definition = template.definition(it.definition);
                match name {
                    "name" => Some(Value::from(it.name())),
                    "arguments" => {
                        let names = definition.params.iter();
                        Some(Value::tuple(
                            names.map(|it| Value::from(template.name(it.name))).collect(),
                        ))
                    }
                    "catch_kwargs" => Some(Value::Bool(definition.uses.kwargs)),
                    "catch_varargs" => Some(Value::Bool(definition.uses.varargs)),
                    "caller" => Some(Value::Bool(definition.uses.caller)),
                    _ => None,
                }
            }
            Value::Cycler(it) => match name {
                "current" => Some(it.current()),
                "pos" => Some(Value::from(it.position.get())),
                "items" => Some(Value::tuple(it.items.clone())),
                _ => None,
            },
            Value::Range(range) => match name {
                "start" => Some(Value::Int(range.start)),
                "stop" => Some(Value::Int(range.stop)),
                "step" => Some(Value::Int(range.step)),
                _ => None,
            },
            Value::Int(_) | Value::BigInt(_) | Value::Bool(_) => match name {
                "real" | "numerator" => Number::of(object).map(Number::into_value),
                "imag" => Some(Value::Int(0)),
                "denominator" => Some(Value::Int(1)),
                _ => None,
            },
            Value::Float(_) => match name {
                "real" => Some(object.clone()),
                "imag" => Some(Value::Float(0.0)),
                _ => None,
            },
            _ => None,
        })
    }

    /// The sandbox shows no double underscores.
    #[cold]
    fn dunder(&mut self, object: &Value, name: &str) -> Result<Value, Stop> {
        if let Value::Dict(dict) = object
            && let Some(value) = dict.borrow().get_str(name)
        {
            return Ok(value.clone());
        }
        if let Value::Object(it) = object
            && let Some(value) = it.get_attr(self, name)?
        {
            return Ok(value);
        }
        if object.is_hole() {
            return Ok(Value::Hole);
        }
        let known = matches!(
            name,
            "__class__"
                | "__doc__"
                | "__init__"
                | "__dict__"
                | "__str__"
                | "__repr__"
                | "__eq__"
                | "__hash__"
                | "__len__"
                | "__iter__"
                | "__getitem__"
                | "__contains__"
                | "__add__"
                | "__subclasshook__"
                | "__reduce__"
                | "__dir__"
                | "__new__"
        );
        if !known {
            return Ok(self.undefined_attribute(object, name));
        }
        let message =
            format!("access to attribute '{name}' of '{}' object is unsafe.", object.type_name());
        Ok(Value::Undefined(Rc::new(Undefined::hint(name, message, self.undefined_mode))))
    }

    /// What `object[key]` gives: an item, else for a string an attribute, else something undefined.
    pub fn item(&mut self, object: &Value, key: &Value) -> Result<Value, Stop> {
        let found = match object {
            Value::Dict(dict) => match Key::new(key.clone()) {
                Ok(key) => dict.borrow().get(&key).cloned(),
                Err(_) => None,
            },
            Value::List(list) => {
                let list = list.borrow();
                index(key, list.len()).and_then(|it| list.get(it).cloned())
            }
            Value::Tuple(items) => index(key, items.len()).and_then(|it| items.get(it).cloned()),
            Value::Str(text) => character(text, key),
            Value::Bytes(bytes) => index(key, bytes.len())
                .and_then(|it| bytes.get(it))
                .map(|it| Value::Int(i64::from(*it))),
            Value::Range(range) => {
                index(key, range.len()).and_then(|it| range.get(it)).map(Value::Int)
            }
            Value::Object(it) => it.get_item(self, key)?,
            Value::Hole => Some(Value::Hole),
            Value::Undefined(undefined) => match undefined.mode {
                UndefinedMode::Default => return Err(Stop::undefined(undefined)),
                UndefinedMode::Chainable => Some(object.clone()),
            },
            _ => None,
        };
        if let Some(value) = found {
            return Ok(value);
        }
        let Value::Str(name) = key else {
            let key = repr::repr(key)?;
            let undefined = Undefined::item(object.type_name(), &key, self.undefined_mode);
            return Ok(Value::Undefined(Rc::new(undefined)));
        };
        if name.starts_with("__") {
            return self.dunder(object, name);
        }
        match self.plain_attribute(object, name)? {
            Some(value) => Ok(value),
            None => Ok(self.undefined_attribute(object, name)),
        }
    }

    #[inline(never)]
    pub(super) fn slice(&mut self, object: &Value, bounds: &Bounds) -> Result<Value, Stop> {
        let list = |items: &[Value]| -> Result<Vec<Value>, Stop> {
            let picked = bounds.pick(items.len())?;
            self.budget.charge_bytes((picked.len() * size_of::<Value>()) as u64)?;
            Ok(picked.iter().filter_map(|it| items.get(it).cloned()).collect())
        };
        match object {
            Value::List(items) => Ok(Value::list(list(&items.borrow())?)),
            Value::Tuple(items) => Ok(Value::tuple(list(items)?)),
            Value::Str(text) => self.slice_text(text, bounds),
            Value::Range(range) => {
                let picked = bounds.pick(range.len())?;
                let at = |index: i64| range.start.saturating_add(index.saturating_mul(range.step));
                Ok(Value::Range(Rc::new(RangeValue {
                    start: at(picked.start),
                    stop: at(picked.stop),
                    step: range.step.saturating_mul(picked.given_step),
                })))
            }
            Value::Bytes(bytes) => {
                let picked = bounds.pick(bytes.len())?;
                self.budget.charge_bytes(picked.len() as u64)?;
                Ok(Value::Bytes(picked.iter().filter_map(|it| bytes.get(it).copied()).collect()))
            }
            // What the host calls a function may be an object of its own in Python.
            Value::Hole | Value::Function(_) => Ok(Value::Hole),
            Value::Undefined(undefined) => match undefined.mode {
                UndefinedMode::Default => Err(Stop::undefined(undefined)),
                UndefinedMode::Chainable => Ok(object.clone()),
            },
            Value::Object(host) => match host.items() {
                Some(items) if !host.is_mapping() => Ok(Value::list(list(&items)?)),
                _ => Ok(Value::Hole),
            },
            Value::Dict(_) => Err(Stop::type_error("unhashable type: 'slice'")),
            _ => Err(Stop::type_error(format!(
                "'{}' object is not subscriptable",
                object.type_name()
            ))),
        }
    }

    fn slice_text(&mut self, text: &Str, bounds: &Bounds) -> Result<Value, Stop> {
        self.budget.charge_text(text.len())?;
        let count = if text.is_ascii() { text.len() } else { text.chars().count() };
        let picked = bounds.pick(count)?;
        if picked.step == 1 {
            let (from, to) = (picked.start as usize, picked.start as usize + picked.len());
            let offset = |index: usize| {
                if text.is_ascii() {
                    return index.min(text.len());
                }
                text.char_indices().nth(index).map_or(text.len(), |(offset, _)| offset)
            };
            let part =
                if picked.len() == 0 { Str::from("") } else { text.part(offset(from), offset(to)) };
            return Ok(Value::Str(part.of_kind(text.kind())));
        }
        let characters: Vec<char> = text.chars().collect();
        let part: String = picked.iter().filter_map(|it| characters.get(it)).collect();
        Ok(Value::Str(Str::new(part).of_kind(text.kind())))
    }
}

/// The position that an index means in a sequence of `length` items.
pub(crate) fn index(key: &Value, length: usize) -> Option<usize> {
    let index = match key {
        Value::Int(index) => *index,
        Value::Bool(index) => i64::from(*index),
        _ => return None,
    };
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|it| *it < length)
}

fn character(text: &Str, key: &Value) -> Option<Value> {
    let count = if text.is_ascii() { text.len() } else { text.chars().count() };
    let at = index(key, count)?;
    let (start, character) = if text.is_ascii() {
        (at, text.as_bytes().get(at).map(|it| char::from(*it))?)
    } else {
        text.char_indices().nth(at)?
    };
    Some(Value::Str(text.part(start, start + character.len_utf8())))
}

struct Picked {
    start: i64,
    stop: i64,
    step: i64,
    given_step: i64,
    count: usize,
}

impl Picked {
    fn len(&self) -> usize {
        self.count
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(|it| (self.start + it * self.step) as usize)
    }
}

impl Bounds {
    fn pick(&self, length: usize) -> Result<Picked, Stop> {
        let length = length as i64;
        let step = bound(&self.step)?.unwrap_or(1);
        if step == 0 {
            return Err(Stop::value_error("slice step cannot be zero"));
        }
        let clamp = |value: i64, low: i64, high: i64| -> i64 {
            let value = if value < 0 { value.saturating_add(length) } else { value };
            value.clamp(low, high)
        };
        let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let start = bound(&self.start)?
            .map_or(if step > 0 { low } else { high }, |it| clamp(it, low, high));
        let stop =
            bound(&self.stop)?.map_or(if step > 0 { high } else { low }, |it| clamp(it, low, high));
        let distance = if step > 0 { stop - start } else { start - stop };
        let size = i64::try_from(step.unsigned_abs()).unwrap_or(i64::MAX);
        let count = if distance <= 0 { 0 } else { (distance - 1) / size + 1 };
        let given_step = step;
        // With one item or none the step does not matter, and must not overflow.
        let step = if count <= 1 { step.signum() } else { step };
        Ok(Picked { start, stop, step, given_step, count: count as usize })
    }
}

fn bound(value: &Value) -> Result<Option<i64>, Stop> {
    match Number::of(value) {
        _ if value.is_none() => Ok(None),
        Some(Number::Int(value)) => Ok(Some(value)),
        Some(big @ Number::Big(_)) => {
            Ok(Some(if big.is_negative() { i64::MIN / 2 } else { i64::MAX / 2 }))
        }
        _ => Err(Stop::type_error(
            "slice indices must be integers or None or have an __index__ method",
        )),
    }
}
