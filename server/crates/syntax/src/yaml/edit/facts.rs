//! What the whole document says about where an edit may do harm.

use rustc_hash::FxHashSet;
use text_size::TextRange;

use super::super::{Document, Entry, Node, Style, Value};

pub(super) struct Facts<'a> {
    /// The names that stand behind a `*`.
    aliases: FxHashSet<&'a str>,
    /// A text under `|` or `>` stands somewhere.
    pub(super) has_texts: bool,
    /// The texts under `|+` and `>+`, in order.
    kept: Vec<TextRange>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(text: &str, document: &'a Document) -> Self {
        let mut facts = Self { aliases: FxHashSet::default(), has_texts: false, kept: Vec::new() };
        for node in document.nodes() {
            if let Some(alias) = node.alias() {
                facts.aliases.insert(alias);
                continue;
            }
            facts.has_texts |= is_text(node);
            if keeps_breaks(text, node) {
                facts.kept.push(node.range);
            }
        }
        facts.kept.sort_by_key(|it| it.start());
        facts
    }

    /// An alias elsewhere stands for this node, or it is one itself.
    pub(super) fn is_shared(&self, node: &Node) -> bool {
        node.alias().is_some() || node.anchor().is_some_and(|it| self.aliases.contains(it))
    }

    pub(super) fn has_kept_breaks(&self) -> bool {
        !self.kept.is_empty()
    }

    pub(super) fn has_kept_breaks_in(&self, range: TextRange) -> bool {
        let first = self.kept.partition_point(|it| it.start() < range.start());
        self.kept.get(first).is_some_and(|it| range.contains_range(*it))
    }
}

/// A text under `|` or `>`.
pub(super) fn is_text(node: &Node) -> bool {
    matches!(node.style, Style::Literal | Style::Folded) && node.alias().is_none()
}

/// A text with the empty lines that follow it.
pub(super) fn keeps_breaks(text: &str, node: &Node) -> bool {
    is_text(node) && node.source(text).lines().next().is_some_and(|it| it.contains('+'))
}

/// The nodes of a pair; what an alias stands for is not visited.
pub(super) fn below(entry: &Entry) -> impl Iterator<Item = &Node> {
    let mut stack = vec![&entry.value, &entry.key];
    std::iter::from_fn(move || {
        let node = stack.pop()?;
        if node.alias().is_none() {
            match &node.value {
                Value::Sequence(items) => stack.extend(items.iter().rev()),
                Value::Mapping(mapping) => {
                    stack.extend(mapping.entries.iter().rev().flat_map(|it| [&it.value, &it.key]));
                }
                _ => {}
            }
        }
        Some(node)
    })
}
