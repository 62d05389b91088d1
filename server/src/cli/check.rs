use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use base::{File, FilePath};
use clap::{Args, ValueEnum};
use rules::{Scope, Severity};
use rustc_hash::FxHashSet;

use super::Outcome;
use super::baseline;
use super::flags::ProjectFlags;
use super::report::{self, Finding, Format};
use super::selection::selected_files;
use super::session::Session;
use super::timings;
use crate::git;
use crate::machine::Captured;
use crate::remembered::Store;
use crate::timings::Phase;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The least severity that makes the command fail.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Leaves out what is written down in this file.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Writes everything that is found down in this file, for --baseline; fails for nothing.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "changed_since"])]
    write_baseline: Option<PathBuf>,
    /// Only findings in files that differ from this commit of git.
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// Says on standard error what took how long, and the slowest files.
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Hint,
    Never,
}

impl FailOn {
    fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => severity >= Severity::Info,
            Self::Hint => severity >= Severity::Hint,
            Self::Never => false,
        }
    }
}

pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let store = Store::of(&machine.environment);
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    session.ask_git();
    let (mut findings, checked, failed) = findings(session, arguments, &store)?;
    findings.sort();
    if let Some(revision) = &arguments.changed_since {
        let changed = changed_files(session, revision)?;
        findings.retain(|it| changed.contains(it.path()));
    }
    if let Some(path) = &arguments.baseline {
        let (new, known) = baseline::new_ones(path, findings)?;
        findings = new;
        report::note(&format!("{known} findings are in the baseline"));
    }
    if let Some(path) = &arguments.write_baseline {
        baseline::write_down(path, &findings)?;
        report::note(&format!("{} findings written to {}", findings.len(), path.display()));
        return Ok(Outcome::Clean);
    }
    report::write(arguments.format, &findings, checked)?;
    if arguments.timings {
        timings::report(session, &timings::Done::of(&arguments.flags));
    }
    if failed > 0 {
        bail!("{failed} files could not be checked because of an internal error");
    }
    let fails = findings.iter().any(|it| arguments.fail_on.fails(it.severity));
    Ok(if fails { Outcome::Found } else { Outcome::Clean })
}

fn changed_files(session: &Session, revision: &str) -> anyhow::Result<FxHashSet<FilePath>> {
    let mut changed = FxHashSet::default();
    for project in session.projects() {
        let root = project.root(&session.db);
        let Some((top, paths)) = git::changed_since(root, revision) else {
            bail!("git knows no commit `{revision}` in {root}");
        };
        changed.extend(paths.iter().map(|it| top.join(it)));
    }
    Ok(changed)
}

fn findings(
    session: &mut Session,
    arguments: &Arguments,
    store: &Store,
) -> anyhow::Result<(Vec<Finding>, usize, usize)> {
    let projects = session.projects();
    let lists = session
        .settle(|db| projects.iter().map(|it| ide::files_to_check(db, *it)).collect::<Vec<_>>())?;
    let mut seen = FxHashSet::default();
    let files = lists.into_iter().flatten().filter(|it| seen.insert(*it)).collect();
    let whole = arguments.flags.selection.is_empty();
    let files: Vec<File> = selected_files(session, &projects, &arguments.flags, files)?;
    let checked = files.len();
    // With a clock beside it the work is done.
    let remembered = if whole && !arguments.timings { store.recall(&session.db) } else { None };
    let is_new = remembered.is_none();
    // What is not remembered is checked, and that is everything where nothing is.
    let (known, files): (Vec<_>, Vec<_>) = match remembered {
        Some(remembered) => remembered.into_iter().partition(|(_, findings)| findings.is_some()),
        None => (Vec::new(), files.into_iter().map(|it| (it, None)).collect()),
    };
    let files: Vec<File> = files.into_iter().map(|(file, _)| file).collect();
    if is_new {
        session.prime_each(&files);
    }
    if arguments.timings {
        timings::look_at(session, &files);
    }
    let timings = Arc::clone(&session.timings);
    let scope = if whole { Scope::Project } else { Scope::File };
    let (mut found, failed) = session.settle_each(
        &files,
        |db, file| {
            let check = || ide::diagnostics(db, file, scope);
            (file, timings.of(Phase::Check, file.path(db), check).to_vec())
        },
        |db, file| format!("{} could not be checked", file.path(db)),
    );
    found.retain(|(_, findings)| !findings.is_empty());
    if is_new && whole && failed == 0 {
        store.remember(&session.db, &found.iter().map(|(file, _)| *file).collect::<Vec<_>>());
    }
    found.extend(known.into_iter().filter_map(|(file, findings)| Some((file, findings?))));
    let context = session.report_context();
    let findings = session.settle(|db| {
        let all = found.iter().flat_map(|(file, findings)| {
            let project = ide::project_of(db, *file);
            findings.iter().map(move |it| (it, project))
        });
        all.map(|(it, project)| Finding::new(db, &context, it, project)).collect::<Vec<_>>()
    })?;
    Ok((findings, checked, failed))
}
