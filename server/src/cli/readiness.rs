use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use base::RootDatabase;
use clap::{Args, ValueEnum};
use ide::{Readiness, ReadinessState};
use serde::Serialize;

use super::Outcome;
use super::flags::WhichProject;
use super::report::{self, Finding};
use super::session::Session;
use crate::machine::Captured;
use crate::readiness::{BlockerReport, ReadinessReport};
use crate::write;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The release of dbt v2 to judge for, in place of the one that is installed.
    #[arg(long, value_name = "VERSION")]
    engine_version: Option<String>,
    /// Adds a line to this file: when, which state, how many of what.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Writes a badge for shields.io into this file.
    #[arg(long, value_name = "FILE")]
    badge: Option<PathBuf>,
    #[command(flatten)]
    project: WhichProject,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    /// One object per line and project.
    Json,
    Markdown,
    /// SARIF 2.1.0, of everything that blocks.
    Sarif,
}

/// A project that v2 would not start with makes the command fail.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let started_at = machine.started_at;
    let session =
        Session::open(arguments.dir.as_deref(), &arguments.project.flags_for_v2(), machine)?;
    session.ask_git();
    let projects = session.projects();
    let lists = session
        .settle(|db| projects.iter().map(|it| ide::files_to_check(db, *it)).collect::<Vec<_>>())?;
    session.prime_each(&lists.concat());
    let engine = arguments.engine_version.as_deref();
    let found = session.settle(|db| {
        let all = projects.iter().map(|it| {
            let found = ide::readiness(db, *it, engine);
            let report = ReadinessReport::of(db, *it, &found);
            (*it, found, report)
        });
        all.collect::<Vec<_>>()
    })?;
    let reports: Vec<&ReadinessReport> = found.iter().map(|it| &it.2).collect();
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Text => reports.iter().try_for_each(|it| text(&mut out, it)),
        Format::Json => reports.iter().try_for_each(|it| {
            serde_json::to_writer(&mut out, it)?;
            writeln!(out)
        }),
        Format::Markdown => reports.iter().try_for_each(|it| markdown(&mut out, it)),
        Format::Sarif => {
            drop(out);
            let context = session.report_context();
            let findings = session.settle(|db: &RootDatabase| {
                let all = found.iter().flat_map(|(project, found, _)| {
                    found.blockers.iter().map(|it| (&it.finding, *project))
                });
                all.map(|(it, project)| Finding::new(db, &context, it, Some(project)))
                    .collect::<Vec<_>>()
            })?;
            report::write(report::Format::Sarif, &findings, findings.len())
        }
    };
    report::no_reader(written)?;
    let worst = found.iter().map(|it| &it.1).max_by_key(|it| it.state);
    if let Some(path) = &arguments.history {
        append(path, &reports, started_at)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if let (Some(path), Some(worst)) = (&arguments.badge, worst) {
        let badge = serde_json::to_string_pretty(&badge(worst))? + "\n";
        write::replace_shared(path, badge.as_bytes())
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let is_hard = worst.is_some_and(|it| it.state.is_hard());
    Ok(if is_hard { Outcome::Found } else { Outcome::Clean })
}

fn headline(report: &ReadinessReport) -> String {
    let state = report.state.replace('-', " ");
    format!("{}: {state} (dbt {}, {})", report.project, report.engine, report.engine_reason)
}

/// What there is to do, in one line.
fn counts(report: &ReadinessReport) -> Option<String> {
    let parts = [
        (report.automatic, "mended by `tandem fix`"),
        (report.choices, "to choose"),
        (report.manual, "by hand"),
    ];
    let parts: Vec<String> = { parts.iter() }
        .filter(|it| it.0 > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn text(out: &mut impl Write, report: &ReadinessReport) -> io::Result<()> {
    writeln!(out, "{}", headline(report))?;
    if let Some(counts) = counts(report) {
        writeln!(out, "  {counts}")?;
    }
    if let Some(exclude) = &report.exclude {
        writeln!(out, "  until then: {exclude}")?;
    }
    for it in &report.blockers {
        writeln!(
            out,
            "  {}:{} [{}] {} ({}, {})",
            it.path, it.line, it.code, it.message, it.owner, it.mending
        )?;
    }
    for it in &report.notes {
        match (&it.path, it.line) {
            (Some(path), Some(line)) => writeln!(out, "  note: {path}:{line} {}", it.text)?,
            _ => writeln!(out, "  note: {}", it.text)?,
        }
    }
    Ok(())
}

fn markdown(out: &mut impl Write, report: &ReadinessReport) -> io::Result<()> {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    writeln!(out, "## {}\n", cell(&headline(report)))?;
    if let Some(counts) = counts(report) {
        writeln!(out, "{counts}\n")?;
    }
    if let Some(exclude) = &report.exclude {
        writeln!(out, "Until then:\n\n```sh\n{exclude}\n```\n")?;
    }
    if !report.blockers.is_empty() {
        writeln!(out, "| place | rule | what | owner | fix |\n| --- | --- | --- | --- | --- |")?;
        for it in &report.blockers {
            let BlockerReport { path, line, code, message, owner, mending, .. } = it;
            let (path, message) = (cell(path), cell(message));
            writeln!(out, "| {path}:{line} | {code} | {message} | {owner} | {mending} |")?;
        }
        writeln!(out)?;
    }
    for it in &report.notes {
        let place = it.path.as_deref().map(|it| format!("{it}: ")).unwrap_or_default();
        writeln!(out, "- {place}{}", it.text)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Moment<'a> {
    /// Seconds since 1970.
    time: i64,
    project: &'a str,
    state: &'a str,
    automatic: usize,
    choices: usize,
    manual: usize,
}

fn append(path: &Path, reports: &[&ReadinessReport], started_at: i64) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path)?;
    for it in reports {
        let moment = Moment {
            time: started_at / 1_000_000,
            project: &it.project,
            state: it.state,
            automatic: it.automatic,
            choices: it.choices,
            manual: it.manual,
        };
        writeln!(file, "{}", serde_json::to_string(&moment)?)?;
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Badge {
    schema_version: u32,
    label: &'static str,
    message: &'static str,
    color: &'static str,
}

fn badge(found: &Readiness) -> Badge {
    let (message, color) = match found.state {
        ReadinessState::Unblocked => ("ready", "brightgreen"),
        ReadinessState::SoftBlocked => ("soft blocked", "yellow"),
        ReadinessState::Deprecations => ("deprecations", "orange"),
        ReadinessState::KnownParseIssues | ReadinessState::UnknownParseIssues => {
            ("parse issues", "red")
        }
    };
    Badge { schema_version: 1, label: "dbt v2", message, color }
}
