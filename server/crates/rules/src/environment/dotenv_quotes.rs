use project::dotenv;

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// JSON in `.env` that loses its quotes.
    ///
    /// dbt v2 takes quotes away wherever they stand in a value: `{"a":1}` becomes `{a:1}`. In single
    /// quotes every character is kept, by dbt Core too.
    ///
    /// ```sh
    /// DBT_OPTIONS={"a":1}      # before
    /// DBT_OPTIONS='{"a":1}'    # after
    /// ```
    pub static DOTENV_QUOTES = {
        name: "dotenv-quotes",
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
    for entry in dotenv(context.db, context.file).entries.iter().filter(|it| !it.lost) {
        let raw = entry.raw_value(text);
        if !raw.starts_with(['{', '[']) || !raw.contains('"') {
            continue;
        }
        let quoted = format!("'{raw}'");
        let fix =
            Fix::of(context.file, "Put the value in single quotes", [(entry.value_range, quoted)]);
        let fix =
            (!raw.contains(['\'', '\n', '$', '\\'])).then(|| fix.as_choice("its quotes then stay"));
        let message = "dbt v2 takes the quotes in this value away";
        findings.add_with_fixes(
            Severity::Warning,
            entry.value_range,
            message,
            fix.into_iter().collect(),
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_QUOTES;
    use crate::testing::{check, check_fix};

    #[test]
    fn json_is_put_in_single_quotes() {
        let found = expect![[r#"
            1:3-1:10 warning[dotenv-quotes] dbt v2 takes the quotes in this value away
                choice: Put the value in single quotes (its quotes then stay)
        "#]];
        check(&DOTENV_QUOTES, ".env", "A={\"a\":1}\nB='{\"a\":1}'\nC={a:1}\n", found);
        check_fix(&DOTENV_QUOTES, ".env", "A={\"a\":1} # c\n", "A='{\"a\":1}' # c\n");
    }
}
