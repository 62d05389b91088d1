use std::io::Write;
use std::sync::Arc;

use base::{Project, RootDatabase, Settings};
use clap::{Args, ValueEnum};
use salsa::Setter;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report;
use super::session::Session;
use crate::engine;
use crate::machine::Captured;
use crate::versions::Versions;

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

/// A skew that is certain makes the command fail.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let projects = session.projects();
    if arguments.run {
        for project in &projects {
            ask(&mut session.db, *project);
        }
    }
    let versions =
        session.settle(|db| projects.iter().map(|it| Versions::of(db, *it)).collect::<Vec<_>>())?;
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Text => versions.iter().try_for_each(|it| it.write_text(&mut out)),
        Format::Json => versions.iter().try_for_each(|it| {
            serde_json::to_writer(&mut out, it)?;
            writeln!(out)
        }),
    };
    report::no_reader(written)?;
    let is_skewed = versions.iter().any(Versions::is_skewed);
    Ok(if is_skewed { Outcome::Found } else { Outcome::Clean })
}

/// Lets each engine say what it is.
fn ask(db: &mut RootDatabase, project: Project) {
    let mut settings = Settings::clone(project.settings(db));
    for engine in &mut settings.engines {
        let Some(program) = engine.program.clone() else { continue };
        report::warn(&format!("running `{}`", engine::command(&program)));
        match engine::ask(&program, engine::PATIENCE) {
            Ok(answer) => {
                let said = format!("{program} is {} {}", answer.kind.name(), answer.version);
                report::warn(&said);
                engine::learn(engine, answer);
            }
            Err(error) => report::warn(&format!("{error:#}")),
        }
    }
    project.set_settings(db).to(Arc::new(settings));
}
