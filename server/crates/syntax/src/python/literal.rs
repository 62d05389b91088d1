use text_size::TextRange;
use tree_sitter::Node;

use super::{range, source};

/// The value of a Python literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `text_range` is what stands between the quotes; of joined strings, the first one's.
    String {
        value: String,
        text_range: TextRange,
    },
    Bool(bool),
    None,
    /// As written.
    Number(String),
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
    /// Anything that has to be computed.
    Other,
}

impl Literal {
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String { value, .. } => Some(value),
            _ => None,
        }
    }
}

const MAX_DEPTH: usize = 32;

pub(super) fn read(node: Node<'_>, text: &str) -> Literal {
    read_at(node, text, MAX_DEPTH)
}

fn read_at(node: Node<'_>, text: &str, depth: usize) -> Literal {
    let Some(depth) = depth.checked_sub(1) else {
        return Literal::Other;
    };
    let mut cursor = node.walk();
    let mut children = || {
        let children = node.named_children(&mut cursor);
        children.filter(|it| !it.is_extra()).collect::<Vec<_>>()
    };
    match node.kind() {
        "string" => string(node, text)
            .map_or(Literal::Other, |(value, text_range)| Literal::String { value, text_range }),
        "concatenated_string" => {
            let pieces: Option<Vec<_>> =
                children().into_iter().map(|it| string(it, text)).collect();
            match pieces.as_deref() {
                Some([first, ..]) => Literal::String {
                    text_range: first.1,
                    value: pieces.iter().flatten().map(|it| it.0.as_str()).collect(),
                },
                _ => Literal::Other,
            }
        }
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        "none" => Literal::None,
        "integer" | "float" => Literal::Number(source(node, text).to_owned()),
        "unary_operator" if source(node, text).starts_with('-') => {
            match node.child_by_field_name("argument").map(|it| it.kind()) {
                Some("integer" | "float") => Literal::Number(source(node, text).to_owned()),
                _ => Literal::Other,
            }
        }
        "list" | "tuple" | "set" => {
            Literal::List(children().into_iter().map(|it| read_at(it, text, depth)).collect())
        }
        "parenthesized_expression" => match children().as_slice() {
            [inner] => read_at(*inner, text, depth),
            _ => Literal::Other,
        },
        "dictionary" => {
            let pair = |pair: Node<'_>| {
                let key = pair.child_by_field_name("key")?;
                let value = pair.child_by_field_name("value")?;
                Some((read_at(key, text, depth), read_at(value, text, depth)))
            };
            let pairs: Option<Vec<_>> = children().into_iter().map(pair).collect();
            pairs.map_or(Literal::Other, Literal::Dict)
        }
        _ => Literal::Other,
    }
}

/// Nothing for bytes, and for f-strings that compute something.
fn string(node: Node<'_>, text: &str) -> Option<(String, TextRange)> {
    let written = source(node, text);
    let quote = written.find(['\'', '"'])?;
    let prefix = written[..quote].to_ascii_lowercase();
    let mut cursor = node.walk();
    let mut pieces = node.children(&mut cursor);
    let start = pieces.next().filter(|it| it.kind() == "string_start")?;
    let mut end = None;
    let mut interpolates = false;
    for piece in pieces {
        interpolates |= piece.kind() == "interpolation";
        end = Some(piece);
    }
    let end = end.filter(|it| it.kind() == "string_end")?;
    if prefix.contains('b') || interpolates {
        return None;
    }
    let inner = TextRange::new(range(start).end(), range(end).start().max(range(start).end()));
    let content = text.get(inner.start().into()..inner.end().into())?;
    let value = if prefix.contains('r') { content.to_owned() } else { unescape(content)? };
    Some((value, inner))
}

/// Nothing where an escape needs Python's table of character names.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out += &rest[..at];
        rest = &rest[at + 1..];
        let escaped = rest.chars().next()?;
        let mut length = escaped.len_utf8();
        match escaped {
            '\n' => {}
            '\r' => length += usize::from(rest.starts_with("\r\n")),
            '\\' | '\'' | '"' => out.push(escaped),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'v' => out.push('\u{b}'),
            'N' => return None,
            'x' | 'u' | 'U' => {
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let code = u32::from_str_radix(rest.get(1..1 + digits)?, 16).ok()?;
                out.push(char::from_u32(code)?);
                length += digits;
            }
            '0'..='7' => {
                length = rest.bytes().take(3).take_while(|it| matches!(it, b'0'..=b'7')).count();
                out.push(char::from_u32(u32::from_str_radix(&rest[..length], 8).ok()?)?);
            }
            // Python keeps what it does not know.
            other => {
                out.push('\\');
                out.push(other);
            }
        }
        rest = &rest[length..];
    }
    out += rest;
    Some(out)
}
