use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use base::{Content, FilePath};
use clap::{Args, ValueEnum};
use ide::SetupHelper;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report;
use super::report::diff;
use super::session::Session;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// What to set up.
    #[arg(value_enum)]
    what: What,
    /// The project; the one that the current folder lies in by default.
    dir: Option<String>,
    /// Shows the change and makes none; so does no flag at all.
    #[arg(long, conflicts_with = "write")]
    diff: bool,
    /// Makes the change.
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// A dev container that has the newest dbt at each start.
    Devcontainer,
    /// A target `dev` that brings dbt up to date and tests the connection.
    Makefile,
    /// The same as a recipe of just.
    Justfile,
    /// A section on local setup in CONTRIBUTING.md.
    Contributing,
}

impl From<What> for SetupHelper {
    fn from(what: What) -> Self {
        match what {
            What::Devcontainer => Self::DevContainer,
            What::Makefile => Self::Makefile,
            What::Justfile => Self::Justfile,
            What::Contributing => Self::Contributing,
        }
    }
}

/// With --diff, a change that is still to be made makes the command fail: for pipelines.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let project = session.main_project()?;
    let helper = arguments.what.into();
    let (path, before, after, notes) = session.settle(|db| {
        let setup = ide::setup(db, project, helper);
        let before = match setup.file.content(db) {
            Content::Text(text) => Some(text.to_string()),
            Content::Missing | Content::Unreadable(_) => None,
        };
        let after = (!setup.edits.is_empty()).then(|| setup.after(db));
        (setup.file.path(db).clone(), before, after, setup.notes)
    })?;
    for note in &notes {
        report::warn(note);
    }
    let shown = path.relative_to(&session.working_folder).unwrap_or(path.as_str()).to_owned();
    let mut out = anstream::stdout().lock();
    let Some(after) = after else {
        report::no_reader(writeln!(out, "{shown}: nothing to do"))?;
        return Ok(Outcome::Clean);
    };
    if arguments.write {
        write(&path, &after)?;
        report::no_reader(writeln!(out, "{shown}: written"))?;
        return Ok(Outcome::Clean);
    }
    let shown = diff::unified(shown.trim_start_matches('/'), &before.unwrap_or_default(), &after);
    report::no_reader(out.write_all(shown.as_bytes()))?;
    Ok(if arguments.diff { Outcome::Found } else { Outcome::Clean })
}

fn write(path: &FilePath, text: &str) -> anyhow::Result<()> {
    let path = Path::new(path.as_str());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
