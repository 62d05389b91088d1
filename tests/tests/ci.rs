//! `tandem check` in pipelines: only what is new, only what changed, in the words of each service.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

use serde_json::Value;
use tandem_tests::project::Project;

const TWINS: &str = "models:\n  - name: a\n    description: b\n    description: c\n";

fn project() -> Project {
    Project::new(&[
        ("models/a.sql", "select * from {{ ref('missing') }}\n"),
        ("models/a.yml", TWINS),
    ])
    .unwrap()
}

fn said(output: &Output) -> (String, Option<i32>) {
    (String::from_utf8(output.stdout.clone()).unwrap(), output.status.code())
}

fn codes(output: &Output) -> Vec<String> {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let found = lines.map(|it| serde_json::from_str::<Value>(it).unwrap());
    found
        .map(|it| format!("{}:{} {}", it["file"], it["line"], it["code"]).replace('"', ""))
        .collect()
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let project = project();
    let written = project.run(&["check", "--write-baseline", "known.json"]).unwrap();
    assert_eq!(said(&written), (String::new(), Some(0)));
    let check = ["check", "--format", "json", "--baseline", "known.json", "--fail-on", "warning"];
    let output = project.run(&check).unwrap();
    assert_eq!((codes(&output), output.status.code()), (vec![], Some(0)));
    // Lines above come and go, and what was known stays known.
    project.write("models/a.yml", format!("# new\n\nversion: 2\n{TWINS}")).unwrap();
    project.write("models/a.sql", "\n\nselect * from {{ ref('missing') }}\n").unwrap();
    let output = project.run(&check).unwrap();
    assert_eq!((codes(&output), output.status.code()), (vec![], Some(0)));
    // One more of the same is new.
    project
        .write(
            "models/a.sql",
            "select * from {{ ref('missing') }}\nselect * from {{ ref('missing') }}\n",
        )
        .unwrap();
    project.write("models/b.sql", "select * from {{ ref('other') }}\n").unwrap();
    let output = project.run(&check).unwrap();
    assert_eq!(codes(&output), ["models/a.sql:2 unknown-ref", "models/b.sql:1 unknown-ref"]);
    assert_eq!(output.status.code(), Some(1));
    project.write("known.json", "{").unwrap();
    assert_eq!(project.run(&check).unwrap().status.code(), Some(2));
}

#[test]
fn only_files_that_differ_from_a_commit() {
    let project = project();
    let git = |line: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(&project.root).args(["-c", "user.name=a", "-c", "user.email=a@b.c"]);
        let output = command.args(line).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "one"]);
    let check = |revision: &str| {
        project.run(&["check", "--format", "json", "--changed-since", revision]).unwrap()
    };
    assert_eq!(codes(&check("main")), [""; 0]);
    project.write("models/a.yml", format!("version: 2\n{TWINS}")).unwrap();
    project.write("models/new one.sql", "select * from {{ ref('nothing') }}\n").unwrap();
    let expected = [
        "models/a.yml:5 duplicate-yaml-keys",
        "models/new one.sql:1 resource-names-with-spaces",
        "models/new one.sql:1 unknown-ref",
    ];
    assert_eq!(codes(&check("HEAD")), expected);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "two"]);
    assert_eq!(codes(&check("HEAD")), [""; 0]);
    assert_eq!(codes(&check("HEAD~1")), expected);
    for wrong in ["nowhere", "--output=x", "HEAD:models"] {
        assert_eq!(check(wrong).status.code(), Some(2), "{wrong}");
    }
    assert!(!project.path("x").exists());
}

#[test]
fn each_service_is_told_in_its_own_words() {
    let project = project();
    let told = |format: &str| said(&project.run(&["check", "--format", format]).unwrap()).0;
    let github = told("github");
    assert!(github.contains("::error file=models/a.sql,line=1,col=23,endLine=1,endColumn=30,title=unknown-ref::no model"), "{github}");
    let azure = told("azure");
    assert!(azure.contains("##vso[task.logissue type=error;sourcepath=models/a.yml;linenumber=4;columnnumber=5;code=duplicate-yaml-keys]`description`"), "{azure}");
    let gitlab: Value = serde_json::from_str(&told("gitlab")).unwrap();
    assert_eq!(gitlab[0]["location"]["path"], "models/a.sql");
    assert_eq!(gitlab[0]["severity"], "major");
    assert_eq!(gitlab[0]["fingerprint"].as_str().unwrap().len(), 32);
    let junit = told("junit");
    assert!(junit.contains(r#"<testsuite name="shop" tests="2" failures="2">"#), "{junit}");
    let sarif: Value = serde_json::from_str(&told("sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["partialFingerprints"]["tandemFinding/v1"], gitlab[0]["fingerprint"]);
}
