use base::{Content, TextRange, TextSize, Unreadable, range};
use project::dbt_version;
use syntax::dotenv::Grammar;

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A `.env` whose encoding or line ends hide lines from dbt.
    ///
    /// dbt v2 reads UTF-8, with or without a mark, up to the first byte that is none, and says
    /// nothing; a file with CR alone as line end is one line for it.
    pub static DOTENV_ENCODING = {
        name: "dotenv-encoding",
        event: None,
        severity: Error,
        since: "dbt 2.0",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    if let Content::Unreadable(Unreadable::NotUtf8 { offset, line, .. }) = context.file.content(db)
    {
        let what = if *offset == 0 {
            "`.env` is not UTF-8, UTF-16 perhaps"
        } else {
            "`.env` is not UTF-8"
        };
        let message = format!("{what}: nothing from line {line} on is read; save it as UTF-8");
        findings.add(range(0, 0), message);
        return;
    }
    let text = context.file.text(db);
    if is_utf16(text) {
        findings.add(first_line(text), "this looks like UTF-16: dbt reads UTF-8 only");
        return;
    }
    let ends: Vec<usize> = lone_returns(text).collect();
    if dbt_version(db, context.project).dotenv_grammar() == Grammar::Dotenvy
        && let Some(first) = ends.first()
    {
        let message = "a CR alone ends no line for dbt v2: what follows becomes part of the value";
        let edits = ends.iter().map(|it| (range(*it, it + 1), "\n".to_owned()));
        let fix = Fix::of(context.file, "End lines with a line feed", edits)
            .as_choice("each line is then a variable of its own");
        findings.add_with_fixes(Severity::Warning, range(*first, first + 1), message, vec![fix]);
    }
}

/// Every other byte of Latin text is a NUL then.
fn is_utf16(text: &str) -> bool {
    let start = text.as_bytes().iter().take(64);
    let length = start.len();
    length >= 4 && start.filter(|it| **it == 0).count() * 3 > length
}

fn lone_returns(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('\r').map(|it| it.0).filter(|it| !text[it + 1..].starts_with('\n'))
}

fn first_line(text: &str) -> TextRange {
    let end = text.find('\n').unwrap_or(text.len());
    TextRange::new(TextSize::new(0), TextSize::of(&text[..end]))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_ENCODING;
    use crate::testing::{check, check_fix};

    #[test]
    fn line_ends_and_encodings_that_hide_lines() {
        let found = expect![[r#"
            1:4-2:1 warning[dotenv-encoding] a CR alone ends no line for dbt v2: what follows becomes part of the value
                choice: End lines with a line feed (each line is then a variable of its own)
        "#]];
        check(&DOTENV_ENCODING, ".env", "A=1\rB=2\r", found);
        check_fix(&DOTENV_ENCODING, ".env", "A=1\rB=2\r\nC=3", "A=1\nB=2\r\nC=3");
        let found = expect![[r#"
            1:1-2:2 error[dotenv-encoding] this looks like UTF-16: dbt reads UTF-8 only
        "#]];
        check(&DOTENV_ENCODING, ".env", "A\0=\x001\0\r\0\n\0", found);
        check(&DOTENV_ENCODING, ".env", "A=1\r\nB=2\r\n", expect![""]);
    }
}
