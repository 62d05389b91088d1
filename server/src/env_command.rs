//! `dbt.env.command`: a program of the user's, such as that of a secrets manager, whose output fills
//! variables. What it says is kept in memory only, and no message quotes it.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use base::FilePath;

use crate::process;

/// Somebody may have to touch a key first.
pub const PATIENCE: Duration = Duration::from_secs(60);
const OUTPUT_LIMIT: u64 = 1 << 20;

/// The variables, or one sentence about what went wrong.
pub fn run(
    line: &str,
    root: &FilePath,
    patience: Duration,
) -> Result<BTreeMap<String, String>, String> {
    const NAME: &str = "`dbt.env.command`";
    let mut command = shell(line);
    command.current_dir(root.as_str());
    let ran = process::run(&mut command, patience, OUTPUT_LIMIT)
        .map_err(|error| format!("{NAME} cannot be started: {}", error.kind()))?;
    let Some(ran) = ran else {
        return Err(format!("{NAME} did not end within {} s and was stopped", patience.as_secs()));
    };
    if !ran.status.success() {
        return Err(format!("{NAME} ended with {}; no variable is taken from it", ran.status));
    }
    match project::read_assignments(&ran.output) {
        (values, others) if values.is_empty() => Err(match others {
            0 => format!("{NAME} wrote nothing"),
            _ => format!("{NAME} wrote no line of the form NAME=value"),
        }),
        (values, _) => Ok(values),
    }
}

#[cfg(not(windows))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.args(["/C", line]);
    command
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str, patience: Duration) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let root = FilePath::new(folder.path().to_str().unwrap());
        let values = run(line, &root, patience)?;
        Ok(values.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }

    #[test]
    fn what_it_writes_is_taken_and_what_fails_is_said_without_a_quotation() {
        let long = Duration::from_secs(20);
        assert_eq!(
            said("echo A=1; echo 'B=x y' | cat", long),
            Ok(vec!["A=1".into(), "B=x y".into()])
        );
        for line in [
            "echo A=hunter2; exit 3",
            "echo hunter2 >&2; exit 1",
            "echo hunter2",
            "hunter2-no-such-program",
            "true",
        ] {
            let problem = said(line, long).unwrap_err();
            assert!(!problem.contains("hunter"), "{problem}");
        }
        let problem = said("sleep 600", Duration::from_millis(200)).unwrap_err();
        assert!(problem.ends_with("was stopped"), "{problem}");
    }
}
