//! The requests about environment variables, over the whole server.
// A failed step is a failed test; the helpers below are tests too.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tandem_tests::editor::{Editor, Options};
use tandem_tests::project::Project;

const FILES: &[(&str, &str)] = &[
    (".env", "DBT_COLOUR=red\nDBT_ENV_SECRET_KEY=hunter2000\n"),
    (".env.example", "# Copy me\nDBT_COLOUR=green\nDBT_SIZE=L\nDBT_ENV_SECRET_KEY=\n"),
    ("models/a.sql", "select '{{ env_var('DBT_COLOUR') }}', '{{ env_var('DBT_SIZE', 'M') }}'\n"),
];

fn start(options: &Options) -> Editor {
    let mut editor = Editor::start(options).unwrap();
    editor.wait_loaded(Duration::from_secs(60)).unwrap();
    editor
}

fn variable<'a>(environment: &'a Value, name: &str) -> &'a Value {
    let variables = environment["projects"][0]["variables"].as_array().unwrap();
    variables.iter().find(|it| it["name"] == name).unwrap_or(&Value::Null)
}

/// Asks again and again: not every change is told by a message.
fn until(mut ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !ready() {
        assert!(Instant::now() < deadline, "nothing within a minute");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn changed(editor: &mut Editor, found: impl Fn(&Value) -> bool) -> Value {
    let wait = editor.wait(Duration::from_secs(60), |it| {
        let all = it.notifications.iter().rev();
        let mut all = all.filter(|it| it.method == "tandem/environmentChanged");
        all.find(|it| found(&it.params)).map(|it| it.params.clone())
    });
    wait.unwrap()
}

#[test]
fn the_matrix_is_told_and_follows_what_is_typed_and_set() {
    let project = Project::new(FILES).unwrap();
    let mut editor = start(&project.options().unwrap());
    let told = editor.request("tandem/environment", Value::Null).unwrap();
    let colour = variable(&told, "DBT_COLOUR");
    assert_eq!(colour["value"], "red");
    assert_eq!(colour["source"], ".env");
    assert_eq!(colour["cells"][0]["place"]["path"], ".env");
    assert_eq!(colour["uses"][0]["place"]["range"]["start"]["line"], 0);
    assert!(!told.to_string().contains("hunter"));
    // Nobody is told who does not look.
    let file = project.path(".env");
    editor.open(&file).unwrap();
    editor.notify("tandem/watchEnvironment", json!({ "watch": true })).unwrap();
    changed(&mut editor, |it| variable(it, "DBT_COLOUR")["value"] == "red");
    editor.replace(&file, "DBT_COLOUR=blue\n").unwrap();
    changed(&mut editor, |it| variable(it, "DBT_COLOUR")["value"] == "blue");
    editor.set_settings(json!({ "dbt": { "environmentVariables": { "DBT_COLOUR": "mine" } } }));
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": null })).unwrap();
    let told = changed(&mut editor, |it| variable(it, "DBT_COLOUR")["value"] == "mine");
    let colour = variable(&told, "DBT_COLOUR");
    assert_eq!(colour["source"], "settings");
    assert_eq!(colour["hidden"], json!([".env"]));
}

#[test]
fn a_program_gets_what_is_shown_where_the_folder_is_trusted() {
    let project = Project::new(FILES).unwrap();
    let mut options = project.options().unwrap();
    options.settings = json!({ "dbt": { "environmentVariables": { "DBT_SIZE": "XL" } } });
    let root = json!({ "root": project.root });
    let mut editor = start(&options);
    let spawned = editor.request("tandem/spawnEnvironment", root.clone()).unwrap();
    assert_eq!(
        spawned["variables"],
        json!({ "DBT_COLOUR": "red", "DBT_ENV_SECRET_KEY": "hunter2000", "DBT_SIZE": "XL" })
    );
    let elsewhere = json!({ "root": "/nowhere" });
    let error = editor.request("tandem/spawnEnvironment", elsewhere).unwrap_err();
    assert!(error.to_string().contains("no dbt project"), "{error}");
    assert!(!editor.log().contains("hunter"));
    let mut editor = Editor::connect(&options).unwrap();
    editor.initialize_with(&options, json!({ "trusted": false })).unwrap();
    editor.wait_loaded(Duration::from_secs(60)).unwrap();
    let error = editor.request("tandem/spawnEnvironment", root).unwrap_err();
    assert!(error.to_string().contains("not trusted"), "{error}");
}

#[test]
fn a_list_of_the_platform_is_seen_at_once() {
    let project = Project::new(FILES).unwrap();
    let mut editor = start(&project.options().unwrap());
    let text = "Key,Production\nDBT_COLOUR,black\nDBT_ENV_SECRET_KEY,hunter3\n";
    let params = json!({ "root": project.root, "text": text });
    let kept = editor.request("tandem/importPlatformList", params).unwrap();
    assert_eq!(kept["variables"], 2);
    until(|| {
        let told = editor.request("tandem/environment", Value::Null).unwrap();
        let cells = variable(&told, "DBT_COLOUR")["cells"].as_array().unwrap().clone();
        assert!(!told.to_string().contains("hunter"));
        cells.iter().any(|it| it["column"] == "platform" && it["value"] == "black")
    });
    let params = json!({ "root": project.root, "text": "{\"A\": \"hunter3\"" });
    let error = editor.request("tandem/importPlatformList", params).unwrap_err().to_string();
    assert!(error.contains("not JSON") && !error.contains("hunter"), "{error}");
}

#[test]
fn a_dotenv_is_offered_from_the_example() {
    let project = Project::new(&FILES[1..]).unwrap();
    let mut editor = start(&project.options().unwrap());
    let values = json!({ "DBT_COLOUR": "dark red" });
    let params = json!({ "root": project.root, "values": values });
    let made = editor.request("tandem/dotenvFromExample", params).unwrap();
    assert_eq!(made["exists"], false);
    assert_eq!(
        made["text"],
        "# Copy me\nDBT_COLOUR='dark red'\nDBT_SIZE=L\n# A secret: its value belongs here and nowhere else.\nDBT_ENV_SECRET_KEY=\n"
    );
    let secret: Vec<&Value> =
        made["variables"].as_array().unwrap().iter().map(|it| &it["secret"]).collect();
    assert_eq!(secret, [&json!(false), &json!(false), &json!(true)]);
}

#[cfg(unix)]
#[test]
fn a_command_of_the_user_fills_variables_in_memory() {
    let project = Project::new(&FILES[1..]).unwrap();
    let mut options = project.options().unwrap();
    options.hidden.retain(|it| it != "PATH");
    options.settings = json!({ "dbt": { "env": { "command": "echo DBT_COLOUR=hunter4000" } } });
    let mut editor = start(&options);
    let model = project.path("models/a.sql");
    editor.open(&model).unwrap();
    until(|| {
        let hover = editor.hover(&model, 22).unwrap().unwrap_or_default();
        assert!(!hover.contains("hunter"), "{hover}");
        hover.contains("dbt.env.command")
    });
    let root = json!({ "root": project.root });
    let spawned = editor.request("tandem/spawnEnvironment", root).unwrap();
    assert_eq!(spawned["variables"]["DBT_COLOUR"], "hunter4000");
    // One that fails is said, and nothing of what it wrote.
    editor.set_settings(json!({ "dbt": { "env": { "command": "echo A=hunter5; exit 7" } } }));
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": null })).unwrap();
    let status = editor.wait(Duration::from_secs(60), |it| {
        let status = it.status()?.clone();
        (status["health"] == "warning").then_some(status)
    });
    let message = status.unwrap()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("ended with exit status: 7"), "{message}");
    assert!(!format!("{}{:?}", editor.log(), editor.notifications).contains("hunter"));
}

#[cfg(unix)]
#[test]
fn a_command_is_not_run_where_nobody_is_trusted() {
    let project = Project::new(&FILES[1..]).unwrap();
    let mut options = project.options().unwrap();
    options.hidden.retain(|it| it != "PATH");
    options.settings = json!({ "dbt": { "env": { "command": "touch ran" } } });
    let mut editor = Editor::connect(&options).unwrap();
    editor.initialize_with(&options, json!({ "trusted": false })).unwrap();
    editor.wait_loaded(Duration::from_secs(60)).unwrap();
    // The same settings once more.
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": null })).unwrap();
    editor.request("tandem/environment", Value::Null).unwrap();
    assert!(!project.path("ran").exists());
}
