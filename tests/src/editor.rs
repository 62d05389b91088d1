//! An editor without a screen: it opens and edits texts, asks, and keeps what the server publishes.
//!
//! Everything is synchronous. Messages that nobody waits for yet are kept, so their order never
//! matters to a test; every wait has an end.

mod text;
mod transport;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::PoisonError;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

pub use self::text::{Encoding, offset, path, position, uri};
use self::transport::Transport;
pub use self::transport::{Launch, Message};

/// How an editor starts a server.
pub struct Options {
    pub launch: Launch,
    /// The folder that is opened, and where the server runs.
    pub root: PathBuf,
    /// Variables the server gets besides ours.
    pub environment: Vec<(String, String)>,
    /// Variables of ours that the server does not get.
    pub hidden: Vec<String>,
    pub settings: Value,
    /// What we can count in, best first.
    pub encodings: Vec<&'static str>,
    /// How long a wait lasts before it is a failure.
    pub patience: Duration,
}

impl Options {
    pub fn new(launch: Launch, root: &Path) -> Options {
        Options {
            launch,
            root: root.to_owned(),
            environment: Vec::new(),
            hidden: Vec::new(),
            settings: Value::Null,
            encodings: vec!["utf-16"],
            patience: Duration::from_secs(10),
        }
    }
}

/// What the server says about one file at the moment.
#[derive(Clone, Debug)]
pub struct Published {
    pub version: Option<i64>,
    pub diagnostics: Vec<Value>,
    pub at: Instant,
    /// Counts the messages of the whole session: tells a new publish from the one before.
    pub sequence: u64,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub result: Result<Value, Value>,
    pub at: Instant,
}

#[derive(Clone, Debug)]
pub struct Notification {
    pub method: String,
    pub params: Value,
    pub at: Instant,
}

struct Document {
    text: String,
    version: i64,
}

pub struct Editor {
    transport: Transport,
    documents: HashMap<PathBuf, Document>,
    published: HashMap<PathBuf, Published>,
    answers: HashMap<i64, Answer>,
    /// Everything but published diagnostics, in order; requests of the server among them.
    pub notifications: Vec<Notification>,
    /// Tokens of running work that looks like loading.
    loading: HashSet<String>,
    loading_ended: Option<Instant>,
    status: Option<(Value, Instant)>,
    last_message: Instant,
    sequence: u64,
    next_id: i64,
    closed: bool,
    encoding: Encoding,
    pub capabilities: Value,
    pub patience: Duration,
    /// Just before the process was started.
    pub started: Instant,
}

impl Editor {
    /// Starts the server and greets it.
    pub fn start(options: &Options) -> Result<Editor> {
        let mut editor = Editor::connect(options)?;
        editor.initialize(options)?;
        Ok(editor)
    }

    /// Starts the server and says nothing.
    pub fn connect(options: &Options) -> Result<Editor> {
        let started = Instant::now();
        let transport = Transport::start(&options.launch, |command: &mut Command| {
            command.current_dir(&options.root);
            for name in &options.hidden {
                command.env_remove(name);
            }
            command.envs(options.environment.iter().map(|(name, value)| (name, value)));
        })?;
        Ok(Editor {
            transport,
            documents: HashMap::new(),
            published: HashMap::new(),
            answers: HashMap::new(),
            notifications: Vec::new(),
            loading: HashSet::new(),
            loading_ended: None,
            status: None,
            last_message: started,
            sequence: 0,
            next_id: 1,
            closed: false,
            encoding: Encoding::Utf16,
            capabilities: Value::Null,
            patience: options.patience,
            started,
        })
    }

    pub fn initialize(&mut self, options: &Options) -> Result<()> {
        self.initialize_with(options, Value::Null)
    }

    /// With `initializationOptions`.
    pub fn initialize_with(&mut self, options: &Options, more: Value) -> Result<()> {
        self.set_settings(options.settings.clone());
        let folder = uri(&options.root);
        let name = options.root.file_name().map(|it| it.to_string_lossy().into_owned());
        let params = json!({
            "processId": std::process::id(),
            "clientInfo": { "name": "tandem-tests" },
            "rootUri": folder,
            "rootPath": options.root,
            "workspaceFolders": [{ "uri": folder, "name": name }],
            "capabilities": capabilities(&options.encodings),
            "initializationOptions": more,
        });
        let greeting = self.request("initialize", params)?;
        self.capabilities = greeting["capabilities"].clone();
        self.encoding =
            Encoding::named(self.capabilities["positionEncoding"].as_str().unwrap_or("utf-16"));
        self.notify("initialized", json!({}))
    }

