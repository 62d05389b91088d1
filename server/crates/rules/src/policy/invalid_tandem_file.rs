use base::nearest;
use project::{tandem_file, tandem_path};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, RULES};

declare_rule! {
    /// Something in `tandem.toml` that means nothing.
    ///
    /// `tandem.toml` stands beside `dbt_project.yml` and says what a team wants to hear of. Rules are
    /// named as on this page or as dbt names them; a path stands for all below it and may hold `*`,
    /// `**` and `?`.
    ///
    /// ```toml
    /// ignore = ["unused-env-var"]
    /// exclude = ["models/legacy", "**/*_generated.yml"]
    ///
    /// [severity]           # off, hint, info, warning or error
    /// duplicate-yaml-keys = "error"
    /// ```
    pub static INVALID_TANDEM_FILE = {
        name: "invalid-tandem-file",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [TandemFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if tandem_path(context.db, context.project) != context.file {
        return;
    }
    let read = tandem_file(context.db, context.project);
    for (range, message) in &read.problems {
        findings.add(*range, message.clone());
    }
    for it in read.ignore.iter().chain(read.severity.iter().map(|it| &it.0)) {
        let name = it.name.as_str();
        if RULES.iter().any(|it| it.name == name || it.event == Some(name)) {
            continue;
        }
        let meant = nearest(name, RULES.iter().map(|it| it.name));
        let fix = meant.and_then(|meant| {
            let written = context.file.text(context.db);
            let start = usize::from(it.range.start());
            let written = written.get(start..usize::from(it.range.end()))?;
            let text = written.replace(name, meant);
            let title = format!("Change to `{meant}`");
            Some(Fix::of(context.file, title, [(it.range, text)]).as_guess())
        });
        findings.add_with_fix(it.range, "there is no rule of this name", fix);
    }
}
