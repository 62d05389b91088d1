//! `tandem readiness`: the states, the forms, what is kept.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fs;

use serde_json::Value;
use tandem_tests::project::Project;

fn report(project: &Project, more: &[&str]) -> (Value, Option<i32>) {
    let output = project.run(&[&["readiness", "--format", "json"], more].concat()).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (serde_json::from_str(&text).unwrap(), output.status.code())
}

#[test]
fn a_project_goes_from_hard_blocked_to_unblocked() {
    let project = Project::new(&[
        ("models/a.sql", "select 1 as id\n"),
        ("models/a.yml", "models: [{name: a, meta: {owner: me}}]\n"),
    ])
    .unwrap();
    let kept = ["--history", "history.jsonl", "--badge", "badge.json"];
    let (before, code) = report(&project, &kept);
    assert_eq!((&before["state"], code), (&"hard-blocked-by-deprecations".into(), Some(1)));
    assert_eq!(before["automatic"], 1);
    assert_eq!(before["blockers"][0]["owner"], "you");
    assert_eq!(before["blockers"][0]["line"], 1);
    project.run(&["fix"]).unwrap();
    let (after, code) = report(&project, &kept);
    assert_eq!((&after["state"], code), (&"unblocked".into(), Some(0)), "{after}");
    let history = fs::read_to_string(project.path("history.jsonl")).unwrap();
    let states: Vec<Value> = history
        .lines()
        .map(|it| serde_json::from_str::<Value>(it).unwrap()["state"].clone())
        .collect();
    assert_eq!(states, ["hard-blocked-by-deprecations", "unblocked"]);
    let badge = fs::read_to_string(project.path("badge.json")).unwrap();
    assert!(badge.contains(r#""message": "ready""#), "{badge}");
}

#[test]
fn every_form_names_the_same_things() {
    let project = Project::new(&[("models/a.sql", "select * from {{ ref('b') }}\n")]).unwrap();
    for format in ["text", "markdown", "sarif", "json"] {
        let output = project.run(&["readiness", "--format", format]).unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(said.contains("models/a.sql") && said.contains("unknown-ref"), "{format}: {said}");
    }
}
