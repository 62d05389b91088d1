//! Python's syntax of regular expressions as that of the engine.

use std::fmt::Write;

use super::groups::{group, groups};
use crate::eval::Stop;

/// What a pattern's own letters switch on, besides its flags.
pub(super) struct Translated {
    pub(super) pattern: String,
    pub(super) flags: i64,
    /// How many times larger its repetitions make it, at most.
    pub(super) expansion: u64,
}

const IGNORECASE: i64 = 2;
const MULTILINE: i64 = 8;
const DOTALL: i64 = 16;
const VERBOSE: i64 = 64;
const ASCII: i64 = 256;

pub(super) fn error(message: &str) -> Stop {
    Stop::value_error(message.to_owned())
}

/// Translates a pattern. Both grammars agree on most; what differs is spelled out.
pub(super) fn translate(pattern: &str, flags: i64) -> Result<Translated, Stop> {
    let characters: Vec<char> = pattern.chars().collect();
    let mut flags = flags;
    let mut at = leading_flags(&characters, &mut flags);
    let is_verbose = flags & VERBOSE != 0;
    let groups = groups(&characters, is_verbose);
    let mut out = String::from("(?");
    for (flag, letter) in [(IGNORECASE, 'i'), (MULTILINE, 'm'), (DOTALL, 's'), (VERBOSE, 'x')] {
        if flags & flag != 0 {
            out.push(letter);
        }
    }
    if out == "(?" {
        out.clear();
    } else {
        out.push(')');
    }
    let mut expansion = 1;
    while let Some(&character) = characters.get(at) {
        at += 1;
        match character {
            '\\' => at = escape(&characters, at, flags, false, &mut out)?,
            '[' => at = class(&characters, at, flags, &mut out)?,
            // The end of the text, or in front of its last line break.
            '$' if flags & MULTILINE == 0 => out.push_str("(?=\\n?\\z)"),
            '#' if is_verbose => {
                while characters.get(at).is_some_and(|it| *it != '\n') {
                    at += 1;
                }
            }
            '(' if characters.get(at..at + 2) == Some(&['?', '#']) => {
                while characters.get(at).is_some_and(|it| *it != ')') {
                    at += 1;
                }
                at += 1;
            }
            '(' => at = group(&characters, at, &groups, &mut out)?,
            '{' => at = repetition(&characters, at, &mut expansion, &mut out),
            other => out.push(other),
        }
    }
    Ok(Translated { pattern: out, flags, expansion })
}

/// `(?im)` at the very front, which means the whole pattern.
fn leading_flags(characters: &[char], flags: &mut i64) -> usize {
    if characters.get(..2) != Some(&['(', '?']) {
        return 0;
    }
    let mut found = 0;
    for (index, letter) in characters.iter().enumerate().skip(2) {
        found |= match letter {
            'i' => IGNORECASE,
            'm' => MULTILINE,
            's' => DOTALL,
            'x' => VERBOSE,
            'a' => ASCII,
            'u' | 'L' => 0,
            ')' if index > 2 => {
                *flags |= found;
                return index + 1;
            }
            _ => return 0,
        };
    }
    0
}

/// `{2,3}` repeats, `{,3}` from none on; any other brace is one.
fn repetition(characters: &[char], at: usize, expansion: &mut u64, out: &mut String) -> usize {
    let end = characters.iter().skip(at).position(|it| *it == '}').map(|it| at + it);
    let Some(end) = end else {
        out.push_str("\\{");
        return at;
    };
    let inner: String = characters[at..end].iter().collect();
    let is_number = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let mut times = |it: &str| {
        *expansion = expansion.saturating_mul(it.parse().unwrap_or(1_u64).max(1));
    };
    match inner.split_once(',') {
        None if !inner.is_empty() && is_number(&inner) => {
            times(&inner);
            let _ = write!(out, "{{{inner}}}");
            end + 1
        }
        Some((low, high)) if is_number(low) && is_number(high) => {
            let low = if low.is_empty() { "0" } else { low };
            times(if high.is_empty() { low } else { high });
            let _ = write!(out, "{{{low},{high}}}");
            end + 1
        }
        _ => {
            out.push_str("\\{");
            at
        }
    }
}

fn literal(character: char, out: &mut String) {
    if character.is_ascii() && !character.is_ascii_alphanumeric() {
        if character.is_ascii_control() {
            let _ = write!(out, "\\x{:02X}", u32::from(character));
            return;
        }
        if character != ' ' && character != '_' {
            out.push('\\');
            out.push(character);
            return;
        }
        let _ = write!(out, "\\x{:02X}", u32::from(character));
        return;
    }
    out.push(character);
}

