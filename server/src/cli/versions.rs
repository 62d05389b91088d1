use std::io::Write;
use std::sync::Arc;

use base::{Engine, FoundBy, Project, RootDatabase, Settings};
use clap::{Args, ValueEnum};
use salsa::Setter;
use serde::Serialize;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report;
use super::session::Session;
use crate::engine;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// How versions are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Runs `dbt --version` of each engine that was found; without it nothing is run.
    #[arg(long)]
    run: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    /// One object per project.
    Json,
}

#[derive(Debug, Serialize)]
struct Versions {
    project: String,
    /// The version that the project is judged for, and why.
    version: String,
    reason: String,
    engines: Vec<EngineReport>,
}

#[derive(Debug, Serialize)]
struct EngineReport {
    kind: &'static str,
    version: Option<String>,
    place: String,
    program: Option<String>,
    found: Vec<&'static str>,
    adapters: Vec<String>,
    /// Whether it is the one that the project is judged by.
    used: bool,
}

pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let projects = session.projects();
    if arguments.run {
        for project in &projects {
            ask(&mut session.db, *project);
        }
    }
    let versions =
        session.settle(|db| projects.iter().map(|it| versions(db, *it)).collect::<Vec<_>>())?;
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Text => versions.iter().try_for_each(|it| write_text(&mut out, it)),
        Format::Json => versions.iter().try_for_each(|it| {
            serde_json::to_writer(&mut out, it)?;
            writeln!(out)
        }),
    };
    report::no_reader(written)?;
    Ok(Outcome::Clean)
}

/// Lets each engine say what it is.
fn ask(db: &mut RootDatabase, project: Project) {
    let mut settings = Settings::clone(project.settings(db));
    for engine in &mut settings.engines {
        let Some(program) = &engine.program else { continue };
        report::warn(&format!("running `{}`", engine::command(program)));
        match engine::ask(program, engine::PATIENCE) {
            Ok(answer) => engine::learn(engine, answer),
            Err(error) => report::warn(&format!("{error:#}")),
        }
    }
    project.set_settings(db).to(Arc::new(settings));
}

fn versions(db: &RootDatabase, project: Project) -> Versions {
    let settings = project.settings(db);
    let judged = project::dbt_version(db, project);
    let used = settings.engine();
    let engines = settings.engines.iter().map(|it| EngineReport::new(it, used == Some(it)));
    Versions {
        project: ide::project_status(db, project).name,
        version: judged.text.clone(),
        reason: judged.reason.clone(),
        engines: engines.collect(),
    }
}

impl EngineReport {
    fn new(engine: &Engine, used: bool) -> Self {
        let adapters = engine.adapters.iter().map(|(name, version)| format!("{name} {version}"));
        Self {
            kind: engine.kind.name(),
            version: engine.version.clone(),
            place: engine.place.clone(),
            program: engine.program.as_ref().map(ToString::to_string),
            found: engine.found.iter().copied().map(FoundBy::describe).collect(),
            adapters: adapters.collect(),
            used,
        }
    }
}

fn write_text(out: &mut impl Write, versions: &Versions) -> std::io::Result<()> {
    writeln!(out, "{}: dbt {} ({})", versions.project, versions.version, versions.reason)?;
    if versions.engines.is_empty() {
        writeln!(out, "  no dbt is installed here, as far as files tell")?;
    }
    for it in &versions.engines {
        let version = it.version.as_deref().unwrap_or("of a version that only it can tell (--run)");
        let used = if it.used { "*" } else { " " };
        writeln!(out, "{used} {} {version}  {}  [{}]", it.kind, it.place, it.found.join(", "))?;
        if !it.adapters.is_empty() {
            writeln!(out, "      with {}", it.adapters.join(", "))?;
        }
    }
    Ok(())
}
