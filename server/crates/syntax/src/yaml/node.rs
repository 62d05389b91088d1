use std::hash::{Hash, Hasher};

use num_bigint::BigInt;
use text_size::{TextRange, TextSize};

use super::Mapping;
use super::alignment::Alignment;

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// With tag and anchor; a collection ends with its last child, a block scalar with its last
    /// line that has text. For an alias, the alias itself.
    pub range: TextRange,
    pub value: Value,
    pub style: Style,
    pub(super) text_range: TextRange,
    pub(super) alignment: Alignment,
    pub(super) details: Option<Box<Details>>,
}

/// What few nodes have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Details {
    pub(super) tag: Option<String>,
    pub(super) anchor: Option<String>,
    pub(super) alias: Option<String>,
    /// The text of a scalar that is not a string: `on`, `017`.
    pub(super) text: Option<String>,
}

impl Details {
    pub(super) fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

/// What dbt sees.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// Only integers that do not fit into 64 bits.
    BigInt(BigInt),
    Float(f64),
    String(String),
    /// As Python's `str()` prints the date or the time.
    Timestamp(String),
    Sequence(Vec<Node>),
    Mapping(Mapping),
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    /// `[a, b]`, `{a: b}`
    Flow,
    /// Indented items or pairs.
    Block,
}

impl Node {
    /// The text of a scalar without quotes, block header, tag and anchor; for the rest, `range`.
    pub fn text_range(&self) -> TextRange {
        self.text_range
    }

    /// How the node is written, tag and quotes included.
    pub fn source<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.range.start().into()..self.range.end().into()).unwrap_or("")
    }

    pub fn tag(&self) -> Option<&str> {
        self.details.as_ref()?.tag.as_deref()
    }

    pub fn anchor(&self) -> Option<&str> {
        self.details.as_ref()?.anchor.as_deref()
    }

    /// The anchor's name where this node is written `*name`.
    pub fn alias(&self) -> Option<&str> {
        self.details.as_ref()?.alias.as_deref()
    }

    /// The text of any scalar, before YAML makes a boolean or a number of it.
    pub fn scalar_text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            Value::Sequence(_) | Value::Mapping(_) => None,
            Value::Null => Some(self.typed_text().unwrap_or("")),
            _ => self.typed_text(),
        }
    }

    fn typed_text(&self) -> Option<&str> {
        self.details.as_ref()?.text.as_deref()
    }

    /// Hashes what dbt sees of the node, wherever and however it is written.
    pub fn hash_data(&self, hasher: &mut impl Hasher) {
        std::mem::discriminant(&self.value).hash(hasher);
        match &self.value {
            Value::Sequence(items) => {
                items.len().hash(hasher);
                items.iter().for_each(|it| it.hash_data(hasher));
            }
            Value::Mapping(mapping) => {
                let pairs = mapping.pairs();
                pairs.len().hash(hasher);
                for (key, value) in pairs {
                    key.hash_data(hasher);
                    value.hash_data(hasher);
                }
            }
            Value::Float(it) => it.to_bits().hash(hasher),
            Value::Bool(it) => it.hash(hasher),
            Value::Int(it) => it.hash(hasher),
            Value::BigInt(it) => it.hash(hasher),
            Value::String(it) | Value::Timestamp(it) => it.hash(hasher),
            Value::Null => {}
        }
        // Two spellings of a value may be two names.
        self.scalar_text().hash(hasher);
    }

    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self.value {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The items of a sequence, nothing for any other node.
    pub fn items(&self) -> &[Node] {
        self.as_sequence().unwrap_or(&[])
    }

    /// The pairs as written, duplicates included; nothing for any other node.
    pub fn entries(&self) -> &[super::Entry] {
        self.as_mapping().map_or(&[], |it| &it.entries)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key)
    }

    pub fn get_path(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Where a byte of a scalar's value stands in the file. Exact where the value is written out;
    /// inside an escape or a folded line break, the nearest place before it.
    pub fn source_offset(&self, value_offset: TextSize) -> TextSize {
        if self.alias().is_some() {
            return self.range.start();
        }
        self.alignment
            .source_offset(self.text_range.start(), value_offset)
            .min(self.text_range.end())
    }

    /// The file's range of a part of a scalar's value.
    pub fn source_range(&self, value_range: TextRange) -> TextRange {
        let start = self.source_offset(value_range.start());
        let end = if value_range.is_empty() {
            start
        } else {
            // The place of the last byte, so that an end at a line's end stays on that line.
            self.source_offset(value_range.end() - TextSize::from(1)) + TextSize::from(1)
        };
        if self.alias().is_some() {
            return self.range;
        }
        TextRange::new(start, end.max(start).min(self.text_range.end().max(start)))
    }

    /// The byte of a scalar's value that stands at a place of the file.
    pub fn value_offset(&self, source_offset: TextSize) -> Option<TextSize> {
        let text = self.scalar_text()?;
        if self.alias().is_some() || !self.text_range.contains_inclusive(source_offset) {
            return None;
        }
        let offset = self.alignment.value_offset(self.text_range.start(), source_offset);
        Some(offset.min(TextSize::of(text)))
    }

    pub(super) fn covers(&self, offset: TextSize) -> bool {
        self.range.contains_inclusive(offset)
    }

    /// The key or value, or the item, at an offset. Where two meet, the later one.
    pub(super) fn child_at(&self, offset: TextSize) -> Option<&Node> {
        if self.alias().is_some() {
            return None;
        }
        match &self.value {
            Value::Sequence(items) => items.iter().rev().find(|it| it.covers(offset)),
            Value::Mapping(mapping) => mapping.entries.iter().rev().find_map(|entry| {
                [&entry.value, &entry.key].into_iter().find(|it| it.covers(offset))
            }),
            _ => None,
        }
    }
}
