//! Whatever the editor and the command line say about a project, its secrets are not in it.
// A failed step is a failed test.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tandem_tests::editor::Editor;
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

/// Where secrets come from besides the files: the process, the settings, the platform's token.
fn world() -> Project {
    let project = Project::new(FILES).unwrap();
    let token = "version: 1\ncontext:\n  active-host: cloud.getdbt.com\n  active-project: \"42\"\nprojects:\n  - project-name: shop\n    project-id: \"42\"\n    account-host: cloud.getdbt.com\n    token-name: mine\n    token-value: dbtu_HUNTERtoken6\n";
    project.write("../home/.dbt/dbt_cloud.yml", token).unwrap();
    project
        .write(
            "dbt_project.yml",
            "name: shop\nversion: '1.0'\nconfig-version: 2\nprofile: shop\ndbt-cloud: {project-id: '42'}\n",
        )
        .unwrap();
    project
        .write(".env.example", "COLOUR=red\nDBT_ENV_SECRET_A=\nDBT_ENV_SECRET_P=\nMISSING_HERE=x\n")
        .unwrap();
    project
        .write(
            "models/outside.sql",
            "select * from {{ ref(env_var('DBT_ENV_SECRET_P')) }} -- {{ env_var('FROM_SETTINGS') }}\n",
        )
        .unwrap();
    project
}

const PROCESS: (&str, &str) = ("DBT_ENV_SECRET_P", "processHUNTER7");

/// Every file below a folder, as bytes in which a secret would be found.
fn assert_files_silent(folder: &Path, who: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_files_silent(&path, who);
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            assert_silent(&text, &format!("{who}: {}", path.display()));
        }
    }
}

/// The names below `Commands:` of a help text, which clap writes.
fn commands(help: &str) -> Vec<String> {
    let (_, list) = help.split_once("Commands:\n").unwrap_or_default();
    let lines = list.lines().take_while(|it| it.starts_with("  "));
    let names =
        lines.filter(|it| !it.starts_with("   ")).filter_map(|it| it.split_whitespace().next());
    names.filter(|it| *it != "help").map(str::to_owned).collect()
}

/// With what each command is run; a command that is not listed here fails the test.
fn lines_of(command: &str) -> &'static [&'static [&'static str]] {
    match command {
        // Has a test of its own, below.
        "lsp" => &[],
        "check" => &[
            &["check"],
            &["check", "--format", "json", "--timings"],
            &["check", "--format", "sarif"],
            &["check", "--target", "prod"],
        ],
        "fix" => &[&["fix", "--diff"], &["fix", "--diff", "--unsafe"], &["fix", "--unsafe"]],
        "readiness" => &[
            &["readiness"],
            &["readiness", "--format", "json"],
            &["readiness", "--format", "markdown"],
            &["readiness", "--format", "sarif"],
        ],
        "compile" => &[
            &["compile", "--select", "reads"],
            &["compile", "--select", "outside"],
            &["compile", "--select", "raises", "--target", "prod"],
        ],
        "list" => &[&["list"], &["list", "--output", "json"]],
        "parse" => &[&["parse", "--timings"]],
        "profile" => &[&["profile"], &["profile", "--explain"], &["profile", "--target", "prod"]],
        "env" => &[
            &["env"],
            &["env", "--format", "json"],
            &["env", "--matrix"],
            &["env", "--matrix", "--format", "json"],
            &["env", "--explain", "DBT_ENV_SECRET_A"],
            &["env", "--explain", "PROD_PW", "--format", "json"],
            &["env", "--explain", "DBT_ENV_SECRET_P"],
            &["env", "--import", ".env"],
        ],
        "env init" => &[&["env", "init"]],
        "profile init" => &[
            &["profile", "init", "--from-platform"],
            &["profile", "init", "--adapter", "postgres", "--target", "new"],
        ],
        "doctor" => {
            &[&["doctor"], &["doctor", "--format", "json"], &["doctor", "--format", "report"]]
        }
        "versions" => &[&["versions"], &["versions", "--format", "json"]],
        "setup" => &[
            &["setup", "devcontainer"],
            &["setup", "makefile"],
            &["setup", "justfile"],
            &["setup", "contributing"],
        ],
        _ => panic!("the test knows no way to run `tandem {command}`: add one"),
    }
}

