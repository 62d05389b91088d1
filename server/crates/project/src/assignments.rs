use std::collections::BTreeMap;

use crate::Json;

/// What a program wrote as `NAME=value` lines, or as one JSON object: values are taken as they are,
/// since secrets have dollars and hashes in them; quotes around a whole value are taken off. Gives
/// the number of lines too that are neither empty, a comment nor an assignment.
#[must_use]
pub fn read_assignments(text: &str) -> (BTreeMap<String, String>, usize) {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{')
        && let Ok(Json::Object(object)) = serde_json::from_str(text)
    {
        let scalar = |it: Json| match it {
            Json::String(text) => Some(text),
            Json::Number(_) | Json::Bool(_) => Some(it.to_string()),
            _ => None,
        };
        let values = object.into_iter().filter_map(|(name, it)| Some((name, scalar(it)?)));
        return (values.filter(|(name, _)| is_name(name)).collect(), 0);
    }
    let mut values = BTreeMap::new();
    let mut others = 0;
    for line in text.lines() {
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        match line.split_once('=') {
            Some((name, value)) if is_name(name.trim_end()) => {
                values.insert(name.trim_end().to_owned(), bare(value));
            }
            _ if line.is_empty() || line.starts_with('#') => {}
            _ => others += 1,
        }
    }
    (values, others)
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

fn bare(value: &str) -> String {
    let trimmed = value.trim();
    let inside = |quote: char| trimmed.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = inside('\'') {
        return inner.to_owned();
    }
    let Some(inner) = inside('"') else { return trimmed.to_owned() };
    let mut made = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(it) = letters.next() {
        match (it, letters.as_str().chars().next()) {
            ('\\', Some('n')) => made.push('\n'),
            ('\\', Some(next @ ('"' | '\\' | '$' | '`'))) => made.push(next),
            _ => {
                made.push(it);
                continue;
            }
        }
        letters.next();
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_they_are() {
        let text = "# from the vault\nexport A=a$b#c d\nB='x y'\r\nC=\"l1\\nl2 \\\"q\\\" \\$5\"\nD=\nnonsense\n2=3\n E = 1 \n";
        let (values, others) = read_assignments(text);
        let said: Vec<String> = values.iter().map(|(name, it)| format!("{name}={it:?}")).collect();
        assert_eq!(
            said,
            [r#"A="a$b#c d""#, r#"B="x y""#, r#"C="l1\nl2 \"q\" $5""#, r#"D="""#, r#"E="1""#]
        );
        assert_eq!(others, 2);
        let (values, others) = read_assignments(r#"{"A": "1", "B": 2, "C": [3], "D-": "x"}"#);
        assert_eq!(
            values.into_iter().collect::<Vec<_>>(),
            [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "2".to_owned())]
        );
        assert_eq!(others, 0);
        assert_eq!(read_assignments("").1, 0);
    }
}
