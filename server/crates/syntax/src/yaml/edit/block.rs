//! The lines of a pair in an indented mapping.

use super::super::{Entry, Style, Value};
use super::facts::keeps_breaks;
use super::{Editor, range};

/// The lines a pair takes up.
pub(super) struct Lines {
    /// With the comments directly above it.
    pub(super) with_comments: usize,
    /// The start of its first line, or of the key where something stands in front, as in `- key: x`.
    pub(super) start: usize,
    /// Behind the end of its last line.
    pub(super) end: usize,
    /// Nothing stands in front of the key.
    pub(super) own_line: bool,
    /// Of the key, in bytes.
    pub(super) column: usize,
    /// Among them are comments behind an empty line.
    pub(super) has_loose_comments: bool,
}

impl Editor<'_> {
    /// Nothing for a key that is marked with `?` or shares its line with another pair.
    pub(super) fn lines_of(&self, entry: &Entry) -> Option<Lines> {
        let key = usize::from(entry.key.range.start());
        let line = self.line_start(key);
        let before = self.text.get(line..key)?;
        if !before.bytes().all(|it| matches!(it, b' ' | b'-')) {
            return None;
        }
        let own_line = before.trim_start_matches(' ').is_empty();
        let column = before.len();
        let mut end = self.line_end_after(entry.range().end().into());
        end = self.after_kept_breaks(entry, end);
        let (end, has_loose_comments) = self.after_comments(end, column);
        let start = if own_line { line } else { key };
        let with_comments = if own_line { self.comments_above(line, column) } else { start };
        Some(Lines { with_comments, start, end, own_line, column, has_loose_comments })
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |it| it + 1)
    }

    /// Behind the line end.
    pub(super) fn line_end_after(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |it| at + it + 1)
    }

    /// `|+` keeps the empty lines that follow.
    fn after_kept_breaks(&self, entry: &Entry, end: usize) -> usize {
        if !keeps_breaks(self.text, &entry.value) {
            return end;
        }
        let mut end = end;
        while end < self.text.len() {
            let next = self.line_end_after(end);
            if !self.text[end..next].trim().is_empty() {
                break;
            }
            end = next;
        }
        end
    }

    /// A text under `|+` takes in every empty line that comes to stand behind it, also one that
    /// only set two pairs apart. Where that could happen, nothing is moved.
    pub(super) fn would_lengthen_text(&self, lines: &Lines) -> bool {
        let next = &self.text[lines.end..self.line_end_after(lines.end)];
        lines.end < self.text.len() && next.trim().is_empty() && self.facts.has_kept_breaks()
    }

    /// A text under `|+` or `>+` stands in these lines.
    pub(super) fn hold_kept_breaks(&self, lines: &Lines) -> bool {
        self.facts.has_kept_breaks_in(range(lines.start, lines.end))
    }

    /// Here the file ends, without a line end: a text that ends here lacks the one that it would
    /// have elsewhere, and one that comes here loses it.
    pub(super) fn is_open_end(&self, at: usize) -> bool {
        at == self.text.len() && !self.text.ends_with('\n') && self.facts.has_texts
    }

    /// Comment lines that are indented further than the key still belong to it, also behind empty
    /// lines: a text under `|` that came to stand above them would take them in. It would take in
    /// blanks as well. The second value tells of comments behind empty lines.
    fn after_comments(&self, end: usize, column: usize) -> (usize, bool) {
        let (mut end, mut at) = (end, end);
        let (mut is_behind_empty, mut has_loose) = (false, false);
        while at < self.text.len() {
            let next = self.line_end_after(at);
            let line = self.text[at..next].trim_end_matches(['\r', '\n']);
            at = next;
            let content = line.trim_start_matches(' ');
            let is_deeper = line.len() - content.len() > column;
            if content.is_empty() {
                is_behind_empty = true;
                if is_deeper && self.facts.has_texts {
                    end = at;
                }
            } else if content.starts_with('#') && is_deeper {
                has_loose |= is_behind_empty;
                end = at;
            } else {
                break;
            }
        }
        (end, has_loose)
    }

    /// The comment lines above a pair, indented as it is.
    fn comments_above(&self, line: usize, column: usize) -> usize {
        let mut start = line;
        while start > 0 {
            let above = self.line_start(start - 1);
            let text = &self.text[above..start];
            let content = text.trim_start_matches(' ');
            if !content.starts_with('#') || text.len() - content.len() != column {
                break;
            }
            start = above;
        }
        // Above the first pair of the file stands what is said about the file.
        if start == 0 && line > 0 { line } else { start }
    }

    /// Lines that go behind a line which may lack its end.
    pub(super) fn on_lines_after(&self, at: usize, lines: &str) -> String {
        if at == 0 || self.text[..at].ends_with('\n') {
            format!("{lines}{}", self.line_end)
        } else {
            format!("{}{lines}", self.line_end)
        }
    }

    /// Text with every line indented, and with the file's line ends. Empty lines stay empty.
    pub(super) fn indent(&self, text: &str, columns: usize) -> String {
        let pad = " ".repeat(columns);
        let lines: Vec<String> = text
            .lines()
            .map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") })
            .collect();
        lines.join(self.line_end)
    }

    /// By how much this file indents a mapping under its key.
    pub(super) fn indentation_step(&self) -> usize {
        self.document
            .nodes()
            .flat_map(|it| it.entries())
            .take(1_000)
            .filter(|it| {
                it.value.style == Style::Block && matches!(it.value.value, Value::Mapping(_))
            })
            .find_map(|it| {
                let key = usize::from(it.key.range.start());
                let child = usize::from(it.value.range.start());
                let column = |at: usize| at - self.line_start(at);
                column(child).checked_sub(column(key)).filter(|step| (1..=8).contains(step))
            })
            .unwrap_or(2)
    }
}
