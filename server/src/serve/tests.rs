//! Conversations over an in-memory pipe: order, lifecycle, settings, file events.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;

use super::serve;
use crate::machine::Captured;

const PATIENCE: Duration = Duration::from_secs(20);

struct TestEditor {
    folder: tempfile::TempDir,
    input: WriteHalf<DuplexStream>,
    output: BufReader<ReadHalf<DuplexStream>>,
    kept: Vec<Value>,
    next_id: i64,
    settings: Value,
    server: JoinHandle<anyhow::Result<bool>>,
}

impl TestEditor {
    /// A server on a folder with these files, introduced but not greeted yet.
    async fn connect(files: &[(&str, &str)], capabilities: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (reader, writer) = tokio::io::split(theirs);
        let environment = BTreeMap::from([("TANDEM_TEST_REQUESTS".to_owned(), "1".to_owned())]);
        let machine = Captured { environment, home: None, started_at: 0 };
        let server = tokio::spawn(serve(reader, writer, machine));
        let (output, input) = tokio::io::split(ours);
        let mut editor = Self {
            folder,
            input,
            output: BufReader::new(output),
            kept: Vec::new(),
            next_id: 0,
            settings: Value::Null,
            server,
        };
        for (path, text) in files {
            editor.write(path, text);
        }
        let folder = json!([{ "uri": editor.uri(""), "name": "test" }]);
        let params = json!({ "capabilities": capabilities, "workspaceFolders": folder });
        editor.ask("initialize", params).await.unwrap();
        editor
    }

