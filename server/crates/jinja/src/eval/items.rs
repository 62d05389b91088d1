//! Going through values.

use std::rc::Rc;

use super::stop::Stop;
use crate::value::{DictValue, IteratorValue, ListValue, RangeValue, Value};

/// The items of a value, read while they may still change.
pub(super) enum Items {
    Vec(Vec<Value>, usize),
    /// What passed the loop's condition already.
    Tested(Vec<Value>, usize),
    List(Rc<ListValue>, usize),
    Keys(Rc<DictValue>, Vec<Value>, usize),
    Range(Rc<RangeValue>, usize),
    Iterator(Rc<IteratorValue>),
}

impl Items {
    pub(super) fn of(value: &Value) -> Result<Self, Stop> {
        Ok(match value {
            Value::List(list) => Items::List(Rc::clone(list), 0),
            Value::Dict(dict) => {
                let keys = dict.borrow().keys().cloned().collect();
                Items::Keys(Rc::clone(dict), keys, 0)
            }
            Value::Range(range) => Items::Range(Rc::clone(range), 0),
            Value::Iterator(iterator) => Items::Iterator(Rc::clone(iterator)),
            other => Items::Vec(items_of(other)?, 0),
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<Value>, Stop> {
        Ok(match self {
            Items::Vec(items, at) | Items::Tested(items, at) => {
                *at += 1;
                items.get(*at - 1).cloned()
            }
            Items::List(list, at) => {
                *at += 1;
                list.borrow().get(*at - 1).cloned()
            }
            Items::Keys(dict, keys, at) => {
                if dict.borrow().len() != keys.len() {
                    return Err(Stop::runtime("dictionary changed size during iteration"));
                }
                *at += 1;
                keys.get(*at - 1).cloned()
            }
            Items::Range(range, at) => {
                *at += 1;
                range.get(*at - 1).map(Value::Int)
            }
            Items::Iterator(iterator) => iterator.next(),
        })
    }

    /// How many items there are in all, for what has a length.
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Items::Vec(items, _) | Items::Tested(items, _) | Items::Keys(_, items, _) => {
                Some(items.len())
            }
            Items::List(list, _) => Some(list.borrow().len()),
            Items::Range(range, _) => Some(range.len()),
            Items::Iterator(_) => None,
        }
    }
}

/// All items of a value at once. An iterator is used up by it.
pub fn items_of(value: &Value) -> Result<Vec<Value>, Stop> {
    Ok(match value {
        Value::List(list) => list.borrow().clone(),
        Value::Tuple(items) => items.to_vec(),
        Value::Str(text) => {
            let mut buffer = [0; 4];
            text.chars().map(|it| Value::from(&*it.encode_utf8(&mut buffer))).collect()
        }
        Value::Bytes(bytes) => bytes.iter().map(|it| Value::Int(i64::from(*it))).collect(),
        Value::Dict(dict) => dict.borrow().keys().cloned().collect(),
        Value::Set(set) => set.borrow().keys().cloned().collect(),
        Value::Range(range) => {
            (0..range.len()).filter_map(|it| range.get(it)).map(Value::Int).collect()
        }
        Value::View(view) => view.items(),
        Value::Iterator(iterator) if iterator.is_endless() => return Err(Stop::out_of_fuel()),
        Value::Iterator(iterator) => iterator.rest(),
        Value::Undefined(_) | Value::Hole => Vec::new(),
        Value::Object(object) => object.items().ok_or_else(|| not_iterable(value))?,
        _ => return Err(not_iterable(value)),
    })
}

fn not_iterable(value: &Value) -> Stop {
    Stop::type_error(format!("'{}' object is not iterable", value.type_name()))
}

/// `len(value)`
pub fn length_of(value: &Value) -> Result<usize, Stop> {
    Ok(match value {
        Value::List(list) => list.borrow().len(),
        Value::Tuple(items) => items.len(),
        Value::Str(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Dict(dict) => dict.borrow().len(),
        Value::Set(set) => set.borrow().len(),
        Value::Range(range) => range.len(),
        Value::View(view) => view.len(),
        Value::Undefined(_) | Value::Hole => 0,
        Value::Object(object) if object.length().is_some() => object.length().unwrap_or(0),
        other => {
            let name = other.type_name();
            return Err(Stop::type_error(format!("object of type '{name}' has no len()")));
        }
    })
}