#[test]
fn no_command_tells_a_secret_or_leaves_one_behind() {
    let project = world();
    let help = |line: &[&str]| {
        let output = project.run(&[line, &["--help"]].concat()).unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let mut all = commands(&help(&[]));
    assert!(all.len() > 5, "{all:?}");
    for command in all.clone() {
        let nested = commands(&help(&[&command]));
        all.extend(nested.iter().map(|it| format!("{command} {it}")));
    }
    assert!(all.iter().any(|it| it == "env init"), "{all:?}");
    let environment = [PROCESS, ("TANDEM_LOG", "trace"), ("RUST_BACKTRACE", "full")];
    for command in &all {
        for line in lines_of(command) {
            let output = project.run_with(line, &environment).unwrap();
            let said =
                String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(!said.contains("unexpected argument"), "{line:?}: {said}");
            assert_silent(&said, &line.join(" "));
        }
    }
    for folder in ["cache", "config", "data", ".local", ".cache"] {
        assert_files_silent(&project.home().join(folder), "what is kept");
    }
    assert_files_silent(&project.path("target"), "what is written");
}

/// The parameters of a method at a place; nothing for one that is not asked at places. A method that
/// is not listed here fails the test.
fn asked(method: &str, project: &Project, place: &Value) -> Vec<Value> {
    let document = json!({ "textDocument": place["textDocument"] });
    let root = json!({ "root": project.root });
    let with = |mut base: Value, more: Value| {
        base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        base
    };
    match method {
        "textDocument/hover" | "textDocument/definition" | "textDocument/completion" => {
            vec![place.clone()]
        }
        "textDocument/references" => {
            vec![with(place.clone(), json!({ "context": { "includeDeclaration": true } }))]
        }
        "textDocument/prepareRename" | "textDocument/documentHighlight" => vec![place.clone()],
        "textDocument/rename" => vec![with(place.clone(), json!({ "newName": "OTHER_NAME" }))],
        "textDocument/inlayHint"
        | "textDocument/codeAction"
        | "textDocument/semanticTokens/range" => {
            let range = json!({
                "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 },
            });
            vec![with(document, json!({ "range": range, "context": { "diagnostics": [] } }))]
        }
        "codeAction/resolve" => [(false, false), (true, true)]
            .iter()
            .map(|(whole_project, choices)| {
                let path = project.path("dbt_project.yml");
                let code = choices.then_some("env-drift");
                json!({ "title": "x", "data": {
                    "path": path, "wholeProject": whole_project, "code": code, "choices": choices,
                }})
            })
            .collect(),
        "textDocument/semanticTokens/full"
        | "textDocument/documentSymbol"
        | "textDocument/diagnostic" => {
            vec![document]
        }
        "tandem/compiled" => vec![place.clone()],
        "tandem/watchCompiled" => {
            vec![json!({ "documents": [{ "uri": place["textDocument"]["uri"] }] })]
        }
        "tandem/timings" | "tandem/environment" | "tandem/doctor" | "tandem/readiness" => vec![Value::Null],
        "tandem/watchEnvironment" => vec![json!({ "watch": true })],
        "tandem/targets"
        | "tandem/dotenvFromExample"
        | "tandem/versions"
        // The link of this project lacks the account: nobody is asked.
        | "tandem/profileFromPlatform" => vec![root],
        "tandem/setup" => ["devcontainer", "makefile", "justfile", "contributing"]
            .iter()
            .map(|it| with(root.clone(), json!({ "what": it })))
            .collect(),
        "tandem/importPlatformList" => vec![
            with(
                root.clone(),
                json!({ "text": "DBT_ENV_SECRET_A=listHUNTER8\nPROD_PW=listHUNTER8\n" }),
            ),
            with(root, json!({ "text": "{\"DBT_ENV_SECRET_A\": \"listHUNTER8\"" })),
        ],
        // The one message that holds secrets: see `docs/lsp-extensions.md`.
        "tandem/spawnEnvironment" => Vec::new(),
        _ => panic!("the test knows no way to ask `{method}`: add one"),
    }
}

/// The methods behind what the server says it can do. A capability that is not listed here fails.
fn capable_of(capability: &str) -> &'static [&'static str] {
    match capability {
        "positionEncoding" | "textDocumentSync" | "workspace" | "executeCommandProvider" => &[],
        "hoverProvider" => &["textDocument/hover"],
        "definitionProvider" => &["textDocument/definition"],
        "completionProvider" => &["textDocument/completion"],
        "codeActionProvider" => &["textDocument/codeAction", "codeAction/resolve"],
        "diagnosticProvider" => &["textDocument/diagnostic"],
        "referencesProvider" => &["textDocument/references"],
        "renameProvider" => &["textDocument/prepareRename", "textDocument/rename"],
        "inlayHintProvider" => &["textDocument/inlayHint"],
        "documentSymbolProvider" => &["textDocument/documentSymbol"],
        "documentHighlightProvider" => &["textDocument/documentHighlight"],
        "semanticTokensProvider" => {
            &["textDocument/semanticTokens/full", "textDocument/semanticTokens/range"]
        }
        _ => panic!("the test does not know the capability `{capability}`: add its methods"),
    }
}

