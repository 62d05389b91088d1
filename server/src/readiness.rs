//! Readiness as the command line and clients get it.

use base::{Project, RootDatabase, line_index};
use ide::{Blocker, Mending, Readiness, ReadinessState};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessReport {
    pub project: String,
    pub root: String,
    /// `unblocked`, `soft-blocked`, `hard-blocked-by-deprecations`,
    /// `hard-blocked-by-known-parse-issues`, `hard-blocked-by-unknown-parse-issues`.
    pub state: &'static str,
    pub engine: String,
    pub engine_reason: &'static str,
    pub automatic: usize,
    pub choices: usize,
    pub manual: usize,
    pub exclude: Option<String>,
    pub nodes: usize,
    /// The nodes that are not unblocked.
    pub blocked_nodes: Vec<NodeReport>,
    pub blockers: Vec<BlockerReport>,
    pub notes: Vec<NoteReport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeReport {
    pub unique_id: String,
    pub state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockerReport {
    pub state: &'static str,
    /// `you` or `engine`.
    pub owner: &'static str,
    /// `automatic`, `choice` or `manual`.
    pub mending: &'static str,
    pub code: &'static str,
    pub event: Option<&'static str>,
    pub message: String,
    pub path: String,
    /// Counted from one.
    pub line: u32,
    pub nodes: Vec<String>,
    pub lifted_in: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteReport {
    pub path: Option<String>,
    pub line: Option<u32>,
    pub text: String,
}

impl ReadinessReport {
    pub fn of(db: &RootDatabase, project: Project, found: &Readiness) -> Self {
        let secrets = project::secrets(db, project);
        let masked = |text: &str| project::mask(text, &secrets);
        let root = project.root(db);
        let path = |file: base::File| {
            let path = file.path(db);
            masked(path.relative_to(root).unwrap_or(path.as_str()))
        };
        let line = |file: base::File, range: base::TextRange| {
            line_index(db, file).line_of(range.start()) + 1
        };
        let count = |mending| {
            { ReadinessState::ALL.iter() }
                .filter(|it| it.is_hard())
                .map(|it| found.count(*it, mending))
                .sum()
        };
        let blocker = |it: &Blocker| BlockerReport {
            state: it.state.name(),
            owner: it.owner.name(),
            mending: it.mending.name(),
            code: it.finding.code,
            event: it.finding.event,
            message: masked(&it.finding.message),
            path: path(it.finding.file),
            line: line(it.finding.file, it.finding.range),
            nodes: it.nodes.iter().map(|it| masked(it)).collect(),
            lifted_in: it.lifted_in,
        };
        Self {
            project: masked(&ide::project_status(db, project).name),
            root: root.to_string(),
            state: found.state.name(),
            engine: found.engine.clone(),
            engine_reason: found.engine_reason,
            automatic: count(Mending::Automatic),
            choices: count(Mending::Choice),
            manual: count(Mending::Manual),
            exclude: found.exclude.clone(),
            nodes: found.n_nodes,
            blocked_nodes: { found.nodes.iter() }
                .map(|(id, state)| NodeReport { unique_id: masked(id), state: state.name() })
                .collect(),
            blockers: found.blockers.iter().map(blocker).collect(),
            notes: { found.notes.iter() }
                .map(|it| NoteReport {
                    path: it.file.map(path),
                    line: it.file.map(|file| line(file, it.range)),
                    text: masked(&it.text),
                })
                .collect(),
        }
    }
}
