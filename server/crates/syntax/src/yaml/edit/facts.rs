//! What the whole document says about where an edit may do harm.

use rustc_hash::FxHashSet;
use text_size::TextRange;

use super::super::{Document, Entry, Node, Style, Value};

pub(super) struct Facts<'a> {
    /// The names that stand behind a `*`.
    aliases: FxHashSet<&'a str>,
    /// One name is given to several nodes, so that an alias means another one elsewhere.
    repeats_anchors: bool,
    /// A text under `|` or `>` stands somewhere.
    pub(super) has_texts: bool,
    /// The texts under `|+` and `>+`, in order.
    kept: Vec<TextRange>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(text: &str, document: &'a Document) -> Self {
        let mut facts = Self {
            aliases: FxHashSet::default(),
            repeats_anchors: false,
            has_texts: false,
            kept: Vec::new(),
        };
        let mut anchors = FxHashSet::default();
        for node in document.nodes() {
            if let Some(alias) = node.alias() {
                facts.aliases.insert(alias);
                continue;
            }
            if let Some(anchor) = node.anchor() {
                facts.repeats_anchors |= !anchors.insert(anchor);
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

    /// Elsewhere in the file, an alias of this pair would mean another node.
    pub(super) fn is_bound(&self, entry: &Entry) -> bool {
        self.repeats_anchors && below(entry).any(|it| it.anchor().is_some() || it.alias().is_some())
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
