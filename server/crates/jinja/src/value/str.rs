//! Strings: shared text, what it is to the native environment, and where it came from.

use std::rc::Rc;
use std::sync::Arc;

use crate::source_map::{Segment, push_segment};

/// What kind of string Python would have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StrKind {
    #[default]
    Plain,
    /// Marked safe: not escaped again.
    Markup,
    /// Markers of dbt's native environment.
    Text,
    Native,
    Bool,
    Number,
}

#[derive(Clone, Debug)]
pub struct Str {
    text: Arc<str>,
    map: Option<Rc<Vec<Segment>>>,
    kind: StrKind,
}

impl Str {
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), map: None, kind: StrKind::Plain }
    }

    /// A string that knows where its pieces come from; segments count from its start.
    pub fn with_map(text: impl Into<Arc<str>>, segments: Vec<Segment>) -> Self {
        let map = (!segments.is_empty()).then(|| Rc::new(segments));
        Self { text: text.into(), map, kind: StrKind::Plain }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    pub fn kind(&self) -> StrKind {
        self.kind
    }

    pub fn is_markup(&self) -> bool {
        self.kind == StrKind::Markup
    }

    pub fn of_kind(mut self, kind: StrKind) -> Self {
        self.kind = kind;
        self
    }

    pub fn segments(&self) -> &[Segment] {
        self.map.as_deref().map_or(&[], Vec::as_slice)
    }

    /// The part between two byte offsets, which are character boundaries.
    pub fn part(&self, start: usize, end: usize) -> Self {
        if start == 0 && end == self.text.len() {
            return self.clone();
        }
        let text = self.text.get(start..end).unwrap_or_default();
        let mut segments = Vec::new();
        for segment in self.segments() {
            if let Some(cut) = segment.cut(start as u32, end as u32) {
                segments.push(cut);
            }
        }
        Self::with_map(text, segments).of_kind(self.kind)
    }

    /// Appends the string's segments to those of a text that has `offset` bytes already.
    pub(crate) fn append_segments(&self, offset: u32, segments: &mut Vec<Segment>) {
        for segment in self.segments() {
            push_segment(segments, Segment { start: segment.start + offset, ..*segment });
        }
    }
}

impl std::ops::Deref for Str {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
