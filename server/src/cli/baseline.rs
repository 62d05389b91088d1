//! Findings that were there before: a team that starts with many wants to hear of new ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::report::{Finding, fingerprints};
use crate::write;

#[derive(Debug, Serialize, Deserialize)]
struct Baseline {
    version: u32,
    /// What is known, by fingerprint; rule and file are there for whoever reads a change of it.
    findings: BTreeMap<String, Known>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Known {
    code: String,
    file: String,
}

const VERSION: u32 = 1;

/// The findings that are not in the baseline, and how many are.
pub fn new_ones(path: &Path, findings: Vec<Finding>) -> anyhow::Result<(Vec<Finding>, usize)> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("the baseline {} cannot be read", path.display()))?;
    let baseline: Baseline = serde_json::from_str(&text)
        .with_context(|| format!("{} is no baseline", path.display()))?;
    if baseline.version != VERSION {
        bail!("{} is a baseline of another version of tandem", path.display());
    }
    let before = findings.len();
    let prints = fingerprints(&findings);
    let new: Vec<Finding> = { findings.into_iter().zip(prints) }
        .filter(|(_, print)| !baseline.findings.contains_key(print))
        .map(|it| it.0)
        .collect();
    let known = before - new.len();
    Ok((new, known))
}

pub fn write_down(path: &Path, findings: &[Finding]) -> anyhow::Result<()> {
    let known = findings
        .iter()
        .zip(fingerprints(findings))
        .map(|(it, print)| (print, Known { code: it.code.to_owned(), file: it.file.clone() }));
    let baseline = Baseline { version: VERSION, findings: known.collect() };
    let text = serde_json::to_string_pretty(&baseline)? + "\n";
    write::replace_shared(path, text.as_bytes())
        .with_context(|| format!("{} cannot be written", path.display()))
}
