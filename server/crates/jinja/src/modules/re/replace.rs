//! What stands in place of a match: `\1`, `\g<name>`.

use super::syntax::error;
use crate::eval::Stop;
use crate::value::Value;

enum Part {
    Text(String),
    Group(usize),
}

pub(super) struct Replacement {
    parts: Vec<Part>,
}

impl Replacement {
    pub(super) fn parse(template: &str, names: &[Option<String>]) -> Result<Self, Stop> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let Some(character) = rest.chars().next() else {
                return Err(error("bad escape (end of pattern)"));
            };
            let after = &rest[character.len_utf8()..];
            let simple = match character {
                'n' => Some('\n'),
                't' => Some('\t'),
                'r' => Some('\r'),
                'f' => Some('\u{c}'),
                'v' => Some('\u{b}'),
                'a' => Some('\u{7}'),
                'b' => Some('\u{8}'),
                '\\' => Some('\\'),
                _ => None,
            };
            if let Some(simple) = simple {
                text.push(simple);
                rest = after;
                continue;
            }
            let group = match character {
                'g' => {
                    let name = after.strip_prefix('<').and_then(|it| it.split_once('>'));
                    let Some((name, tail)) = name else { return Err(error("missing group name")) };
                    rest = tail;
                    match name.parse::<usize>() {
                        Ok(number) => number,
                        Err(_) => {
                            names.iter().position(|it| it.as_deref() == Some(name)).ok_or_else(
                                || Stop::index_error(format!("unknown group name '{name}'")),
                            )?
                        }
                    }
                }
                '0'..='9' => {
                    let digits: String =
                        rest.chars().take(3).take_while(char::is_ascii_digit).collect();
                    let octal = digits.bytes().take_while(|it| (b'0'..b'8').contains(it)).count();
                    if digits.starts_with('0') || digits.len() == 3 && octal == 3 {
                        let count = if digits.starts_with('0') { octal.min(3) } else { 3 };
                        let code = u32::from_str_radix(&digits[..count], 8).unwrap_or_default();
                        text.extend(char::from_u32(code));
                        rest = &rest[count..];
                        continue;
                    }
                    let count = digits.len().min(2);
                    rest = &rest[count..];
                    digits[..count].parse().unwrap_or_default()
                }
                other if other.is_ascii_alphabetic() => {
                    return Err(error(&format!("bad escape \\{other}")));
                }
                other => {
                    text.push('\\');
                    text.push(other);
                    rest = after;
                    continue;
                }
            };
            if group >= names.len() {
                return Err(error(&format!("invalid group reference {group}")));
            }
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Group(group));
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        Ok(Self { parts })
    }

    pub(super) fn write<'t>(&self, group: impl Fn(usize) -> Option<&'t str>, out: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(number) => out.push_str(group(*number).unwrap_or_default()),
            }
        }
    }
}

/// What a function gave for a match.
pub(super) fn text_of(value: &Value) -> Result<String, Stop> {
    match value {
        Value::Str(text) => Ok(text.as_str().to_owned()),
        Value::None | Value::Hole => Ok(String::new()),
        other => {
            Err(Stop::type_error(format!("expected str instance, {} found", other.type_name())))
        }
    }
}
