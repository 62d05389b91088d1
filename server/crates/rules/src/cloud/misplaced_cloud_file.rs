use base::range;
use project::misplaced_cloud_file;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `dbt_cloud.yml` in the project's folder: dbt reads `~/.dbt/dbt_cloud.yml` only.
    ///
    /// The copy has no effect, and it holds a token that the next commit shows to everybody. Move
    /// it to `~/.dbt`, in Windows to `%USERPROFILE%\.dbt`.
    pub static MISPLACED_CLOUD_FILE = {
        name: "misplaced-cloud-file",
        event: None,
        severity: Warning,
        since: "dbt 2.0",
        files: [CloudFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if misplaced_cloud_file(context.db, context.project) == Some(context.file) {
        let text = context.file.text(context.db);
        let line = text.find(['\n', '\r']).unwrap_or(text.len());
        findings.add(
            range(0, line),
            "dbt does not read this file: it looks in `~/.dbt` only, and a token does not belong into a project",
        );
    }
}
