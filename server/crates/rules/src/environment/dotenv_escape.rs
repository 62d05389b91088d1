use project::dotenv;
use syntax::dotenv::{ProblemKind, Quote};

use super::dotenv_syntax::report;
use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A backslash in `.env` that dbt v2 takes for an escape it does not know.
    ///
    /// It knows `\\`, `\'`, `\"`, `\$`, `\n` and a backslash before a blank, in double quotes and
    /// without quotes, and stops reading the file at any other. In single quotes a backslash is a
    /// character like others.
    ///
    /// ```sh
    /// DBT_FOLDER=C:\Users\ana      # before: everything from here on is not read
    /// DBT_FOLDER='C:\Users\ana'    # after
    /// ```
    pub static DOTENV_ESCAPE = {
        name: "dotenv-escape",
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
    let text = context.file.text(context.db);
    let lines = dotenv(context.db, context.file);
    for problem in lines.problems.iter().filter(|it| it.kind == ProblemKind::Escape) {
        let entry = lines.entries.iter().find(|it| it.value_range.contains_range(problem.range));
        let quote = entry.filter(|it| it.quote == Quote::None);
        let mut fixes: Vec<Fix> =
            quote.and_then(|it| edits::quote(context.file, text, it)).into_iter().collect();
        let backslash = base::TextRange::empty(problem.range.start());
        let double = Fix::of(context.file, "Double the backslash", [(backslash, "\\".to_owned())]);
        fixes.push(double.as_choice("the value then holds one backslash"));
        report(findings, problem, fixes);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_ESCAPE;
    use crate::testing::{check, check_fix, check_in};

    #[test]
    fn an_unknown_escape_is_found_and_mended() {
        let found = expect![[r#"
            2:5-2:7 warning[dotenv-escape] `\U` is no escape here: write `\\` or put the value in single quotes; dbt stops here and does not read `B`, `C`
                choice: Put the value in quotes (this line and those below then count)
                choice: Double the backslash (the value then holds one backslash)
        "#]];
        check(&DOTENV_ESCAPE, ".env", "A=1\nB=C:\\Users\nC=2\n", found);
        check_fix(&DOTENV_ESCAPE, ".env", "B=C:\\Users\\ana # x\n", "B='C:\\Users\\ana' # x\n");
        check_fix(&DOTENV_ESCAPE, ".env", "B=\"a\\tb\"\n", "B=\"a\\\\tb\"\n");
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2'\n");
        check_in(&DOTENV_ESCAPE, &[(".env", "B=C:\\Users\n"), core], expect![""]);
    }
}
