use std::ops::Range;

use base::{FilePath, LineIndex, TextRange};

/// The line that a finding is about, fit to be shown: one line, not too long, without secrets.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub line: usize,
    pub text: String,
    pub span: Range<usize>,
}

/// So many characters of a line are shown.
const WIDTH: usize = 160;
const MASK: &str = "*****";

impl Excerpt {
    /// Nothing where there is no line, or where it cannot be shown without telling a secret.
    pub fn new(
        path: &FilePath,
        text: &str,
        lines: &LineIndex,
        range: TextRange,
        secrets: &[String],
    ) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let number = lines.line_of(range.start());
        let line_range = lines.line_range(number);
        let line = text.get(usize::from(line_range.start())..usize::from(line_range.end()))?;
        let line = line.trim_end_matches(['\n', '\r']);
        let start = usize::from(range.start() - line_range.start()).min(line.len());
        let end = usize::from(range.end() - line_range.start()).clamp(start, line.len());
        let parts = [line.get(..start)?, line.get(start..end)?, line.get(end..)?];
        let parts = match value_start(path, line) {
            // Values are not shown at all, whether they look secret or not.
            Some(value) => without_value(line, start, end, value)?,
            None => without_secrets(line, parts, secrets)?,
        };
        Some(cut(number as usize + 1, parts))
    }
}

/// Where the value of a line begins in a file that holds credentials.
fn value_start(path: &FilePath, line: &str) -> Option<usize> {
    if path.name().starts_with(".env") {
        return Some(line.find('=').map_or(0, |it| it + 1));
    }
    if matches!(path.name(), "profiles.yml" | "profiles.yaml" | "dbt_cloud.yml") {
        // A line without a key may be a piece of a key file.
        let value = line.find(':').map_or(0, |it| it + 1);
        return (!line[value..].trim().is_empty()).then_some(value);
    }
    None
}

fn without_value(line: &str, start: usize, end: usize, value: usize) -> Option<[String; 3]> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let head = line.get(..value)?;
    let part = |range: Range<usize>| head.get(range).unwrap_or_default().to_owned();
    if start >= value {
        return Some([head.to_owned(), MASK.to_owned(), String::new()]);
    }
    let end = end.min(value);
    Some([part(0..start), part(start..end), part(end..value) + MASK])
}

/// The parts, masked one by one; nothing where a secret stands across their border.
fn without_secrets(line: &str, parts: [&str; 3], secrets: &[String]) -> Option<[String; 3]> {
    let masked = parts.map(|it| project::mask(it, secrets));
    (project::mask(line, secrets) == masked.concat()).then_some(masked)
}

/// A window around the finding where the line is too long.
fn cut(line: usize, [before, mut marked, mut after]: [String; 3]) -> Excerpt {
    let mut shown = before;
    if marked.chars().count() > WIDTH {
        marked = marked.chars().take(WIDTH).collect();
        after = "…".to_owned();
    }
    let room = WIDTH - marked.chars().count();
    let length = shown.chars().count();
    if length + after.chars().count() > room {
        let keep = (room / 2).max(room.saturating_sub(after.chars().count()));
        if length > keep {
            shown = std::iter::once('…').chain(shown.chars().skip(length - keep)).collect();
        }
        let rest = room.saturating_sub(length.min(keep));
        if after.chars().count() > rest {
            after = after.chars().take(rest).chain(['…']).collect();
        }
    }
    let span = shown.len()..shown.len() + marked.len();
    Excerpt { line, text: shown + &marked + &after, span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, marked: &str) -> Option<String> {
        let start = text.find(marked).unwrap();
        let range = base::range(start, start + marked.len());
        let secrets = ["hunter22".to_owned()];
        let excerpt =
            Excerpt::new(&FilePath::new(path), text, &LineIndex::new(text), range, &secrets)?;
        let (before, rest) = excerpt.text.split_at(excerpt.span.start);
        let (marked, after) = rest.split_at(excerpt.span.len());
        Some(format!("{}: {before}[{marked}]{after}", excerpt.line))
    }

    #[test]
    fn the_line_is_shown() {
        let text = "select 1\nfrom {{ ref('é') }}\r\n";
        assert_eq!(check("/p/a.sql", text, "'é'").unwrap(), "2: from {{ ref(['é']) }}");
    }

    #[test]
    fn values_of_credentials_are_not_shown() {
        assert_eq!(check("/p/.env", "A=1\nB=x y", "B").unwrap(), "2: [B]=*****");
        assert_eq!(check("/p/.env", "B=x y", "y").unwrap(), "1: B=[*****]");
        assert_eq!(check("/p/.env", "continued", "tin").unwrap(), "1: [*****]");
        assert_eq!(check("/p/profiles.yml", "  pass: x", "pass").unwrap(), "1:   [pass]:*****");
        assert_eq!(check("/p/profiles.yml", "shop:\n", "shop").unwrap(), "1: [shop]:");
        assert_eq!(check("/p/profiles.yml", "# pass: x", "x"), None);
    }

    #[test]
    fn known_secrets_are_masked_wherever_they_stand() {
        let shown = check("/p/a.sql", "-- hunter22 {{ ref('a') }}", "'a'").unwrap();
        assert!(!shown.contains("hunter") && shown.ends_with("['a']) }}"), "{shown}");
        // A mark inside of the secret would tell its other half.
        assert_eq!(check("/p/a.sql", "-- hunter22", "hunt"), None);
    }

    #[test]
    fn long_lines_are_cut_around_the_finding() {
        let text = format!("{}MARK{}", "a".repeat(5000), "b".repeat(5000));
        let shown = check("/p/a.sql", &text, "MARK").unwrap();
        assert!(shown.chars().count() < 200 && shown.contains("a[MARK]b"), "{shown}");
        let shown = check("/p/a.sql", &text, &text.clone()).unwrap();
        assert!(shown.chars().count() < 200, "{shown}");
    }
}
