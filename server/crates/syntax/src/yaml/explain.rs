//! Why dbt's scanner stopped, in plain words, and which piece of the text is to blame.

use std::ops::Range;

use libyaml_safer::{Event, EventData, MappingStyle, ScalarStyle, SequenceStyle};
use text_size::{TextRange, TextSize};

use super::reader::{Failure, MAX_DEPTH};
use crate::Problem;

pub(super) struct Diagnosis {
    pub(super) problem: Problem,
    pub(super) remedy: Remedy,
}

/// How to read on.
pub(super) enum Remedy {
    /// Take the rest of the line for text; `opening` bytes of it are a quote.
    Text { from: usize, opening: usize },
    /// Take the word at the start of the line for a key.
    Key { at: usize },
    /// Leave out the rest of the line.
    Blank { from: usize },
    /// Leave out the line.
    Line { at: usize },
    /// Take the tabs in front of the line for blanks.
    Tabs { at: usize },
    /// Leave out characters that YAML forbids.
    Characters,
}

/// How far a Jinja expression is searched for its end.
const MAX_JINJA: usize = 16 << 10;

const MISSING_SPACE: &str = "a space is missing after the colon";

pub(super) fn diagnose(text: &str, failure: &Failure, events: &[Event]) -> Diagnosis {
    let at = failure.at;
    let context = failure.context_at.unwrap_or(at);
    if let Some(diagnosis) = suspicious_quote(text, failure, events) {
        return diagnosis;
    }
    if let Some(diagnosis) = open_bracket(text, failure, events) {
        return diagnosis;
    }
    let line = line_of(text, at);
    let is_first = text[line.start..at].trim().is_empty();
    let same_line = line_of(text, context).start == line.start;
    // What stands first in its line is wrong as a line; else what is left of it is kept.
    let rest_or_line = if is_first { Remedy::Line { at } } else { Remedy::Blank { from: at } };
    let as_text = |from: usize| Remedy::Text { from, opening: 0 };
    let character = text[at..].chars().next().unwrap_or(' ');
    match (failure.problem, failure.context) {
        ("could not find expected ':'", _) => no_pair(text, context),
        ("mapping values are not allowed in this context", _) => {
            match first_value(&text[line.start..at]) {
                Some(value) => found(
                    line.start + value..text_end(text, line.start + value, false),
                    "quote this text: a colon followed by a space starts a new pair",
                    as_text(line.start + value),
                ),
                // The line above was taken for text that goes on here.
                None if !is_pair(text, above(text, line.start))
                    && (same_column(text, above(text, line.start), line.start)
                        || is_word_above(text, line.start)) =>
                {
                    no_pair(text, above(text, line.start))
                }
                None => found(
                    trimmed_line(text, at),
                    "this key does not fit here: check its indentation and the line above",
                    Remedy::Line { at },
                ),
            }
        }
        ("did not find expected key", _) if matches!(character, ']' | '}') => {
            found(at..at + 1, format!("`{character}` closes nothing"), rest_or_line)
        }
        ("did not find expected key", _) if is_first => found(
            trimmed_line(text, at),
            "this line is indented differently from the keys above it",
            rest_or_line,
        ),
        ("did not find expected key", _) => found(
            at..text_end(text, at, false),
            "this does not belong to the value before it: quote the whole value",
            rest_or_line,
        ),
        ("did not find expected '-' indicator", _)
            if line_of(text, above(text, line.start)).start == line_of(text, context).start
                && !is_pair(text, context) =>
        {
            Diagnosis {
                problem: Problem {
                    message: "expected `key: value` here, since the next line is such a pair"
                        .into(),
                    ..no_pair(text, context).problem
                },
                ..no_pair(text, context)
            }
        }
        ("did not find expected '-' indicator", _) => found(
            trimmed_line(text, at),
            "expected another list item (`- …`) or a line that is indented less",
            rest_or_line,
        ),
        ("did not find expected ',' or ']'" | "did not find expected ',' or '}'", _) => {
            let bracket = text[context..].chars().next().unwrap_or('[');
            if same_line && at < line.end {
                found(
                    at..text_end(text, at, false),
                    format!("expected `,` or `{}`", if bracket == '{' { '}' } else { ']' }),
                    as_text(context),
                )
            } else {
                found(
                    context..(context + 1).min(text.len()),
                    format!("this `{bracket}` is not closed"),
                    as_text(context),
                )
            }
        }
        ("found unexpected end of stream" | "found unexpected document indicator", _) => found(
            context..line_of(text, context).end,
            "this quote is never closed",
            Remedy::Text { from: context, opening: 1 },
        ),
        (
            "found a tab character where an indentation space is expected"
            | "found a tab character that violates indentation",
            _,
        ) => tabs(text, at),
        ("found character that cannot start any token", _) if character == '\t' => tabs(text, at),
        ("found character that cannot start any token", _) => found(
            at..text_end(text, at, false),
            format!("quote this text: in YAML nothing starts with `{character}`"),
            as_text(at),
        ),
        (_, "while scanning an alias" | "while scanning an anchor") => found(
            context..text_end(text, context, false),
            "quote this text: `*` starts an alias in YAML and `&` an anchor",
            as_text(context),
        ),
        (_, "while scanning a block scalar") => found(
            at..text_end(text, at, false),
            "the text after `|` or `>` starts on the next line",
            as_text(context),
        ),
        ("block sequence entries are not allowed in this context", _) if !is_first => found(
            at..text_end(text, at, false),
            "a list item starts on a line of its own",
            as_text(at),
        ),
        (
            "block sequence entries are not allowed in this context"
            | "mapping keys are not allowed in this context",
            _,
        ) => found(
            trimmed_line(text, at),
            "this does not fit here: check its indentation and the line above",
            rest_or_line,
        ),
        (_, "while parsing a quoted scalar" | "while scanning a quoted scalar") => {
            let at = text[context..at].rfind('\\').map_or(at, |it| context + it);
            let end = text[at..].char_indices().nth(2).map_or(text.len(), |(it, _)| at + it);
            found(
                at..end.min(line_of(text, at).end).max(at),
                "unknown escape: write `\\\\` for a backslash, or use single quotes",
                Remedy::Text { from: context, opening: 1 },
            )
        }
        (_, "while parsing a tag" | "while scanning a tag") | ("found undefined tag handle", _) => {
            let from = if text[context..].starts_with('!') { context } else { at };
            found(
                from..text_end(text, from, false),
                "quote this text: `!` starts a tag in YAML",
                as_text(from),
            )
        }
        ("did not find expected <document start>", _)
            if is_first && outdented(text, at).is_some() =>
        {
            let first = outdented(text, at).unwrap_or(at);
            found(
                trimmed_line(text, first),
                "this line is indented, while others at the same level are not",
                Remedy::Line { at: first },
            )
        }
        ("did not find expected <document start>", _) => found(
            trimmed_line(text, at),
            "nothing can follow the value above: check the indentation",
            Remedy::Line { at },
        ),
        ("control characters are not allowed", _) => found(
            at..at + character.len_utf8(),
            format!("the character U+{:04X} is not allowed in YAML", u32::from(character)),
            Remedy::Characters,
        ),
        ("nested too deeply", _) => found(
            at..(at + character.len_utf8()).min(line.end).max(at),
            format!("nested more than {MAX_DEPTH} levels deep"),
            rest_or_line,
        ),
        ("did not find expected node content", _) => found(
            at..(at + character.len_utf8()).min(line.end).max(at),
            "expected a value here",
            rest_or_line,
        ),
        (problem, _) => found(
            trimmed_line(text, at),
            format!("dbt cannot read this as YAML ({problem})"),
            rest_or_line,
        ),
    }
}

