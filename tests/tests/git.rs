//! What git makes of `.env`, in a terminal and live in an editor.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tandem_tests::project::Project;

fn git(project: &Project, arguments: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.current_dir(&project.root).args(arguments);
    git.output().unwrap().status.success()
}

fn repository() -> Project {
    let project = Project::new(&[(".env", "DBT_ENV_SECRET_X=abc123\n")]).unwrap();
    assert!(git(&project, &["init", "--quiet"]));
    project
}

fn codes(project: &Project) -> Vec<String> {
    let output = project.run(&["check", "--format", "json", "--fail-on", "never"]).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let codes = text.lines().map(|it| serde_json::from_str::<Value>(it).unwrap());
    let codes = codes.filter(|it| it["file"] == ".env");
    codes
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .filter(|it| it.ends_with("-dotenv"))
        .collect()
}

#[test]
fn a_terminal_is_told_what_git_says() {
    let project = repository();
    assert_eq!(codes(&project), ["unignored-dotenv"]);
    project.write(".gitignore", ".env\n").unwrap();
    assert!(git(&project, &["check-ignore", "--quiet", ".env"]));
    assert!(codes(&project).is_empty());
    assert!(git(&project, &["add", "--force", ".env"]));
    assert_eq!(codes(&project), ["tracked-dotenv"]);
    assert!(git(&project, &["rm", "--cached", "--quiet", ".env"]));
    assert!(codes(&project).is_empty());
}

#[test]
fn an_editor_follows_rules_and_index() {
    let project = repository();
    let mut editor = project.editor().unwrap();
    let file = project.path(".env");
    editor.open(&file).unwrap();
    editor.wait_loaded(Duration::from_secs(60)).unwrap();
    let has = |it: &tandem_tests::editor::Published, code: &str| {
        it.diagnostics.iter().any(|it| it["code"] == code)
    };
    editor.wait_published(&file, |it| has(it, "unignored-dotenv")).unwrap();
    project.write(".gitignore", ".env\n").unwrap();
    editor.files_changed(&[(project.path(".gitignore"), 1)]).unwrap();
    editor.wait_published(&file, |it| !has(it, "unignored-dotenv")).unwrap();
    assert!(git(&project, &["add", "--force", ".env"]));
    editor.files_changed(&[(project.path(".git/index"), 2)]).unwrap();
    editor.wait_published(&file, |it| has(it, "tracked-dotenv")).unwrap();
    fs::remove_dir_all(project.path(".git")).unwrap();
    editor.files_changed(&[(project.path(".git/index"), 3)]).unwrap();
    editor.wait_published(&file, |it| !has(it, "tracked-dotenv")).unwrap();
}

#[test]
fn where_nobody_is_trusted_git_is_not_run() {
    let project = repository();
    let options = project.options().unwrap();
    let mut editor = tandem_tests::editor::Editor::connect(&options).unwrap();
    editor.initialize_with(&options, serde_json::json!({ "trusted": false })).unwrap();
    let file = project.path(".env");
    editor.open(&file).unwrap();
    editor.wait_loaded(Duration::from_secs(60)).unwrap();
    assert!(editor.diagnostics(&file).unwrap().iter().all(|it| it["code"] != "unignored-dotenv"));
}
