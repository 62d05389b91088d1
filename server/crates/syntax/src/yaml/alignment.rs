//! Which byte of a scalar's value stands where in the file.

use text_size::TextSize;

use super::Style;

/// Runs of bytes that value and file have in common: (offset in the value, offset in the file).
/// Empty when the whole value is written out from the start of the scalar's text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Alignment(Option<Box<[(u32, u32)]>>);

impl Alignment {
    /// `source` is the scalar's text in the file, `start` where it begins there.
    pub(super) fn new(source: &str, start: u32, value: &str, style: Style, indent: usize) -> Self {
        if source.starts_with(value) {
            return Self(None);
        }
        let mut walk = Walk { source, at: 0, style, indent };
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let mut delta = None;
        for (value_offset, character) in value.char_indices() {
            let Some(source_offset) = walk.step(character) else {
                break;
            };
            let here = source_offset as i64 - value_offset as i64;
            if delta != Some(here) {
                delta = Some(here);
                runs.push((value_offset as u32, start + source_offset as u32));
            }
        }
        Self(Some(runs.into_boxed_slice()))
    }

    pub(super) fn source_offset(&self, start: TextSize, value_offset: TextSize) -> TextSize {
        let Some(runs) = &self.0 else {
            return start + value_offset;
        };
        let wanted = u32::from(value_offset);
        let place = runs.partition_point(|(value, _)| *value <= wanted);
        match place.checked_sub(1).and_then(|it| runs.get(it)) {
            Some((value, source)) => {
                let end = runs.get(place).map_or(u32::MAX, |(_, next)| *next);
                TextSize::from(source.saturating_add(wanted - value).min(end))
            }
            None => start,
        }
    }

    pub(super) fn value_offset(&self, start: TextSize, source_offset: TextSize) -> TextSize {
        let Some(runs) = &self.0 else {
            return source_offset.checked_sub(start).unwrap_or_default();
        };
        let wanted = u32::from(source_offset);
        let place = runs.partition_point(|(_, source)| *source <= wanted);
        match place.checked_sub(1).and_then(|it| runs.get(it)) {
            Some((value, source)) => {
                let end = runs.get(place).map_or(u32::MAX, |(next, _)| *next);
                TextSize::from(value.saturating_add(wanted - source).min(end))
            }
            None => TextSize::default(),
        }
    }
}

struct Walk<'a> {
    source: &'a str,
    at: usize,
    style: Style,
    indent: usize,
}

impl<'a> Walk<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    /// Where the next character of the value is written; moves behind it.
    fn step(&mut self, character: char) -> Option<usize> {
        if self.style == Style::DoubleQuoted {
            self.skip_escaped_breaks();
        }
        if let Some(length) = self.escape() {
            let at = self.at;
            self.at += length;
            return Some(at);
        }
        if !self.is_at(character) {
            // The value has lost white space here: folding and indentation.
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            if self.style == Style::DoubleQuoted {
                self.skip_escaped_breaks();
            }
            if let Some(length) = self.escape() {
                let at = self.at;
                self.at += length;
                return Some(at);
            }
            if !self.is_at(character) {
                return None;
            }
        }
        let at = self.at;
        match self.line_break() {
            Some(length) => {
                self.at += length;
                if matches!(self.style, Style::Literal | Style::Folded) {
                    self.skip_indentation();
                }
            }
            None => self.at += character.len_utf8(),
        }
        Some(at)
    }

    /// A folded line break is a space in the value.
    fn is_at(&self, character: char) -> bool {
        match character {
            '\n' => self.line_break().is_some(),
            ' ' if self.line_break().is_some() => true,
            _ => self.rest().starts_with(character),
        }
    }

    fn line_break(&self) -> Option<usize> {
        let rest = self.rest();
        if rest.starts_with("\r\n") {
            Some(2)
        } else if rest.starts_with(['\n', '\r']) {
            Some(1)
        } else {
            None
        }
    }

    fn skip_indentation(&mut self) {
        let rest = self.rest();
        self.at += rest.bytes().take(self.indent).take_while(|it| *it == b' ').count();
    }

    fn skip_escaped_breaks(&mut self) {
        while self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r") {
            self.at += 1;
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        }
    }

    /// The length of an escape that stands here.
    fn escape(&self) -> Option<usize> {
        let rest = self.rest();
        match self.style {
            Style::SingleQuoted => rest.starts_with("''").then_some(2),
            Style::DoubleQuoted => {
                let escaped = rest.strip_prefix('\\')?.chars().next()?;
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                Some((1 + escaped.len_utf8() + digits).min(rest.len()))
            }
            _ => None,
        }
    }
}
