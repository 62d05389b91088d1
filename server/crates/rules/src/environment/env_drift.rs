use std::collections::BTreeSet;

use base::{Db, File};
use project::dotenv;

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// `.env` and `.env.example` name different variables.
    ///
    /// `.env.example` is what a new colleague starts from: a variable that stands in one file only
    /// is either missing here or missing there. The finding stands on the line that has no
    /// counterpart.
    pub static ENV_DRIFT = {
        name: "env-drift",
        event: None,
        severity: Info,
        since: "dbt 1.0",
        files: [Dotenv, DotenvExample],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let (here, there) = match context.kind {
        FileKind::Dotenv => (".env", ".env.example"),
        _ => (".env.example", ".env"),
    };
    let other = db.file(&context.package.root(db).join(there));
    // Who has only one of the two files has no drift.
    if !other.exists(db) {
        return;
    }
    let others = names(db, other);
    let mut seen = BTreeSet::new();
    for entry in &dotenv(db, context.file).entries {
        if !others.contains(&entry.name) && seen.insert(&entry.name) {
            let message =
                format!("`{}` stands in `{here}` and is missing from `{there}`", entry.name);
            findings.add(entry.name_range, message);
        }
    }
}

fn names(db: &dyn Db, file: File) -> BTreeSet<String> {
    dotenv(db, file).entries.iter().map(|it| it.name.clone()).collect()
}
