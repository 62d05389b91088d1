//! The command line: the same engine as the editor's, for terminals and pipelines.

pub mod flags;
mod lsp;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Hybrid dbt development made effortless.
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
}

#[must_use]
pub fn run() -> ExitCode {
    match Arguments::parse().command.unwrap_or(Command::Lsp { stdio: true }) {
        Command::Lsp { .. } => lsp::run(),
    }
}
