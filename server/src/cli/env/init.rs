use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;

use crate::cli::Outcome;
use crate::cli::flags::ProjectFlags;
use crate::cli::report;
use crate::cli::session::Session;
use crate::example::Example;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project; the one that the current folder lies in by default.
    dir: Option<String>,
    /// A value that is not the example's.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    #[command(flatten)]
    flags: ProjectFlags,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let project = session.main_project()?;
    let root = project.root(&session.db).clone();
    let target = root.join(".env");
    if fs::symlink_metadata(target.as_str()).is_ok() {
        bail!("{target} is there already; nothing is written");
    }
    let example = session.settle(|db| Example::of(db, project))?;
    let Some(example) = example else { bail!("there is no .env.example in {root}") };
    let mut values: BTreeMap<String, String> = arguments.set.iter().cloned().collect();
    let known = |name: &String| {
        example.secret.contains(name) || example.open.iter().any(|(it, _)| it == name)
    };
    if let Some(name) = values.keys().find(|it| !known(it)) {
        bail!("{} has no variable {name}", example.name);
    }
    if std::io::stdin().is_terminal() {
        ask(&example, &mut values)?;
    }
    let text = project::with_values(&example.text, &values);
    write(Path::new(target.as_str()), &text)
        .with_context(|| format!("{target} cannot be written"))?;
    let empty: Vec<&str> =
        example.secret.iter().filter(|it| !values.contains_key(*it)).map(String::as_str).collect();
    if crate::git::ask(&root).git.is_some_and(|it| !it.ignored) {
        report::warn("git does not ignore .env: add it to .gitignore before you commit");
    }
    report::note(&format!(".env is made from {}", example.name));
    if !empty.is_empty() {
        report::note(&format!("fill in yourself, they are secret: {}", empty.join(", ")));
    }
    Ok(Outcome::Clean)
}

/// An empty answer keeps the example's value.
fn ask(example: &Example, values: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    let mut terminal = std::io::stderr().lock();
    let mut answers = std::io::stdin().lock();
    for (name, value) in &example.open {
        if values.contains_key(name) {
            continue;
        }
        write!(terminal, "{name} [{value}]: ")?;
        terminal.flush()?;
        let mut answer = String::new();
        if answers.read_line(&mut answer)? == 0 {
            return Ok(());
        }
        let answer = answer.trim();
        if !answer.is_empty() {
            values.insert(name.clone(), answer.to_owned());
        }
    }
    Ok(())
}

/// For its user alone, and never over another one.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
