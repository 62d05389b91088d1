use syntax::yaml;

use crate::{Json, to_json};

/// What the value of a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    Text,
    /// A whole number.
    Number,
    /// Any number.
    Decimal,
    Flag,
    List,
    Map,
    Any,
}

impl ValueType {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "number" => Self::Number,
            "decimal" => Self::Decimal,
            "flag" => Self::Flag,
            "list" => Self::List,
            "map" => Self::Map,
            "any" => Self::Any,
            _ => return None,
        })
    }

    /// As people say it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a whole number",
            Self::Decimal => "a number",
            Self::Flag => "`true` or `false`",
            Self::List => "a list",
            Self::Map => "a mapping",
            Self::Any => "anything",
        }
    }

    /// Whether a value is of the type; nothing at all always is.
    #[must_use]
    pub fn accepts(self, value: &Json) -> bool {
        match value {
            Json::Null => true,
            Json::String(_) => matches!(self, Self::Text | Self::Any),
            Json::Bool(_) => matches!(self, Self::Flag | Self::Any),
            Json::Array(_) => matches!(self, Self::List | Self::Any),
            Json::Object(_) => matches!(self, Self::Map | Self::Any),
            Json::Number(it) => match self {
                Self::Number => it.as_f64().is_some_and(|it| it.fract() == 0.0),
                Self::Decimal | Self::Any => true,
                _ => false,
            },
        }
    }

    /// What a value is, in words.
    #[must_use]
    pub fn of(value: &Json) -> &'static str {
        match value {
            Json::Null => "nothing",
            Json::String(_) => "text",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Array(_) => "a list",
            Json::Object(_) => "a mapping",
        }
    }
}

/// What the v2 engine makes of a rendered text: it reads it as YAML once more, after YAML 1.2, so
/// that `12345` becomes a number and `yes` stays text.
#[must_use]
pub fn as_v2_reads(text: &str) -> Json {
    let written = || Json::String(text.to_owned());
    let plain = text.trim();
    match plain {
        "" | "~" | "null" | "Null" | "NULL" => return Json::Null,
        "true" | "True" | "TRUE" => return Json::Bool(true),
        "false" | "False" | "FALSE" => return Json::Bool(false),
        _ => {}
    }
    if plain.starts_with('#') {
        return Json::Null;
    }
    if let Some(number) = number(plain) {
        return number;
    }
    // What follows a comment sign is none of a number's or a word's business.
    if let Some((before, _)) = plain.split_once(" #") {
        match as_v2_reads(before) {
            Json::String(_) => return written(),
            other => return other,
        }
    }
    if plain.starts_with('!') && !plain.contains(char::is_whitespace) {
        return Json::Null;
    }
    let is_collection = plain.starts_with(['[', '{', '-', '?']) || plain.contains(':');
    if !is_collection || plain.starts_with(['"', '\'']) {
        return written();
    }
    let document = yaml::parse(plain);
    match document.root {
        Some(root)
            if document.readable
                && (root.as_mapping().is_some() || root.as_sequence().is_some()) =>
        {
            to_json(&root)
        }
        _ => written(),
    }
}

fn number(text: &str) -> Option<Json> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return i64::from_str_radix(digits, radix).ok().map(Json::from);
        }
    }
    if matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Some(Json::from(0.5));
    }
    let is_numeric = digits.starts_with(|it: char| it.is_ascii_digit() || it == '.')
        && digits.chars().all(|it| it.is_ascii_digit() || ".eE+-".contains(it));
    // A number with a leading zero is none.
    let has_zero = digits.len() > 1
        && digits.starts_with('0')
        && digits[1..].starts_with(|it: char| it.is_ascii_digit());
    if !is_numeric || has_zero {
        return None;
    }
    let whole = text.parse::<i64>().ok().map(Json::from);
    whole.or_else(|| text.parse::<f64>().ok().filter(|it| it.is_finite()).map(Json::from))
}
