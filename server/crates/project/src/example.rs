use std::collections::BTreeMap;
use std::ops::Range;

/// The text of a `.env` that is made from an example: comments and values stay, values of secrets do
/// not, and a comment says what is to be done.
#[must_use]
pub fn dotenv_from_example(text: &str, is_secret: &dyn Fn(&str) -> bool) -> String {
    let lines = syntax::dotenv::parse(text);
    let mut made = String::with_capacity(text.len());
    let mut done = 0;
    for entry in lines.entries.iter().filter(|it| is_secret(&it.name)) {
        let (name, value) = (Range::<usize>::from(entry.name_range), entry.value_range);
        let value = Range::<usize>::from(value);
        let start = text[..name.start].rfind('\n').map_or(0, |it| it + 1);
        if start < done || value.start < name.end {
            continue;
        }
        made.push_str(&text[done..start]);
        made.push_str("# A secret: its value belongs here and nowhere else.\n");
        made.push_str(&text[start..value.start]);
        // What stood behind the value is a comment; blanks before it would be part of it.
        let rest = text[value.end..].find('\n').map_or(text.len(), |it| value.end + it);
        done = rest;
    }
    made.push_str(&text[done..]);
    made
}

/// The text of a `.env` with other values for some of its variables.
#[must_use]
pub fn with_values(text: &str, values: &BTreeMap<String, String>) -> String {
    let lines = syntax::dotenv::parse(text);
    let mut made = String::with_capacity(text.len());
    let mut done = 0;
    for entry in &lines.entries {
        let value = Range::<usize>::from(entry.value_range);
        if let Some(new) = values.get(&entry.name).filter(|_| value.start >= done) {
            made.push_str(&text[done..value.start]);
            made.push_str(&dotenv_literal(new));
            done = value.end;
        }
    }
    made.push_str(&text[done..]);
    made
}

/// A value as a line of `.env` spells it, for every engine alike.
#[must_use]
pub fn dotenv_literal(value: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-./:@%+,=~".contains(it);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    if !value.contains('\'') {
        return format!("'{value}'");
    }
    let mut made = String::from("\"");
    for it in value.chars() {
        if matches!(it, '"' | '\\' | '$') {
            made.push('\\');
        }
        made.push(it);
    }
    made.push('"');
    made
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn secrets_are_left_out_and_comments_stay() {
        let text = "# Copy me\nA=1 # one\nexport TOKEN='x y' # yours\nB=\"2\"";
        let made = dotenv_from_example(text, &|it| it == "TOKEN");
        expect![[r#"
            # Copy me
            A=1 # one
            # A secret: its value belongs here and nowhere else.
            export TOKEN=
            B="2""#]]
        .assert_eq(&made);
        assert_eq!(dotenv_from_example("TOKEN=x", &|_| true).lines().last(), Some("TOKEN="));
    }

    #[test]
    fn values_are_spelled_so_that_they_are_read_back() {
        let values = ["plain-1.2", "two words", "it's $5 \\ \"x\"", "#x", "", "a\nb", "ünï"];
        for value in values {
            let values = BTreeMap::from([("A".to_owned(), value.to_owned())]);
            let text = with_values("# x\nA=old # keep\nB=1\n", &values);
            let read = syntax::dotenv::values_v2(&syntax::dotenv::parse(&text), &|_| None);
            assert_eq!(
                read,
                [("A".to_owned(), value.to_owned()), ("B".to_owned(), "1".to_owned())]
            );
            assert!(text.contains("# keep"), "{text}");
        }
    }
}
