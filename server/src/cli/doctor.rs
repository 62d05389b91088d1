use std::io::Write;

use base::{FilePath, RootDatabase};
use clap::{Args, ValueEnum};
use ide::CheckState;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report;
use super::session::Session;
use crate::doctor::DiagnosisReport;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    /// One object per line and project.
    Json,
    /// Markdown to send to somebody who helps: without secrets, and without the names of folders
    /// above the project.
    Report,
}

/// A problem, at which dbt would stop, makes the command fail.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let projects = session.projects();
    let diagnose = |db: &RootDatabase| {
        let found = projects.iter().map(|it| {
            (it.root(db).clone(), DiagnosisReport::of(it.root(db).as_str(), ide::diagnose(db, *it)))
        });
        found.collect::<Vec<_>>()
    };
    let found = session.settle(diagnose)?;
    let home = session.home.clone();
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Text => found.iter().try_for_each(|(_, it)| write_text(&mut out, it)),
        Format::Json => found.iter().try_for_each(|(_, it)| {
            serde_json::to_writer(&mut out, it)?;
            writeln!(out)
        }),
        Format::Report => write_report(&mut out, &found, home.as_ref()),
    };
    report::no_reader(written)?;
    let mut states = found.iter().flat_map(|(_, it)| &it.checks).map(|it| it.state.as_str());
    let broken = states.any(|it| it == CheckState::Problem.name());
    Ok(if broken { Outcome::Found } else { Outcome::Clean })
}

fn write_text(out: &mut impl Write, found: &DiagnosisReport) -> std::io::Result<()> {
    writeln!(out, "{}", found.project)?;
    for it in &found.checks {
        writeln!(out, "  {:8} {:17} {}", it.state, it.subject, it.fact)?;
        for seen in &it.evidence {
            writeln!(out, "{:29}{seen}", "")?;
        }
        if let Some(next) = &it.next {
            writeln!(out, "{:27}→ {next}", "")?;
        }
    }
    Ok(())
}

fn write_report(
    out: &mut impl Write,
    found: &[(FilePath, DiagnosisReport)],
    home: Option<&FilePath>,
) -> std::io::Result<()> {
    let (os, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    writeln!(out, "Tandem {} on {os} {architecture}\n", env!("CARGO_PKG_VERSION"))?;
    for (root, it) in found {
        let plain = |text: &str| {
            let text = text.replace(root.as_str(), ".");
            let text = match root.parent() {
                Some(parent) if parent.as_str().len() > 1 => text.replace(parent.as_str(), ".."),
                _ => text,
            };
            let text = match home {
                Some(home) if home.as_str().len() > 1 => text.replace(home.as_str(), "~"),
                _ => text,
            };
            text.replace('|', "\\|").replace('\n', " ")
        };
        writeln!(out, "## {}\n\nHere dbt runs by way of: {}\n", plain(&it.project), it.way)?;
        writeln!(out, "| what | state | fact | seen in | next |\n| --- | --- | --- | --- | --- |")?;
        for it in &it.checks {
            let seen = it.evidence.iter().map(|it| plain(it)).collect::<Vec<_>>().join("<br>");
            let next = it.next.as_deref().map(plain).unwrap_or_default();
            let (subject, state) = (&it.subject, &it.state);
            writeln!(out, "| {subject} | {state} | {} | {seen} | {next} |", plain(&it.fact))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
