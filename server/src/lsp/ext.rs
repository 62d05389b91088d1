//! Our own messages; `docs/lsp-extensions.md` is their page.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::WorkspaceEdit;
use tower_lsp::ls_types::notification::Notification;

use crate::timings::{Phase, Spent};
use crate::versions::Versions;

/// `tandem/status`: how the server is and what it knows of each project.
#[derive(Debug)]
pub enum StatusNotification {}

impl Notification for StatusNotification {
    type Params = Status;
    const METHOD: &'static str = "tandem/status";
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub health: Health,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What is being waited for; nothing when all that is shown is complete.
    pub loading: Option<String>,
    pub projects: Vec<ProjectStatus>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    #[default]
    Ok,
    Warning,
    Error,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectStatus {
    pub name: String,
    pub root: String,
    pub profile: Option<String>,
    pub target: Option<String>,
    pub adapter: Option<String>,
    pub version: String,
    pub version_reason: String,
    pub defer: DeferStatus,
    pub models: usize,
    pub errors: usize,
    pub warnings: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferStatus {
    pub on: bool,
    pub state: Option<String>,
    pub generated_at: Option<String>,
    pub reason: Option<String>,
}

impl ProjectStatus {
    pub fn new(status: ide::ProjectStatus, errors: usize, warnings: usize) -> Self {
        Self {
            name: status.name,
            root: status.root,
            profile: status.profile,
            target: status.target,
            adapter: status.adapter,
            version: status.version,
            version_reason: status.version_reason,
            defer: DeferStatus {
                on: status.defer.on,
                state: status.defer.state,
                generated_at: status.defer.generated_at,
                reason: Some(status.defer.reason).filter(|it| !it.is_empty()),
            },
            models: status.models,
            errors,
            warnings,
        }
    }
}

/// The parameters of `tandem/targets`.
#[derive(Debug, Clone, Deserialize)]
pub struct TargetsParams {
    /// As `tandem/status` has it.
    pub root: String,
}

/// The answer to `tandem/targets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    pub profile: Option<String>,
    pub targets: Vec<Target>,
    pub default: Option<String>,
    pub current: Option<String>,
    pub reason: String,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub name: String,
    pub adapter: Option<String>,
}

impl Targets {
    pub fn new(targets: ide::Targets) -> Self {
        let target = |it: ide::Target| Target { name: it.name, adapter: it.adapter };
        Self {
            profile: targets.profile,
            targets: targets.targets.into_iter().map(target).collect(),
            default: targets.default,
            current: targets.current,
            reason: targets.reason,
            chosen: targets.is_chosen,
        }
    }
}

/// The parameters of `tandem/versions`.
#[derive(Debug, Clone, Deserialize)]
pub struct VersionsParams {
    /// As `tandem/status` has it.
    pub root: String,
    /// Whether each engine is asked for its version.
    #[serde(default)]
    pub run: bool,
}

/// The answer to `tandem/versions`.
#[derive(Debug, Serialize)]
pub struct VersionsResult {
    #[serde(flatten)]
    pub versions: Versions,
    /// The same for people.
    pub text: String,
    /// Engines that could not be asked.
    pub problems: Vec<String>,
}

impl VersionsResult {
    pub fn new(versions: Versions, problems: Vec<String>) -> Self {
        let mut text = Vec::new();
        // Memory takes all that is written.
        let _ = versions.write_text(&mut text);
        Self { text: String::from_utf8_lossy(&text).into_owned(), versions, problems }
    }
}

/// The parameters of `tandem/setup`.
#[derive(Debug, Clone, Deserialize)]
pub struct SetupParams {
    /// As `tandem/status` has it.
    pub root: String,
    /// `devcontainer`, `makefile`, `justfile`, `contributing`
    pub what: String,
}

/// The answer to `tandem/setup`.
#[derive(Debug, Clone, Serialize)]
pub struct SetupResult {
    pub path: String,
    /// Every change needs a confirmation; nothing where all is there already.
    pub edit: Option<WorkspaceEdit>,
    pub notes: Vec<String>,
}

/// The answer to `tandem/timings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TimingsReport {
    /// All reads from the disk so far.
    pub reading: Vec<PhaseReport>,
    /// The first pass over all files, and the last.
    pub opening: Vec<PhaseReport>,
    pub last: Vec<PhaseReport>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseReport {
    pub phase: String,
    pub files: usize,
    /// Of all cores together.
    pub milliseconds: f64,
    /// Slowest first.
    pub slowest: Vec<FileTime>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileTime {
    pub path: String,
    pub milliseconds: f64,
}

impl PhaseReport {
    pub fn new((phase, spent): &(Phase, Spent)) -> Self {
        let milliseconds = |it: Duration| it.as_secs_f64() * 1000.0;
        let slowest = spent.slowest.iter();
        Self {
            phase: phase.name().to_owned(),
            files: spent.files,
            milliseconds: milliseconds(spent.total),
            slowest: slowest
                .map(|(path, took)| FileTime {
                    path: path.to_string(),
                    milliseconds: milliseconds(*took),
                })
                .collect(),
        }
    }
}

/// `initializationOptions`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub struct InitializationOptions {
    /// Whether the user trusts the opened folders.
    pub trusted: bool,
}

impl Default for InitializationOptions {
    fn default() -> Self {
        Self { trusted: true }
    }
}
