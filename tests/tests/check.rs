//! The command line on the examples: what it finds, how it says so, how it ends.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use expect_test::{ExpectFile, expect_file};
use serde_json::Value;
use tandem_tests::program;
use tandem_tests::project::Project;

/// Runs in a scratch folder on the example as it lies in the repository.
fn check(example: &str, more: &[&str]) -> Output {
    let elsewhere = Project::empty().unwrap();
    let folder = program::root().join("examples").join(example);
    let mut arguments = vec!["check", folder.to_str().unwrap()];
    arguments.extend(more);
    elsewhere.run(&arguments).unwrap()
}

fn findings(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn compare(output: &Output, expected: &ExpectFile) {
    expected.assert_eq(std::str::from_utf8(&output.stdout).unwrap());
}

/// What the tables of an example's README promise: `(code, file, line)`; a line of 0 is any.
fn planted(example: &str) -> BTreeSet<(String, String, u64)> {
    let path = program::root().join("examples").join(example).join("README.md");
    let mut planted = BTreeSet::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let [code, place, _] = cells[..]
            && let (Some(code), Some(place)) = (quoted(code), quoted(place))
            && let Some((file, line)) = place.rsplit_once(':')
        {
            planted.insert((code.to_owned(), file.to_owned(), line.parse().unwrap()));
        }
    }
    planted
}

fn quoted(cell: &str) -> Option<&str> {
    cell.strip_prefix('`')?.strip_suffix('`')
}

fn place(finding: &Value) -> (String, String, u64) {
    let text = |key: &str| finding[key].as_str().unwrap().to_owned();
    (text("code"), text("file"), finding["line"].as_u64().unwrap())
}

#[test]
fn the_example_has_what_its_readme_says_and_nothing_else() {
    let output = check("jaffle-hybrid", &["--format", "json"]);
    let found: BTreeSet<_> = findings(&output).iter().map(place).collect();
    let planted = planted("jaffle-hybrid");
    assert!(!planted.is_empty());
    assert_eq!(found, planted);
    compare(&output, &expect_file!["../expected/jaffle-hybrid.jsonl"]);
}

