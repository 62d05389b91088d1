//! What a scalar *is*: YAML 1.1 as PyYAML's `SafeLoader` resolves and constructs it.

use num_bigint::BigInt;

use super::Value;
use super::timestamp;

/// Python refuses to read longer decimal integers.
const MAX_DECIMAL_DIGITS: usize = 4300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Merge,
    Value,
}

/// The tag of a plain scalar that has none of its own.
pub(super) fn implicit_tag(text: &str) -> Tag {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Tag::Null,
        "<<" => return Tag::Merge,
        "=" => return Tag::Value,
        _ => {}
    }
    let Some(&first) = text.as_bytes().first() else {
        return Tag::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => {
            if is_bool(text) {
                Tag::Bool
            } else {
                Tag::Str
            }
        }
        b'-' | b'+' | b'.' | b'0'..=b'9' => {
            if is_float(text) {
                Tag::Float
            } else if is_int(text) {
                Tag::Int
            } else if timestamp::is_implicit(text) {
                Tag::Timestamp
            } else {
                Tag::Str
            }
        }
        _ => Tag::Str,
    }
}

/// The value of a scalar under a resolved tag, or dbt's objection in plain words.
pub(super) fn construct(tag: Tag, text: &str) -> Result<Value, String> {
    match tag {
        Tag::Str => Ok(Value::String(text.to_owned())),
        Tag::Null => Ok(Value::Null),
        Tag::Bool => match text.to_lowercase().as_str() {
            "yes" | "true" | "on" => Ok(Value::Bool(true)),
            "no" | "false" | "off" => Ok(Value::Bool(false)),
            _ => Err(format!("`{}` is not a boolean", shorten(text))),
        },
        Tag::Int => int(text).ok_or_else(|| format!("`{}` is not an integer", shorten(text))),
        Tag::Float => float(text).ok_or_else(|| format!("`{}` is not a number", shorten(text))),
        Tag::Timestamp => timestamp::construct(text).map(Value::Timestamp).ok_or_else(|| {
            format!("`{}` looks like a date but is none: quote it or correct it", shorten(text))
        }),
        Tag::Merge => Err("`<<` merges mappings and cannot stand alone: quote it".to_owned()),
        Tag::Value => Err("dbt's YAML reader refuses a bare `=`: quote it".to_owned()),
    }
}

/// The standard tags of scalars, spelled out.
pub(super) fn explicit_tag(tag: &str) -> Option<Tag> {
    Some(match tag.strip_prefix("tag:yaml.org,2002:")? {
        "str" => Tag::Str,
        "bool" => Tag::Bool,
        "int" => Tag::Int,
        "float" => Tag::Float,
        "null" => Tag::Null,
        "timestamp" => Tag::Timestamp,
        // No constructor knows these two: they fail under their own name.
        "merge" => Tag::Merge,
        "value" => Tag::Value,
        _ => return None,
    })
}

