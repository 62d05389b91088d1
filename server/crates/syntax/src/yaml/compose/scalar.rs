//! One scalar event to one node.

use libyaml_safer::ScalarStyle;

use super::super::alignment::Alignment;
use super::super::node::Details;
use super::super::recover::{Kind, Patch};
use super::super::resolve::{self, Tag};
use super::super::{Node, Style, Value};
use super::{Composer, range};

pub(super) struct Scanned {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) tag: Option<String>,
    pub(super) value: String,
    pub(super) plain_implicit: bool,
    pub(super) style: ScalarStyle,
}

impl Composer<'_> {
    pub(super) fn scalar(&mut self, scanned: Scanned, anchor: &Option<String>) -> Node {
        let Scanned { start, mut end, tag, value: scalar_text, plain_implicit, style } = scanned;
        if let Some(anchor) = anchor {
            self.declare(anchor, start);
        }
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
            _ => Style::Plain,
        };
        // A half-typed key lost its last byte to the colon it lacks.
        let place = self.patches.partition_point(|it| it.start < start);
        if let Some(patch) = self.patches.get(place)
            && (patch.start, patch.kind) == (start, Kind::Key)
        {
            end = patch.end;
        }
        let content_start = if anchor.is_some() || tag.is_some() {
            skip_properties(self.scanned, start, end)
        } else {
            start
        };
        let (text_start, text_end, indent) = match style {
            Style::SingleQuoted | Style::DoubleQuoted => {
                let inner = (content_start + 1).min(end);
                (inner, end.saturating_sub(1).max(inner), 0)
            }
            Style::Literal | Style::Folded => {
                let block = block_text(self.scanned, content_start, end, &scalar_text);
                end = block.1.max(content_start + 1).min(end);
                block
            }
            _ => (content_start, end, 0),
        };
        let mut text_start = text_start;
        let mut text_end = text_end.min(self.scanned.len()).max(text_start);
        let alignment = Alignment::new(
            &self.scanned[text_start..text_end],
            text_start as u32,
            &scalar_text,
            style,
            indent,
        );
        let mut details = Details { tag, anchor: anchor.clone(), ..Details::default() };
        let value = if let Some((text, opening)) =
            self.unpatched(text_start, text_end, &scalar_text, &alignment)
        {
            if opening > 0 {
                text_start += opening;
                text_end = text_start + text.len();
            }
            Value::String(text)
        } else {
            let value = match self.construct(&details, &scalar_text, plain_implicit) {
                Ok(value) => value,
                Err(message) => {
                    self.problem(start, end, message);
                    Value::String(scalar_text.clone())
                }
            };
            if !matches!(value, Value::String(_)) && !scalar_text.is_empty() {
                details.text = Some(scalar_text);
            }
            value
        };
        Node {
            range: range(start, end),
            value,
            style,
            text_range: range(text_start, text_end),
            alignment,
            details: details.boxed(),
        }
    }

    fn construct(
        &self,
        details: &Details,
        text: &str,
        plain_implicit: bool,
    ) -> Result<Value, String> {
        let tag = match details.tag.as_deref() {
            None | Some("!") if plain_implicit => resolve::implicit_tag(text),
            None | Some("!") => Tag::Str,
            Some("tag:yaml.org,2002:binary") => Tag::Str,
            Some(tag) => resolve::explicit_tag(tag).ok_or_else(|| unknown_tag(tag))?,
        };
        // As a key both are fine: `<<` merges, and `=` is text. Which of the two a scalar is
        // cannot be told from its own event, so the parent says.
        let is_key = matches!(
            self.stack.last().map(|it| &it.children),
            Some(super::Children::Pairs { key: None, .. })
        );
        if is_key && matches!(tag, Tag::Merge | Tag::Value) {
            return Ok(Value::String(text.to_owned()));
        }
        resolve::construct(tag, text)
    }

    /// The text as typed, where the scanner was shown something else, and the bytes of the quote
    /// in front of it that is no part of it.
    fn unpatched(
        &self,
        start: usize,
        end: usize,
        value: &str,
        alignment: &Alignment,
    ) -> Option<(String, usize)> {
        // Patches are in order and do not overlap.
        let from = self.patches.partition_point(|it| it.end <= start);
        let patches: Vec<&Patch> = self.patches[from..]
            .iter()
            .take_while(|it| it.start < end)
            .filter(|it| it.kind != Kind::Blank)
            .collect();
        let first = patches.first()?;
        if patches.len() == 1 && first.start == start {
            let opening = match first.kind {
                Kind::Text { opening } => opening,
                _ => return Some((self.original.get(start..first.end)?.to_owned(), 0)),
            };
            let text = self.original.get(start..end)?;
            let is_quote = |it: &char| opening > 0 && matches!(it, '"' | '\'');
            let Some(quote) = text.chars().next().filter(is_quote) else {
                return Some((text.to_owned(), 0));
            };
            let inner = &text[opening..];
            let inner = inner.strip_suffix(quote).unwrap_or(inner);
            return Some((inner.to_owned(), opening));
        }
        let mut bytes = value.as_bytes().to_vec();
        for patch in patches {
            let at = alignment.value_offset(
                text_size::TextSize::from(start as u32),
                text_size::TextSize::from(patch.start as u32),
            );
            let at = usize::from(at);
            let original = self.original.as_bytes().get(patch.start..patch.end.min(end))?;
            bytes.get_mut(at..at + original.len())?.copy_from_slice(original);
        }
        Some((String::from_utf8(bytes).ok()?, 0))
    }
}