#[test]
fn the_upstream_example_is_clean() {
    let output = check("jaffle-upstream", &["--format", "json", "--fail-on", "hint"]);
    assert_eq!(std::str::from_utf8(&output.stdout).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

/// What is said about a file of the museum; those of projects inside it belong to these.
fn about(museum: &[Value], file: &str) -> Vec<Value> {
    let inner = file.split_once('/').filter(|(folder, _)| {
        program::root().join("examples/broken").join(folder).join("dbt_project.yml").is_file()
    });
    let about = |findings: &[Value], file: &str| {
        let file = file.trim_end_matches('/');
        findings.iter().filter(|it| it["file"] == *file).cloned().collect()
    };
    match inner {
        Some((folder, rest)) => {
            let output = check(&format!("broken/{folder}"), &["--format", "json"]);
            about(&findings(&output), rest)
        }
        None => about(museum, file),
    }
}

/// The rows of the museum's README: files, and the code and line that they promise.
#[test]
fn every_exhibit_of_the_museum_is_named() {
    let museum = findings(&check("broken", &["--format", "json"]));
    let root = program::root().join("examples/broken");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut problems = Vec::new();
    let mut rows = 0;
    for row in readme.lines() {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [files, _, expected] = cells[..] else { continue };
        let files: Vec<&str> =
            files.split('`').skip(1).step_by(2).filter(|it| root.join(it).exists()).collect();
        let code = expected.strip_prefix('`').and_then(|it| it.split('`').next());
        let lines = lines(expected);
        let said: Vec<(&str, Vec<Value>)> =
            files.iter().map(|file| (*file, about(&museum, file))).collect();
        let promised = |it: &Value| {
            code.is_some_and(|code| it["code"] == code)
                && (lines.is_empty() || it["line"].as_u64().is_some_and(|it| lines.contains(&it)))
        };
        for (file, said_here) in &said {
            rows += 1;
            let right = match code {
                // Which of two twins is the second one is a matter of opinion.
                Some("duplicate-node") => said.iter().any(|it| it.1.iter().any(promised)),
                Some(_) => said_here.iter().any(promised),
                None => !expected.starts_with("nothing") || said_here.is_empty(),
            };
            if !right {
                problems.push(format!("{file}: {expected}\n    but: {said_here:?}"));
            }
        }
    }
    assert!(rows > 50, "only {rows} rows were understood");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Of "`code` line 3" or "`code` lines 2 and 5: …": one of them must be named.
fn lines(expected: &str) -> Vec<u64> {
    let after = |words: &str| expected.split(words).nth(1);
    let Some(text) = after("` line ").or_else(|| after("` lines ")) else { return Vec::new() };
    let words = text.split_inclusive([':', ',', ';', '.']).next().unwrap_or(text);
    words.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
}

#[test]
fn the_findings_of_the_museum_do_not_change_unseen() {
    let output = check("broken", &["--format", "json"]);
    compare(&output, &expect_file!["../expected/broken.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_finding_has_all_its_fields() {
    let findings = findings(&check("jaffle-hybrid", &["--format", "json"]));
    assert!(!findings.is_empty());
    for finding in findings {
        let object = finding.as_object().unwrap();
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "code",
                "event",
                "severity",
                "file",
                "line",
                "column",
                "end_line",
                "end_column",
                "message",
                "fix",
                "consequence",
                "project"
            ]
        );
        assert!(
            ["error", "warning", "info", "hint"].contains(&finding["severity"].as_str().unwrap())
        );
        assert!(Path::new(finding["file"].as_str().unwrap()).is_relative());
        let start = (finding["line"].as_u64(), finding["column"].as_u64());
        let end = (finding["end_line"].as_u64(), finding["end_column"].as_u64());
        assert!(start >= (Some(1), Some(1)) && start <= end, "{finding}");
        assert_eq!(finding["project"], "jaffle_hybrid");
    }
}

/// A project whose only finding is a warning.
fn warned() -> Project {
    let project = Project::new(&[("models/a.sql", "select 1 as id\n")]).unwrap();
    let text = format!("{}data-paths: [seeds]\n", tandem_tests::project::DBT_PROJECT);
    project.write("dbt_project.yml", text).unwrap();
    project
}

#[test]
fn the_exit_code_says_how_it_went() {
    let code = |project: &Project, arguments: &[&str]| {
        let output = project.run(arguments).unwrap();
        assert!(output.status.code() != Some(101), "{output:?}");
        output.status.code()
    };
    let clean = Project::new(&[("models/a.sql", "select 1 as id\n")]).unwrap();
    assert_eq!(code(&clean, &["check"]), Some(0));
    assert_eq!(code(&clean, &["check", "--fail-on", "hint"]), Some(0));
    let warned = warned();
    assert_eq!(code(&warned, &["check"]), Some(0));
    assert_eq!(code(&warned, &["check", "--fail-on", "warning"]), Some(1));
    assert_eq!(code(&warned, &["check", "--fail-on", "hint"]), Some(1));
    let wrong = Project::new(&[("models/a.sql", "select * from {{ ref('b') }}\n")]).unwrap();
    assert_eq!(code(&wrong, &["check"]), Some(1));
    // What cannot run: no project, no such folder, no such flag.
    let nothing = Project::empty().unwrap();
    assert_eq!(code(&nothing, &["check"]), Some(2));
    assert_eq!(code(&clean, &["check", "no/such/folder"]), Some(2));
    assert_eq!(code(&clean, &["check", "--no-such-flag"]), Some(2));
    assert_eq!(code(&clean, &["check", "--format", "poem"]), Some(2));
    assert_eq!(code(&clean, &["--version"]), Some(0));
}

#[test]
fn the_project_is_found_from_a_folder_inside_it() {
    let project = warned();
    let whole = project.run(&["check", "--format", "json"]).unwrap();
    let models = project.path("models");
    let inside = project.run(&["check", models.to_str().unwrap(), "--format", "json"]).unwrap();
    assert_eq!(findings(&whole).len(), 1);
    assert_eq!(inside.stdout, whole.stdout);
    let root = project.root.to_str().unwrap().to_owned();
    let elsewhere = Project::empty().unwrap();
    let flag = elsewhere.run(&["check", "--project-dir", &root, "--format", "json"]).unwrap();
    assert_eq!(flag.stdout, whole.stdout);
}

#[test]
fn all_formats_say_the_same() {
    let json = findings(&check("jaffle-hybrid", &["--format", "json"]));
    let text = check("jaffle-hybrid", &[]);
    let text = std::str::from_utf8(&text.stdout).unwrap();
    assert!(!text.contains('\u{1b}'), "colour belongs on terminals only");
    let sarif = check("jaffle-hybrid", &["--format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), json.len());
    for (finding, result) in json.iter().zip(results) {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(result["ruleId"], finding["code"]);
        assert_eq!(region["startLine"], finding["line"]);
        assert_eq!(region["startColumn"], finding["column"]);
        assert_eq!(result["message"]["text"], finding["message"]);
        assert!(text.contains(finding["message"].as_str().unwrap()), "{finding}\n{text}");
        assert!(text.contains(finding["code"].as_str().unwrap()), "{finding}\n{text}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error_of_ours() {
    use std::process::{Command, Stdio};
    let folder = program::root().join("examples/broken");
    let mut child = Command::new(program::built().unwrap())
        .args(["check", folder.to_str().unwrap(), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(!words.contains("panicked"), "{words}");
}

#[test]
fn the_installed_dbt_decides_unless_the_project_refuses_it() {
    let properties = "models:\n  - name: a\n    columns:\n      - name: id\n        tests:\n          - accepted_values: {values: [1]}\n";
    let project =
        Project::new(&[("models/a.sql", "select 1 as id\n"), ("models/a.yml", properties)])
            .unwrap();
    let found = || findings(&project.run(&["check", "--format", "json"]).unwrap()).len();
    assert_eq!(found(), 1);
    let engine = ".venv/lib/python3.11/site-packages/dbt_core-1.9.2.dist-info/METADATA";
    project.write(engine, "").unwrap();
    assert_eq!(found(), 0);
    let file = fs::read_to_string(project.path("dbt_project.yml")).unwrap();
    project.write("dbt_project.yml", file + "require-dbt-version: \">=1.10.0\"\n").unwrap();
    // The deprecation, and that the two do not go together.
    assert_eq!(found(), 2);
}
