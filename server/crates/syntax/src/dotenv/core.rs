//! What dbt Core 1.12 reads of the same file, after python-dotenv's grammar.

use std::borrow::Cow;
use std::fmt;

use rustc_hash::FxHashMap;
use text_size::TextRange;

use super::lines::range;
use super::value::MAX_EXPANDED;
use super::{Problem, ProblemKind};

/// `NAME=value`, or `NAME` alone, which sets nothing.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) name_range: TextRange,
    /// Counted from zero.
    pub(super) line: u32,
    pub(super) value: Option<String>,
}

impl Binding {
    /// Python refuses to put it into the environment, and dbt ends before it began.
    pub(super) fn crashes(&self) -> bool {
        let Some(value) = &self.value else { return false };
        self.name.is_empty() || self.name.contains(['=', '\0']) || value.contains('\0')
    }
}

/// Values may be secrets.
impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binding({})", self.name)
    }
}

/// The bindings, and the lines that python-dotenv passes over.
pub(super) fn parse(text: &str) -> (Vec<Binding>, Vec<Problem>) {
    let python = PythonText::new(text);
    let mut reader = Reader { text: &python.text, at: 0 };
    let (mut bindings, mut problems) = (Vec::new(), Vec::new());
    let (mut line, mut counted) = (0, 0);
    while reader.at < reader.text.len() {
        reader.skip(is_space);
        let start = reader.at;
        line += python.text[counted..start].matches('\n').count() as u32;
        counted = start;
        match reader.binding() {
            Ok(binding) => bindings.extend(binding.map(|it| Binding {
                name_range: python.original(it.name_range),
                line,
                ..it
            })),
            Err(Unreadable) => {
                reader.skip_line();
                let skipped = python.text[start..reader.at].trim_end();
                problems.push(Problem {
                    kind: ProblemKind::NotRead,
                    range: python.original(range(start, start + skipped.len())),
                    message: "python-dotenv cannot read this".to_owned(),
                    lost: Vec::new(),
                });
            }
        }
    }
    (bindings, problems)
}

/// The text as Python hands it out, which opens a file with universal line ends.
struct PythonText {
    text: String,
    /// Bytes of a byte order mark, which python-dotenv passes over.
    mark: usize,
    /// Line ends in it that were two characters.
    joined: Vec<usize>,
}

impl PythonText {
    fn new(text: &str) -> Self {
        let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mark = text.len() - unmarked.len();
        let mut joined = Vec::new();
        let mut out = String::with_capacity(unmarked.len());
        let mut characters = unmarked.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\r' {
                if characters.next_if_eq(&'\n').is_some() {
                    joined.push(out.len());
                }
                out.push('\n');
            } else {
                out.push(character);
            }
        }
        Self { text: out, mark, joined }
    }

    fn original(&self, in_python: TextRange) -> TextRange {
        let offset =
            |it: usize| self.mark + it + self.joined.partition_point(|line_end| *line_end < it);
        range(offset(in_python.start().into()), offset(in_python.end().into()))
    }
}

pub(super) fn values(
    bindings: &[Binding],
    process: &dyn Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    let mut values: Vec<(String, Option<String>)> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut budget = MAX_EXPANDED;
    for binding in bindings {
        let value = binding.value.as_ref().map(|value| {
            substitute(value, &mut budget, &|name| {
                process(name).map(Cow::Owned).or_else(|| {
                    let (_, value) = values.get(*places.get(name)?)?;
                    Some(Cow::Borrowed(value.as_deref().unwrap_or("")))
                })
            })
        });
        match places.get(binding.name.as_str()) {
            Some(&place) => values[place].1 = value,
            None => {
                places.insert(&binding.name, values.len());
                values.push((binding.name.clone(), value));
            }
        }
    }
    values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What a value takes in as `${NAME}` or `${NAME:-default}`.
pub(super) fn substitutions(value: &str) -> impl Iterator<Item = &str> {
    value.split("${").skip(1).filter_map(|it| {
        let inner = &it[..it.find('}')?];
        Some(inner.split_once(':').map_or(inner, |(name, _)| name))
    })
}

/// `${NAME}` and `${NAME:-default}`, in any kind of quotes.
fn substitute<'a>(
    value: &str,
    budget: &mut usize,
    lookup: &dyn Fn(&str) -> Option<Cow<'a, str>>,
) -> String {
    let mut out = String::new();
    let mut push = |piece: &str| {
        if piece.len() <= *budget {
            *budget -= piece.len();
            out.push_str(piece);
        }
    };
    let mut rest = value;
    // Where no brace follows any more, no later `${` can close either.
    while let Some(start) = rest.find("${") {
        let inner = &rest[start + 2..];
        let Some(end) = inner.find('}') else {
            break;
        };
        let (name, default) = match inner[..end].split_once(':') {
            None => (&inner[..end], None),
            Some((name, default)) => match default.strip_prefix('-') {
                Some(default) => (name, Some(default)),
                // `${NAME:x}` is text; what follows its colon may still be a substitution.
                None => {
                    push(&rest[..start + 2]);
                    rest = inner;
                    continue;
                }
            },
        };
        push(&rest[..start]);
        match lookup(name) {
            Some(found) => push(&found),
            None => push(default.unwrap_or("")),
        }
        rest = &inner[end + 1..];
    }
    push(rest);
    out
}