    pub fn set_settings(&mut self, settings: Value) {
        *self.transport.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    pub fn process_id(&self) -> u32 {
        self.transport.process_id()
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What the server wrote to its standard error.
    pub fn log(&self) -> String {
        self.transport.log()
    }

    // Sending.

    pub fn notify(&mut self, method: &str, params: Value) -> Result<()> {
        self.transport.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    pub fn send_request(&mut self, method: &str, params: Value) -> Result<i64> {
        let id = self.next_id;
        self.next_id += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.transport.send(&message)?;
        Ok(id)
    }

    pub fn send_raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.transport.send_raw(bytes)
    }

    pub fn close_input(&mut self) {
        self.transport.close_input();
    }

    /// Asks and waits; an error of the server is an error here.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value> {
        let id = self.send_request(method, params)?;
        let answer = self.wait_answer(id).with_context(|| format!("no answer to {method}"))?;
        answer.result.map_err(|error| anyhow::anyhow!("{method}: {error}"))
    }

    pub fn open(&mut self, file: &Path) -> Result<()> {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        self.open_text(file, &text)
    }

    pub fn open_text(&mut self, file: &Path, text: &str) -> Result<()> {
        let language = match file.extension().and_then(|it| it.to_str()) {
            Some("sql") => "jinja-sql",
            Some("yml" | "yaml") => "yaml",
            Some("py") => "python",
            Some("md") => "markdown",
            _ => "plaintext",
        };
        self.documents.insert(file.to_owned(), Document { text: text.to_owned(), version: 1 });
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": uri(file), "languageId": language, "version": 1, "text": text,
            }}),
        )
    }

    /// Replaces a range of bytes in an open text, as typing does; gives the new version.
    pub fn edit(&mut self, file: &Path, bytes: Range<usize>, new: &str) -> Result<i64> {
        let encoding = self.encoding;
        let document = self.documents.get_mut(file).context("the file is not open")?;
        let range = text::range(&document.text, &bytes, encoding);
        document.text.replace_range(bytes, new);
        document.version += 1;
        let version = document.version;
        self.changed(file, version, json!([{ "range": range, "text": new }]))?;
        Ok(version)
    }

    /// Replaces the whole of an open text.
    pub fn replace(&mut self, file: &Path, new: &str) -> Result<i64> {
        let document = self.documents.get_mut(file).context("the file is not open")?;
        new.clone_into(&mut document.text);
        document.version += 1;
        let version = document.version;
        self.changed(file, version, json!([{ "text": new }]))?;
        Ok(version)
    }

    fn changed(&mut self, file: &Path, version: i64, changes: Value) -> Result<()> {
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri(file), "version": version },
                "contentChanges": changes,
            }),
        )
    }

    /// Writes the open text to disk and says so.
    pub fn save(&mut self, file: &Path) -> Result<()> {
        let text = self.text(file)?.to_owned();
        fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
        self.notify(
            "textDocument/didSave",
            json!({ "textDocument": { "uri": uri(file) }, "text": text }),
        )
    }

    pub fn close(&mut self, file: &Path) -> Result<()> {
        self.documents.remove(file);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(file) } }))
    }

    /// Tells of changes on disk: 1 created, 2 changed, 3 deleted.
    pub fn files_changed(&mut self, changes: &[(PathBuf, u8)]) -> Result<()> {
        let changes: Vec<Value> =
            changes.iter().map(|(file, kind)| json!({ "uri": uri(file), "type": kind })).collect();
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }))
    }

    /// The text of an open file as typed.
    pub fn text(&self, file: &Path) -> Result<&str> {
        self.documents.get(file).map(|it| it.text.as_str()).context("the file is not open")
    }

    pub fn version(&self, file: &Path) -> Result<i64> {
        self.documents.get(file).map(|it| it.version).context("the file is not open")
    }

    /// Parameters that name a place in an open text.
    pub fn place(&self, file: &Path, at: usize) -> Result<Value> {
        let position = position(self.text(file)?, at, self.encoding);
        Ok(json!({ "textDocument": { "uri": uri(file) }, "position": position }))
    }

    /// Where the words stand in an open text for the first time.
    pub fn find(&self, file: &Path, words: &str) -> Result<usize> {
        self.text(file)?.find(words).with_context(|| format!("the text has no `{words}`"))
    }

    pub fn definition(&mut self, file: &Path, at: usize) -> Result<Option<PathBuf>> {
        let params = self.place(file, at)?;
        Ok(target(&self.request("textDocument/definition", params)?))
    }

    /// The text of a hover, whatever form the server gives it.
    pub fn hover(&mut self, file: &Path, at: usize) -> Result<Option<String>> {
        let params = self.place(file, at)?;
        let answer = self.request("textDocument/hover", params)?;
        let contents = &answer["contents"];
        let part = |it: &Value| it["value"].as_str().or(it.as_str()).map(str::to_owned);
        Ok(match contents.as_array() {
            Some(parts) => Some(parts.iter().filter_map(part).collect::<Vec<_>>().join("\n")),
            None => part(contents),
        })
    }

    pub fn completion(&mut self, file: &Path, at: usize) -> Result<Vec<Value>> {
        let params = self.place(file, at)?;
        let answer = self.request("textDocument/completion", params)?;
        let items = answer.get("items").unwrap_or(&answer);
        Ok(items.as_array().cloned().unwrap_or_default())
    }

    // Waiting.

    /// Takes in messages until `ready` gives something. The messages that came before count.
    pub fn wait<T>(
        &mut self,
        patience: Duration,
        mut ready: impl FnMut(&mut Editor) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(found) = ready(self) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.transport.incoming.recv_timeout(left) {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {
                    bail!("nothing within {:.1} s", patience.as_secs_f64())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.closed = true;
                    bail!("the server closed the connection; its log ends:\n{}", self.log_end())
                }
            }
        }
    }

    fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Takes in what has arrived already.
    pub fn catch_up(&mut self) {
        while let Ok(message) = self.transport.incoming.try_recv() {
            self.take(message);
        }
    }

    pub fn wait_answer(&mut self, id: i64) -> Result<Answer> {
        self.wait(self.patience, |editor| editor.answers.remove(&id))
    }

    pub fn answer(&mut self, id: i64) -> Option<Answer> {
        self.catch_up();
        self.answers.remove(&id)
    }

    /// The diagnostics of an open file for its newest text.
    pub fn diagnostics(&mut self, file: &Path) -> Result<Vec<Value>> {
        let version = self.version(file)?;
        let published = self
            .wait(self.patience, |editor| {
                editor.published.get(file).filter(|it| it.version == Some(version)).cloned()
            })
            .with_context(|| {
                format!("no diagnostics of version {version} of {}", file.display())
            })?;
        Ok(published.diagnostics)
    }

    /// What was last published for a file, open or not.
    pub fn published(&self, file: &Path) -> Option<&Published> {
        self.published.get(file)
    }

    pub fn published_files(&self) -> impl Iterator<Item = (&PathBuf, &Published)> {
        self.published.iter()
    }

    /// Waits until a file, open or not, has diagnostics that satisfy the condition.
    pub fn wait_published(
        &mut self,
        file: &Path,
        mut condition: impl FnMut(&Published) -> bool,
    ) -> Result<Published> {
        self.wait(self.patience, |editor| {
            editor.published.get(file).filter(|it| condition(it)).cloned()
        })
        .with_context(|| format!("no such diagnostics for {}", file.display()))
    }

    /// Waits until the whole project is checked and says when that was: by the server's own status
    /// when it sends one, else by the end of its progress, else by its silence for a second.
    pub fn wait_loaded(&mut self, patience: Duration) -> Result<Instant> {
        const SILENCE: Duration = Duration::from_secs(1);
        let deadline = Instant::now() + patience;
        loop {
            self.catch_up();
            if let Some(at) = self.loaded() {
                return Ok(at);
            }
            let now = Instant::now();
            if self.status.is_none()
                && self.loading.is_empty()
                && now.duration_since(self.last_message) >= SILENCE
            {
                return Ok(self.loading_ended.unwrap_or(self.last_message));
            }
            if now >= deadline {
                bail!("the project was not loaded within {:.0} s", patience.as_secs_f64());
            }
            match self.transport.incoming.recv_timeout(Duration::from_millis(20)) {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    self.closed = true;
                    bail!("the server closed the connection; its log ends:\n{}", self.log_end())
                }
            }
        }
    }

    fn loaded(&self) -> Option<Instant> {
        match &self.status {
            Some((status, at)) => status.get("loading").is_some_and(Value::is_null).then_some(*at),
            None if self.loading.is_empty() => self.loading_ended,
            None => None,
        }
    }

    /// The last `tandem/status`.
    pub fn status(&self) -> Option<&Value> {
        self.status.as_ref().map(|it| &it.0)
    }

    /// Says goodbye and gives the exit status.
    pub fn shut_down(&mut self) -> Result<ExitStatus> {
        self.request("shutdown", Value::Null)?;
        self.notify("exit", Value::Null)?;
        self.wait_exit()
    }

    pub fn wait_exit(&mut self) -> Result<ExitStatus> {
        self.transport.wait_exit(self.patience)?.with_context(|| {
            format!("the server still runs after {:.1} s", self.patience.as_secs_f64())
        })
    }

    fn take(&mut self, message: Message) {
        let Message { at, mut value } = message;
        self.last_message = at;
        self.sequence += 1;
        let Some(method) = value["method"].as_str().map(str::to_owned) else {
            if let Some(id) = value["id"].as_i64() {
                let result = match value.get_mut("error") {
                    Some(error) => Err(error.take()),
                    None => Ok(value["result"].take()),
                };
                self.answers.insert(id, Answer { result, at });
            }
            return;
        };
        let params = value["params"].take();
        match method.as_str() {
            "textDocument/publishDiagnostics" => return self.take_diagnostics(params, at),
            "$/progress" => self.take_progress(&params, at),
            "tandem/status" => self.status = Some((params.clone(), at)),
            _ => {}
        }
        self.notifications.push(Notification { method, params, at });
    }

    fn take_diagnostics(&mut self, mut params: Value, at: Instant) {
        let Some(file) = params["uri"].as_str().and_then(path) else { return };
        let diagnostics = match params["diagnostics"].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        let version = params["version"].as_i64();
        let sequence = self.sequence;
        self.published.insert(file, Published { version, diagnostics, at, sequence });
    }

    fn take_progress(&mut self, params: &Value, at: Instant) {
        let token = params["token"].to_string();
        match params["value"]["kind"].as_str() {
            Some("begin") => {
                self.loading.insert(token);
            }
            Some("end") if self.loading.remove(&token) => self.loading_ended = Some(at),
            _ => {}
        }
    }
}

