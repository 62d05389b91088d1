//! What a pair carries besides its value.

use super::super::{Entry, Value};
use super::Editor;
use super::facts::{below, is_text};

impl Editor<'_> {
    /// An alias elsewhere in the file stands for this node, or it is one itself: changing it
    /// changes something else.
    pub fn is_shared(&self, node: &super::Node) -> bool {
        self.facts.is_shared(node)
    }

    /// A text under `|` or `>` stands in this pair: what it says may depend on what follows it.
    pub fn holds_text(&self, entry: &Entry) -> bool {
        self.facts.has_texts && below(entry).any(is_text)
    }

    /// Comments stand in a pair, behind it or directly above it.
    pub fn has_comments(&self, entry: &Entry) -> bool {
        let (start, end) = match self.lines_of(entry) {
            Some(lines) => (lines.with_comments, lines.end),
            None => (entry.range().start().into(), entry.range().end().into()),
        };
        // In the order of the text, so that a `#` in one of them is found at once.
        let scalars: Vec<_> = below(entry)
            .filter(|it| !matches!(it.value, Value::Sequence(_) | Value::Mapping(_)))
            .map(|it| it.text_range())
            .collect();
        self.text[start..end].match_indices('#').any(|(at, _)| {
            let at = start + at;
            let next = scalars.partition_point(|it| usize::from(it.start()) <= at);
            let around = next.checked_sub(1).and_then(|it| scalars.get(it));
            around.is_none_or(|it| usize::from(it.end()) <= at)
        })
    }
}
