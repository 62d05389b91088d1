//! The file's logical lines, cut as v2 cuts them: an open quote goes on into the next line.

use text_size::{TextRange, TextSize};

use super::value::{self, Bad, Quote};
use super::{Entry, Problem, ProblemKind};

pub(super) enum Line {
    /// With a problem where the value took in lines that look like entries of their own.
    Entry(Entry, Option<Problem>),
    Bad {
        entry: Option<Entry>,
        problem: Problem,
    },
}

/// Every unclosed quote sends the reader to the end of the file; so often at most.
const MAX_UNCLOSED: usize = 16;

pub(super) fn lines(text: &str, comments: &mut Vec<TextRange>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut unclosed = 0;
    let mut number = 0;
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let first_end = physical_end(text, at);
        let cut = cut(text, at, unclosed < MAX_UNCLOSED);
        if let Some(comment) = cut.comment {
            let end = comment + text[comment..cut.next].trim_end_matches(['\n', '\r']).len();
            comments.push(range(comment, end));
        }
        let mut next = cut.next;
        if let Some(open) = cut.open {
            // v2 gives up here for good; what follows the line is read only to tell what is lost.
            unclosed += 1;
            next = first_end;
            let (entry, problem) = unclosed_line(text, at, first_end, &open, number, comments);
            lines.push(Line::Bad { entry, problem });
        } else if let Some(mut line) = parse_line(text, at, cut.end, number, comments) {
            if let Line::Entry(entry, problem) = &mut line
                && first_end < cut.end
            {
                *problem = swallowed(text, entry, cut.end);
            }
            lines.push(line);
        }
        number += text[at..next].matches('\n').count() as u32;
        at = next;
    }
    lines
}

struct Cut {
    /// End of what is parsed, without line end and comment.
    end: usize,
    /// Where the next line starts.
    next: usize,
    comment: Option<usize>,
    /// The file ends inside something.
    open: Option<Open>,
}

enum Open {
    Quote(usize),
    Blank,
    Backslash,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Text,
    Blank,
    Escape,
    Quoted(char, usize),
    QuotedEscape(char, usize),
}

fn cut(text: &str, start: usize, follow_quotes: bool) -> Cut {
    let first_end = physical_end(text, start);
    let first = &text[start..first_end];
    let trimmed = first.trim_start();
    if trimmed.starts_with('#') {
        let comment = first_end - trimmed.len();
        return Cut { end: comment, next: first_end, comment: Some(comment), open: None };
    }
    let mut state = State::Text;
    for (offset, character) in text[start..].char_indices() {
        let at = start + offset;
        state = match state {
            State::Blank if character == '#' => {
                return Cut {
                    end: at,
                    next: physical_end(text, at),
                    comment: Some(at),
                    open: None,
                };
            }
            State::Text | State::Blank => match character {
                '\\' => State::Escape,
                '\'' | '"' => State::Quoted(character, at),
                '\n' | '\r' => State::Text,
                // A second blank ends the blank: only the first of two is seen.
                _ if state == State::Text && character.is_whitespace() => State::Blank,
                _ => State::Text,
            },
            State::Escape => State::Text,
            State::Quoted(quote, from) => match character {
                '\\' => State::QuotedEscape(quote, from),
                _ if character == quote => State::Text,
                _ => state,
            },
            State::QuotedEscape(quote, from) => State::Quoted(quote, from),
        };
        let line_ends = character == '\n';
        if line_ends && (state == State::Text || !follow_quotes) {
            let line = &text[start..at];
            return Cut {
                end: start + line.strip_suffix('\r').unwrap_or(line).len(),
                next: at + 1,
                comment: None,
                open: None,
            };
        }
    }
    Cut {
        end: text.len(),
        next: text.len(),
        comment: None,
        open: match state {
            State::Text => None,
            _ if !follow_quotes => None,
            State::Blank => Some(Open::Blank),
            State::Escape => Some(Open::Backslash),
            State::Quoted(_, from) | State::QuotedEscape(_, from) => Some(Open::Quote(from)),
        },
    }
}

fn physical_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |it| at + it + 1)
}

/// `NAME=`, `export NAME=` and where the value starts; or where it goes wrong.
struct Head<'a> {
    name: &'a str,
    name_start: usize,
    export: bool,
    value_start: usize,
}

fn head(text: &str, start: usize, end: usize) -> Result<Head<'_>, Bad> {
    let mut export = false;
    let mut name_start = skip_blank(text, start, end);
    let mut name = name_at(text, name_start, end)?;
    let mut at = skip_blank(text, name_start + name.len(), end);
    if name == "export" && !text[at..end].starts_with('=') {
        export = true;
        name_start = at;
        name = name_at(text, name_start, end)?;
        at = skip_blank(text, name_start + name.len(), end);
    }
    if !text[at..end].starts_with('=') {
        let range = name_start..name_start + name.len();
        return Err(Bad::new(ProblemKind::Name, range, "expected `=` after the name"));
    }
    Ok(Head { name, name_start, export, value_start: skip_blank(text, at + 1, end) })
}

