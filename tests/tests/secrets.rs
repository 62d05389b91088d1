//! Whatever the editor and the command line say about a project, its secrets are not in it.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use tandem_tests::project::Project;

/// Secrets by name, by use in a profile that is not even selected, derived from others, passed
/// through filters, and half-typed. Each has `hunter` in it, in some spelling.
const FILES: &[(&str, &str)] = &[
    (
        "profiles.yml",
        "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n    prod:\n      type: snowflake\n      account: x\n      password: \"{{ env_var('PROD_PW') }}\"\n    ci:\n      type: snowflake\n      account: x\n      password: \"pre{{ env_var('CI_PW') }}\"\n      private_key: \"{{ env_var('KEY') | replace('|', '-') }}\"\nother:\n  outputs:\n    dev:\n      type: postgres\n      pass: literalHunter9\n",
    ),
    (
        ".env",
        "DBT_ENV_SECRET_A=devHUNTER1\nB=${DBT_ENV_SECRET_A}\nC=x${B}\nPROD_PW=prodHUNTER2\nCI_PW=ciHUNTER3\nKEY=MII|HUNTERkey4\nCOLOUR=red\n",
    ),
    (
        "models/ref.sql",
        "select * from {{ ref(env_var('B')) }} join {{ ref(env_var('C') | upper) }}\n",
    ),
    ("models/raises.sql", "{{ exceptions.raise_compiler_error(env_var('B') | lower) }}\n"),
    (
        "models/alias.sql",
        "{{ config(alias=env_var('C') | upper) }} select '{{ env_var('COLOUR') }}' as x\n",
    ),
    (
        "models/reads.sql",
        "select * from {{ ref('alias') }} -- {{ env_var('PROD_PW') }} {{ env_var('CI_PW') }}\n",
    ),
    (
        "models/m.yml",
        "models: [{name: alias, description: \"x prodHUNTER2 {{ env_var('B') }}\"}]\n",
    ),
    (
        "dbt_cloud.yml",
        "version: \"1\"\ncontext: {active-host: a.b, active-project: 1}\nprojects:\n  - project-id: 1\n    token-value: dbtu_HUNTER5\n    token-name: [dbtu_HUNTER5]\nstate: {client-secret: HUNTERsix6}\n",
    ),
    (
        "models/tokens.sql",
        "select '{{ var('x', 'dbtu_HUNTER5') }}', 'HUNTERsix6' from {{ ref('dbtu_HUNTER5') }}\n",
    ),
    ("models/literal.sql", "select * from {{ ref('literalHunter9') }}\n"),
];

fn assert_silent(said: &str, who: &str) {
    let said = said.to_lowercase();
    if let Some(at) = said.find("hunter") {
        let around = &said[at.saturating_sub(80)..(at + 40).min(said.len())];
        panic!("{who} tells a secret: …{around}…");
    }
}

#[test]
fn the_command_line_tells_no_secret() {
    let project = Project::new(FILES).unwrap();
    for line in [
        &["check"][..],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["check", "--target", "nope"],
        &["profile", "--explain"],
        &["profile", "--explain", "--target", "ci"],
        &["profile", "--format", "json", "--target", "prod"],
        &["profile", "--format", "json", "--profile", "other", "--target", "dev"],
        &["env"],
        &["env", "--format", "json"],
        &["env", "--format", "json", "--target", "nope"],
        &["compile", "--select", "reads"],
        &["compile", "--select", "raises"],
    ] {
        let output = project.run(line).unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(!said.is_empty(), "{line:?}");
        assert_silent(&String::from_utf8(said).unwrap(), &line.join(" "));
    }
    let shown = project.run(&["env"]).unwrap();
    assert!(String::from_utf8(shown.stdout).unwrap().contains("red"));
}

#[test]
fn a_password_that_breaks_its_file_is_not_quoted() {
    for value in [
        "*devHUNTER",
        "!devHUNTER",
        "&devHUNTER *x",
        "'devHUNTER",
        "{% devHUNTER %}",
        "[devHUNTER}",
    ] {
        let project = Project::new(FILES).unwrap();
        let text = format!(
            "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      password: {value}\n"
        );
        project.write("profiles.yml", text).unwrap();
        let output = project.run(&["check", "--format", "json"]).unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let profile: Vec<&str> = said.lines().filter(|it| it.contains("profiles.yml")).collect();
        assert_silent(&profile.join("\n"), value);
    }
}

#[test]
fn the_editor_is_told_no_secret() {
    let project = Project::new(FILES).unwrap();
    let mut editor = project.editor().unwrap();
    for (path, _) in FILES {
        editor.open(&project.path(path)).unwrap();
    }
    editor.wait_loaded(Duration::from_secs(20)).unwrap();
    for (path, text) in FILES {
        let file = project.path(path);
        let diagnostics = editor.diagnostics(&file).unwrap();
        assert_silent(&format!("{diagnostics:?}"), path);
        for at in (0..text.len()).step_by(3) {
            let hover = editor.hover(&file, at).unwrap().unwrap_or_default();
            assert_silent(&hover, &format!("hover at {at} of {path}"));
            let items = editor.completion(&file, at).unwrap();
            assert_silent(&format!("{items:?}"), &format!("completion at {at} of {path}"));
            for item in items.into_iter().filter(|it| it["label"] == "alias") {
                let described = editor.request("completionItem/resolve", item).unwrap();
                assert_silent(&described.to_string(), "a described completion");
            }
            let mut place = editor.place(&file, at).unwrap();
            place["context"] = serde_json::json!({ "includeDeclaration": true });
            let places = editor.request("textDocument/references", place.clone()).unwrap();
            assert_silent(&places.to_string(), "references");
            place["newName"] = "SHOP_OTHER".into();
            let id = editor.send_request("textDocument/rename", place).unwrap();
            let renamed = format!("{:?}", editor.wait_answer(id).unwrap());
            assert_silent(&renamed, "rename");
        }
        let end = serde_json::json!({ "line": 10_000, "character": 0 });
        let start = serde_json::json!({ "line": 0, "character": 0 });
        let mut all = editor.place(&file, 0).unwrap();
        all["range"] = serde_json::json!({ "start": start, "end": end });
        let hints = editor.request("textDocument/inlayHint", all).unwrap();
        assert_silent(&hints.to_string(), &format!("inlay hints of {path}"));
    }
    let root = project.path("");
    let root = root.to_str().unwrap().trim_end_matches('/');
    let targets = editor.request("tandem/targets", serde_json::json!({ "root": root })).unwrap();
    assert!(targets["targets"].as_array().is_some_and(|it| it.len() == 3), "{targets}");
    assert_silent(&targets.to_string(), "the targets");
    let codes = editor.diagnostics(&project.path("models/ref.sql")).unwrap();
    assert_eq!(codes.len(), 2, "{codes:?}");
    assert_silent(&format!("{}{:?}", editor.log(), editor.notifications), "the log");
}
