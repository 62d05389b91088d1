use rustc_hash::FxHashMap;
use text_size::TextRange;

use super::{Node, Value};

/// A mapping as written and as dbt sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// The pairs in the file's order, duplicates and `<<` included.
    pub entries: Vec<Entry>,
    /// What `<<` brings in, in dbt's order; the mapping's own pairs come after and win.
    pub(super) merged: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
    /// The same key comes again later in this mapping: dbt never sees this value.
    pub overridden: bool,
    /// This is `<<: *anchor`.
    pub is_merge: bool,
}

impl Entry {
    /// Key and value.
    pub fn range(&self) -> TextRange {
        self.key.range.cover(self.value.range)
    }

    /// The key as text: also `on` and `2`, which YAML reads as a boolean and a number.
    pub fn name(&self) -> Option<&str> {
        self.key.scalar_text()
    }
}

impl Mapping {
    /// The value dbt sees under a string key: the last one wins.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|it| &it.value)
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let own = self.entries.iter().rev().filter(|it| !it.is_merge);
        own.chain(self.merged.iter().rev()).find(|it| it.key.as_str() == Some(key))
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The pairs as dbt's dict has them: merged ones first, each key once, the last value.
    pub fn pairs(&self) -> Vec<(&Node, &Node)> {
        let own = self.entries.iter().filter(|it| !it.is_merge);
        let mut pairs: Vec<(&Node, &Node)> = Vec::with_capacity(self.entries.len());
        if self.merged.is_empty() && !self.entries.iter().any(|it| it.overridden) {
            pairs.extend(own.map(|it| (&it.key, &it.value)));
            return pairs;
        }
        let mut places = FxHashMap::default();
        for entry in self.merged.iter().chain(own) {
            let Some(key) = KeyIdentity::of(&entry.key) else {
                continue;
            };
            match places.get(&key) {
                Some(&place) => {
                    let pair: &mut (&Node, &Node) = &mut pairs[place];
                    pair.1 = &entry.value;
                }
                None => {
                    places.insert(key, pairs.len());
                    pairs.push((&entry.key, &entry.value));
                }
            }
        }
        pairs
    }
}

/// What makes two keys the same key of a Python dict: `1`, `1.0` and `true` are equal there.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum KeyIdentity<'a> {
    Null,
    String(&'a str),
    Number(String),
    Timestamp(&'a str),
}

impl<'a> KeyIdentity<'a> {
    /// Nothing for lists and mappings: they cannot be keys.
    pub(super) fn of(key: &'a Node) -> Option<Self> {
        Some(match &key.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Number(u8::from(*value).to_string()),
            Value::Int(value) => Self::Number(value.to_string()),
            Value::BigInt(value) => Self::Number(value.to_string()),
            // Printed without a fraction where there is none.
            Value::Float(value) => Self::Number((value + 0.0).to_string()),
            Value::String(value) => Self::String(value),
            Value::Timestamp(value) => Self::Timestamp(value),
            Value::Sequence(_) | Value::Mapping(_) => return None,
        })
    }
}
