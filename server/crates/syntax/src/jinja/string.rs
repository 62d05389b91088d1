//! What a string literal means: line ends become newlines, then Python's `unicode-escape`.

/// The value of what stands between the quotes, or Python's word for what is wrong with it.
pub(super) fn unescape(inner: &str) -> Result<String, &'static str> {
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                value.push('\n');
            }
            '\\' => {
                let Some(escape) = characters.next() else {
                    return Err("\\ at end of string");
                };
                match escape {
                    '\r' => {
                        characters.next_if_eq(&'\n');
                    }
                    '\n' => {}
                    '\\' | '\'' | '"' => value.push(escape),
                    'a' => value.push('\u{7}'),
                    'b' => value.push('\u{8}'),
                    'f' => value.push('\u{c}'),
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    'v' => value.push('\u{b}'),
                    '0'..='7' => {
                        let mut code = escape as u32 - '0' as u32;
                        for _ in 0..2 {
                            let Some(digit) = characters.next_if(|it| matches!(it, '0'..='7'))
                            else {
                                break;
                            };
                            code = code * 8 + (digit as u32 - '0' as u32);
                        }
                        value.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    }
                    'x' => value.push(hex(&mut characters, 2, "truncated \\xXX escape")?),
                    'u' => value.push(hex(&mut characters, 4, "truncated \\uXXXX escape")?),
                    'U' => value.push(hex(&mut characters, 8, "truncated \\UXXXXXXXX escape")?),
                    other => {
                        value.push('\\');
                        value.push(other);
                    }
                }
            }
            other => value.push(other),
        }
    }
    Ok(value)
}

fn hex(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    digits: usize,
    truncated: &'static str,
) -> Result<char, &'static str> {
    let mut code = 0u32;
    for _ in 0..digits {
        let digit = characters.next().and_then(|it| it.to_digit(16)).ok_or(truncated)?;
        code = code.wrapping_mul(16).wrapping_add(digit);
    }
    if code > 0x10_ffff {
        return Err("illegal Unicode character");
    }
    // A lone surrogate is a character to Python and none to us.
    Ok(char::from_u32(code).unwrap_or('\u{fffd}'))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_pythons() {
        assert_eq!(unescape(r"a\n\x41\u00e9\101\'\d").unwrap(), "a\nA\u{e9}A'\\d");
        assert_eq!(unescape("a\\\nb\r\nc").unwrap(), "ab\nc");
        assert_eq!(unescape(r"\x4"), Err("truncated \\xXX escape"));
        assert_eq!(unescape("é\\é").unwrap(), "é\\é");
    }
}