pub(super) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn is_bool(text: &str) -> bool {
    matches!(
        text,
        "yes"
            | "Yes"
            | "YES"
            | "no"
            | "No"
            | "NO"
            | "true"
            | "True"
            | "TRUE"
            | "false"
            | "False"
            | "FALSE"
            | "on"
            | "On"
            | "ON"
            | "off"
            | "Off"
            | "OFF"
    )
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn all(text: &str, accepted: impl Fn(u8) -> bool) -> bool {
    text.bytes().all(accepted)
}

fn is_int(text: &str) -> bool {
    let digits = unsigned(text);
    if let Some(rest) = digits.strip_prefix('0') {
        return match rest.as_bytes().first() {
            None => true,
            Some(b'b') => rest.len() > 1 && all(&rest[1..], |it| matches!(it, b'0' | b'1' | b'_')),
            Some(b'x') => {
                rest.len() > 1 && all(&rest[1..], |it| it.is_ascii_hexdigit() || it == b'_')
            }
            Some(_) => all(rest, |it| matches!(it, b'0'..=b'7' | b'_')),
        };
    }
    if !digits.starts_with(|it: char| it.is_ascii_digit()) {
        return false;
    }
    let (head, tail) = split_sexagesimal(digits);
    all(head, |it| it.is_ascii_digit() || it == b'_') && all_sexagesimal(tail)
}

fn is_float(text: &str) -> bool {
    let digits = unsigned(text);
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some(rest) = text.strip_prefix('.') {
        let end = rest.bytes().take_while(|it| it.is_ascii_digit() || *it == b'_').count();
        return rest.starts_with(|it: char| it.is_ascii_digit()) && is_exponent(&rest[end..]);
    }
    if !digits.starts_with(|it: char| it.is_ascii_digit()) {
        return false;
    }
    let Some((whole, fraction)) = digits.split_once('.') else {
        return false;
    };
    let end = fraction.bytes().take_while(|it| it.is_ascii_digit() || *it == b'_').count();
    if all(whole, |it| it.is_ascii_digit() || it == b'_') {
        return is_exponent(&fraction[end..]);
    }
    let (head, tail) = split_sexagesimal(whole);
    end == fraction.len()
        && !tail.is_empty()
        && all(head, |it| it.is_ascii_digit() || it == b'_')
        && all_sexagesimal(tail)
}

/// Nothing, or `e+3`: the sign is required in YAML 1.1.
fn is_exponent(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let Some(rest) = text.strip_prefix(['e', 'E']) else {
        return false;
    };
    rest.strip_prefix(['-', '+'])
        .is_some_and(|digits| !digits.is_empty() && all(digits, |it| it.is_ascii_digit()))
}

fn split_sexagesimal(text: &str) -> (&str, &str) {
    text.split_at(text.find(':').unwrap_or(text.len()))
}

/// `:30`, `:5:07`, or nothing.
fn all_sexagesimal(text: &str) -> bool {
    text.is_empty()
        || text[1..].split(':').all(|part| match part.as_bytes() {
            [one] => one.is_ascii_digit(),
            [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
            _ => false,
        })
}

fn int(text: &str) -> Option<Value> {
    let cleaned = text.replace('_', "");
    let negative = cleaned.starts_with('-');
    let digits = unsigned(&cleaned);
    if cleaned.is_empty() {
        return None;
    }
    let value = if digits == "0" {
        BigInt::ZERO
    } else if let Some(binary) = digits.strip_prefix("0b") {
        python_int(binary, 2)?
    } else if let Some(hexadecimal) = digits.strip_prefix("0x") {
        python_int(hexadecimal, 16)?
    } else if digits.starts_with('0') {
        python_int(digits, 8)?
    } else if digits.contains(':') {
        // Each step multiplies what stands so far: keep hostile lengths out.
        if digits.len() > 2 * MAX_DECIMAL_DIGITS {
            return None;
        }
        let mut total = BigInt::ZERO;
        for part in digits.split(':') {
            total = total * 60 + python_int(part, 10)?;
        }
        total
    } else {
        python_int(digits, 10)?
    };
    let value = if negative { -value } else { value };
    Some(match i64::try_from(&value) {
        Ok(small) => Value::Int(small),
        Err(_) => Value::BigInt(value),
    })
}

/// Python's `int(text, radix)`: surrounding white space, a sign and the radix's own prefix are fine.
fn python_int(text: &str, radix: u32) -> Option<BigInt> {
    let trimmed = text.trim();
    let negative = trimmed.starts_with('-');
    let mut digits = unsigned(trimmed);
    let prefixes: &[&str] = match radix {
        2 => &["0b", "0B"],
        8 => &["0o", "0O"],
        16 => &["0x", "0X"],
        _ => &[],
    };
    for prefix in prefixes {
        if let Some(rest) = digits.strip_prefix(prefix) {
            digits = rest;
            break;
        }
    }
    if digits.is_empty()
        || !digits.chars().all(|it| it.is_digit(radix))
        || (radix == 10 && digits.len() > MAX_DECIMAL_DIGITS)
    {
        return None;
    }
    let value = BigInt::parse_bytes(digits.as_bytes(), radix)?;
    Some(if negative { -value } else { value })
}

fn float(text: &str) -> Option<Value> {
    let cleaned = text.replace('_', "").to_lowercase();
    let sign = if cleaned.starts_with('-') { -1.0 } else { 1.0 };
    let digits = unsigned(&cleaned);
    if cleaned.is_empty() {
        return None;
    }
    let value = match digits {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if digits.contains(':') => {
            let mut total = 0.0;
            let mut base = 1.0;
            // From the smallest unit upwards, as Python adds them: the rounding is then the same.
            for part in digits.rsplit(':') {
                total += python_float(part)? * base;
                base *= 60.0;
            }
            total
        }
        _ => python_float(digits)?,
    };
    Some(Value::Float(sign * value))
}

fn python_float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}
