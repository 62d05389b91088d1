//! Dictionaries and sets: order of insertion, Python's equality of keys.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxHasher;

use super::{Value, compare};
use crate::eval::Stop;

/// A value that may be a key.
#[derive(Clone, Debug)]
pub struct Key(Value);

impl Key {
    /// Refuses what Python cannot hash.
    pub fn new(value: Value) -> Result<Self, Stop> {
        check_hashable(&value, 0, &mut 0)?;
        Ok(Self(value))
    }

    pub fn value(&self) -> &Value {
        &self.0
    }

    pub fn into_value(self) -> Value {
        self.0
    }
}

/// A key of more parts than this only occurs in templates that mean harm.
const MAX_PARTS: usize = 10_000;

fn check_hashable(value: &Value, depth: usize, parts: &mut usize) -> Result<(), Stop> {
    match value {
        Value::List(_) | Value::Dict(_) | Value::Set(_) => {
            Err(Stop::type_error(format!("unhashable type: '{}'", value.type_name())))
        }
        Value::Tuple(items) => {
            *parts += items.len();
            if depth > 100 || *parts > MAX_PARTS {
                return Err(Stop::recursion());
            }
            items.iter().try_for_each(|it| check_hashable(it, depth + 1, parts))
        }
        _ => Ok(()),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Value::Str(a), Value::Str(b)) => a.as_str() == b.as_str(),
            // Keys are no deeper than `check_hashable` allows.
            (a, b) => compare::equal(a, b).unwrap_or(false),
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(&self.0, state);
    }
}

fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Str(text) => text.as_str().hash(state),
        Value::Int(value) => value.hash(state),
        Value::Bool(value) => i64::from(*value).hash(state),
        Value::Float(value) => {
            let whole = *value as i64;
            if whole as f64 == *value { whole.hash(state) } else { value.to_bits().hash(state) }
        }
        Value::BigInt(value) => value.hash(state),
        Value::Tuple(items) => {
            for item in items.iter() {
                hash_value(item, state);
            }
        }
        Value::None => 1u8.hash(state),
        Value::Object(object) => object.hash_text().hash(state),
        // Identities would do; equal values only have to hash alike.
        _ => 2u8.hash(state),
    }
}

impl Equivalent<Key> for str {
    fn equivalent(&self, key: &Key) -> bool {
        matches!(&key.0, Value::Str(text) if text.as_str() == self)
    }
}

type Map<V> = IndexMap<Key, V, BuildHasherDefault<FxHasher>>;

#[derive(Clone, Debug, Default)]
pub struct Dict {
    map: Map<Value>,
}

impl Dict {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.map.len()
    }

    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.map.get(key)
    }

    pub fn get_str(&self, key: &str) -> Option<&Value> {
        self.map.get(key)
    }

    pub fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        self.map.insert(key, value)
    }

    pub fn insert_str(&mut self, key: &str, value: Value) {
        self.map.insert(Key(Value::from(key)), value);
    }

    pub fn remove(&mut self, key: &Key) -> Option<Value> {
        self.map.shift_remove(key)
    }

    pub fn pop_last(&mut self) -> Option<(Value, Value)> {
        self.map.pop().map(|(key, value)| (key.0, value))
    }

    pub fn contains(&self, key: &Key) -> bool {
        self.map.contains_key(key)
    }

    pub fn clear(&mut self) {
        self.map.clear();
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Value, &Value)> + DoubleEndedIterator {
        self.map.iter().map(|(key, value)| (&key.0, value))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.map.keys().map(|key| &key.0)
    }

    pub fn hashed_keys(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.map.keys()
    }

    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.map.values()
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = (Value, Value)> {
        self.map.drain(..).map(|(key, value)| (key.0, value))
    }
}
