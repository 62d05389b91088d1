use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, bail};
use base::{EngineKind, FilePath};

use crate::process::{self, Ran};

/// dbt Core looks up its newest release on the network before it answers.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Nothing that is a version is longer.
const OUTPUT_LIMIT: u64 = 64 << 10;

/// What a program said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub kind: EngineKind,
    pub version: String,
}

/// The command as it is run, to be shown before.
#[must_use]
pub fn command(program: &FilePath) -> String {
    format!("{program} --version")
}

/// Runs `dbt --version`: only where a user asked for it. What takes too long is ended, with all
/// that it started.
pub fn ask(program: &FilePath, patience: Duration) -> anyhow::Result<Answer> {
    let mut asked = Command::new(program.as_str());
    asked.arg("--version");
    // Whatever lies in the current folder, a `.env` for one, is not its business.
    if let Some(folder) = program.parent() {
        asked.current_dir(folder.as_str());
    }
    let ran = process::run(&mut asked, patience, OUTPUT_LIMIT);
    let ran = ran.with_context(|| format!("{program} cannot be started"))?;
    let Some(Ran { status, output, errors }) = ran else {
        bail!("`{}` did not end within {} s and was stopped", command(program), patience.as_secs());
    };
    let said = [output, errors];
    match said.iter().find_map(|it| project::classify_version_output(it)) {
        Some((kind, version)) => Ok(Answer { kind, version }),
        None => bail!("`{}` {}", command(program), not_understood(status, &said)),
    }
}

fn not_understood(status: ExitStatus, said: &[String; 2]) -> String {
    let line = said.iter().flat_map(|it| it.lines()).map(str::trim).find(|it| !it.is_empty());
    let ended = if status.success() { String::new() } else { format!("ended with {status} and ") };
    match line {
        Some(line) => {
            let line: String = line.chars().filter(|it| !it.is_control()).take(200).collect();
            format!("{ended}said what no dbt says: {line}")
        }
        None => format!("{ended}said nothing"),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::thread;
    use std::time::Instant;

    use super::*;

    const STEP: Duration = Duration::from_millis(10);

    fn program(text: &str) -> (tempfile::TempDir, FilePath) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dbt");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let path = FilePath::new(path.to_str().unwrap());
        (folder, path)
    }

    fn asked(text: &str, patience: Duration) -> Result<Answer, String> {
        let (folder, path) = program(text);
        let answer = ask(&path, patience).map_err(|it| it.to_string());
        answer.map_err(|it| it.replace(folder.path().to_str().unwrap(), "{}"))
    }

    #[test]
    fn a_program_says_what_it_is() {
        let patience = Duration::from_secs(20);
        let answer = asked("#!/bin/sh\necho dbt-fusion 2.0.0-preview.190\n", patience);
        let (kind, version) = (EngineKind::Fusion, "2.0.0-preview.190".to_owned());
        assert_eq!(answer, Ok(Answer { kind, version }));
        // Much is said before a program that says it all on standard error ends.
        let answer = asked("#!/bin/sh\nyes | head -c 300000 >&2\necho dbt-core 2.0.1\n", patience);
        let (kind, version) = (EngineKind::OpenSource, "2.0.1".to_owned());
        assert_eq!(answer, Ok(Answer { kind, version }));
        assert_eq!(
            asked("#!/bin/sh\necho 'not found' >&2\nexit 3\n", patience),
            Err(
                "`{}/dbt --version` ended with exit status: 3 and said what no dbt says: not found"
                    .to_owned()
            )
        );
        assert_eq!(
            asked("#!/bin/sh\n", patience),
            Err("`{}/dbt --version` said nothing".to_owned())
        );
        let (_folder, path) = program("");
        assert!(ask(&path.join("../nowhere"), patience).is_err());
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_what_it_started() {
        let (folder, path) = program("#!/bin/sh\nsleep 600 &\necho $! > $0.child\nsleep 600\n");
        let began = Instant::now();
        let error = ask(&path, Duration::from_millis(500)).unwrap_err().to_string();
        assert!(error.ends_with("did not end within 0 s and was stopped"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(60));
        let child = fs::read_to_string(folder.path().join("dbt.child")).unwrap();
        let process = Path::new("/proc").join(child.trim());
        // Where there is no such folder nothing can be seen.
        let gone = || !process.exists() || state(&process).is_none_or(|it| it == 'Z');
        let deadline = Instant::now() + Duration::from_secs(20);
        while !gone() {
            assert!(Instant::now() < deadline, "{child} still runs");
            thread::sleep(STEP);
        }
    }

    use std::path::Path;

    fn state(process: &Path) -> Option<char> {
        let text = fs::read_to_string(process.join("stat")).ok()?;
        text.rsplit(") ").next()?.chars().next()
    }
}
