use project::dotenv;
use syntax::dotenv::ProblemKind;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A line of `.env` that dbt cannot read.
    ///
    /// dbt v2 stops at the first such line without a word: everything below it is not set. The
    /// finding names the variables that are lost.
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
    for problem in lines.problems.iter().filter(|it| it.kind != ProblemKind::Nul) {
        let mut message = problem.message.clone();
        if !problem.lost.is_empty() {
            let names: Vec<String> = problem.lost.iter().map(|it| format!("`{it}`")).collect();
            message = format!("{message}; dbt stops here and does not read {}", names.join(", "));
        }
        findings.add(problem.range, message);
    }
}