pub(super) fn unknown_tag(tag: &str) -> String {
    let tag = tag.replace("tag:yaml.org,2002:", "!!");
    format!("dbt's YAML reader does not know the tag `{tag}` here: quote the text or drop the tag")
}

/// `<<`, bare or tagged: quoted it is a key like any other.
pub(super) fn is_merge_key(key: &Node) -> bool {
    match key.tag() {
        None | Some("!") => {
            key.style == Style::Plain && key.alias().is_none() && key.as_str() == Some("<<")
        }
        Some(tag) => tag == "tag:yaml.org,2002:merge",
    }
}

pub(super) fn null_at(offset: usize) -> Node {
    Node {
        range: range(offset, offset),
        value: Value::Null,
        style: Style::Plain,
        text_range: range(offset, offset),
        alignment: Alignment::default(),
        details: None,
    }
}

/// The scanner puts a missing value at the next token, which may be lines away: put it behind the
/// colon, or behind the key where there is none.
pub(super) fn close_to_key(value: Node, key: &Node, text: &str) -> Node {
    if !value.range.is_empty() || value.details.is_some() {
        return value;
    }
    let key_end = usize::from(key.range.end());
    let between = text.get(key_end..value.range.start().into()).unwrap_or("");
    null_at(match between.find(':') {
        Some(colon) => key_end + colon + 1,
        None => key_end,
    })
}

/// Past `&anchor` and `!tag`, to the value itself.
pub(super) fn skip_properties(text: &str, start: usize, end: usize) -> usize {
    let mut at = start;
    while let Some(rest) = text.get(at..end) {
        let blank = rest.len() - rest.trim_start().len();
        let rest = &rest[blank..];
        at += blank;
        match rest.as_bytes().first() {
            Some(b'&' | b'!') => {
                at += rest.find(char::is_whitespace).unwrap_or(rest.len());
            }
            Some(b'#') => at = line_end(text, at).min(end),
            _ => break,
        }
    }
    at.min(end)
}

pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length)
}

/// Start and end of a block scalar's lines, and by how many columns they are indented.
fn block_text(text: &str, header: usize, end: usize, value: &str) -> (usize, usize, usize) {
    let header_end = line_end(text, header).min(end);
    let trimmed_end = header + text[header..end].trim_end().len();
    if trimmed_end <= header_end {
        return (header_end, header_end, 0);
    }
    let break_length = if text[header_end..].starts_with("\r\n") { 2 } else { 1 };
    let after = (header_end + break_length).min(trimmed_end);
    // The first line with text shows the indentation: what it has more than the value has.
    let body = &text[after..trimmed_end];
    let indent = leading_spaces(body).saturating_sub(leading_spaces(value));
    let first_is_blank = body.lines().next().is_some_and(|it| it.trim().is_empty());
    let start = if first_is_blank { after } else { after + indent };
    (start, trimmed_end, indent)
}

fn leading_spaces(text: &str) -> usize {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
}
