//! Groups of a regular expression: which there are, and which may be begun in Python.

use std::fmt::Write;

use super::syntax::error;
use crate::eval::Stop;

/// The groups that capture, in order: their names, where they have one.
pub(super) fn groups(characters: &[char], is_verbose: bool) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut class_began = None;
    while let Some(&character) = characters.get(at) {
        at += 1;
        match (character, class_began) {
            ('\\', _) => at += 1,
            (']', Some(first)) if at - 1 > first => class_began = None,
            (_, Some(_)) => {}
            ('[', None) => {
                let is_negated = characters.get(at) == Some(&'^');
                class_began = Some(at + usize::from(is_negated));
            }
            ('#', None) if is_verbose => at = end_of(characters, at, '\n'),
            ('(', None) => match characters.get(at..) {
                // A comment, or a condition.
                Some(['?', '#' | '(', ..]) => at = end_of(characters, at, ')'),
                Some(['?', 'P', '<', ..]) => {
                    let end = end_of(characters, at, '>');
                    found.push(characters.get(at + 3..end).map(|it| it.iter().collect()));
                }
                Some(['?', ..]) => {}
                _ => found.push(None),
            },
            _ => {}
        }
    }
    found
}

fn end_of(characters: &[char], from: usize, end: char) -> usize {
    let length = characters.iter().skip(from).position(|it| *it == end);
    length.map_or(characters.len(), |it| from + it)
}

/// What follows an opening bracket; gives the place behind it. What the engine knows and Python
/// does not is refused, and a condition names a group that there is.
pub(super) fn group(
    characters: &[char],
    at: usize,
    groups: &[Option<String>],
    out: &mut String,
) -> Result<usize, Stop> {
    let Some(['?', rest @ ..]) = characters.get(at..) else {
        out.push('(');
        return Ok(at);
    };
    match rest {
        ['(', ..] => {
            let end = end_of(characters, at + 2, ')');
            if end == characters.len() {
                return Err(error("missing ), unterminated name"));
            }
            let name: String = characters[at + 2..end].iter().collect();
            let number = name.parse().ok().or_else(|| {
                let index = groups.iter().position(|it| it.as_deref() == Some(&*name));
                index.map(|it| it + 1)
            });
            match number {
                Some(number) if (1..=groups.len()).contains(&number) => {
                    let _ = write!(out, "(?({number})");
                    Ok(end + 1)
                }
                Some(number) => Err(error(&format!("invalid group reference {number}"))),
                None => Err(error(&format!("unknown group name '{name}'"))),
            }
        }
        [':' | '=' | '!' | '>', ..] | ['P', '<' | '=', ..] | ['<', '=' | '!', ..] => {
            out.push('(');
            Ok(at)
        }
        [first, ..] if "aiLmsux-".contains(*first) => {
            let letters = rest.iter().take_while(|it| "aiLmsux-".contains(**it)).count();
            if rest.get(letters) != Some(&':') {
                return Err(error("global flags not at the start of the expression"));
            }
            out.push('(');
            Ok(at)
        }
        other => {
            let shown: String = other.iter().take(1).collect();
            Err(error(&format!("unknown extension ?{shown}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::translate;

    /// As Python reads it, and as the engine does.
    fn is_read(pattern: &str) -> bool {
        translate(pattern, 0).is_ok_and(|it| fancy_regex::Regex::new(&it.pattern).is_ok())
    }

    #[test]
    fn conditions_ask_for_groups_that_there_are() {
        for pattern in [
            "(a)?(?(1)b|c)",
            "(?P<q>a)?(?(q)b|c)",
            r"\((a)(?(1)b|c)",
            "[()](a)(?(1)b|c)",
            "(?#()(a)(?(1)b|c)",
        ] {
            assert!(is_read(pattern), "{pattern}");
        }
        for pattern in [
            "(a)?(?(5)b|c)",
            "(a)?(?(0)b|c)",
            "(?:a)?(?(1)b|c)",
            r"\((?(1)b|c)",
            "[(](?(1)b|c)",
            "(?P<q>a)?(?(r)b|c)",
            "(?(99999999999999999999)b|c)",
            "(?(",
        ] {
            assert!(!is_read(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_python_does_not_know_is_refused() {
        for pattern in ["(?:a)", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?i:a)", "(?-i:a)"]
        {
            assert!(is_read(pattern), "{pattern}");
        }
        for pattern in
            ["(?<n>a)", "(?'n'a)", "(a)(?P>n)", "(?R)", "(a)(?1)", "(?&n)", "a(?i)b", "(?"]
        {
            assert!(!is_read(pattern), "{pattern}");
        }
    }
}
