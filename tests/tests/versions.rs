//! Versions of dbt and what is set up for colleagues: the real program on real files.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::{Value, json};
use tandem_tests::editor::Editor;
use tandem_tests::project::{DBT_PROJECT, Project};

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A project with dbt Core in an environment of its own.
fn project(required: &str) -> Project {
    let file = format!("{DBT_PROJECT}require-dbt-version: {required}\n");
    Project::new(&[
        ("dbt_project.yml", &file),
        (".venv/lib/python3.11/site-packages/dbt_core-1.11.2.dist-info/METADATA", ""),
        (".venv/lib/python3.11/site-packages/dbt_duckdb-1.11.1.dist-info/METADATA", ""),
    ])
    .unwrap()
}

#[test]
fn a_skew_that_is_certain_makes_the_command_fail() {
    let fits = project("'>=1.11.0'");
    let output = fits.run(&["versions"]).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("* dbt Core 1.11.2  .venv"), "{}", text(&output));

    let fits_not = project("'>=1.11.3'");
    let output = fits_not.run(&["versions", "--format", "json"]).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let said: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(said["skews"][0]["kind"], "engine-not-allowed");
    assert_eq!(said["engines"][0]["adapters"], json!(["duckdb 1.11.1"]));
    assert_eq!(said["pins"][0]["place"], "dbt_project.yml:5");
}

#[cfg(unix)]
fn program(project: &Project, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = project.write("tools/dbt", script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Nothing is run unless somebody asks for it, and nothing at all in a folder that is not trusted.
#[cfg(unix)]
#[test]
fn an_engine_is_asked_only_on_request() {
    let project = Project::new(&[]).unwrap();
    program(&project, "#!/bin/sh\necho ran >> \"$(dirname \"$0\")/ran\"\necho dbt 2.0.9\n");
    let ran = || project.path("tools/ran").exists();
    let root = project.root.to_str().unwrap().to_owned();
    let versions = |editor: &mut Editor, run: bool| {
        let params = json!({"root": root, "run": run});
        let id = editor.send_request("tandem/versions", params).unwrap();
        editor.wait_answer(id).unwrap().result
    };
    let mut options = project.options().unwrap();
    options.settings = json!({"dbt": {"dbtPath": "tools/dbt"}});
    for trusted in [false, true] {
        let mut editor = Editor::connect(&options).unwrap();
        let more = json!({"trusted": trusted});
        editor.initialize_with(&options, more).unwrap();
        editor.wait_loaded(Duration::from_secs(30)).unwrap();
        let known = versions(&mut editor, false).unwrap();
        assert_eq!(known["engines"][0]["found"], json!(["named by `dbt.dbtPath`"]), "{known}");
        assert_eq!(known["engines"][0]["version"], Value::Null, "{known}");
        assert!(!ran());
        let asked = versions(&mut editor, true);
        if !trusted {
            assert!(asked.unwrap_err()["message"].as_str().unwrap().contains("not trusted"));
            assert!(!ran());
            continue;
        }
        let asked = asked.unwrap();
        assert_eq!(asked["engines"][0]["version"], "2.0.9", "{asked}");
        assert_eq!(asked["version"], "2.0", "{asked}");
        assert!(ran());
    }
}

#[test]
fn a_target_of_make_updates_dbt_and_then_tests_the_connection() {
    let project = project("'<2.0.0'");
    let by_hand = "test:\n\techo test\t# ours\n";
    project.write("Makefile", by_hand).unwrap();
    let shown = project.run(&["setup", "makefile", "--diff"]).unwrap();
    assert_eq!(shown.status.code(), Some(1));
    assert!(text(&shown).contains("\n+dev:\n"), "{}", text(&shown));
    assert_eq!(fs::read_to_string(project.path("Makefile")).unwrap(), by_hand);

    assert_eq!(project.run(&["setup", "makefile", "--write"]).unwrap().status.code(), Some(0));
    let written = fs::read_to_string(project.path("Makefile")).unwrap();
    assert!(written.starts_with(by_hand), "{written}");
    let again = project.run(&["setup", "makefile", "--write"]).unwrap();
    assert!(text(&again).contains("nothing to do"), "{}", text(&again));
    assert_eq!(fs::read_to_string(project.path("Makefile")).unwrap(), written);

    // Where there is a make, it agrees.
    if let Ok(dry) = Command::new("make").args(["-n", "dev"]).current_dir(&project.root).output() {
        let lines = text(&dry);
        assert_eq!(
            lines.lines().collect::<Vec<_>>(),
            ["python -m pip install --upgrade dbt-core dbt-duckdb", "dbt debug"]
        );
    }
}

#[test]
fn an_editor_gets_a_change_that_needs_a_confirmation() {
    let project = project("'<2.0.0'");
    let mut editor = project.editor().unwrap();
    editor.wait_loaded(Duration::from_secs(30)).unwrap();
    let root = project.root.to_str().unwrap();
    let mut setup =
        |what: &str| editor.request("tandem/setup", json!({"root": root, "what": what}));
    let answer = setup("devcontainer").unwrap();
    let annotations = answer["edit"]["changeAnnotations"].as_object().unwrap();
    assert!(annotations.values().all(|it| it["needsConfirmation"] == true), "{answer}");
    let changes = answer["edit"]["documentChanges"].as_array().unwrap();
    let text = changes.iter().find_map(|it| it["edits"][0]["newText"].as_str()).unwrap();
    let container: Value = serde_json::from_str(text).unwrap();
    assert_eq!(
        container["postCreateCommand"],
        "python -m pip install --upgrade dbt-core dbt-duckdb"
    );
    assert!(setup("nonsense").is_err());
    assert!(!project.path(".devcontainer").exists());
}