    async fn open(files: &[(&str, &str)], capabilities: Value) -> Self {
        let mut editor = Self::connect(files, capabilities).await;
        editor.tell("initialized", json!({})).await;
        editor
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.path().join(path).to_str().unwrap().trim_end_matches('/'))
    }

    async fn send(&mut self, message: Value) {
        let text = message.to_string();
        let text = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.input.write_all(text.as_bytes()).await.unwrap();
    }

    async fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }

    async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(message).await;
        id
    }

    async fn ask(&mut self, method: &str, params: Value) -> Result<Value, i64> {
        let id = self.request(method, params).await;
        self.answer(id).await
    }

    /// The answer to a request, or the code of its error.
    async fn answer(&mut self, id: i64) -> Result<Value, i64> {
        let answer = self.wait(|it| it.get("method").is_none() && it["id"] == id).await;
        match answer.get("error") {
            Some(error) => Err(error["code"].as_i64().unwrap()),
            None => Ok(answer["result"].clone()),
        }
    }

    async fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.kept.iter().position(&wanted) {
            return self.kept.remove(index);
        }
        loop {
            let message = tokio::time::timeout(PATIENCE, self.receive()).await.unwrap();
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// The next message; questions of the server are answered at once.
    async fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).await.unwrap(), 0, "the server left");
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).await.unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        let (Some(id), Some(method)) = (message.get("id"), message.get("method")) else {
            return message;
        };
        let result = match method.as_str().unwrap() {
            "workspace/configuration" => {
                let count = message["params"]["items"].as_array().unwrap().len();
                json!(vec![self.settings.clone(); count])
            }
            _ => Value::Null,
        };
        self.send(json!({ "jsonrpc": "2.0", "id": id, "result": result })).await;
        message
    }

    async fn did_open(&mut self, path: &str, text: &str) {
        let document =
            json!({ "uri": self.uri(path), "languageId": "sql", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    async fn insert(&mut self, path: &str, version: i32, line: u32, character: u32, text: &str) {
        let at = json!({ "line": line, "character": character });
        let params = json!({
            "textDocument": { "uri": self.uri(path), "version": version },
            "contentChanges": [{ "range": { "start": at, "end": at }, "text": text }],
        });
        self.tell("textDocument/didChange", params).await;
    }

    async fn did_close(&mut self, path: &str) {
        let params = json!({ "textDocument": { "uri": self.uri(path) } });
        self.tell("textDocument/didClose", params).await;
    }

    async fn files_changed(&mut self, paths: &[&str]) {
        let changes: Vec<Value> =
            paths.iter().map(|it| json!({ "uri": self.uri(it), "type": 2 })).collect();
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    }

    async fn text(&mut self, path: &str) -> Option<String> {
        let params = json!({ "uri": self.uri(path) });
        let text = self.ask("tandem/test/text", params).await.unwrap();
        text.as_str().map(str::to_owned)
    }

    /// Waits until the server has that text.
    async fn until(&mut self, path: &str, text: Option<&str>) {
        for _ in 0..500 {
            if self.text(path).await.as_deref() == text {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} was not seen as {text:?}");
    }

    async fn files(&mut self, path: &str) -> String {
        let params = json!({ "uri": self.uri(path) });
        let files = self.ask("tandem/test/files", params).await.unwrap();
        let files = files.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
        files.collect::<Vec<_>>().join(" ")
    }

    /// The first status that is as wanted.
    async fn status(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let status = self.wait(|it| it["method"] == "tandem/status" && wanted(&it["params"])).await;
        status["params"].clone()
    }

    /// The findings published for a version of an open file, or for a file that is not open.
    async fn published(&mut self, path: &str, version: Option<i32>) -> String {
        let uri = self.uri(path);
        let published = self.wait(|it| {
            it["method"] == "textDocument/publishDiagnostics"
                && it["params"]["uri"] == uri.as_str()
                && it["params"].get("version").and_then(Value::as_i64) == version.map(i64::from)
        });
        let items = published.await["params"]["diagnostics"].clone();
        shown(&items)
    }

    async fn leave(mut self) -> bool {
        self.ask("shutdown", Value::Null).await.unwrap();
        self.tell("exit", Value::Null).await;
        // The input stays open: `exit` alone must end the server.
        tokio::time::timeout(PATIENCE, &mut self.server).await.unwrap().unwrap().unwrap()
    }
}

fn shown(items: &Value) -> String {
    let line = |it: &Value| {
        let (start, end) = (&it["range"]["start"], &it["range"]["end"]);
        format!(
            "{}:{}-{}:{} {}",
            start["line"],
            start["character"],
            end["line"],
            end["character"],
            it["code"].as_str().unwrap()
        )
    };
    items.as_array().unwrap().iter().map(line).collect::<Vec<_>>().join(", ")
}

const SHOP: [(&str, &str); 4] = [
    ("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n"),
    (
        "profiles.yml",
        "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n",
    ),
    ("models/a.sql", "select 1 as id"),
    ("models/b.sql", "select * from {{ ref('a') }}"),
];

const PROJECT: (&str, &str) = ("dbt_project.yml", "name: shop\n");

fn loaded(status: &Value) -> bool {
    status["loading"].is_null()
}

fn names(status: &Value) -> Vec<&str> {
    status["projects"].as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_then_exit_is_a_clean_end() {
    let editor = TestEditor::open(&[PROJECT], json!({})).await;
    assert!(editor.leave().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_just_goes_is_not_waited_for() {
    let mut editor = TestEditor::open(&[PROJECT], json!({})).await;
    editor.input.shutdown().await.unwrap();
    let clean = tokio::time::timeout(PATIENCE, &mut editor.server).await.unwrap().unwrap().unwrap();
    assert!(!clean);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_see_exactly_the_edits_before_them() {
    let mut editor = TestEditor::open(&[PROJECT, ("models/a.sql", "on disk")], json!({})).await;
    editor.did_open("models/a.sql", "").await;
    let mut asked = Vec::new();
    for version in 2..300 {
        editor.insert("models/a.sql", version, 0, 0, "x").await;
        let params = json!({ "uri": editor.uri("models/a.sql") });
        asked.push((version, editor.request("tandem/test/text", params).await));
    }
    for (version, id) in asked {
        let text = editor.answer(id).await.unwrap();
        let length = usize::try_from(version - 1).unwrap();
        // A request without a document may be asked again of a newer text, never of an older one.
        assert!(text.as_str().unwrap().len() >= length, "{version}: {text}");
    }
    assert_eq!(editor.text("models/a.sql").await.unwrap().len(), 298);
    editor.did_close("models/a.sql").await;
    assert_eq!(editor.text("models/a.sql").await.as_deref(), Some("on disk"));
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_counted_as_agreed() {
    for (encoding, column) in [("utf-16", 2), ("utf-8", 4)] {
        let capabilities = json!({ "general": { "positionEncodings": [encoding] } });
        let mut editor = TestEditor::open(&[PROJECT], capabilities).await;
        editor.did_open("models/a.sql", "😀b").await;
        editor.insert("models/a.sql", 2, 0, column, "a").await;
        assert_eq!(editor.text("models/a.sql").await.as_deref(), Some("😀ab"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_one_failed_request() {
    let mut editor = TestEditor::open(&[PROJECT], json!({})).await;
    assert_eq!(editor.ask("tandem/test/panic", Value::Null).await, Err(-32603));
    assert_eq!(editor.text("dbt_project.yml").await.as_deref(), Some("name: shop\n"));
    let status = editor.status(|it| it["health"] == "warning").await;
    assert_eq!(status["message"], "An internal error happened; the log says where");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_arrive_at_the_start_and_live() {
    let capabilities = json!({ "workspace": { "configuration": true } });
    let mut editor = TestEditor::connect(&[PROJECT], capabilities).await;
    editor.settings = json!({ "flag": { "defer": false } });
    editor.tell("initialized", json!({})).await;
    let status = editor.status(|it| loaded(it) && !it["projects"][0].is_null()).await;
    assert_eq!(status["projects"][0]["defer"]["on"], false);
    editor.settings = json!({ "flag": { "defer": true } });
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    editor.status(|it| it["projects"][0]["defer"]["on"] == true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_cannot_be_asked_sends_its_settings() {
    let mut editor = TestEditor::open(&[PROJECT], json!({})).await;
    editor.status(|it| it["projects"][0]["defer"]["on"] == true).await;
    let settings = json!({ "dbt": { "flag": { "defer": false } } });
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": settings })).await;
    editor.status(|it| it["projects"][0]["defer"]["on"] == false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_a_project_is_quiet() {
    let mut editor = TestEditor::open(&[("src/main.rs", "")], json!({})).await;
    let status = editor.status(loaded).await;
    assert_eq!(status, json!({ "health": "ok", "loading": null, "projects": [] }));
    assert!(editor.leave().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_found_above_an_opened_file_and_when_it_is_made() {
    let mut editor = TestEditor::open(&[("other/readme.md", "")], json!({})).await;
    editor.status(loaded).await;
    editor.write("made/dbt_project.yml", "name: made\n");
    editor.files_changed(&["made/dbt_project.yml"]).await;
    editor.status(|it| it["projects"][0]["name"] == "made").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_events_keep_folders_and_texts_fresh() {
    let files = [PROJECT, ("models/a.sql", "1"), ("models/b/c.sql", "1"), ("models/b/d.sql", "1")];
    let mut editor = TestEditor::open(&files, json!({})).await;
    assert_eq!(
        editor.files("").await,
        "dbt_project.yml models/a.sql models/b/c.sql models/b/d.sql"
    );
    editor.write("models/a.sql", "2");
    editor.write("models/new/e.sql", "3");
    fs::remove_dir_all(editor.folder.path().join("models/b")).unwrap();
    editor.write("target/compiled/x.sql", "no");
    editor
        .files_changed(&["models/a.sql", "models/new", "models/b", "target/compiled/x.sql"])
        .await;
    assert_eq!(editor.files("").await, "dbt_project.yml models/a.sql models/new/e.sql");
    assert_eq!(editor.text("models/a.sql").await.as_deref(), Some("2"));
    assert_eq!(editor.text("models/b/c.sql").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_texts_win_over_the_disk() {
    let mut editor = TestEditor::open(&[PROJECT, ("models/a.sql", "disk")], json!({})).await;
    assert_eq!(editor.files("").await, "dbt_project.yml models/a.sql");
    editor.did_open("models/a.sql", "editor").await;
    editor.did_open("models/unsaved.sql", "new").await;
    assert_eq!(editor.files("").await, "dbt_project.yml models/a.sql models/unsaved.sql");
    fs::remove_file(editor.folder.path().join("models/a.sql")).unwrap();
    editor.files_changed(&["models/a.sql"]).await;
    assert_eq!(editor.text("models/a.sql").await.as_deref(), Some("editor"));
    editor.did_close("models/a.sql").await;
    editor.did_close("models/unsaved.sql").await;
    assert_eq!(editor.text("models/a.sql").await, None);
    assert_eq!(editor.files("").await, "dbt_project.yml");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_events_are_one_pass() {
    let mut editor = TestEditor::open(&[PROJECT], json!({})).await;
    assert_eq!(editor.files("").await, "dbt_project.yml");
    let names: Vec<String> = (0..5_000).map(|it| format!("models/m{it}.sql")).collect();
    for name in &names {
        editor.write(name, "select 1");
    }
    for some in names.chunks(50) {
        editor.files_changed(&some.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    assert_eq!(editor.files("models").await.split(' ').count(), 5_000);
    let started = std::time::Instant::now();
    assert_eq!(editor.files("").await.split(' ').count(), 5_001);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_watching_client_the_server_watches() {
    let mut editor = TestEditor::open(&[PROJECT, ("models/a.sql", "1")], json!({})).await;
    assert_eq!(editor.files("").await, "dbt_project.yml models/a.sql");
    editor.status(loaded).await;
    editor.write("models/a.sql", "2");
    editor.until("models/a.sql", Some("2")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_made_again_is_still_watched() {
    let files = [PROJECT, ("models/sub/a.sql", "1"), ("models/sub/deep/b.sql", "1")];
    let mut editor = TestEditor::open(&files, json!({})).await;
    editor.status(loaded).await;
    for (round, text) in ["2", "3"].into_iter().enumerate() {
        fs::remove_dir_all(editor.folder.path().join("models/sub")).unwrap();
        if round == 0 {
            editor.until("models/sub/a.sql", None).await;
        }
        editor.write("models/sub/a.sql", text);
        editor.write("models/sub/deep/b.sql", text);
        editor.until("models/sub/a.sql", Some(text)).await;
        editor.until("models/sub/deep/b.sql", Some(text)).await;
        editor.write("models/sub/a.sql", "after");
        editor.until("models/sub/a.sql", Some("after")).await;
        editor.write("models/sub/deep/b.sql", "after");
        editor.until("models/sub/deep/b.sql", Some("after")).await;
        editor.write("models/sub/deep/z.sql", "new");
        editor.until("models/sub/deep/z.sql", Some("new")).await;
    }
    assert_eq!(
        editor.files("").await,
        "dbt_project.yml models/sub/a.sql models/sub/deep/b.sql models/sub/deep/z.sql"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_above_the_project_are_read_and_watched() {
    let project = "name: shop\nmodel-paths: [../shared/models]\nanalysis-paths: [a]\n";
    let files = [
        ("p/dbt_project.yml", project),
        ("p/a/one.sql", "select * from {{ ref('here') }}"),
        ("p/a/two.sql", "select * from {{ ref('later') }}"),
        ("shared/models/x/here.sql", "select 1"),
    ];
    let mut editor = TestEditor::open(&files, json!({})).await;
    assert_eq!(editor.published("p/a/two.sql", None).await, "0:22-0:27 unknown-ref");
    editor.write("shared/models/x/later.sql", "select 1");
    assert_eq!(editor.published("p/a/two.sql", None).await, "");
    fs::remove_file(editor.folder.path().join("shared/models/x/here.sql")).unwrap();
    assert_eq!(editor.published("p/a/one.sql", None).await, "0:22-0:26 unknown-ref");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_made_in_an_empty_folder_is_found_by_our_own_watcher() {
    let mut editor = TestEditor::open(&[("readme.md", "")], json!({})).await;
    editor.status(loaded).await;
    editor.write("tools/made/readme.md", "");
    tokio::time::sleep(Duration::from_millis(100)).await;
    editor.write("tools/made/dbt_project.yml", "name: made\n");
    editor.status(|it| names(it) == ["made"]).await;
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir(elsewhere.path().join("p")).unwrap();
    fs::write(elsewhere.path().join("p/dbt_project.yml"), "name: moved\n").unwrap();
    fs::rename(elsewhere.path().join("p"), editor.folder.path().join("moved.in")).unwrap();
    editor.status(|it| names(it) == ["moved", "made"]).await;
    fs::remove_dir_all(editor.folder.path().join("tools")).unwrap();
    editor.status(|it| names(it) == ["moved"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_in_folders_with_a_dot_come_and_go() {
    let watched = json!({ "didChangeWatchedFiles": { "dynamicRegistration": true } });
    let files = [
        ("one/dbt_project.yml", "name: one\n"),
        ("proj.v2/dbt_project.yml", "name: two\n"),
        ("proj.v2/models/a.sql", "select 1"),
    ];
    let mut editor = TestEditor::open(&files, json!({ "workspace": watched })).await;
    editor.status(|it| loaded(it) && names(it) == ["one", "two"]).await;
    fs::remove_dir_all(editor.folder.path().join("proj.v2")).unwrap();
    editor.files_changed(&["proj.v2"]).await;
    editor.status(|it| names(it) == ["one"]).await;
    editor.write("pp.v3/dbt_project.yml", "name: three\n");
    editor.files_changed(&["pp.v3"]).await;
    editor.status(|it| names(it) == ["one", "three"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_begins_and_ends() {
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut editor = TestEditor::open(&[PROJECT], capabilities).await;
    editor.wait(|it| it["method"] == "window/workDoneProgress/create").await;
    editor.status(loaded).await;
    // Where the work was done before the client had a place for it, nothing is shown.
    let kinds: Vec<&Value> = editor
        .kept
        .iter()
        .filter(|it| it["method"] == "$/progress")
        .map(|it| &it["params"]["value"]["kind"])
        .collect();
    assert!(kinds.is_empty() || (kinds[0] == "begin" && kinds[kinds.len() - 1] == "end"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_asked_to_watch_where_it_can() {
    let watched = json!({ "didChangeWatchedFiles": { "dynamicRegistration": true } });
    let mut editor = TestEditor::open(&[PROJECT], json!({ "workspace": watched })).await;
    let asked = editor.wait(|it| it["method"] == "client/registerCapability").await;
    assert_eq!(asked["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_follow_typing_and_reach_other_files() {
    let mut editor = TestEditor::open(&SHOP, json!({})).await;
    editor.status(loaded).await;
    editor.did_open("models/b.sql", SHOP[3].1).await;
    assert_eq!(editor.published("models/b.sql", Some(1)).await, "");
    editor.insert("models/b.sql", 2, 0, 22, "x").await;
    assert_eq!(editor.published("models/b.sql", Some(2)).await, "0:22-0:24 unknown-ref");
    // A new model, unsaved, mends it: the findings of a file that is not being typed.
    editor.did_open("models/xa.sql", "select 1 as id").await;
    assert_eq!(editor.published("models/b.sql", Some(2)).await, "");
    editor.did_close("models/xa.sql").await;
    assert_eq!(editor.published("models/b.sql", Some(2)).await, "0:22-0:24 unknown-ref");
    let status = editor.status(|it| it["projects"][0]["errors"] == 1).await;
    assert_eq!(status["health"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_nobody_opened_are_checked_and_cleared() {
    let broken = ("models/c.sql", "select * from {{ ref('none') }}");
    let mut editor = TestEditor::open(&[&SHOP[..], &[broken]].concat(), json!({})).await;
    assert_eq!(editor.published("models/c.sql", None).await, "0:22-0:26 unknown-ref");
    editor.write("models/none.sql", "select 1");
    editor.files_changed(&["models/none.sql"]).await;
    assert_eq!(editor.published("models/c.sql", None).await, "");
    fs::remove_file(editor.folder.path().join("models/none.sql")).unwrap();
    editor.files_changed(&["models/none.sql"]).await;
    assert_eq!(editor.published("models/c.sql", None).await, "0:22-0:26 unknown-ref");
    fs::remove_file(editor.folder.path().join("models/c.sql")).unwrap();
    editor.files_changed(&["models/c.sql"]).await;
    assert_eq!(editor.published("models/c.sql", None).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_is_answered_and_not_told() {
    let broken = ("models/c.sql", "select * from {{ ref('none') }}");
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut editor = TestEditor::open(&[&SHOP[..], &[broken]].concat(), capabilities).await;
    let whole = json!({ "previousResultIds": [] });
    let report = editor.ask("workspace/diagnostic", whole).await.unwrap();
    let item = report["items"][0].clone();
    assert_eq!(report["items"].as_array().unwrap().len(), 1);
    assert_eq!(item["uri"], editor.uri("models/c.sql"));
    assert_eq!(shown(&item["items"]), "0:22-0:26 unknown-ref");

    let one =
        |id: &Value| json!({ "textDocument": { "uri": item["uri"] }, "previousResultId": id });
    let report = editor.ask("textDocument/diagnostic", one(&Value::Null)).await.unwrap();
    assert_eq!(report["resultId"], item["resultId"]);
    let report = editor.ask("textDocument/diagnostic", one(&item["resultId"])).await.unwrap();
    assert_eq!(report["kind"], "unchanged");

    editor.write("models/none.sql", "select 1");
    editor.files_changed(&["models/none.sql"]).await;
    editor.wait(|it| it["method"] == "workspace/diagnostic/refresh").await;
    let known = json!({ "previousResultIds": [{ "uri": item["uri"], "value": item["resultId"] }] });
    let report = editor.ask("workspace/diagnostic", known).await.unwrap();
    assert_eq!(
        (&report["items"][0]["kind"], &report["items"][0]["items"]),
        (&json!("full"), &json!([]))
    );
    assert!(!editor.kept.iter().any(|it| it["method"] == "textDocument/publishDiagnostics"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_of_dotenv_clears_a_finding_without_a_save() {
    let files = [("models/d.sql", "{{ env_var('DBT_SHOP_REGION') }}"), (".env", "")];
    let mut editor = TestEditor::open(&[&SHOP[..], &files].concat(), json!({})).await;
    editor.did_open("models/d.sql", files[0].1).await;
    assert_eq!(editor.published("models/d.sql", Some(1)).await, "0:12-0:27 missing-env-var");
    editor.did_open(".env", "").await;
    editor.insert(".env", 2, 0, 0, "DBT_SHOP_REGION=eu\n").await;
    assert_eq!(editor.published("models/d.sql", Some(1)).await, "");
    editor.did_close(".env").await;
    assert_eq!(editor.published("models/d.sql", Some(1)).await, "0:12-0:27 missing-env-var");
    editor.write(".env", "DBT_SHOP_REGION=eu\n");
    editor.files_changed(&[".env"]).await;
    assert_eq!(editor.published("models/d.sql", Some(1)).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_request_ends_and_nothing_else_does() {
    let mut editor = TestEditor::open(&SHOP, json!({})).await;
    let params = json!({ "uri": editor.uri("models/a.sql") });
    let id = editor.request("tandem/test/text", params).await;
    editor.tell("$/cancelRequest", json!({ "id": id })).await;
    // It may have been quicker than its cancellation.
    let answer = editor.answer(id).await;
    assert!(answer == Err(-32800) || answer == Ok(json!("select 1 as id")), "{answer:?}");
    assert_eq!(editor.text("models/a.sql").await.as_deref(), Some("select 1 as id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_offered_is_described_when_it_is_looked_at() {
    let files = [
        ("dbt_project.yml", "name: shop\n"),
        ("models/orders.sql", "select 1"),
        ("models/m.yml", "models: [{name: orders, description: One row per order.}]"),
    ];
    let mut editor = TestEditor::open(&files, json!({})).await;
    editor.did_open("models/a.sql", "{{ ref('') }}").await;
    let place = json!({ "line": 0, "character": 8 });
    let document = json!({ "uri": editor.uri("models/a.sql") });
    let params = json!({ "textDocument": document, "position": place });
    let list = editor.ask("textDocument/completion", params).await.unwrap();
    let items = list["items"].as_array().unwrap();
    let offered = items.iter().find(|it| it["label"] == "orders").unwrap().clone();
    assert_eq!(offered["documentation"], Value::Null);
    let described = editor.ask("completionItem/resolve", offered).await.unwrap();
    assert_eq!(described["documentation"]["value"], "One row per order.");
    assert_eq!(described["label"], "orders");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_light_bulb_mends_what_it_names() {
    let project = "name: shop\nversion: '1.0'\nprofile: shop\ndata-paths: [data] # old\n";
    let files = [("dbt_project.yml", project), SHOP[1]];
    let capabilities = json!({
        "textDocument": { "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } } },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
    });
    let mut editor = TestEditor::open(&files, capabilities).await;
    editor.did_open("dbt_project.yml", project).await;
    assert_eq!(editor.published("dbt_project.yml", Some(1)).await, "3:0-3:10 config-data-path");
    let at = json!({ "line": 3, "character": 2 });
    let params = json!({
        "textDocument": { "uri": editor.uri("dbt_project.yml") },
        "range": { "start": at, "end": at },
        "context": { "diagnostics": [] },
    });
    let actions = editor.ask("textDocument/codeAction", params.clone()).await.unwrap();
    assert_eq!(actions[0]["kind"], "quickfix");
    assert_eq!(actions[0]["isPreferred"], true);
    assert_eq!(actions[0]["diagnostics"][0]["code"], "config-data-path");
    let change = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1);
    assert_eq!(change["edits"][0]["newText"], "seed-paths");
    let mut refactor = params;
    refactor["context"]["only"] = json!(["refactor"]);
    assert_eq!(editor.ask("textDocument/codeAction", refactor).await, Ok(json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_findings_are_mended_at_once() {
    let project = "name: shop\nprofile: shop\ndata-paths: [data]\nseed-paths: [seeds]\n";
    let properties = "models:\n  - {name: a, meta: {b: 1}}\n  - {name: c, meta: {d: 2}}\n";
    let files = [
        ("dbt_project.yml", project),
        SHOP[1],
        ("models/a.yml", properties),
        ("models/b.yml", "seeds: [{name: e, meta: {}}]\n"),
    ];
    let capabilities = json!({
        "textDocument": { "codeAction": {
            "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } },
            "resolveSupport": { "properties": ["edit"] },
        } },
        "workspace": { "workspaceEdit": { "documentChanges": true, "changeAnnotationSupport": {} } },
    });
    let mut editor = TestEditor::open(&files, capabilities).await;
    editor.did_open("models/a.yml", properties).await;
    editor.status(loaded).await;
    let params = |editor: &TestEditor, path: &str, line: u32, only: Value| {
        let at = json!({ "line": line, "character": 15 });
        json!({
            "textDocument": { "uri": editor.uri(path) },
            "range": { "start": at, "end": at },
            "context": { "diagnostics": [], "only": only },
        })
    };

    // On save a client asks for this kind and makes what it gets.
    for only in ["source", "source.fixAll", "source.fixAll.tandem"] {
        let asked = params(&editor, "models/a.yml", 0, json!([only]));
        let actions = editor.ask("textDocument/codeAction", asked).await.unwrap();
        assert_eq!(actions[0]["kind"], "source.fixAll.tandem", "{actions}");
        assert_eq!(actions.as_array().unwrap().len(), if only == "source" { 2 } else { 1 });
        let changes = actions[0]["edit"]["documentChanges"].as_array().unwrap();
        assert_eq!(changes.len(), 1, "one step to undo: {actions}");
        assert_eq!(changes[0]["edits"].as_array().unwrap().len(), 2);
        assert_eq!(changes[0]["edits"][0]["annotationId"], Value::Null);
    }
    let clean = params(&editor, "profiles.yml", 0, json!(["source.fixAll"]));
    assert_eq!(editor.ask("textDocument/codeAction", clean).await, Ok(json!([])));

    // What reaches further is worked out when it is picked, and shown before it is made.
    let asked = params(&editor, "models/a.yml", 1, Value::Null);
    let actions = editor.ask("textDocument/codeAction", asked).await.unwrap();
    let titles: Vec<&str> =
        actions.as_array().unwrap().iter().filter_map(|it| it["title"].as_str()).collect();
    assert_eq!(
        titles,
        [
            "Move `meta` under `config`",
            "Fix all 2 `property-moved-to-config` in this file",
            "Fix all `property-moved-to-config` in the project",
        ]
    );
    assert_eq!(actions[2]["edit"], Value::Null);
    let picked = editor.ask("codeAction/resolve", actions[2].clone()).await.unwrap();
    let changes = picked["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 2, "{picked}");
    let id = changes[0]["edits"][0]["annotationId"].as_str().unwrap();
    let annotation = &picked["edit"]["changeAnnotations"][id];
    assert_eq!(annotation["needsConfirmation"], true);
    assert_eq!(annotation["label"], "Fix `property-moved-to-config`");

    // A choice says what it changes.
    let asked = params(&editor, "dbt_project.yml", 2, Value::Null);
    let mut asked = asked;
    asked["range"]["start"]["character"] = json!(0);
    let actions = editor.ask("textDocument/codeAction", asked).await.unwrap();
    assert_eq!(actions[0]["title"], "Join with `seed-paths` (dbt then reads the folders of both)");
    assert_eq!(actions[0]["isPreferred"], Value::Null);
    let annotations = actions[0]["edit"]["changeAnnotations"].as_object().unwrap();
    let annotation = annotations.values().next().unwrap();
    assert_eq!(annotation["description"], "dbt then reads the folders of both");
    // Who picks it by its title has agreed.
    assert_eq!(annotation["needsConfirmation"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_may_be_added_and_taken_away() {
    let files = [("one/dbt_project.yml", "name: one\n"), ("two/dbt_project.yml", "name: two\n")];
    let mut editor = TestEditor::open(&files, json!({})).await;
    let both = |it: &Value| it["projects"].as_array().is_some_and(|it| it.len() == 2);
    editor.status(|it| loaded(it) && both(it)).await;
    let folder = |editor: &TestEditor, path: &str| json!([{ "uri": editor.uri(path), "name": "" }]);
    let event = json!({ "added": folder(&editor, "two"), "removed": folder(&editor, "") });
    editor.tell("workspace/didChangeWorkspaceFolders", json!({ "event": event })).await;
    let one = |it: &Value| it["projects"].as_array().is_some_and(|it| it.len() == 1);
    let status = editor.status(one).await;
    assert_eq!(status["projects"][0]["name"], "two");
}

mod compiled;
mod targets;
