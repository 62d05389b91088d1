use base::{TextRange, TextSize};
use project::dotenv;
use syntax::dotenv::{Entry, Problem, ProblemKind};

use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// A line of `.env` that dbt cannot read.
    ///
    /// dbt v2 stops at the first such line without a word: everything below it is not set. The
    /// finding names the variables that are lost. dbt Core, from 1.12 on, skips the line with a
    /// warning and reads the rest.
    ///
    /// ```sh
    /// DBT_LABEL=my dev schema     # before: a blank without quotes
    /// DBT_LABEL="my dev schema"   # after
    /// ```
    pub static DOTENV_SYNTAX = {
        name: "dotenv-syntax",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let lines = dotenv(context.db, context.file);
    if findings.is_core() {
        for problem in &lines.core_problems {
            findings.add(problem.range, format!("{}: dbt Core skips it", problem.message));
        }
        return;
    }
    let text = context.file.text(context.db);
    for problem in &lines.problems {
        let entry = lines.entries.iter().find(|it| it.value_range.contains_range(problem.range));
        let fix = match problem.kind {
            ProblemKind::Blank => entry.and_then(|it| edits::quote(context.file, text, it)),
            ProblemKind::LastBlank => Some(end_line(context, text)),
            ProblemKind::Name | ProblemKind::Brace => None,
            _ => continue,
        };
        report(findings, problem, fix.into_iter().collect());
    }
}

/// What dbt v2 makes of a line: also for the rules of their own that some kinds have.
pub(super) fn report(findings: &mut Findings<'_>, problem: &Problem, fixes: Vec<Fix>) {
    let does =
        if problem.kind.stops() { "dbt stops here and does not read" } else { "dbt does not read" };
    let message = match names(&problem.lost) {
        Some(names) => format!("{}; {does} {names}", problem.message),
        None => problem.message.clone(),
    };
    findings.add_with_fixes(Severity::Warning, problem.range, message, fixes);
}

/// A few names, and how many there are besides.
fn names(all: &[String]) -> Option<String> {
    const SHOWN: usize = 8;
    let shown: Vec<String> = all.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
    let more = all.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| shown.join(", ") + &more)
}

fn end_line(context: &FileContext<'_>, text: &str) -> Fix {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let place = TextRange::empty(TextSize::of(text));
    Fix::of(context.file, "End the last line", [(place, end.to_owned())])
        .as_choice("the line then counts")
}

/// The value on the entry's first line, as it is written.
pub(super) fn first_line<'a>(text: &'a str, entry: &Entry) -> (TextRange, &'a str) {
    let start = usize::from(entry.value_range.start());
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim_end();
    (base::range(start, start + line.len()), line)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_SYNTAX;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn the_first_bad_line_ends_reading() {
        let text = "DBT_SCHEMA=dev\nDBT_LABEL=my dev schema # x\nDBT_ROLE=analyst\n1A=2\n";
        let found = expect![[r#"
            2:11-2:24 warning[dotenv-syntax] a value with blanks needs quotes; dbt stops here and does not read `DBT_LABEL`, `DBT_ROLE`
                choice: Put the value in quotes (this line and those below then count)
            4:1-4:3 warning[dotenv-syntax] a variable's name starts with a letter or `_`
        "#]];
        check(&DOTENV_SYNTAX, ".env", text, found);
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2'\n");
        check_in(&DOTENV_SYNTAX, &[(".env", text), core], expect![""]);
        let found = expect![[r#"
            2:1-2:5 warning[dotenv-syntax] python-dotenv cannot read this: dbt Core skips it
        "#]];
        check_in(&DOTENV_SYNTAX, &[(".env", "A=1\nB='x\nC=2\n"), core], found);
    }

    #[test]
    fn values_get_the_quotes_that_keep_them() {
        let before = "A=x y # c\nB=it\\'s \"x\" y\n";
        check_fix(&DOTENV_SYNTAX, ".env", "A=x y # c\nB=1\n", "A=\"x y\" # c\nB=1\n");
        check_fix(&DOTENV_SYNTAX, ".env", "A={\"a\": 1}\n", "A='{\"a\": 1}'\n");
        check_fix(&DOTENV_SYNTAX, ".env", "A=1\nB=x ", "A=1\nB=x \n");
        let found = expect![[r#"
            2:3-2:14 warning[dotenv-syntax] a value with blanks needs quotes; dbt stops here and does not read `B`
        "#]];
        check(&DOTENV_SYNTAX, ".env", &before.replace("x y #", "x #"), found);
    }
}
