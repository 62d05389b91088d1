//! Changes to a YAML file as edits of its text: comments, order, quotes, indentation and line ends
//! stay. Where a change cannot be made without risk to something else, there is no edit.

mod block;
mod comments;
mod facts;
mod flow;
mod relocate;
mod scalar;

use std::cell::Cell;

use text_size::{TextRange, TextSize};

use super::{Document, Entry, Mapping, Node, Style, Value};
use facts::Facts;

pub use relocate::{Move, fits_flow};
pub use scalar::scalar;

/// A range of the file and what to put in its place.
pub type Edit = (TextRange, String);

/// Where a new pair goes.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    Start,
    End,
    Before(&'a Entry),
    After(&'a Entry),
}

/// Makes edits of one text; the nodes passed in are those of its document.
pub struct Editor<'a> {
    text: &'a str,
    document: &'a Document,
    facts: Facts<'a>,
    line_end: &'static str,
    step: usize,
    /// How many bytes may still be read again.
    rereadable: Cell<usize>,
}

/// Reading a file again for each of many edits would take time that grows with its square.
const MAX_REREAD: usize = 16 << 20;

impl<'a> Editor<'a> {
    pub fn new(text: &'a str, document: &'a Document) -> Self {
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        let line_end = if crlf { "\r\n" } else { "\n" };
        let facts = Facts::of(text, document);
        let rereadable = Cell::new(MAX_REREAD);
        let mut editor = Self { text, document, facts, line_end, step: 2, rereadable };
        editor.step = editor.indentation_step();
        editor
    }

    /// Whether dbt reads the file after these edits. Said of so many edits of one file only; the
    /// others are taken to break it.
    pub fn is_readable(&self, edits: &[Edit]) -> bool {
        let Some(left) = self.rereadable.get().checked_sub(self.text.len()) else { return false };
        self.rereadable.set(left);
        super::parse(&apply(self.text, edits)).readable
    }

    /// Gives a key another name; quotes around it stay.
    pub fn rename_key(&self, entry: &Entry, name: &str) -> Vec<Edit> {
        if entry.key.alias().is_some() {
            return Vec::new();
        }
        let name = match entry.key.style {
            Style::Plain => scalar(name),
            _ => name.to_owned(),
        };
        vec![(entry.key.text_range(), name)]
    }

    /// Puts another scalar in the place of a value.
    pub fn replace_value(&self, entry: &Entry, value: &str) -> Vec<Edit> {
        let range = entry.value.range;
        let before = &self.text[..usize::from(range.start())];
        let blank = if before.ends_with(':') { " " } else { "" };
        vec![(range, format!("{blank}{value}"))]
    }

    /// Takes a pair out, with a comment behind it; comments above it stay. A mapping that loses its
    /// last pair becomes `{}`.
    pub fn remove_entry(&self, mapping: &Node, entry: &Entry) -> Option<Vec<Edit>> {
        let (pairs, index) = self.locate(mapping, entry)?;
        if mapping.style == Style::Flow {
            return Some(vec![(flow::removal(self.text, pairs, index), String::new())]);
        }
        if pairs.entries.len() == 1 {
            return self.empty(mapping, entry);
        }
        let lines = self.lines_of(entry)?;
        if lines.has_loose_comments || self.would_lengthen_text(&lines) {
            return None;
        }
        let end = if lines.own_line {
            lines.end
        } else {
            // The next pair, or the comment above it, moves up to the dash.
            let rest = &self.text[lines.end..];
            lines.end + rest.len() - rest.trim_start().len()
        };
        Some(vec![(range(lines.start, end), String::new())])
    }

