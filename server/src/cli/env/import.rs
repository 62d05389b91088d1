use std::io::Read;

use anyhow::{Context, anyhow};

use crate::cli::Outcome;
use crate::cli::flags::ProjectFlags;
use crate::cli::report;
use crate::cli::session::Session;
use crate::machine::Captured;
use crate::platform::{Linked, variables};
use crate::platform_list;

/// No list of variables comes near this.
const LIMIT: u64 = 8 << 20;

/// Where a list comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    File(&'a str),
    Platform,
}

/// Keeps a list for the one project that is meant.
pub fn run(
    dir: Option<&str>,
    flags: &ProjectFlags,
    source: Source<'_>,
    machine: Captured,
) -> anyhow::Result<Outcome> {
    let environment = machine.environment.clone();
    let session = Session::open(dir, flags, machine)?;
    let project = session.main_project()?;
    let (name, text) = match source {
        Source::File(file) => (file, read(file)?),
        Source::Platform => {
            let link = session.settle(|db| project::cloud_link(db, project))?;
            let found = variables(&Linked::new(&link, &environment)?)?;
            ("the platform's answer", found.to_string())
        }
    };
    let secret = session.settle(|db| {
        let names = project::environment_names(db, project);
        names.into_iter().filter(|it| project::is_secret_variable(db, project, it)).collect()
    })?;
    let root = project.root(&session.db);
    let kept = platform_list::keep(&environment, root, &text, &secret)
        .map_err(|problem| anyhow!("{name}: {problem}"))?;
    report::note(&format!("{} variables kept in {}", kept.variables, kept.path));
    Ok(Outcome::Clean)
}

fn read(file: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if file == "-" {
        std::io::stdin().lock().take(LIMIT).read_to_string(&mut text)
    } else {
        let opened = std::fs::File::open(file).with_context(|| format!("{file} cannot be read"))?;
        opened.take(LIMIT).read_to_string(&mut text)
    };
    read.with_context(|| format!("{file} cannot be read"))?;
    Ok(text)
}
