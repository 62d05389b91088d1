//! What git says of a project's `.env`: asked of the program, which knows every file of rules, nested,
//! global or in a worktree, as nobody else does.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base::{FilePath, Git};

use crate::process;

/// Git answers in milliseconds; a folder on a network may not.
const PATIENCE: Duration = Duration::from_secs(5);
const OUTPUT_LIMIT: u64 = 64 << 10;
/// A branch may touch every file of a large repository.
const LIST_LIMIT: u64 = 64 << 20;

/// What git said, and the folder in which it keeps its index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub git: Option<Git>,
    pub folder: Option<FilePath>,
}

/// Nothing where there is no `.env`, no repository or no git. To be asked in a trusted folder only:
/// what a repository's configuration names may be a program.
#[must_use]
pub fn ask(root: &FilePath) -> Answer {
    if !Path::new(root.join(".env").as_str()).is_file() {
        return Answer::default();
    }
    let folder = run(root, &["rev-parse", "--absolute-git-dir"]);
    let Some(folder) = folder.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()) else {
        return Answer::default();
    };
    let ignored = ignores_dotenv(root) == Some(true);
    let tracked = run(root, &["ls-files", "--", ".env"]);
    let tracked = tracked.is_some_and(|it| !it.trim().is_empty());
    let git = Git { ignored, tracked };
    Answer { git: Some(git), folder: Some(FilePath::new(&folder)) }
}

/// Whether a rule covers `.env`, be there one or not; a file that is tracked all the same is ignored
/// by no rule. Nothing where there is no repository or no git.
#[must_use]
pub fn ignores_dotenv(root: &FilePath) -> Option<bool> {
    let rule = run(root, &["check-ignore", "--no-index", "--", ".env"])?;
    Some(!rule.trim().is_empty())
}

/// The files that differ from a commit, those that git does not know yet among them, as paths from
/// the top of the repository, which comes first. Nothing where there is no such commit.
#[must_use]
pub fn changed_since(folder: &FilePath, revision: &str) -> Option<(FilePath, Vec<String>)> {
    let top = run(folder, &["rev-parse", "--show-toplevel"]).filter(|it| !it.trim().is_empty())?;
    let top = FilePath::new(top.trim_end_matches(['\r', '\n']));
    // What begins with a dash is a name here, and no option.
    let commit = format!("{revision}^{{commit}}");
    let found = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
    let commit = run(&top, &found).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())?;
    let diff = ["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", &commit, "--"];
    let untracked = ["ls-files", "--others", "--exclude-standard", "-z"];
    let mut paths = Vec::new();
    for arguments in [&diff[..], &untracked] {
        let listed = run_up_to(&top, arguments, LIST_LIMIT)?;
        paths.extend(listed.split('\0').filter(|it| !it.is_empty()).map(str::to_owned));
    }
    Some((top, paths))
}

/// Whether a change of this file can change an answer.
#[must_use]
pub fn concerns(path: &FilePath) -> bool {
    match path.name() {
        ".gitignore" | ".env" => true,
        "index" | "exclude" | "config" => path.as_str().contains("/.git/"),
        _ => false,
    }
}

/// What git wrote; nothing where it could not answer. A rule that matches nothing is an answer.
fn run(root: &FilePath, arguments: &[&str]) -> Option<String> {
    run_up_to(root, arguments, OUTPUT_LIMIT)
}

fn run_up_to(root: &FilePath, arguments: &[&str], limit: u64) -> Option<String> {
    let mut git = Command::new("git");
    // No lock, no helper program, no page.
    git.current_dir(root.as_str())
        .args(["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("LC_ALL", "C");
    // Who is started by a hook of git is told where that one is at work.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(name);
    }
    let ran = process::run(&mut git, PATIENCE, limit).ok()??;
    ran.status.code().is_some_and(|it| it <= 1).then_some(ran.output)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Repository {
        folder: tempfile::TempDir,
    }

    impl Repository {
        fn new(files: &[(&str, &str)]) -> Self {
            let it = Self { folder: tempfile::tempdir().unwrap() };
            it.git(".", &["init", "--quiet"]);
            for (path, text) in files {
                it.write(path, text);
            }
            it
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn git(&self, folder: &str, arguments: &[&str]) {
            let mut git = Command::new("git");
            git.current_dir(self.folder.path().join(folder)).args(arguments);
            assert!(git.output().unwrap().status.success(), "{arguments:?}");
        }

        fn ask(&self, folder: &str) -> Option<(bool, bool)> {
            let root = self.folder.path().join(folder);
            ask(&FilePath::new(root.to_str().unwrap())).git.map(|it| (it.ignored, it.tracked))
        }
    }

    #[test]
    fn every_kind_of_rule_counts() {
        let repository = Repository::new(&[
            ("a/.env", ""),
            ("b/.env", ""),
            ("c/deep/.env", ""),
            ("d/.env", ""),
            (".gitignore", "a/.env\n*.env\n!/b/.env\n"),
            ("d/.gitignore", "!.env\n"),
        ]);
        assert_eq!(repository.ask("a"), Some((true, false)));
        assert_eq!(repository.ask("b"), Some((false, false)));
        assert_eq!(repository.ask("c/deep"), Some((true, false)));
        assert_eq!(repository.ask("d"), Some((false, false)));
        repository.write(".git/info/exclude", "b/\n");
        assert_eq!(repository.ask("b"), Some((true, false)));
        repository.git("d", &["add", ".env"]);
        assert_eq!(repository.ask("d"), Some((false, true)));
        // By a rule it is ignored, and tracked all the same.
        repository.git("a", &["add", "--force", ".env"]);
        assert_eq!(repository.ask("a"), Some((true, true)));
    }

    #[test]
    fn worktrees_are_repositories_and_other_folders_are_not() {
        let repository = Repository::new(&[("main/.env", ""), ("main/.gitignore", ".env\n")]);
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
        repository.git(".", &["add", "main/.gitignore"]);
        repository.git(".", &[&identity[..], &["commit", "--quiet", "-m", "x"]].concat());
        repository.git(".", &["worktree", "add", "--quiet", "tree"]);
        repository.write("tree/main/.env", "A=1\n");
        assert_eq!(repository.ask("tree/main"), Some((true, false)));
        let root = repository.folder.path().join("tree/main");
        let folder = ask(&FilePath::new(root.to_str().unwrap())).folder.unwrap();
        assert!(folder.as_str().ends_with("/.git/worktrees/tree"), "{folder}");
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join(".env"), "").unwrap();
        assert_eq!(ask(&FilePath::new(elsewhere.path().to_str().unwrap())), Answer::default());
        assert_eq!(repository.ask("tree"), None);
    }
}