fn found(range: Range<usize>, message: impl Into<String>, remedy: Remedy) -> Diagnosis {
    let range = TextRange::new(
        TextSize::from(range.start as u32),
        TextSize::from(range.end.max(range.start) as u32),
    );
    Diagnosis { problem: Problem::new(range, message), remedy }
}

fn tabs(text: &str, at: usize) -> Diagnosis {
    let line = line_of(text, at);
    let blank = text[line.clone()].len() - text[line.clone()].trim_start().len();
    let first = text[line.start..line.start + blank].find('\t').map_or(at, |it| line.start + it);
    found(
        first..(line.start + blank).max(first),
        "YAML does not allow tabs for indentation: use spaces",
        Remedy::Tabs { at },
    )
}

/// A quoted text that ends right before the place where the scanner stops: its quote closes too
/// early, or was meant to close lines before.
fn suspicious_quote(text: &str, failure: &Failure, events: &[Event]) -> Option<Diagnosis> {
    if !matches!(
        failure.problem,
        "did not find expected key"
            | "did not find expected '-' indicator"
            | "did not find expected ',' or ']'"
            | "did not find expected ',' or '}'"
            | "did not find expected <document start>"
            | "could not find expected ':'"
            | "found character that cannot start any token"
    ) {
        return None;
    }
    let last = events.last()?;
    let EventData::Scalar { style, .. } = &last.data else {
        return None;
    };
    if !matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
        return None;
    }
    let (start, end) = (last.start_mark.index as usize, last.end_mark.index as usize);
    let stopped = failure.context_at.filter(|it| *it >= end).unwrap_or(failure.at);
    let between = text.get(end..stopped)?;
    if between.contains(['\n', '\r']) {
        return None;
    }
    let line_end = line_of(text, start).end;
    if line_end < end {
        return Some(found(
            start..line_end,
            "this quote is not closed on its line, and where it closes other text follows",
            Remedy::Text { from: start, opening: 1 },
        ));
    }
    Some(found(
        end.saturating_sub(1)..text_end(text, end, false),
        "the quote closes here, but the text goes on: double the quote inside, or use the other kind around it",
        Remedy::Text { from: start, opening: 1 },
    ))
}