/// The first file an answer to a definition request leads to.
pub fn target(answer: &Value) -> Option<PathBuf> {
    let first = answer.as_array().map_or(Some(answer), |it| it.first())?;
    path(first["uri"].as_str().or(first["targetUri"].as_str())?)
}

fn capabilities(encodings: &[&str]) -> Value {
    json!({
        "general": { "positionEncodings": encodings },
        "window": { "workDoneProgress": true, "showMessage": {} },
        "workspace": {
            "configuration": true,
            "workspaceFolders": true,
            "didChangeConfiguration": { "dynamicRegistration": true },
            "didChangeWatchedFiles": {
                "dynamicRegistration": true,
                "relativePatternSupport": true,
            },
            "workspaceEdit": {
                "documentChanges": true,
                "changeAnnotationSupport": { "groupsOnLabel": true },
            },
        },
        "textDocument": {
            "synchronization": { "didSave": true },
            "publishDiagnostics": {
                "versionSupport": true,
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "dataSupport": true,
            },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "definition": { "linkSupport": true },
            "completion": {
                "completionItem": { "snippetSupport": true, "insertReplaceSupport": true },
                "contextSupport": true,
            },
            "codeAction": {
                "dataSupport": true,
                "resolveSupport": { "properties": ["edit"] },
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
                "dataSupport": true,
                "resolveSupport": { "properties": ["edit"] },
            },
        },
    })
}