/// What follows a backslash; gives the place behind it.
fn escape(
    characters: &[char],
    at: usize,
    flags: i64,
    in_class: bool,
    out: &mut String,
) -> Result<usize, Stop> {
    let Some(&character) = characters.get(at) else {
        return Err(error("bad escape (end of pattern)"));
    };
    let hex = |count: usize| -> Result<(char, usize), Stop> {
        let digits: String = characters.iter().skip(at + 1).take(count).collect();
        let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == count);
        let character = code.and_then(char::from_u32);
        character.map(|it| (it, at + 1 + count)).ok_or_else(|| error("incomplete escape"))
    };
    let is_ascii = flags & ASCII != 0;
    match character {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
            let ascii = match character {
                'd' => "0-9",
                'w' => "0-9A-Za-z_",
                's' => " \\t\\n\\r\\x0B\\x0C",
                'D' => "^0-9",
                'W' => "^0-9A-Za-z_",
                _ => "^ \\t\\n\\r\\x0B\\x0C",
            };
            match (is_ascii, in_class) {
                (true, _) => {
                    let _ = write!(out, "[{ascii}]");
                }
                _ => {
                    out.push('\\');
                    out.push(character);
                }
            }
        }
        'b' if in_class => out.push_str("\\x08"),
        'b' | 'B' => {
            out.push('\\');
            out.push(character);
        }
        'A' if !in_class => out.push_str("\\A"),
        'Z' if !in_class => out.push_str("\\z"),
        'n' => out.push_str("\\n"),
        't' => out.push_str("\\t"),
        'r' => out.push_str("\\r"),
        'f' => out.push_str("\\x0C"),
        'v' => out.push_str("\\x0B"),
        'a' => out.push_str("\\x07"),
        'x' | 'u' | 'U' => {
            let (character, after) = hex(match character {
                'x' => 2,
                'u' => 4,
                _ => 8,
            })?;
            let _ = write!(out, "\\x{{{:X}}}", u32::from(character));
            return Ok(after);
        }
        '0'..='9' => {
            let digits: String =
                characters.iter().skip(at).take(3).take_while(|it| it.is_ascii_digit()).collect();
            let octal = |it: &str| it.bytes().all(|it| (b'0'..b'8').contains(&it));
            // Octal where it begins with a zero or has three digits; else a group.
            let count = if digits.starts_with('0') {
                digits.bytes().take_while(|it| (b'0'..b'8').contains(it)).count()
            } else if digits.len() == 3 && octal(&digits) {
                3
            } else if in_class {
                return Err(error("bad escape"));
            } else {
                let count = digits.len().min(2);
                // Kept apart from digits that follow.
                let _ = write!(out, "(?:\\{})", &digits[..count]);
                return Ok(at + count);
            };
            let code = u32::from_str_radix(&digits[..count], 8).unwrap_or_default();
            let _ = write!(out, "\\x{{{code:X}}}");
            return Ok(at + count);
        }
        other if other.is_ascii_alphabetic() => {
            return Err(error(&format!("bad escape \\{other}")));
        }
        other => literal(other, out),
    }
    Ok(at + 1)
}

/// `[…]`: in Python no set operations happen inside.
fn class(characters: &[char], at: usize, flags: i64, out: &mut String) -> Result<usize, Stop> {
    let mut at = at;
    out.push('[');
    if characters.get(at) == Some(&'^') {
        out.push('^');
        at += 1;
    }
    let first = at;
    loop {
        let Some(&character) = characters.get(at) else {
            return Err(error("unterminated character set"));
        };
        at += 1;
        match character {
            ']' if at - 1 > first => {
                out.push(']');
                return Ok(at);
            }
            '\\' => at = escape(characters, at, flags, true, out)?,
            // Between two characters it is a range.
            '-' if at - 1 > first
                && characters.get(at).is_some_and(|it| *it != ']')
                && !ends_in_class(characters, at - 1) =>
            {
                out.push('-');
            }
            other => literal(other, out),
        }
    }
}

/// True when a class such as `\w` ends in front of a place.
fn ends_in_class(characters: &[char], at: usize) -> bool {
    at >= 2
        && characters.get(at - 2) == Some(&'\\')
        && characters.get(at - 1).is_some_and(|it| "dDwWsS".contains(*it))
        && !(at >= 3 && characters.get(at - 3) == Some(&'\\'))
}