fn name_at(text: &str, start: usize, end: usize) -> Result<&str, Bad> {
    let rest = &text[start..end];
    if !rest.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') {
        let length = rest.find(|it: char| it == '=' || it.is_whitespace()).unwrap_or(rest.len());
        return Err(Bad::new(
            ProblemKind::Name,
            start..start + length,
            "a variable's name starts with a letter or `_`",
        ));
    }
    let length = rest
        .find(|it: char| !(it.is_ascii_alphanumeric() || it == '_' || it == '.'))
        .unwrap_or(rest.len());
    Ok(&rest[..length])
}

fn skip_blank(text: &str, start: usize, end: usize) -> usize {
    end - text[start..end].trim_start().len()
}

fn parse_line(
    text: &str,
    start: usize,
    end: usize,
    line: u32,
    comments: &mut Vec<TextRange>,
) -> Option<Line> {
    let end = start + text[start..end].trim_end().len();
    let content = text[start..end].trim_start();
    if content.is_empty() || content.starts_with('#') {
        return None;
    }
    let head = match head(text, start, end) {
        Ok(head) => head,
        Err(bad) => {
            return Some(Line::Bad { entry: None, problem: bad.problem() });
        }
    };
    let mut entry = Entry {
        name: head.name.to_owned(),
        name_range: range(head.name_start, head.name_start + head.name.len()),
        value_range: range(head.value_start, head.value_start),
        parts: Vec::new(),
        quote: Quote::None,
        export: head.export,
        line,
        lost: false,
    };
    if text[head.value_start..end].starts_with('#') {
        return Some(Line::Entry(entry, None));
    }
    let read = value::read(&text[head.value_start..end], head.value_start);
    entry.value_range = range(head.value_start, read.end);
    entry.quote = read.quote;
    comments.extend(read.comment.map(|it| range(it, end)));
    entry.parts = read.parts;
    if text[head.value_start..read.end].contains('\0') {
        return Some(Line::Bad {
            problem: Bad::new(
                ProblemKind::Nul,
                head.value_start..read.end,
                "a NUL character: dbt crashes when it sets this variable",
            )
            .problem(),
            entry: Some(entry),
        });
    }
    Some(match read.bad {
        None => Line::Entry(entry, None),
        Some(bad) => Line::Bad { entry: Some(entry), problem: bad.problem() },
    })
}

fn unclosed_line(
    text: &str,
    start: usize,
    first_end: usize,
    open: &Open,
    line: u32,
    comments: &mut Vec<TextRange>,
) -> (Option<Entry>, Problem) {
    let end = start + text[start..first_end].trim_end().len();
    let bad = match open {
        Open::Quote(quote) if in_comment(&text[start..*quote]) => {
            Bad::new(ProblemKind::OpenQuote, *quote..end.max(*quote + 1), QUOTE_IN_COMMENT)
        }
        Open::Quote(quote) if *quote < first_end => Bad::new(
            ProblemKind::OpenQuote,
            *quote..end.max(*quote + 1),
            "this quote is never closed: the rest of the file becomes part of it",
        ),
        Open::Quote(quote) => {
            Bad::new(ProblemKind::OpenQuote, *quote..*quote + 1, "this quote is never closed")
        }
        Open::Blank => Bad::new(
            ProblemKind::LastBlank,
            end..first_end,
            "a blank ends the file: dbt v2 drops this line unless a line end follows",
        ),
        Open::Backslash => Bad::new(ProblemKind::Escape, start..end, "a backslash ends the file"),
    };
    let entry = match parse_line(text, start, end, line, comments) {
        Some(Line::Entry(entry, _)) => Some(entry),
        Some(Line::Bad { entry, .. }) => entry,
        None => None,
    };
    (entry, bad.problem())
}

const QUOTE_IN_COMMENT: &str =
    "this quote opens a text that spans lines: dbt v2 sees a comment only behind a single blank";

fn in_comment(before: &str) -> bool {
    before.contains(" #") || before.contains("\t#")
}

/// `A=don't` opens a quote. When a later line closes it, the lines between are no longer entries,
/// and nothing says so. A quote around the whole value is meant to span lines.
fn swallowed(text: &str, entry: &Entry, end: usize) -> Option<Problem> {
    if matches!(entry.quote, Quote::Single | Quote::Double) && entry.raw_value(text).contains('\n')
    {
        return None;
    }
    let start = usize::from(entry.value_range.start());
    let taken = text.get(start..end)?;
    let lost: Vec<String> = taken
        .lines()
        .skip(1)
        .filter_map(|line| Some(head(line, 0, line.len()).ok()?.name.to_owned()))
        .collect();
    let first_line = taken.lines().next().unwrap_or("");
    let quote = first_line.rfind(['\'', '"'])?;
    if lost.is_empty() {
        return None;
    }
    let message = if in_comment(&first_line[..quote]) {
        QUOTE_IN_COMMENT
    } else {
        "this quote is closed only on a later line: the lines between become part of the value"
    };
    Some(Problem {
        kind: ProblemKind::Swallowed,
        range: range(start + quote, start + first_line.trim_end().len()),
        message: message.to_owned(),
        lost,
    })
}

pub(super) fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::from(start as u32), TextSize::from(end.max(start) as u32))
}