    /// Adds `key: value`, given as text: on one line for a mapping in braces, else also on several
    /// that are indented relative to the first.
    pub fn insert_entry(&self, mapping: &Node, place: Place<'_>, pair: &str) -> Option<Vec<Edit>> {
        let pairs = self.own_mapping(mapping).filter(|_| !self.is_shared(mapping))?;
        let place = match (place, pairs.entries.first(), pairs.entries.last()) {
            (Place::Start, Some(first), _) => Place::Before(first),
            (Place::End, _, Some(last)) => Place::After(last),
            (Place::Start | Place::End, ..) if mapping.style == Style::Flow => {
                let at = flow::inside(self.text, mapping);
                return Some(vec![(range(at, at), pair.to_owned())]);
            }
            (Place::Start | Place::End, ..) => return None,
            (place, ..) => place,
        };
        let neighbour = match place {
            Place::Before(entry) | Place::After(entry) => entry,
            Place::Start | Place::End => return None,
        };
        self.locate(mapping, neighbour)?;
        let before = matches!(place, Place::Before(_));
        if mapping.style == Style::Flow {
            return Some(vec![flow::insertion(neighbour, before, pair)]);
        }
        let lines = self.lines_of(neighbour)?;
        if !before && (self.would_lengthen_text(&lines) || self.is_open_end(lines.end)) {
            return None;
        }
        let pair = self.indent(pair, lines.column);
        Some(vec![match (before, lines.own_line) {
            (true, true) => {
                let at = lines.with_comments;
                (range(at, at), format!("{pair}{}", self.line_end))
            }
            (true, false) => {
                let pad = " ".repeat(lines.column);
                let at = lines.start;
                (range(at, at), format!("{}{}{pad}", pair.trim_start(), self.line_end))
            }
            (false, _) => (range(lines.end, lines.end), self.on_lines_after(lines.end, &pair)),
        }])
    }

    /// Adds a pair to the mapping under `child`, which is made where it is missing or empty.
    pub fn insert_under(&self, mapping: &Node, child: &str, pair: &str) -> Option<Vec<Edit>> {
        let pairs = self.own_mapping(mapping)?;
        let Some(entry) = pairs.entries.iter().rev().find(|it| it.key.as_str() == Some(child))
        else {
            let text = if mapping.style == Style::Flow {
                format!("{child}: {{{pair}}}")
            } else {
                format!("{child}:\n{}", self.indent(pair, self.step))
            };
            return self.insert_entry(mapping, Place::End, &text);
        };
        match &entry.value.value {
            Value::Mapping(_) => self.insert_entry(&entry.value, Place::End, pair),
            Value::Null if entry.value.range.is_empty() && mapping.style != Style::Flow => {
                let lines = self.lines_of(entry)?;
                let pair = self.indent(pair, lines.column + self.step);
                let at = self.line_end_after(entry.range().end().into());
                if self.is_open_end(at) {
                    return None;
                }
                Some(vec![(range(at, at), self.on_lines_after(at, &pair))])
            }
            _ => None,
        }
    }

    /// A mapping written out here, and not elsewhere under an alias.
    fn own_mapping<'n>(&self, node: &'n Node) -> Option<&'n Mapping> {
        if node.alias().is_some() { None } else { node.as_mapping() }
    }

    fn locate<'n>(&self, mapping: &'n Node, entry: &Entry) -> Option<(&'n Mapping, usize)> {
        let pairs = self.own_mapping(mapping)?;
        let index = pairs.entries.iter().position(|it| it.key.range == entry.key.range)?;
        Some((pairs, index))
    }

    /// Removes the only pair of a block mapping.
    fn empty(&self, mapping: &Node, entry: &Entry) -> Option<Vec<Edit>> {
        let lines = self.lines_of(entry)?;
        if !lines.own_line {
            return Some(vec![(entry.range(), "{}".to_owned())]);
        }
        if lines.has_loose_comments {
            return None;
        }
        let removal = (range(lines.start, lines.end), String::new());
        let path = self.document.node_at(mapping.range.start());
        let parent = path
            .iter()
            .rev()
            .find_map(|node| node.entries().iter().find(|it| it.value.range == mapping.range));
        let Some(parent) = parent else {
            return Some(vec![removal]);
        };
        let key_end = usize::from(parent.key.range.end());
        let colon = key_end + self.text[key_end..].find(':')? + 1;
        Some(vec![(range(colon, colon), " {}".to_owned()), removal])
    }
}

/// Applies edits that do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, replacement) in sorted {
        out += text.get(at..range.start().into()).unwrap_or("");
        out += replacement;
        at = at.max(range.end().into());
    }
    out += text.get(at..).unwrap_or("");
    out
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::from(start as u32), TextSize::from(end.max(start) as u32))
}

#[cfg(test)]
mod tests;
