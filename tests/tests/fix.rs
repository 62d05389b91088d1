//! `tandem fix`: what it changes, what it leaves alone, what it says, how it ends.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Output;

use tandem_tests::project::{DBT_PROJECT, Project};

const PROPERTIES: &str = "\u{feff}version: 2\r\n\r\nmodels:\r\n  - name: a # the first\r\n    # whose it is\r\n    meta: {owner: me} # keep\r\n    columns:\r\n      - name: id\r\n        tests:\r\n          - accepted_values:\r\n              values: [1] # one";
const FIXED: &str = "\u{feff}version: 2\r\n\r\nmodels:\r\n  - name: a # the first\r\n    config:\r\n      # whose it is\r\n      meta: {owner: me} # keep\r\n    columns:\r\n      - name: id\r\n        tests:\r\n          - accepted_values:\r\n              arguments:\r\n                values: [1] # one";

fn project() -> Project {
    Project::new(&[
        ("models/a.sql", "select 1 as id\n"),
        ("models/a.yml", PROPERTIES),
        ("dbt_project.yml", &format!("{DBT_PROJECT}data-paths: [seeds] # keep\nlog-path: x\n")),
        ("macros/m.sql", "{% macro m() %}1{% endmacro %}\n{% endmacro %}\n"),
        ("dbt_packages/other/dbt_project.yml", "name: other\ndata-paths: [seeds]\n"),
    ])
    .unwrap()
}

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path(path)).unwrap()
}

fn said(output: &Output) -> (String, String, Option<i32>) {
    let text = |it: &[u8]| String::from_utf8(it.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

#[test]
fn everything_safe_is_fixed_and_nothing_else_changes() {
    let project = project();
    let (out, error, code) = said(&project.run(&["fix"]).unwrap());
    assert_eq!(code, Some(0), "{out}{error}");
    assert_eq!(read(&project, "models/a.yml"), FIXED);
    assert_eq!(
        read(&project, "dbt_project.yml"),
        format!("{DBT_PROJECT}seed-paths: [seeds] # keep\nlog-path: x\n")
    );
    assert_eq!(read(&project, "macros/m.sql"), "{% macro m() %}1{% endmacro %}\n");
    assert!(read(&project, "dbt_packages/other/dbt_project.yml").contains("data-paths"));
    assert!(out.contains("models/a.yml: 1 missing-arguments-property-in-generic-test, 1 property-moved-to-config\n"), "{out}");
    assert!(error.contains("4 findings fixed in 3 files"), "{error}");
    let (out, error, code) = said(&project.run(&["fix", "--check"]).unwrap());
    assert_eq!((out.as_str(), code), ("", Some(0)), "{error}");
    assert!(error.contains("nothing to fix"), "{error}");
}

#[test]
fn looking_changes_nothing() {
    let project = project();
    let (out, _, code) = said(&project.run(&["fix", "--diff"]).unwrap());
    assert_eq!(code, Some(0));
    assert!(out.contains("--- dbt_project.yml\n+++ dbt_project.yml\n"), "{out}");
    assert!(out.contains("-data-paths: [seeds] # keep\n+seed-paths: [seeds] # keep\n"), "{out}");
    let (out, error, code) = said(&project.run(&["fix", "--check"]).unwrap());
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(error.contains("4 findings to fix in 3 files"), "{error}");
    assert_eq!(read(&project, "models/a.yml"), PROPERTIES);
}

#[test]
fn only_the_rules_that_are_selected() {
    let project = project();
    let line = ["fix", "--select", "config-data-path,UnexpectedJinjaBlockDeprecation"];
    let (out, error, code) = said(&project.run(&line).unwrap());
    assert_eq!(code, Some(0), "{out}{error}");
    assert_eq!(
        out,
        "dbt_project.yml: 1 config-data-path\nmacros/m.sql: 1 unexpected-jinja-block\n"
    );
    assert_eq!(read(&project, "models/a.yml"), PROPERTIES);
    let (_, error, code) = said(&project.run(&["fix", "--select", "config-data-paht"]).unwrap());
    assert_eq!(code, Some(2));
    assert!(error.contains("there is no rule `config-data-paht`; `config-data-path` perhaps"));
}

#[test]
fn a_choice_is_made_on_request_and_said() {
    let text = format!("{DBT_PROJECT}data-paths: [a]\nseed-paths: [b]\n");
    let project = Project::new(&[("dbt_project.yml", &text)]).unwrap();
    let (_, error, code) = said(&project.run(&["fix"]).unwrap());
    assert_eq!(code, Some(0));
    assert!(error.contains("1 fix left to choose (--unsafe makes the first)"), "{error}");
    assert_eq!(read(&project, "dbt_project.yml"), text);
    let (_, error, code) = said(&project.run(&["fix", "--unsafe"]).unwrap());
    assert_eq!(code, Some(0));
    assert!(
        error.contains("Join with `seed-paths`: dbt then reads the folders of both"),
        "{error}"
    );
    assert_eq!(read(&project, "dbt_project.yml"), format!("{DBT_PROJECT}seed-paths: [b, a]\n"));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = project();
    let real = project.path("models/real.txt");
    fs::rename(project.path("models/a.yml"), &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.txt", project.path("models/a.yml")).unwrap();
    said(&project.run(&["fix"]).unwrap());
    assert_eq!(fs::read_to_string(&real).unwrap(), FIXED);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(project.path("models/a.yml")).unwrap().is_symlink());
}
