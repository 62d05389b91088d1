use base::{Content, Unreadable, range};

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings};

declare_rule! {
    /// A file of the project that cannot be read.
    ///
    /// It is not UTF-8, too large, a link that leads nowhere, or not a file at all. Everything else
    /// of the project is served as if it were empty.
    pub static UNREADABLE_FILE = {
        name: "unreadable-file",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [
            ProjectFile, Packages, Selectors, Profiles, Dotenv, DotenvExample, Properties, Model,
            PythonModel, Seed, Snapshot, Analysis, SingularTest, Function, GenericTest, Macro, Docs,
        ],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let Content::Unreadable(why) = context.file.content(context.db) else { return };
    // A folder called `.env` is somebody's Python environment; of its encoding another rule tells.
    let is_told = matches!(why, Unreadable::NotAFile | Unreadable::NotUtf8 { .. });
    if is_told && context.kind == FileKind::Dotenv {
        return;
    }
    let message = match why {
        Unreadable::NotUtf8 { line, .. } => {
            format!(
                "this file is not UTF-8: the first wrong byte is on line {line}; save it as UTF-8"
            )
        }
        Unreadable::TooLarge { bytes, limit } => {
            format!("this file is {} large; files up to {} are read", size(*bytes), size(*limit))
        }
        Unreadable::NotAFile => {
            "this is a pipe, a device or a folder: dbt waits for it or fails; move it elsewhere"
                .to_owned()
        }
        Unreadable::Link => "this link leads nowhere, or in a circle".to_owned(),
        Unreadable::Failed(words) => format!("this file cannot be read: {words}"),
    };
    findings.add(range(0, 0), message);
}

fn size(bytes: u64) -> String {
    if bytes >= 1024 * 1024 {
        format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
    } else {
        format!("{bytes} bytes")
    }
}
