use std::collections::BTreeMap;
use std::sync::Arc;

use base::{File, FilePath, Project};
use crossbeam_channel::{Receiver, Sender};
use serde_json::Value;
use tokio::sync::oneshot;

use super::previews::Watched;
use super::query::Job;
use crate::documents::Change;
use crate::files::{Load, Loaded, Refreshed};
use crate::findings::Findings;
use crate::git::Answer;
use crate::lsp::capabilities::Client;
use crate::lsp::compiled::Compiled;
use crate::lsp::environment::Environment;
use crate::lsp::ext::TimingsReport;

/// Everything that can happen.
pub enum Event {
    // From the editor, in the order in which it said so.
    Start(Box<Start>),
    Ready,
    Opened {
        path: FilePath,
        uri: String,
        version: i32,
        text: String,
    },
    Changed {
        path: FilePath,
        version: i32,
        changes: Vec<Change>,
    },
    Closed(FilePath),
    FoldersChanged {
        added: Vec<FilePath>,
        removed: Vec<FilePath>,
    },
    /// With the settings where the client sends them along.
    SettingsChanged(Value),
    Query(Box<dyn Job>),
    PullWorkspace(WorkspacePull),
    Timings(oneshot::Sender<TimingsReport>),
    /// What engines said of themselves when they were asked.
    EnginesAsked(Vec<(FilePath, crate::engine::Answer)>),
    /// All documents whose compiled text the client shows.
    WatchCompiled(Vec<Watched>),

    /// Whether the client shows the variables.
    WatchEnvironment(bool),

    // From the editor or a watcher of ours.
    FilesChanged(Vec<FilePath>),

    // Results.
    /// What changed before it was watched.
    Overlooked(Vec<FilePath>),
    /// Computed while something was still wanted from the disk; `loads` is counted as pending.
    Unsettled {
        job: Option<Box<dyn Job>>,
        loads: Vec<Load>,
    },
    Cancelled(Box<dyn Job>),
    Discovered {
        number: u64,
        roots: Vec<FilePath>,
        all: bool,
    },
    Loaded {
        number: u64,
        loaded: Vec<Loaded>,
    },
    Refreshed {
        number: u64,
        refreshed: Vec<Refreshed>,
    },
    Settings(Vec<(FilePath, Value)>),
    /// What `dbt.env.command` gave, or what went wrong with it.
    Commanded {
        root: FilePath,
        line: String,
        result: Result<BTreeMap<String, String>, String>,
    },
    /// The variables that the client shows.
    Environment {
        generation: u64,
        made: Box<Environment>,
    },
    /// What git says, by the root of a project.
    Git(Vec<(FilePath, Answer)>),
    Found {
        generation: u64,
        findings: Findings,
    },
    Listed {
        generation: u64,
        listed: Listed,
    },
    Swept {
        generation: u64,
        findings: Vec<Findings>,
        finished: bool,
    },
    SweepStopped {
        generation: u64,
    },
    /// The compiled texts that the client shows.
    Compiled {
        generation: u64,
        made: Vec<(Watched, Option<Box<Compiled>>)>,
    },
    ProgressReady(i32),
    Panicked,
}

/// What the client said when it introduced itself.
pub struct Start {
    pub client: Client,
    pub folders: Vec<FilePath>,
    pub trusted: bool,
}

/// What a sweep is about to look at.
pub struct Listed {
    /// Each once.
    pub files: Arc<[File]>,
    /// How many of them come first because they speak of what changed.
    pub urgent: usize,
    pub projects: Vec<(Project, ide::ProjectStatus)>,
    /// What the same files had when they were last looked at.
    pub remembered: Option<Vec<Findings>>,
}

/// `workspace/diagnostic`, answered when every file was looked at.
pub struct WorkspacePull {
    pub reply: oneshot::Sender<Vec<Findings>>,
}

pub struct Inbox {
    pub requests: Receiver<Event>,
    pub results: Receiver<Event>,
}

/// Where events are sent. Nobody ever waits for the receiver.
#[derive(Clone)]
pub struct Events {
    requests: Sender<Event>,
    results: Sender<Event>,
}

impl Events {
    pub fn request(&self, event: Event) {
        // At the end of the program nobody receives any more.
        let _ = self.requests.send(event);
    }

    pub fn result(&self, event: Event) {
        let _ = self.results.send(event);
    }
}

pub fn events() -> (Events, Inbox) {
    let (requests, request_inbox) = crossbeam_channel::unbounded();
    let (results, result_inbox) = crossbeam_channel::unbounded();
    (Events { requests, results }, Inbox { requests: request_inbox, results: result_inbox })
}
