use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base::FilePath;
use clap::Args;

use crate::cli::Outcome;
use crate::cli::flags::ProjectFlags;
use crate::cli::report;
use crate::cli::report::diff;
use crate::cli::session::Session;
use crate::git;
use crate::machine::Captured;
use crate::profile_init::Plan;
use crate::write;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project; the one that the current folder lies in by default.
    dir: Option<String>,
    /// Takes account, role, warehouse and whatever else is not secret from the dbt platform, as your
    /// credentials there say. Asks the host of `dbt_cloud.yml` with its token.
    #[arg(long)]
    from_platform: bool,
    /// The adapter, where the platform is not asked.
    #[arg(long, required_unless_present = "from_platform", conflicts_with = "from_platform")]
    adapter: Option<String>,
    /// How a new output logs in: by default without a password or token, where the adapter can.
    #[arg(long, value_name = "WAY")]
    login: Option<String>,
    /// Shows the change and makes none; so does no flag at all.
    #[arg(long, conflicts_with = "write")]
    diff: bool,
    /// Makes the change.
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

/// A file with its text before and after.
type Change = (PathBuf, String, String);

/// With --diff, a change that is still to be made makes the command fail: for pipelines.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let project = session.main_project()?;
    let Some(plan) = session.settle(|db| Plan::of(db, project))? else {
        bail!(
            "dbt_project.yml names no profile; add a line `profile: NAME`, or name one with --profile"
        );
    };
    let (adapter, known) = match &arguments.adapter {
        Some(adapter) => (adapter.clone(), Vec::new()),
        None => {
            let (known, _) = plan.ask()?;
            (known.adapter, known.fields)
        }
    };
    let path = PathBuf::from(plan.file.as_str());
    let before = read(&path)?;
    let planned = plan.write_into(&before, &adapter, known, arguments.login.as_deref())?;
    let changes = [Some((path, before, planned.text)), ignored(project.root(&session.db))?];
    let changes: Vec<Change> =
        changes.into_iter().flatten().filter(|(_, before, after)| before != after).collect();
    let mut out = anstream::stdout().lock();
    for (path, before, after) in &changes {
        let shown = diff::unified(&path.to_string_lossy(), before, after);
        let masked = session.settle(|db| project::mask(&shown, &project::secrets(db, project)))?;
        report::no_reader(out.write_all(masked.as_bytes()))?;
    }
    if changes.is_empty() {
        report::note(&format!("{} is up to date", plan.file));
        return Ok(Outcome::Clean);
    }
    if !arguments.write {
        report::note("nothing is written; add --write to write it");
        return Ok(if arguments.diff { Outcome::Found } else { Outcome::Clean });
    }
    for (path, _, after) in &changes {
        write::replace(path, after.as_bytes())
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if !planned.variables.is_empty() {
        let names = planned.variables.join(", ");
        report::note(&format!("written; set these in `.env` or in your environment: {names}"));
    }
    Ok(Outcome::Clean)
}

/// What a profile leaves out belongs into `.env`, which git must not take.
fn ignored(root: &FilePath) -> anyhow::Result<Option<Change>> {
    if git::ignores_dotenv(root) != Some(false) {
        return Ok(None);
    }
    let path = PathBuf::from(root.join(".gitignore").as_str());
    let before = read(&path)?;
    let end = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let after = format!("{before}{end}.env\n");
    Ok(Some((path, before, after)))
}

fn read(path: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}
