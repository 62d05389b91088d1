//! A project that is opened again: what is remembered is what would be computed.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fs;

use tandem_tests::project::Project;

fn check(project: &Project) -> String {
    let output = project.run(&["check", "--format", "json", "--fail-on", "never"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The same files where nothing is remembered.
fn check_anew(project: &Project) -> String {
    let other = Project::empty().unwrap();
    let folder = project.root.to_str().unwrap();
    let arguments = ["check", folder, "--format", "json", "--fail-on", "never"];
    let text = String::from_utf8(other.run(&arguments).unwrap().stdout).unwrap();
    text.replace(&format!("{folder}/"), "")
}

#[test]
fn after_every_edit_the_second_run_says_what_a_first_one_says() {
    let project = Project::copy_of("examples/jaffle-hybrid").unwrap();
    let edits: [(&str, &str); 7] = [
        ("models/new_one.sql", "select * from {{ ref('orders') }} join {{ ref('nobody') }}"),
        ("models/new_one.sql", "select * from {{ ref('nobody') }}"),
        ("models/new_one.yml", "models: [{name: new_one, tests: [unique]}]"),
        (
            "macros/money/cents_to_dollars.sql",
            "{% macro cents_to_dollars(x) %}{{ 1 / 0 }}{% endmacro %}",
        ),
        (".env", "BROKEN LINE\n"),
        ("dbt_project.yml", "name: jaffle_hybrid\nsource-paths: [models]\n"),
        ("models/new_one.sql", "select 1 as one"),
    ];
    let first = check(&project);
    assert_eq!(check(&project), first);
    assert_eq!(check_anew(&project), first);
    for (path, text) in edits {
        fs::write(project.path(path), text).unwrap();
        let computed = check(&project);
        assert_eq!(check(&project), computed, "{path}");
        assert_eq!(check_anew(&project), computed, "{path}");
    }
}