struct Unreadable;

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, accepted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(accepted).len();
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').map_or(rest.len(), |it| it + 1);
    }

    fn binding(&mut self) -> Result<Option<Binding>, Unreadable> {
        self.skip(is_space);
        if self.rest().is_empty() {
            return Ok(None);
        }
        if let Some(after) = self.rest().strip_prefix("export")
            && after.starts_with(is_blank)
        {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let name_start = self.at;
        let name = self.name()?;
        let name_range = range(name_start, self.at);
        self.skip(is_blank);
        let mut value = None;
        if self.rest().starts_with('=') {
            self.at += 1;
            let behind_sign = self.at;
            self.skip(is_blank);
            let is_comment = self.at > behind_sign && self.rest().starts_with('#');
            value = Some(if is_comment { String::new() } else { self.value()? });
        }
        let before_comment = self.at;
        self.skip(is_blank);
        if self.rest().starts_with('#') {
            let rest = self.rest();
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else {
            self.at = before_comment;
        }
        self.skip(is_blank);
        if self.rest().starts_with('\n') {
            self.at += 1;
        } else if !self.rest().is_empty() {
            return Err(Unreadable);
        }
        Ok(name.map(|name| Binding { name: name.to_owned(), name_range, line: 0, value }))
    }

    fn name(&mut self) -> Result<Option<&'a str>, Unreadable> {
        let rest = self.rest();
        let (name, length) = if rest.starts_with('#') {
            return Ok(None);
        } else if let Some(quoted) = rest.strip_prefix('\'') {
            let end = quoted.find('\'').ok_or(Unreadable)?;
            (&quoted[..end], end + 2)
        } else {
            let end = rest.find(|it| it == '=' || it == '#' || is_space(it)).unwrap_or(rest.len());
            (&rest[..end], end)
        };
        if name.is_empty() {
            return Err(Unreadable);
        }
        self.at += length;
        Ok(Some(name))
    }

    fn value(&mut self) -> Result<String, Unreadable> {
        let rest = self.rest();
        match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let inner = &rest[1..];
                let end = quoted_end(inner, quote).ok_or(Unreadable)?;
                self.at += end + 2;
                Ok(unescape(&inner[..end], quote))
            }
            None | Some('\n') => Ok(String::new()),
            Some(_) => {
                let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
                self.at += line.len();
                Ok(before_comment(line).trim_end_matches(is_space).to_owned())
            }
        }
    }
}

/// A backslash takes whatever stands behind it along.
fn quoted_end(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if character == quote {
            return Some(at);
        } else {
            escaped = character == '\\';
        }
    }
    None
}

/// A comment needs white space in front.
fn before_comment(line: &str) -> &str {
    let mut blank_from = None;
    for (at, character) in line.char_indices() {
        if is_space(character) {
            blank_from = blank_from.or(Some(at));
        } else if let Some(blank) = blank_from.filter(|_| character == '#') {
            return &line[..blank];
        } else {
            blank_from = None;
        }
    }
    line
}

fn unescape(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = characters.peek().copied().filter(|_| character == '\\');
        let replaced = match (quote, escaped) {
            (_, Some(same @ ('\\' | '\''))) => Some(same),
            ('"', Some('"')) => Some('"'),
            ('"', Some('a')) => Some('\u{7}'),
            ('"', Some('b')) => Some('\u{8}'),
            ('"', Some('f')) => Some('\u{c}'),
            ('"', Some('n')) => Some('\n'),
            ('"', Some('r')) => Some('\r'),
            ('"', Some('t')) => Some('\t'),
            ('"', Some('v')) => Some('\u{b}'),
            _ => None,
        };
        match replaced {
            Some(replaced) => {
                out.push(replaced);
                characters.next();
            }
            None => out.push(character),
        }
    }
    out
}

/// Python's `\s`, which counts four separators that Rust does not.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

fn is_blank(character: char) -> bool {
    is_space(character) && character != '\n'
}