/// The first Jinja in the line at `at` that stands where a value can start.
pub(super) fn unquoted_jinja(text: &str, at: usize) -> Option<usize> {
    let line = line_of(text, at);
    let content = &text[line.clone()];
    content.match_indices('{').find_map(|(place, _)| {
        let is_jinja = matches!(content.as_bytes().get(place + 1), Some(b'{' | b'%' | b'#'));
        let before = content[..place].trim_end();
        let starts_value = before.is_empty() || before.ends_with([':', '-', ',', '[', '?']);
        (is_jinja && starts_value).then_some(line.start + place)
    })
}

/// Behind the closing braces, or the end of the line where there are none.
pub(super) fn jinja_end(text: &str, start: usize) -> usize {
    let limit = text.floor_char_boundary((start + MAX_JINJA).min(text.len()));
    let bytes = &text.as_bytes()[..limit];
    let closing: &[u8] = match bytes.get(start + 1) {
        Some(b'%') => b"%}",
        Some(b'#') => b"#}",
        _ => b"}}",
    };
    let mut quote = None;
    let mut at = start + 2;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (None, byte @ (b'"' | b'\'')) if closing != b"#}" => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), b'\\') => at += 1,
            (None, _) if bytes[at..].starts_with(closing) => return at + 2,
            _ => {}
        }
        at += 1;
    }
    line_of(text, start).end
}

/// The line around an offset, without its end.
pub(super) fn line_of(text: &str, at: usize) -> Range<usize> {
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |it| at + it);
    start..end.max(start)
}

/// The start of the line after the one that ends at `end`.
pub(super) fn next_line(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let length = if rest.starts_with("\r\n") { 2 } else { 1 };
    (end + length).min(text.len())
}

fn trimmed_line(text: &str, at: usize) -> Range<usize> {
    let line = line_of(text, at);
    let content = &text[line.clone()];
    let start = line.start + content.len() - content.trim_start().len();
    let end = line.start + content.trim_end().len();
    start.min(end)..end
}

/// A line that is neither a pair nor a list item.
fn no_pair(text: &str, at: usize) -> Diagnosis {
    let line = trimmed_line(text, at);
    let message = if missing_space(&text[line.clone()]) {
        MISSING_SPACE
    } else {
        "expected `key: value` or a list item here"
    };
    let at = line.start;
    let remedy = match half_key(&text[line.clone()]) {
        Some(_) => Remedy::Key { at },
        None => Remedy::Line { at },
    };
    found(line, message, remedy)
}

/// `descr`, `name value`, `name:value`, also behind dashes: where the word starts and ends.
pub(super) fn half_key(line: &str) -> Option<Range<usize>> {
    let content = without_dashes(line);
    let start = line.len() - content.len();
    let length = content
        .bytes()
        .take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.' | b'+'))
        .count();
    let rest = &content[length..];
    let ends = rest.is_empty() || rest.starts_with(' ') || missing_space(content);
    (length >= 2 && ends).then_some(start..start + length)
}

