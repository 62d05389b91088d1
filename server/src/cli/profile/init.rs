use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use base::{FilePath, Project, RootDatabase};
use clap::Args;
use project::{
    CloudLink, Hydrated, Json, PlatformConnection, WantedOutput, hydrate, platform_connection_path,
};

use crate::cli::Outcome;
use crate::cli::flags::ProjectFlags;
use crate::cli::report;
use crate::cli::report::diff;
use crate::cli::session::Session;
use crate::machine::Captured;
use crate::platform::{Connection, Linked, connection};
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
    /// Writes what is shown.
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

/// What the project says of its profile.
struct Facts {
    profile: Option<String>,
    target: Option<String>,
    file: FilePath,
    link: CloudLink,
}

/// Shows what would change, and changes it with --write. A difference that is not written makes the
/// command fail, so that it can be asked whether the file is up to date.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let environment = machine.environment.clone();
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let projects = session.projects();
    let [project] = projects[..] else {
        bail!("name one project: here are {}", projects.len());
    };
    let home = session.home.clone();
    let facts = session.settle(|db| facts(db, project, home.as_ref()))?;
    let Some(profile) = facts.profile.clone() else {
        bail!(
            "dbt_project.yml names no profile; add a line `profile: NAME`, or name one with --profile"
        );
    };
    let (adapter, known) = match &arguments.adapter {
        Some(adapter) => (adapter.clone(), Vec::new()),
        None => {
            let known = ask_platform(&facts.link, &environment)?;
            keep(&known, &environment, project.root(&session.db))?;
            (known.adapter, known.fields)
        }
    };
    let target = facts.target.clone().unwrap_or_else(|| "dev".to_owned());
    let wanted = wanted(profile, target, adapter, known, arguments.login.as_deref())?;

    let path = Path::new(facts.file.as_str());
    let before = read(path)?;
    let Hydrated { text, .. } =
        hydrate(&before, &wanted).with_context(|| format!("{} stays as it is", facts.file))?;
    let mut changes = vec![(path.to_owned(), before.clone(), text.clone())];
    let new_variables: Vec<&str> =
        wanted.variables().filter(|it| text.contains(*it) && !before.contains(*it)).collect();
    changes.retain(|(_, before, after)| before != after);
    let mut out = anstream::stdout().lock();
    for (path, before, after) in &changes {
        let shown = diff::unified(&path.to_string_lossy(), before, after);
        report::no_reader(write!(
            out,
            "{}",
            session.settle(|db| project::mask(&shown, &project::secrets(db, project)))?
        ))?;
    }
    if changes.is_empty() {
        report::note(&format!("{} is up to date", facts.file));
        return Ok(Outcome::Clean);
    }
    if !arguments.write {
        report::note("nothing is written; add --write to write it");
        return Ok(Outcome::Found);
    }
    for (path, _, after) in &changes {
        write::replace(path, after.as_bytes())
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if !new_variables.is_empty() {
        let names = new_variables.join(", ");
        report::note(&format!("written; set these in `.env` or in your environment: {names}"));
    }
    Ok(Outcome::Clean)
}

fn wanted(
    profile: String,
    target: String,
    adapter: String,
    known: Vec<(String, Json)>,
    login: Option<&str>,
) -> anyhow::Result<WantedOutput> {
    let name = adapter.clone();
    WantedOutput::new(profile, target, adapter, known, login).map_err(|choices| {
        let login = login.unwrap_or_default();
        anyhow::anyhow!(
            "`{login}` is no way to log in to {name}; there are: {}",
            choices.join(", ")
        )
    })
}

/// Where dbt's own wizard writes: the file that is used, else the folder that is named, else the
/// home folder.
fn facts(db: &RootDatabase, project: Project, home: Option<&FilePath>) -> Facts {
    let profile = project::profile(db, project);
    let found = profile.file.map(|it| it.path(db).clone());
    let file = found.unwrap_or_else(|| {
        let folders = match &profile.problem {
            Some(project::ProfileProblem::NoFile { searched }) => searched.clone(),
            _ => Vec::new(),
        };
        let folder = folders.last().cloned().or_else(|| home.map(|it| it.join(".dbt")));
        folder.unwrap_or_else(|| project.root(db).clone()).join("profiles.yml")
    });
    Facts {
        profile: profile.name.clone(),
        target: profile.target.clone(),
        file,
        link: project::cloud_link(db, project).as_ref().clone(),
    }
}

fn ask_platform(
    link: &CloudLink,
    environment: &BTreeMap<String, String>,
) -> anyhow::Result<PlatformConnection> {
    let linked = Linked::new(link, environment)?;
    let Connection { adapter, fields } = connection(&linked)?;
    let fields = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Ok(PlatformConnection { project_id: linked.project_id, adapter, fields })
}

/// For the editor, which says from now on what differs.
fn keep(
    known: &PlatformConnection,
    environment: &BTreeMap<String, String>,
    root: &FilePath,
) -> anyhow::Result<()> {
    let Some(path) = platform_connection_path(environment, root) else { return Ok(()) };
    let text = serde_json::to_vec_pretty(known)?;
    write::replace(Path::new(path.as_str()), &text)
        .with_context(|| format!("{path} cannot be written"))
}

fn read(path: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}
