//! Positions as the protocol counts them, and paths as it spells them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// How a server counts within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

impl Encoding {
    pub fn named(name: &str) -> Encoding {
        match name {
            "utf-8" => Encoding::Utf8,
            "utf-32" => Encoding::Utf32,
            _ => Encoding::Utf16,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// The line and character of a byte offset; a line ends at `\n`, `\r\n` or `\r`.
pub fn position(text: &str, offset: usize, encoding: Encoding) -> Value {
    let before = &text[..offset];
    let bytes = text.as_bytes();
    let mut line = 0;
    let mut line_start = 0;
    for (index, byte) in before.bytes().enumerate() {
        if byte == b'\n' || (byte == b'\r' && bytes.get(index + 1) != Some(&b'\n')) {
            line += 1;
            line_start = index + 1;
        }
    }
    let character: usize = before[line_start..].chars().map(|it| encoding.units(it)).sum();
    json!({ "line": line, "character": character })
}

pub fn range(text: &str, range: &Range<usize>, encoding: Encoding) -> Value {
    json!({
        "start": position(text, range.start, encoding),
        "end": position(text, range.end, encoding),
    })
}

/// The byte offset of a position; one past the end of its line is cut to the line's end.
pub fn offset(text: &str, position: &Value, encoding: Encoding) -> usize {
    let line = position["line"].as_u64().unwrap_or(0);
    let character = position["character"].as_u64().unwrap_or(0) as usize;
    let mut start = 0;
    for _ in 0..line {
        let Some(end) = text[start..].find(['\n', '\r']) else { return text.len() };
        let end = start + end;
        start = if text[end..].starts_with("\r\n") { end + 2 } else { end + 1 };
    }
    let mut units = 0;
    for (index, it) in text[start..].char_indices() {
        if units >= character || it == '\n' || it == '\r' {
            return start + index;
        }
        units += encoding.units(it);
    }
    text.len()
}

pub fn uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(*byte)),
            it if it.is_ascii_alphanumeric() => uri.push(char::from(*it)),
            it => uri.push_str(&format!("%{it:02X}")),
        }
    }
    uri
}

/// The path of a `file:` address, for comparing with a path of ours.
pub fn path(uri: &str) -> Option<PathBuf> {
    let spelled = uri.strip_prefix("file://")?.as_bytes();
    let mut bytes = Vec::with_capacity(spelled.len());
    let mut index = 0;
    while index < spelled.len() {
        let code = spelled.get(index + 1..index + 3).and_then(|it| std::str::from_utf8(it).ok());
        match (spelled[index], code.and_then(|it| u8::from_str_radix(it, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                index += 3;
            }
            (byte, _) => {
                bytes.push(byte);
                index += 1;
            }
        }
    }
    Some(PathBuf::from(String::from_utf8(bytes).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_the_units_that_were_agreed() {
        let text = "a\r\n\u{1F986}é|\rlast";
        let offset_of_bar = text.find('|').unwrap();
        let character = |encoding| position(text, offset_of_bar, encoding)["character"].clone();
        assert_eq!(character(Encoding::Utf8), 6);
        assert_eq!(character(Encoding::Utf16), 3);
        assert_eq!(character(Encoding::Utf32), 2);
        assert_eq!(position(text, text.len(), Encoding::Utf16), json!({"line": 2, "character": 4}));
    }

    #[test]
    fn a_position_leads_back_to_its_offset() {
        let text = "select 'ü\u{1F986}'\n\r\nfrom x\ry";
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (index, character) in text.char_indices() {
                if character != '\n' {
                    assert_eq!(offset(text, &position(text, index, encoding), encoding), index);
                }
            }
        }
    }

    #[test]
    fn a_path_survives_its_address() {
        let spelled = Path::new("/tmp/a b/ä#1%.sql");
        assert_eq!(path(&uri(spelled)).unwrap(), spelled);
    }
}
