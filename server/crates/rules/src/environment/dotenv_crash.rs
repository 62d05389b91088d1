use base::{Content, Unreadable, range};
use project::{dbt_version, dotenv};
use syntax::dotenv::Grammar;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `.env` that keeps dbt from starting.
    ///
    /// A NUL character in a value makes every dbt crash. dbt Core, from 1.12 on, also ends with a
    /// traceback where the file is not UTF-8 or where a name is one that no environment can hold.
    pub static DOTENV_CRASH = {
        name: "dotenv-crash",
        event: None,
        severity: Error,
        since: "dbt 1.12",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let version = dbt_version(db, context.project);
    if !version.reads_dotenv() {
        return;
    }
    let grammar = version.dotenv_grammar();
    if let Content::Unreadable(why) = context.file.content(db) {
        if matches!(why, Unreadable::NotUtf8 { .. }) && grammar == Grammar::PythonDotenv {
            findings.add(range(0, 0), "dbt does not start: `.env` is not UTF-8");
        }
        return;
    }
    if let Some(place) = dotenv(db, context.file).crash(grammar) {
        let why = match grammar {
            Grammar::Dotenvy => "it panics on this NUL character",
            Grammar::PythonDotenv => "no environment can hold this variable",
        };
        findings.add(place, format!("dbt does not start: {why}"));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_CRASH;
    use crate::testing::check_in;

    #[test]
    fn a_nul_character_stops_every_dbt() {
        let found = expect![[r#"
            2:3-2:6 error[dotenv-crash] dbt does not start: it panics on this NUL character
        "#]];
        check_in(&DOTENV_CRASH, &[(".env", "A=1\nB=x\0y\n")], found);
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2'\n");
        let found = expect![[r#"
            2:1-2:2 error[dotenv-crash] dbt does not start: no environment can hold this variable
        "#]];
        check_in(&DOTENV_CRASH, &[(".env", "A=1\nB=x\0y\n"), core], found);
        let old = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.10'\n");
        check_in(&DOTENV_CRASH, &[(".env", "B=x\0y\n"), old], expect![""]);
    }
}