/// An answer without what a fix writes into `.env`: who moves a password there has to send it, and it
/// comes from the text that the client sent before.
fn without_edits_of_dotenv(answer: Value) -> Value {
    let is_dotenv = |uri: &str| uri.ends_with("/.env");
    match answer {
        Value::Array(items) => items.into_iter().map(without_edits_of_dotenv).collect(),
        Value::Object(object) => {
            let of_dotenv = object.get("textDocument").and_then(|it| it["uri"].as_str());
            let of_dotenv = of_dotenv.is_some_and(is_dotenv);
            let kept = object
                .into_iter()
                .filter(|(key, _)| !(is_dotenv(key) || of_dotenv && key == "edits"));
            kept.map(|(key, it)| (key, without_edits_of_dotenv(it))).collect()
        }
        other => other,
    }
}

#[test]
fn no_method_tells_a_secret_or_leaves_one_behind() {
    let project = world();
    let mut options = project.options().unwrap();
    // The command below is run by a shell.
    options.hidden.retain(|it| it != "PATH");
    options.settings = json!({ "dbt": {
        "environmentVariables": { "DBT_ENV_SECRET_S": "settingsHUNTER9", "FROM_SETTINGS": "x" },
        "env": { "command": "echo FROM_COMMAND=commandHUNTER0" },
    }});
    for (name, value) in [PROCESS, ("TANDEM_LOG", "trace"), ("TANDEM_TEST_REQUESTS", "1")] {
        options.environment.push((name.to_owned(), value.to_owned()));
    }
    let mut editor = Editor::start(&options).unwrap();
    editor.wait_loaded(Duration::from_secs(60)).unwrap();
    let registered = editor.request("tandem/test/methods", Value::Null).unwrap();
    let mut methods: Vec<String> = serde_json::from_value(registered).unwrap();
    assert!(methods.iter().any(|it| it == "tandem/spawnEnvironment"), "{methods:?}");
    let capabilities = editor.capabilities.as_object().unwrap().clone();
    for name in capabilities.keys() {
        methods.extend(capable_of(name).iter().map(|it| (*it).to_owned()));
    }
    let more = [".env.example", "models/outside.sql", "dbt_project.yml"];
    let paths: Vec<&str> = FILES.iter().map(|it| it.0).chain(more).collect();
    for path in &paths {
        editor.open(&project.path(path)).unwrap();
    }
    for path in &paths {
        let file = project.path(path);
        let length = editor.text(&file).unwrap().len();
        let places = (0..length).step_by(19).map(|at| editor.place(&file, at).unwrap());
        let places: Vec<Value> = places.collect();
        for method in &methods {
            let of_places = matches!(
                method.as_str(),
                "textDocument/hover"
                    | "textDocument/definition"
                    | "textDocument/completion"
                    | "textDocument/references"
                    | "textDocument/prepareRename"
                    | "textDocument/rename"
                    | "textDocument/documentHighlight"
                    | "tandem/compiled"
            );
            let count = if of_places { places.len() } else { 1 };
            for place in &places[..count] {
                for params in asked(method, &project, place) {
                    if method.contains("/watch") {
                        editor.notify(method, params).unwrap();
                        continue;
                    }
                    let id = editor.send_request(method, params).unwrap();
                    let answer = editor.wait_answer(id).unwrap();
                    let said = answer.result.unwrap_or_else(|error| error);
                    assert_silent(
                        &without_edits_of_dotenv(said).to_string(),
                        &format!("{method} in {path}"),
                    );
                }
            }
        }
    }
    // The crash path: the log names the place, and quotes nothing.
    let id = editor.send_request("tandem/test/panic", Value::Null).unwrap();
    assert!(editor.wait_answer(id).unwrap().result.is_err());
    for path in &paths {
        let diagnostics = editor.diagnostics(&project.path(path)).unwrap();
        assert_silent(&format!("{diagnostics:?}"), path);
    }
    editor.shut_down().unwrap();
    editor.catch_up();
    let log = editor.log();
    assert!(log.contains("internal error"), "{log}");
    assert_silent(&format!("{log}{:?}", editor.notifications), "the log");
    for folder in ["cache", "config", "data", ".local", ".cache"] {
        assert_files_silent(&project.home().join(folder), "what is kept");
    }
}
