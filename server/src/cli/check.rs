use std::sync::Arc;

use anyhow::bail;
use base::Project;
use clap::{Args, ValueEnum};
use rules::{Diagnostic, Severity};
use rustc_hash::FxHashSet;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report::{self, Finding, Format};
use super::selection::selected_files;
use super::session::Session;
use super::timings;
use crate::machine::Captured;
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
    let mut session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let (mut findings, checked, failed) = findings(&mut session, arguments)?;
    findings.sort();
    report::write(arguments.format, &findings, checked)?;
    if arguments.timings {
        timings::report(&session, &timings::Done::of(&arguments.flags));
    }
    if failed > 0 {
        bail!("{failed} files could not be checked because of an internal error");
    }
    let fails = findings.iter().any(|it| arguments.fail_on.fails(it.severity));
    Ok(if fails { Outcome::Found } else { Outcome::Clean })
}

fn findings(
    session: &mut Session,
    arguments: &Arguments,
) -> anyhow::Result<(Vec<Finding>, usize, usize)> {
    let projects = session.projects();
    let lists = session
        .settle(|db| projects.iter().map(|it| ide::files_to_check(db, *it)).collect::<Vec<_>>())?;
    let mut seen = FxHashSet::default();
    let files = lists.into_iter().flatten().filter(|it| seen.insert(*it)).collect();
    let files = selected_files(session, &projects, &arguments.flags, files)?;
    session.read_each(&files);
    if arguments.timings {
        timings::look_at(session, &files);
    }
    let timings = Arc::clone(&session.timings);
    let (found, failed) = session.settle_each(
        &files,
        |db, file| {
            let check = || ide::diagnostics(db, file);
            let diagnostics = timings.of(Phase::Check, file.path(db), check);
            diagnostics.iter().map(|it| (it.clone(), ide::project_of(db, file))).collect::<Vec<_>>()
        },
        |db, file| format!("{} could not be checked", file.path(db)),
    );
    let found: Vec<(Diagnostic, Option<Project>)> = found.into_iter().flatten().collect();
    let context = session.report_context();
    let findings = session.settle(|db| {
        let findings = found.iter().map(|(it, project)| Finding::new(db, &context, it, *project));
        findings.collect::<Vec<_>>()
    })?;
    Ok((findings, files.len(), failed))
}
