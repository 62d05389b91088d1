use project::{dbt_version, dotenv};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// A `.env` that the project's dbt does not read.
    ///
    /// dbt Core up to 1.11 leaves `.env` to whatever starts it: a shell, direnv, a task runner. Tandem
    /// takes its variables as set all the same, since that is what the file is there for.
    pub static DOTENV_NOT_READ = {
        name: "dotenv-not-read",
        event: None,
        severity: Hint,
        since: "dbt 1.0",
        files: [Dotenv],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let version = dbt_version(context.db, context.project);
    let lines = dotenv(context.db, context.file);
    let Some(first) = lines.entries.first().filter(|_| !version.reads_dotenv()) else { return };
    let message = format!(
        "dbt {} does not read `.env` itself: its variables must be exported before dbt is started",
        version.text
    );
    findings.add_as(Severity::Hint, first.name_range, message);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::DOTENV_NOT_READ;
    use crate::testing::{check, check_in};

    #[test]
    fn an_older_core_reads_no_dotenv() {
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.12'\n");
        let found = expect![[r#"
            2:1-2:2 hint[dotenv-not-read] dbt 1.11 does not read `.env` itself: its variables must be exported before dbt is started
        "#]];
        check_in(&DOTENV_NOT_READ, &[(".env", "# x\nA=1\nB=2\n"), core], found);
        check(&DOTENV_NOT_READ, ".env", "A=1\n", expect![""]);
    }
}
