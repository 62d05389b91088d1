//! A diagnosis as the command line and clients get it.

use ide::{Check, Diagnosis};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisReport {
    pub project: String,
    pub root: String,
    /// `platform-cli`, `local-engine`, `editor-only`.
    pub way: String,
    pub checks: Vec<CheckReport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    pub subject: String,
    /// `fine`, `note`, `warning`, `problem`.
    pub state: String,
    pub fact: String,
    pub evidence: Vec<String>,
    pub next: Option<String>,
}

impl DiagnosisReport {
    pub fn of(root: &str, found: Diagnosis) -> Self {
        Self {
            project: found.project,
            root: root.to_owned(),
            way: found.way.name().to_owned(),
            checks: found.checks.into_iter().map(CheckReport::of).collect(),
        }
    }
}

impl CheckReport {
    fn of(check: Check) -> Self {
        Self {
            subject: check.subject.name().to_owned(),
            state: check.state.name().to_owned(),
            fact: check.fact,
            evidence: check.evidence,
            next: check.next,
        }
    }
}
