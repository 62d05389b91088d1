use base::{TextRange, TextSize};
use syntax::jinja::{Argument, Call, CursorCall, Expr};

use super::{CompletionItem, CompletionKind};
use crate::place::Place;

/// An argument of `ref`, `source` and the like that is being typed.
pub(super) struct Slot {
    pub wanted: Wanted,
    /// In the file: the string's content; without quotes the word at the cursor.
    pub range: TextRange,
    /// What stands in the range in front of the cursor.
    pub typed: String,
    /// What stands in the whole range.
    pub content: String,
    /// Nothing comes behind this argument.
    pub is_last: bool,
    quotes: Quotes,
}

pub(super) enum Wanted {
    Model { package: Option<String> },
    Function { package: Option<String> },
    Source,
    SourceTable { source: String },
    EnvironmentVariable,
    Variable,
    Docs,
}

#[derive(Clone, Copy)]
enum Quotes {
    /// Both stand there already.
    Present(char),
    /// The closing one is missing.
    Open(char),
    Missing(char),
}

impl Slot {
    pub fn at(place: &Place) -> Option<Self> {
        let cursor = place.template.call_at(place.offset)?;
        let wanted = wanted(&cursor)?;
        let text = place.template.source();
        let offset = usize::from(place.offset);
        let word_end = offset + word(text.get(offset..)?);
        let (start, end, quotes) = match (cursor.argument, cursor.string) {
            (Some(argument), Some(string)) => {
                let start = usize::from(string.start());
                let quote = text.get(..start)?.chars().next_back()?;
                if argument.terminated {
                    (start, usize::from(string.end()), Quotes::Present(quote))
                } else {
                    // What follows the word belongs to the text behind the call.
                    (start, word_end, Quotes::Open(quote))
                }
            }
            (argument, None) if argument.is_none_or(|it| is_name(&cursor.call, &it)) => {
                let before = text.get(..offset)?;
                let length: usize =
                    before.chars().rev().take_while(|it| is_word(*it)).map(char::len_utf8).sum();
                (offset - length, word_end, Quotes::Missing(place.quote))
            }
            _ => return None,
        };
        let size = |it: usize| TextSize::try_from(it).ok();
        Some(Self {
            wanted,
            range: place.to_file(TextRange::new(size(start)?, size(end.max(start))?)),
            typed: text.get(start..offset)?.to_owned(),
            content: text.get(start..end.max(start))?.to_owned(),
            is_last: is_last(&cursor, quotes, text.get(end.max(start)..)?),
            quotes,
        })
    }

    /// Whether no quote is typed yet.
    pub fn is_bare(&self) -> bool {
        matches!(self.quotes, Quotes::Missing(_))
    }

    /// Names as arguments of their own, with the quotes that are missing.
    pub fn arguments(&self, names: &[&str]) -> String {
        let (open, quote, close) = match self.quotes {
            Quotes::Present(quote) => (false, quote, false),
            Quotes::Open(quote) => (false, quote, true),
            Quotes::Missing(quote) => (true, quote, true),
        };
        let mut text = names.join(&format!("{quote}, {quote}"));
        if open {
            text.insert(0, quote);
        }
        if close {
            text.push(quote);
        }
        text
    }

    pub fn item(&self, kind: CompletionKind, label: &str) -> CompletionItem {
        CompletionItem {
            label: label.to_owned(),
            kind,
            detail: None,
            documentation: None,
            node: None,
            range: self.range,
            insert: self.arguments(&[label]),
        }
    }
}

/// `behind` is the text behind the argument or the word.
fn is_last(cursor: &CursorCall<'_>, quotes: Quotes, behind: &str) -> bool {
    if let Quotes::Missing(_) = quotes {
        // Where an argument is missing there is no tree of those behind it.
        return !behind.trim_start().starts_with(',');
    }
    let here = cursor.argument.map(|it| it.range.end());
    !cursor.call.args().any(|it| it.keyword.is_none() && Some(it.range.start()) > here)
}

fn wanted(cursor: &CursorCall<'_>) -> Option<Wanted> {
    if cursor.argument.is_some_and(|it| it.keyword.is_some() || it.unpacked) {
        return None;
    }
    let segments = cursor.call.segments();
    let name = match segments.as_slice() {
        [name] | ["builtins", name] => *name,
        ["var", "has_var"] => "var",
        _ => return None,
    };
    let first = || Some(cursor.call.positional(0)?.literal?.to_owned());
    Some(match (name, cursor.index) {
        ("ref", 0) => Wanted::Model { package: None },
        ("ref", 1) => Wanted::Model { package: Some(first()?) },
        ("function", 0) => Wanted::Function { package: None },
        ("function", 1) => Wanted::Function { package: Some(first()?) },
        ("source", 0) => Wanted::Source,
        ("source", 1) => Wanted::SourceTable { source: first()? },
        ("env_var", 0) => Wanted::EnvironmentVariable,
        ("var", 0) => Wanted::Variable,
        ("doc", 0) => Wanted::Docs,
        _ => return None,
    })
}

/// A word without quotes: what somebody types who is about to be offered the quotes too.
fn is_name(call: &Call<'_>, argument: &Argument<'_>) -> bool {
    matches!(call.template.expr(argument.expr).kind, Expr::Name(_) | Expr::Error)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn word(text: &str) -> usize {
    text.chars().take_while(|it| is_word(*it)).map(char::len_utf8).sum()
}
