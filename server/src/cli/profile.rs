mod init;

use std::io::Write;

use base::{FilePath, Project, RootDatabase};
use clap::{Args, Subcommand, ValueEnum};
use ide::{ExplainedField, ExplainedLink, ExplainedProfile};
use serde::Serialize;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report;
use super::session::Session;
use crate::machine::Captured;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// Also every place that was looked at, each key of the output, and the link to the platform.
    #[arg(long)]
    explain: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Writes the profile of a project, or brings it up to date; shows the difference first.
    Init(init::Arguments),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    /// One object per line and project, always with everything.
    Json,
}

/// A profile that cannot be used makes the command fail.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    if let Some(Action::Init(arguments)) = &arguments.action {
        return init::run(arguments, machine);
    }
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    let projects = session.projects();
    let here = session.working_folder.clone();
    let told =
        session.settle(|db| projects.iter().map(|it| tell(db, *it, &here)).collect::<Vec<_>>())?;
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Text => told.iter().try_for_each(|it| write_text(&mut out, it, arguments.explain)),
        Format::Json => told.iter().try_for_each(|it| {
            serde_json::to_writer(&mut out, &Written::of(it))?;
            writeln!(out)
        }),
    };
    report::no_reader(written)?;
    let broken = told.iter().any(|it| it.problem.is_some());
    Ok(if broken { Outcome::Found } else { Outcome::Clean })
}

fn tell(db: &RootDatabase, project: Project, here: &FilePath) -> ExplainedProfile {
    // One may be in the folder above, or somewhere below the project.
    let differs = here != project.root(db);
    ide::explain_profile(db, project, Some(here).filter(|_| differs))
}

fn write_text(out: &mut impl Write, told: &ExplainedProfile, explain: bool) -> std::io::Result<()> {
    let or_none = |it: &Option<String>| it.clone().unwrap_or_else(|| "none".to_owned());
    writeln!(out, "{}", told.project)?;
    writeln!(out, "  profile  {}  [{}]", or_none(&told.profile), told.profile_source)?;
    writeln!(out, "  target   {}  [{}]", or_none(&told.target), told.target_source)?;
    let others: Vec<&str> = told
        .targets
        .iter()
        .filter(|it| Some(*it) != told.target.as_ref())
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        let more = if others.len() > 10 { ", …" } else { "" };
        let shown = others.iter().take(10).copied().collect::<Vec<_>>().join(", ");
        writeln!(out, "           others: {shown}{more}")?;
    }
    writeln!(out, "  file     {}  [{}]", or_none(&told.file), told.searched_because)?;
    writeln!(out, "  adapter  {}", or_none(&told.adapter))?;
    if let Some(login) = &told.login {
        writeln!(out, "  log-in   {login}")?;
    }
    if let Some(problem) = &told.problem {
        writeln!(out, "  problem  {problem}")?;
    }
    for finding in &told.findings {
        writeln!(out, "  finding  {finding}")?;
    }
    for note in &told.notes {
        writeln!(out, "  note     {note}")?;
    }
    if !explain {
        return Ok(());
    }
    writeln!(out, "  looked for profiles.yml in")?;
    for search in &told.searches {
        writeln!(out, "    {}: {}", search.who, search.because)?;
        for place in &search.places {
            writeln!(out, "      {:7} {}", place.state, place.path)?;
        }
    }
    if !told.fields.is_empty() {
        writeln!(out, "  keys of the output")?;
        let width = told.fields.iter().map(|it| it.name.len()).max().unwrap_or_default().min(32);
        for it in &told.fields {
            let value = it.value.as_deref().unwrap_or("*****");
            let value: String =
                value.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
            writeln!(out, "    {:width$} = {value}  [{}]", it.name, it.source)?;
        }
    }
    writeln!(out, "  link to the dbt platform")?;
    for step in &told.link.steps {
        writeln!(out, "    {:7} {}", step.state, step.fact)?;
    }
    if let Some(fact) = &told.link.under_old_rules {
        writeln!(out, "    under the rules up to May 2026: {fact}")?;
    }
    Ok(())
}

/// As JSON has it.
#[derive(Serialize)]
struct Written<'a> {
    project: &'a str,
    profile: &'a Option<String>,
    profile_source: &'a str,
    target: &'a Option<String>,
    target_source: &'a str,
    targets: &'a [String],
    file: &'a Option<String>,
    searched_because: &'a str,
    adapter: &'a Option<String>,
    login: &'a Option<String>,
    problem: &'a Option<String>,
    findings: &'a [String],
    notes: &'a [String],
    searches: Vec<WrittenSearch<'a>>,
    fields: Vec<WrittenField<'a>>,
    link: WrittenLink<'a>,
}

#[derive(Serialize)]
struct WrittenSearch<'a> {
    who: &'a str,
    because: &'a str,
    places: Vec<WrittenPlace<'a>>,
}

#[derive(Serialize)]
struct WrittenPlace<'a> {
    path: &'a str,
    /// `used`, `exists`, `missing`.
    state: &'a str,
}

#[derive(Serialize)]
struct WrittenField<'a> {
    name: &'a str,
    /// Never that of a secret.
    value: &'a Option<String>,
    secret: bool,
    source: &'a str,
}

#[derive(Serialize)]
struct WrittenLink<'a> {
    linked: bool,
    credentials: bool,
    steps: Vec<WrittenStep<'a>>,
    under_old_rules: &'a Option<String>,
}

#[derive(Serialize)]
struct WrittenStep<'a> {
    /// `file`, `project`, `entry`, `account`, `host`, `token`, `environment`.
    step: &'a str,
    /// `fine`, `missing`, `wrong`, `not set`.
    state: &'a str,
    fact: &'a str,
}

impl<'a> Written<'a> {
    fn of(told: &'a ExplainedProfile) -> Self {
        let field = |it: &'a ExplainedField| WrittenField {
            name: &it.name,
            value: &it.value,
            secret: it.value.is_none(),
            source: &it.source,
        };
        let searches = told.searches.iter().map(|it| WrittenSearch {
            who: &it.who,
            because: &it.because,
            places: it
                .places
                .iter()
                .map(|it| WrittenPlace { path: &it.path, state: it.state })
                .collect(),
        });
        Self {
            project: &told.project,
            profile: &told.profile,
            profile_source: &told.profile_source,
            target: &told.target,
            target_source: &told.target_source,
            targets: &told.targets,
            file: &told.file,
            searched_because: &told.searched_because,
            adapter: &told.adapter,
            login: &told.login,
            problem: &told.problem,
            findings: &told.findings,
            notes: &told.notes,
            searches: searches.collect(),
            fields: told.fields.iter().map(field).collect(),
            link: WrittenLink::of(&told.link),
        }
    }
}

impl<'a> WrittenLink<'a> {
    fn of(link: &'a ExplainedLink) -> Self {
        let steps = link.steps.iter();
        Self {
            linked: link.is_linked,
            credentials: link.has_credentials,
            steps: steps
                .map(|it| WrittenStep { step: it.step, state: it.state, fact: &it.fact })
                .collect(),
            under_old_rules: &link.under_old_rules,
        }
    }
}
