use project::dotenv;
use syntax::dotenv::{Entry, ProblemKind};

use super::dotenv_syntax::{first_line, report};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A quote in `.env` that takes in the lines below it.
    ///
    /// For dbt v2 a quote opens a text wherever it stands in a value, and a text may span lines: an
    /// apostrophe swallows everything up to the next one. Where none follows, nothing from here on
    /// is read.
    ///
    /// ```sh
    /// DBT_LABEL=don't        # before
    /// DBT_LABEL="don't"      # after
    /// ```
    pub static DOTENV_OPEN_QUOTE = {
        name: "dotenv-open-quote",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if findings.is_core() {
        return;
    }
    let lines = dotenv(context.db, context.file);
    for problem in &lines.problems {
        if matches!(problem.kind, ProblemKind::OpenQuote | ProblemKind::Swallowed) {
            let at = problem.range.start();
            let entry = lines.entries.iter().find(|it| it.value_range.contains_inclusive(at));
            let fix = entry.and_then(|it| mend(context, it));
            report(findings, problem, fix.into_iter().collect());
        }
    }
}

/// Quotes around a value that has one inside, or the quote that is missing at its end.
fn mend(context: &FileContext<'_>, entry: &Entry) -> Option<Fix> {
    let text = context.file.text(context.db);
    let (range, value) = first_line(text, entry);
    let first = value.chars().next()?;
    if value.contains(['$', '\\', '#']) {
        return None;
    }
    let quotes = value.matches(['\'', '"']).count();
    if matches!(first, '\'' | '"') {
        let close = (quotes == 1).then(|| format!("{value}{first}"))?;
        let fix = Fix::of(context.file, "Close the quote", [(range, close)]);
        return Some(fix.as_choice(super::edits::COUNTS_AGAIN));
    }
    let around = if value.contains('"') { '\'' } else { '"' };
    if value.contains(around) {
        return None;
    }
    let quoted = format!("{around}{value}{around}");
    let fix = Fix::of(context.file, "Put the value in quotes", [(range, quoted)]);
    Some(fix.as_choice(super::edits::COUNTS_AGAIN))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_OPEN_QUOTE;
    use crate::testing::{check, check_fix};

    #[test]
    fn a_quote_that_swallows_lines_is_found_and_mended() {
        let found = expect![[r#"
            1:6-1:8 warning[dotenv-open-quote] this quote is never closed: the rest of the file becomes part of it; dbt stops here and does not read `A`, `B`
                choice: Put the value in quotes (this line and those below then count)
        "#]];
        check(&DOTENV_OPEN_QUOTE, ".env", "A=don't\nB=1\n", found);
        let found = expect![[r#"
            1:6-1:8 warning[dotenv-open-quote] this quote is closed only on a later line: the lines between become part of the value; dbt does not read `B`, `C`
                choice: Put the value in quotes (this line and those below then count)
        "#]];
        check(&DOTENV_OPEN_QUOTE, ".env", "A=don't\nB=1\nC=it's\nD=2\n", found);
        check_fix(&DOTENV_OPEN_QUOTE, ".env", "A=don't\nB=1\n", "A=\"don't\"\nB=1\n");
        check_fix(&DOTENV_OPEN_QUOTE, ".env", "A=\"x\nB=1\n", "A=\"x\"\nB=1\n");
        check(&DOTENV_OPEN_QUOTE, ".env", "A='a\nb'\nB=1\n", expect![""]);
    }
}
