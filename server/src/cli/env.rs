mod import;
mod init;
mod matrix;

use std::io::Write;

use base::{Project, RootDatabase};
use clap::{Args, Subcommand, ValueEnum};
use project::EnvironmentSource;
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
    command: Option<Command>,
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// How variables are written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Every variable that is read or set anywhere, and what each place says of it: settings,
    /// process, .env, .env.example, dev container, CI files, the platform's list.
    #[arg(long, conflicts_with_all = ["explain", "import"])]
    matrix: bool,
    /// All that is known of one variable.
    #[arg(long, value_name = "NAME", conflicts_with = "import")]
    explain: Option<String>,
    /// Keeps the platform's list of variables, for --matrix, in Tandem's own folder: JSON of its
    /// API, a table, or lines of NAME=value; `-` reads standard input. Values of secrets are left
    /// out.
    #[arg(long, value_name = "FILE")]
    import: Option<String>,
    /// The same with the list that the dbt platform itself gives: asks the host of `dbt_cloud.yml`
    /// with its token.
    #[arg(long, conflicts_with_all = ["import", "matrix", "explain"])]
    import_from_platform: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes .env from .env.example: asks for values at a terminal, and leaves secrets empty.
    Init(init::Arguments),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    /// One object per line.
    Json,
}

#[derive(Debug, Serialize)]
struct Variable {
    name: String,
    /// `set`, `default`, `missing`.
    status: &'static str,
    /// Never that of a secret.
    value: Option<String>,
    secret: bool,
    source: Option<String>,
    /// Where it is set too, without effect.
    hidden: Vec<String>,
    /// Whether anything in the project reads it.
    used: bool,
    project: String,
}

/// Variables that dbt would stop at make the command fail.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    if let Some(Command::Init(arguments)) = &arguments.command {
        return init::run(arguments, machine);
    }
    let source = match &arguments.import {
        Some(file) => Some(import::Source::File(file)),
        None => arguments.import_from_platform.then_some(import::Source::Platform),
    };
    if let Some(source) = source {
        return import::run(arguments.dir.as_deref(), &arguments.flags, source, machine);
    }
    let session = Session::open(arguments.dir.as_deref(), &arguments.flags, machine)?;
    if arguments.matrix || arguments.explain.is_some() {
        return matrix::run(session, arguments.explain.as_deref(), arguments.format);
    }
    let projects = session.projects();
    let variables = session
        .settle(|db| projects.iter().flat_map(|it| variables(db, *it)).collect::<Vec<_>>())?;
    let mut out = anstream::stdout().lock();
    let written = match arguments.format {
        Format::Text => write_text(&mut out, &variables),
        Format::Json => variables.iter().try_for_each(|it| {
            serde_json::to_writer(&mut out, it)?;
            writeln!(out)
        }),
    };
    report::no_reader(written)?;
    for note in session
        .settle(|db| projects.iter().filter_map(|it| not_read(db, *it)).collect::<Vec<_>>())?
    {
        report::warn(&note);
    }
    let missing = variables.iter().any(|it| it.status == "missing");
    Ok(if missing { Outcome::Found } else { Outcome::Clean })
}

/// dbt Core up to 1.11 leaves `.env` to the shell.
fn not_read(db: &RootDatabase, project: Project) -> Option<String> {
    let version = project::dbt_version(db, project);
    let reads = version.reads_dotenv()
        || project::dotenv(db, project::dotenv_file(db, project)).entries.is_empty();
    (!reads).then(|| {
        let name = ide::project_status(db, project).name;
        format!(
            "{name} is judged for dbt {} ({}), which does not read `.env` itself: export its variables before dbt is started",
            version.text, version.reason
        )
    })
}

fn variables(db: &RootDatabase, root: Project) -> Vec<Variable> {
    let used = semantic::used_environment_names(db, root);
    let mut names = project::environment_names(db, root);
    names.extend(used.iter().cloned());
    let missing = semantic::missing_environment_names(db, root);
    let secrets = project::secrets(db, root);
    let project = ide::project_status(db, root).name;
    let variable = |name: String| {
        let found = project::explain_environment(db, root, &name);
        let secret = found
            .as_ref()
            .map_or_else(|| project::is_secret_variable(db, root, &name), |it| it.secret);
        let value = found.as_ref().filter(|it| !it.secret);
        Variable {
            status: match &found {
                Some(_) => "set",
                None if missing.contains(&name) => "missing",
                None => "default",
            },
            value: value.map(|it| project::mask(&it.value, &secrets)),
            secret,
            source: found.as_ref().map(|it| origin(&it.source)),
            hidden: found.map(|it| it.hidden.iter().map(origin).collect()).unwrap_or_default(),
            used: used.contains(&name),
            project: project.clone(),
            name,
        }
    };
    names.into_iter().map(variable).collect()
}

fn origin(source: &EnvironmentSource) -> String {
    match source {
        EnvironmentSource::Settings => "settings".to_owned(),
        EnvironmentSource::Process => "process".to_owned(),
        EnvironmentSource::Command => "command".to_owned(),
        EnvironmentSource::DotEnv { line, .. } => format!(".env:{}", line + 1),
    }
}

fn write_text(out: &mut impl Write, variables: &[Variable]) -> std::io::Result<()> {
    let width = variables.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let mut project = None;
    for it in variables {
        if project != Some(&it.project) {
            project = Some(&it.project);
            writeln!(out, "{}", it.project)?;
        }
        let value = match (&it.value, it.secret, it.status) {
            (Some(value), ..) => format!("= {}", value.escape_debug()),
            (None, true, "set") => "= *****".to_owned(),
            (_, _, "missing") => "is not set and has no default".to_owned(),
            _ => "is not set, and need not be".to_owned(),
        };
        let source = it.source.as_ref().map_or_else(String::new, |it| format!("  [{it}]"));
        let hidden = match it.hidden.as_slice() {
            [] => String::new(),
            hidden => format!(", in place of {}", hidden.join(", ")),
        };
        let unused = if it.used { "" } else { "  read nowhere" };
        writeln!(out, "  {:width$} {value}{source}{hidden}{unused}", it.name)?;
    }
    Ok(())
}
