use base::FilePath;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use super::compiled::{Changed, CompiledChanged};
use super::environment::{Environment, EnvironmentChanged};
use super::ext::{Status, StatusNotification};
use crate::config;
use crate::log::Level;
use crate::main_loop::{Event, Events};

/// What goes to the client, in this order.
#[derive(Debug)]
pub enum Outgoing {
    Publish { uri: lsp::Uri, version: Option<i32>, items: Vec<lsp::Diagnostic> },
    Status(Status),
    Compiled(Box<Changed>),
    Environment(Box<Environment>),
    Log(Level, String),
    CreateProgress(i32),
    Progress(i32, Progress),
    PullSettings(Vec<FilePath>),
    WatchFiles,
    WatchSettings,
    RefreshDiagnostics,
    RefreshInlayHints,
}

#[derive(Debug)]
pub enum Progress {
    Begin,
    Report { message: String, percentage: Option<u32> },
    End,
}

pub type Outbox = UnboundedSender<Outgoing>;

/// Sends one after the other. What waits for an answer waits on the side: a client that never
/// answers holds nothing up.
pub async fn deliver(client: Client, mut outgoing: UnboundedReceiver<Outgoing>, events: Events) {
    while let Some(it) = outgoing.recv().await {
        match it {
            Outgoing::Publish { uri, version, items } => {
                client.publish_diagnostics(uri, items, version).await;
            }
            Outgoing::Status(status) => {
                client.send_notification::<StatusNotification>(status).await;
            }
            Outgoing::Compiled(changed) => {
                client.send_notification::<CompiledChanged>(*changed).await;
            }
            Outgoing::Environment(environment) => {
                client.send_notification::<EnvironmentChanged>(*environment).await;
            }
            Outgoing::Log(level, line) => {
                let kind = match level {
                    Level::Error => lsp::MessageType::ERROR,
                    Level::Warn => lsp::MessageType::WARNING,
                    Level::Info | Level::Debug => lsp::MessageType::INFO,
                };
                client.log_message(kind, line).await;
            }
            Outgoing::Progress(token, progress) => {
                client
                    .send_notification::<lsp::notification::Progress>(work_done(token, progress))
                    .await;
            }
            waits => {
                let (client, events) = (client.clone(), events.clone());
                tokio::spawn(async move { ask(&client, waits, &events).await });
            }
        }
    }
}

async fn ask(client: &Client, request: Outgoing, events: &Events) {
    match request {
        Outgoing::CreateProgress(token) => {
            let created = client.create_work_done_progress(lsp::ProgressToken::Number(token)).await;
            if created.is_ok() {
                events.result(Event::ProgressReady(token));
            }
        }
        Outgoing::PullSettings(roots) => {
            let items = roots.iter().map(|root| lsp::ConfigurationItem {
                scope_uri: lsp::Uri::from_file_path(root.as_str()),
                section: Some(config::SECTION.to_owned()),
            });
            let answer = client.configuration(items.collect()).await;
            let values: Vec<Value> = answer.unwrap_or_default();
            events.result(Event::Settings(roots.into_iter().zip(values).collect()));
        }
        Outgoing::WatchFiles => {
            let options = lsp::DidChangeWatchedFilesRegistrationOptions { watchers: watchers() };
            register(client, "workspace/didChangeWatchedFiles", serde_json::to_value(options).ok())
                .await;
        }
        Outgoing::WatchSettings => {
            let options = serde_json::json!({ "section": config::SECTION });
            register(client, "workspace/didChangeConfiguration", Some(options)).await;
        }
        Outgoing::RefreshDiagnostics => {
            let _ = client.workspace_diagnostic_refresh().await;
        }
        Outgoing::RefreshInlayHints => {
            let _ = client.inlay_hint_refresh().await;
        }
        _ => {}
    }
}

async fn register(client: &Client, method: &str, options: Option<Value>) {
    let registration = lsp::Registration {
        id: format!("tandem {method}"),
        method: method.to_owned(),
        register_options: options,
    };
    if let Err(error) = client.register_capability(vec![registration]).await {
        crate::log::warn(format!("the client does not take {method}: {error}"));
    }
}

/// Changes of what a project consists of; of everything else that it came or went, since a folder
/// comes and goes as one thing.
fn watchers() -> Vec<lsp::FileSystemWatcher> {
    let change = lsp::WatchKind::Change;
    let patterns = [
        ("**/*.{sql,py,csv,yml,yaml,md}", change),
        ("**/{.env*,.dbtignore,.gitignore,devcontainer.json,.devcontainer.json}", change),
        ("**/.git/{index,info/exclude}", change),
        ("**/{manifest,catalog}.json", change),
        ("**/*", lsp::WatchKind::Create | lsp::WatchKind::Delete),
    ];
    let watcher = |(pattern, kind): (&str, _)| lsp::FileSystemWatcher {
        glob_pattern: lsp::GlobPattern::String(pattern.to_owned()),
        kind: Some(kind),
    };
    patterns.into_iter().map(watcher).collect()
}

fn work_done(token: i32, progress: Progress) -> lsp::ProgressParams {
    let value = match progress {
        Progress::Begin => lsp::WorkDoneProgress::Begin(lsp::WorkDoneProgressBegin {
            title: "Tandem".to_owned(),
            cancellable: Some(false),
            message: None,
            percentage: None,
        }),
        Progress::Report { message, percentage } => {
            lsp::WorkDoneProgress::Report(lsp::WorkDoneProgressReport {
                cancellable: None,
                message: Some(message),
                percentage,
            })
        }
        Progress::End => lsp::WorkDoneProgress::End(lsp::WorkDoneProgressEnd::default()),
    };
    lsp::ProgressParams {
        token: lsp::ProgressToken::Number(token),
        value: lsp::ProgressParamsValue::WorkDone(value),
    }
}
