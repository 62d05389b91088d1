//! What Python knows about letters.

/// Some(true) when all cased letters are upper case, Some(false) when all are lower case.
pub(crate) fn text_case(text: &str) -> Option<bool> {
    let mut result = None;
    for character in text.chars() {
        let upper = if character.is_uppercase() || is_title(character) {
            true
        } else if character.is_lowercase() {
            false
        } else {
            continue;
        };
        if is_title(character) || result.is_some_and(|it| it != upper) {
            return None;
        }
        result = Some(upper);
    }
    result
}

/// Digraphs that have a third form, such as `ǅ`.
fn is_title(character: char) -> bool {
    matches!(character, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}')
}

fn is_cased(character: char) -> bool {
    character.is_uppercase() || character.is_lowercase() || is_title(character)
}

fn push_title(character: char, out: &mut String) {
    match character {
        'ß' => out.push_str("Ss"),
        'ǆ' | 'Ǆ' => out.push('ǅ'),
        'ﬁ' => out.push_str("Fi"),
        'ﬂ' => out.push_str("Fl"),
        other => out.extend(other.to_uppercase()),
    }
}

/// `str.capitalize`
pub(crate) fn capitalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    if let Some(first) = characters.next() {
        push_title(first, &mut out);
        out.push_str(&characters.as_str().to_lowercase());
    }
    out
}

/// `str.title`
pub(crate) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            out.extend(character.to_lowercase());
        } else {
            push_title(character, &mut out);
        }
        inside = is_cased(character);
    }
    out
}

pub(crate) fn is_title_text(text: &str) -> bool {
    let (mut inside, mut any) = (false, false);
    for character in text.chars() {
        if character.is_uppercase() || is_title(character) {
            if inside {
                return false;
            }
            (inside, any) = (true, true);
        } else if character.is_lowercase() {
            if !inside {
                return false;
            }
            any = true;
        } else {
            inside = false;
        }
    }
    any
}

/// Jinja's `title` filter, whose words begin after blanks, hyphens and opening brackets.
pub(crate) fn title_after_separators(text: &str) -> String {
    let separator =
        |it: char| syntax::jinja::is_space(it) || matches!(it, '-' | '(' | '{' | '[' | '<');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(separator).unwrap_or(rest.len());
        let word = &rest[..end];
        let mut characters = word.chars();
        if let Some(first) = characters.next() {
            out.extend(first.to_uppercase());
            out.push_str(&characters.as_str().to_lowercase());
        }
        rest = &rest[end..];
        let gap = rest.find(|it| !separator(it)).unwrap_or(rest.len());
        out.push_str(&rest[..gap]);
        rest = &rest[gap..];
    }
    out
}

pub(crate) fn swapcase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_uppercase() {
            out.extend(character.to_lowercase());
        } else {
            out.extend(character.to_uppercase());
        }
    }
    out
}

pub(crate) fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|it| it == '_' || it.is_alphabetic())
        && characters.all(|it| it == '_' || it.is_alphanumeric())
}

/// The lines of a text with their ends, where Python ends them.
pub(crate) fn lines(text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let ends = matches!(
            character,
            '\n' | '\r'
                | '\u{b}'
                | '\u{c}'
                | '\u{1c}'
                | '\u{1d}'
                | '\u{1e}'
                | '\u{85}'
                | '\u{2028}'
                | '\u{2029}'
        );
        if !ends {
            continue;
        }
        let mut end = at + character.len_utf8();
        if character == '\r' && characters.next_if(|(_, it)| *it == '\n').is_some() {
            end += 1;
        }
        lines.push((&text[start..at], &text[at..end]));
        start = end;
    }
    if start < text.len() {
        lines.push((&text[start..], ""));
    }
    lines
}
