use project::{cloud_file, cloud_file_problems};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// Something in `dbt_cloud.yml` that breaks the link to the dbt platform.
    ///
    /// A key that is missing makes dbt ignore the whole file, with a warning that is easily missed.
    /// A host is written without `https://`: with it every request fails. Of two entries for one
    /// project the second is never used.
    ///
    /// ```yaml
    /// account-host: https://ab123.us1.dbt.com/   # before
    /// account-host: ab123.us1.dbt.com            # after
    /// ```
    pub static INVALID_CLOUD_FILE = {
        name: "invalid-cloud-file",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [CloudFile],
        check: check,
    }
}

/// More than anybody mends before looking again.
const MAX_FINDINGS: usize = 50;

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // What is wrong with a copy that nobody reads does not matter.
    if cloud_file(context.db, context.project) != Some(context.file) {
        return;
    }
    for problem in cloud_file_problems(context.db, context.file).into_iter().take(MAX_FINDINGS) {
        let severity = if problem.is_fatal { Severity::Error } else { Severity::Warning };
        let fix = problem.fix.map(|it| Fix::of(context.file, it.title, [(it.range, it.text)]));
        findings.add_with_fixes(
            severity,
            problem.range,
            problem.message,
            fix.into_iter().collect(),
        );
    }
}