fn without_dashes(line: &str) -> &str {
    let mut content = line.trim_start_matches(' ');
    while let Some(rest) = content.strip_prefix("- ") {
        content = rest.trim_start_matches(' ');
    }
    content
}

/// `key: …` or `key:`, also behind dashes.
fn is_pair(text: &str, at: usize) -> bool {
    let content = &text[trimmed_line(text, at)];
    content.contains(": ") || content.ends_with(':') || content.starts_with('#')
}

/// Above a line that is indented further stands a single word: a key on its way.
fn is_word_above(text: &str, line: usize) -> bool {
    let above = line_of(text, above(text, line));
    let content = &text[above.clone()];
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let column = content.len() - without_dashes(content).len();
    half_key(content).is_some_and(|it| it.end == content.trim_end().len())
        && indent(&text[line_of(text, line)]) > column
}

/// The two lines start in the same column, dashes counted or not.
fn same_column(text: &str, one: usize, other: usize) -> bool {
    let columns = |at: usize| {
        let line = &text[line_of(text, at)];
        let outer = line.len() - line.trim_start_matches(' ').len();
        (outer, line.len() - without_dashes(line).len())
    };
    let ((one, inner), (other, _)) = (columns(one), columns(other));
    one == other || inner == other
}

/// The last line with text before a place.
fn above(text: &str, before: usize) -> usize {
    trimmed_line(text, text[..before].trim_end().len()).start
}

/// The first line of the file, when it is indented further than this one and stands alone above it.
fn outdented(text: &str, at: usize) -> Option<usize> {
    let line = line_of(text, at);
    let first = above(text, line.start);
    let indent = |at: usize| at - line_of(text, at).start;
    let before = &text[..line_of(text, first).start];
    let alone = before.lines().all(|it| it.trim().is_empty() || it.trim_start().starts_with('#'));
    (first < line.start && alone && indent(first) > indent(at)).then_some(first)
}

/// A bracket that was opened on an earlier line and holds what cannot be in it.
fn open_bracket(text: &str, failure: &Failure, events: &[Event]) -> Option<Diagnosis> {
    if !matches!(
        failure.problem,
        "did not find expected node content"
            | "block sequence entries are not allowed in this context"
            | "mapping values are not allowed in this context"
            | "could not find expected ':'"
    ) {
        return None;
    }
    let mut open = Vec::new();
    for event in events {
        match &event.data {
            EventData::SequenceStart { style, .. } => {
                open.push((event.start_mark.index as usize, *style == SequenceStyle::Flow));
            }
            EventData::MappingStart { style, .. } => {
                open.push((event.start_mark.index as usize, *style == MappingStyle::Flow));
            }
            EventData::SequenceEnd | EventData::MappingEnd => {
                open.pop();
            }
            _ => {}
        }
    }
    let (bracket, _) = open.into_iter().find(|it| it.1)?;
    let starts = text.get(bracket..).is_some_and(|it| it.starts_with(['[', '{']));
    if !starts || line_of(text, bracket).end >= failure.at {
        return None;
    }
    let character = &text[bracket..bracket + 1];
    Some(found(
        bracket..bracket + 1,
        format!("this `{character}` is not closed"),
        Remedy::Text { from: bracket, opening: 0 },
    ))
}

/// Where unquoted text that starts at `from` ends: before a comment and trailing blanks.
pub(super) fn text_end(text: &str, from: usize, quoted: bool) -> usize {
    let rest = &text[from..line_of(text, from).end];
    let rest = if quoted { rest } else { &rest[..rest.find(" #").unwrap_or(rest.len())] };
    from + rest.trim_end().len()
}

/// `key: value: more`: where the value starts.
fn first_value(line: &str) -> Option<usize> {
    let colon = line.find(": ")?;
    let value = &line[colon + 1..];
    Some(colon + 1 + value.len() - value.trim_start().len())
}

/// `key:value`
fn missing_space(line: &str) -> bool {
    let line = line.trim_start_matches(['-', ' ']);
    let key = line
        .bytes()
        .take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'))
        .count();
    key > 0
        && line[key..]
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with(|it: char| !it.is_whitespace()))
}
