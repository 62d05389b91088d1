//! `--timings`: what took how long, on standard error.

use std::io::Write;
use std::sync::Arc;

use base::{File, FilePath, Project};

use super::flags::ProjectFlags;
use super::session::Session;
use crate::timings::{Phase, Timings};

/// What the command did besides looking at files.
#[derive(Debug)]
pub struct Done {
    /// Bytes of the manifest that was made.
    pub manifest: Option<usize>,
    /// Whether what is looked at was chosen, or cannot be.
    pub selected: bool,
    /// Whether a state was read.
    pub state: bool,
}

impl Done {
    pub fn of(flags: &ProjectFlags) -> Self {
        let selected = !flags.selection.is_empty();
        Self { manifest: None, selected, state: flags.reads_state() }
    }
}

/// Parses and renders the files, with a clock beside each.
pub fn look_at(session: &mut Session, files: &[File]) {
    let timings = Arc::clone(&session.timings);
    session.settle_each(
        files,
        |db, file| timings.look_at(db, file),
        |db, file| format!("{} could not be read", file.path(db)),
    );
}

/// All files of the projects.
pub fn files(session: &mut Session, projects: &[Project]) -> anyhow::Result<Vec<File>> {
    session.settle(|db| projects.iter().flat_map(|it| ide::files_to_check(db, *it)).collect())
}

pub fn report(session: &Session, done: &Done) {
    let shown = |path: &FilePath| {
        let inside = path.relative_to(&session.working_folder);
        inside.map_or_else(|| path.to_string(), str::to_owned)
    };
    let mut text = session.timings.report(shown);
    if let Some(bytes) = done.manifest {
        text += &format!("  manifest{:>8.1} MB\n", bytes as f64 / 1e6);
    }
    if let Some(hint) = hint(&session.timings, done) {
        text += &format!("  {hint}\n");
    }
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// The flag that would help most.
fn hint(timings: &Timings, done: &Done) -> Option<&'static str> {
    let spent = timings.spent();
    let (slowest, _) = spent.iter().max_by_key(|(_, it)| it.total)?;
    match slowest {
        Phase::Read if done.state => Some("--no-defer reads no state"),
        Phase::Render | Phase::Check | Phase::Compile if !done.selected => {
            Some("--select NAMES looks at fewer nodes")
        }
        _ => None,
    }
}
