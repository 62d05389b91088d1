//! The command line: the same engine as the editor's, for terminals and pipelines.

mod baseline;
mod check;
mod compile;
mod doctor;
mod env;
mod fix;
pub mod flags;
mod list;
mod lsp;
mod parse;
mod profile;
mod progress;
mod python_json;
mod readiness;
mod report;
mod sample;
mod selection;
mod session;
mod setup;
#[cfg(test)]
pub(crate) use session::Session;
mod timings;
mod versions;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::log;
use crate::machine::Captured;

/// Hybrid dbt development made effortless.
///
/// Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 could not run.
#[derive(Debug, Parser)]
#[command(name = "tandem", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves an editor over standard input and output; so does no command at all.
    Lsp {
        /// For clients that insist on saying so; there is no other way.
        #[arg(long)]
        stdio: bool,
    },
    /// Says what is wrong with a project.
    Check(check::Arguments),
    /// Mends what can be mended without changing what the project means.
    Fix(fix::Arguments),
    /// Writes the SQL that dbt would run.
    Compile(compile::Arguments),
    /// Lists what is selected, as dbt does.
    #[command(visible_alias = "ls")]
    List(list::Arguments),
    /// Reads a project and writes its manifest.
    Parse(parse::Arguments),
    /// Says how a project stands on this machine: credentials, variables, platform link, versions,
    /// deferral, and what to do about each.
    Doctor(doctor::Arguments),
    /// Says how far a project is from dbt v2, what keeps it there, and whose turn it is.
    Readiness(readiness::Arguments),
    /// Says which profile and target a project uses, and where each comes from.
    Profile(Box<profile::Arguments>),
    /// Says which environment variables a project reads, and where each value comes from.
    Env(Box<env::Arguments>),
    /// Says which dbts are installed here, which ones are asked for, and what does not go together.
    Versions(versions::Arguments),
    /// Makes a dev container, a make target or a section of CONTRIBUTING.md from a project's facts.
    Setup(setup::Arguments),
}

#[must_use]
pub fn run() -> ExitCode {
    // Bad arguments end the program here, with 2.
    let command = Arguments::parse().command.unwrap_or(Command::Lsp { stdio: true });
    let machine = Captured::now();
    log::start(machine.environment.get("TANDEM_LOG").map(String::as_str));
    log::hook_panics();
    let done = match command {
        Command::Lsp { .. } => return lsp::run(machine),
        Command::Check(arguments) => check::run(&arguments, machine),
        Command::Fix(arguments) => fix::run(&arguments, machine),
        Command::Compile(arguments) => compile::run(&arguments, machine),
        Command::List(arguments) => list::run(&arguments, machine),
        Command::Parse(arguments) => parse::run(&arguments, machine),
        Command::Readiness(arguments) => readiness::run(&arguments, machine),
        Command::Env(arguments) => env::run(&arguments, machine),
        Command::Profile(arguments) => profile::run(&arguments, machine),
        Command::Doctor(arguments) => doctor::run(&arguments, machine),
        Command::Versions(arguments) => versions::run(&arguments, machine),
        Command::Setup(arguments) => setup::run(&arguments, machine),
    };
    match done {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(error) => {
            report::complain(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Clean,
    Found,
}
