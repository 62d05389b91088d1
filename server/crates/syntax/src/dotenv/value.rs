//! A value as v2 reads it, substitutions still open.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use text_size::TextRange;

use super::lines::range;
use super::{Problem, ProblemKind};

/// All values of a file together may grow to this size; beyond, substitutions give nothing.
pub(super) const MAX_EXPANDED: usize = 8 << 20;

/// What a value is made of.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    /// `$NAME` or `${NAME}`. v2 ends `$NAME` at the first character that is neither letter nor
    /// digit, so `$MY_DB` reads `$MY`.
    Variable {
        name: String,
        range: TextRange,
    },
}

/// Values may be secrets: they stay out of anything printed for debugging.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Variable { name, .. } => write!(f, "Variable({name})"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    None,
    Single,
    Double,
    /// Several pieces, not all of one kind: `pre"mid"post`.
    Mixed,
}

pub(super) struct Bad {
    kind: ProblemKind,
    range: Range<usize>,
    message: String,
}

impl Bad {
    pub(super) fn new(kind: ProblemKind, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, range, message: message.into() }
    }

    pub(super) fn problem(self) -> Problem {
        Problem {
            kind: self.kind,
            range: range(self.range.start, self.range.end),
            message: self.message,
            lost: Vec::new(),
        }
    }
}

pub(super) struct Read {
    pub(super) parts: Vec<Part>,
    pub(super) quote: Quote,
    /// Behind the value, before blanks and a comment.
    pub(super) end: usize,
    /// A comment that the cutting of lines did not see.
    pub(super) comment: Option<usize>,
    pub(super) bad: Option<Bad>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Bare,
    Single,
    Double,
}

/// A `$` whose name is still being read: where it stands and where its name starts.
#[derive(Clone, Copy)]
struct Dollar {
    at: usize,
    name: usize,
    braced: bool,
}

pub(super) fn read(input: &str, offset: usize) -> Read {
    let mut reader = Reader { input, offset, parts: Vec::new() };
    let mut mode = Mode::Bare;
    let mut opened = 0;
    let mut dollar: Option<Dollar> = None;
    let mut end = input.len();
    let mut comment = None;
    let mut bad = None;
    let mut characters = input.char_indices();
    while let Some((at, character)) = characters.next() {
        if let Some(open) = dollar
            && mode != Mode::Single
        {
            if character.is_alphanumeric() {
                continue;
            }
            if !open.braced && character == '{' && at == open.name {
                dollar = Some(Dollar { name: at + 1, braced: true, ..open });
                continue;
            }
            if open.braced && character != '}' {
                continue;
            }
            reader.variable(open, at, at + usize::from(open.braced));
            dollar = None;
            if !open.braced {
                if character == '$' {
                    dollar = Some(Dollar { at, name: at + 1, braced: false });
                } else {
                    // Whatever ends the name is text: also a quote, which then closes nothing.
                    reader.text(character);
                }
            }
            continue;
        }
        match (mode, character) {
            (Mode::Single, '\'') | (Mode::Double, '"') => mode = Mode::Bare,
            (Mode::Single, _) => reader.text(character),
            (_, '$') => {
                dollar = Some(Dollar { at, name: at + 1, braced: false });
            }
            (_, '\\') => match characters.next() {
                Some((_, escaped @ ('\\' | '\'' | '"' | '$' | ' '))) => reader.text(escaped),
                Some((_, 'n')) => reader.text('\n'),
                Some((_, escaped)) => {
                    let length = 1 + escaped.len_utf8();
                    let message = format!(
                        "`\\{}` is no escape here: write `\\\\` or put the value in single quotes",
                        escaped.escape_debug()
                    );
                    let place = offset + at..offset + at + length;
                    bad = Some(Bad::new(ProblemKind::Escape, place, message));
                    break;
                }
                None => {}
            },
            (Mode::Double, _) => reader.text(character),
            (Mode::Bare, '\'') => (mode, opened) = (Mode::Single, at),
            (Mode::Bare, '"') => (mode, opened) = (Mode::Double, at),
            (Mode::Bare, ' ' | '\t') => {
                end = at;
                let rest = input[at..].trim_start_matches([' ', '\t']);
                if rest.starts_with('#') {
                    comment = Some(offset + input.len() - rest.len());
                } else if !rest.is_empty() {
                    end = input.len();
                    bad = Some(Bad::new(
                        ProblemKind::Blank,
                        offset..offset + input.trim_end().len(),
                        "a value with blanks needs quotes",
                    ));
                }
                break;
            }
            (Mode::Bare, _) => reader.text(character),
        }
    }
    if bad.is_none() {
        if let Some(open) = dollar {
            if open.braced {
                let range = offset + open.at..offset + input.len();
                bad = Some(Bad::new(ProblemKind::Brace, range, "this `${` is not closed"));
            } else {
                reader.variable(open, end, end);
            }
        }
        if mode != Mode::Bare {
            let place = offset + opened..offset + input.len();
            bad = Some(Bad::new(ProblemKind::OpenQuote, place, "this quote is not closed"));
        }
    }
    Read { quote: quote(&input[..end]), parts: reader.parts, end: offset + end, comment, bad }
}

struct Reader<'a> {
    input: &'a str,
    offset: usize,
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn text(&mut self, character: char) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push(character),
            _ => self.parts.push(Part::Text(character.to_string())),
        }
    }

    fn variable(&mut self, dollar: Dollar, name_end: usize, end: usize) {
        self.parts.push(Part::Variable {
            name: self.input[dollar.name..name_end].to_owned(),
            range: range(self.offset + dollar.at, self.offset + end),
        });
    }
}

fn quote(value: &str) -> Quote {
    let around = |quote: char| {
        value
            .strip_prefix(quote)
            .and_then(|it| it.strip_suffix(quote))
            .is_some_and(|inner| !inner.contains(quote))
    };
    if around('\'') {
        Quote::Single
    } else if around('"') {
        Quote::Double
    } else if value.contains(['\'', '"']) {
        Quote::Mixed
    } else {
        Quote::None
    }
}

pub(super) fn expand<'a>(
    parts: &[Part],
    budget: &mut usize,
    lookup: &dyn Fn(&str) -> Option<Cow<'a, str>>,
) -> String {
    let mut value = String::new();
    for part in parts {
        let piece = match part {
            Part::Text(text) => Cow::Borrowed(text.as_str()),
            // No environment has a variable of such a name.
            Part::Variable { name, .. } if name.is_empty() || name.contains(['=', '\0']) => {
                continue;
            }
            Part::Variable { name, .. } => lookup(name).unwrap_or_default(),
        };
        if piece.len() <= *budget {
            *budget -= piece.len();
            value += &piece;
        }
    }
    value
}
