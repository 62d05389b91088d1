//! Measures language servers for dbt on generated projects: see the README beside this package.

mod compare_parse;
mod generate;
mod run;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Generate dbt projects of any size and measure language servers on them.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a project of MODELS models into FOLDER, the same bytes every time.
    Generate { models: usize, folder: PathBuf },
    /// Measure servers on a generated project and print a table.
    Run(run::RunArguments),
    /// Measure how long `parse` takes: Tandem's, dbt Core's, the v2 engine's.
    CompareParse(compare_parse::CompareArguments),
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Generate { models, folder } => {
            generate::generate(models, &folder)?;
            Ok(())
        }
        Command::Run(arguments) => run::run(&arguments),
        Command::CompareParse(arguments) => compare_parse::compare(&arguments),
    }
}
