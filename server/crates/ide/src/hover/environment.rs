use base::line_index;
use project::{
    EnvironmentSource, EnvironmentValue, dbt_version, dotenv, dotenv_file, explain_environment,
    is_secret_name,
};

use super::text::{Teller, code, join_paragraphs};
use crate::lookup::environment_use_counts;

/// What `env_var(name, default)` gives and why.
pub(super) fn variable(teller: &Teller<'_>, name: &str, default: Option<&str>) -> String {
    let Some(found) = explain_environment(teller.db, teller.project, name) else {
        let otherwise = match default {
            Some(default) => format!("Not set: the default {} is used.", teller.code(default)),
            None => "Not set, and no default is given: dbt stops with an error.".to_owned(),
        };
        return join_paragraphs([
            format!("**{}** · environment variable", code(name)),
            otherwise,
            of_the_platform(name),
            lost(teller, name),
        ]);
    };
    let default = default.map(|it| format!("Default, not used: {}", teller.code(it)));
    join_paragraphs([
        value(teller, name, &found),
        of_the_platform(name),
        default.unwrap_or_default(),
    ])
}

/// A line of `.env` or `.env.example`.
pub(super) fn line(teller: &Teller<'_>, name: &str) -> String {
    let found = explain_environment(teller.db, teller.project, name);
    let told = match &found {
        Some(found) => value(teller, name, found),
        None => join_paragraphs([
            format!("**{}** · environment variable", code(name)),
            "Not set.".to_owned(),
            of_the_platform(name),
            lost(teller, name),
        ]),
    };
    let (places, files) =
        environment_use_counts(teller.db, teller.project).get(name).copied().unwrap_or_default();
    let uses = match (places, files) {
        (0, _) => "No file of the project reads it.".to_owned(),
        (1, _) => "Read in 1 place.".to_owned(),
        (_, 1) => format!("Read in {places} places of 1 file."),
        _ => format!("Read in {places} places of {files} files."),
    };
    join_paragraphs([told, uses])
}

fn of_the_platform(name: &str) -> String {
    match rules::platform_value(name) {
        Some(_) => "The dbt platform sets it by itself; on a laptop it is not there.".to_owned(),
        None => String::new(),
    }
}

/// The value, where it comes from and what it hides.
fn value(teller: &Teller<'_>, name: &str, found: &EnvironmentValue) -> String {
    let shown = shown_value(teller, name, found);
    let mut lines = vec![format!("From {}", source(&found.source))];
    if !found.hidden.is_empty() {
        let hidden: Vec<String> = found.hidden.iter().map(source).collect();
        lines.push(format!("Hides {}", hidden.join(" and ")));
    }
    join_paragraphs([
        format!("**{}** = {shown}", code(name)),
        lines.join("  \n"),
        not_read_by_core(teller, found),
    ])
}

/// The value as it may be seen.
pub(crate) fn shown_value(teller: &Teller<'_>, name: &str, found: &EnvironmentValue) -> String {
    if found.secret || is_secret_name(name) {
        return "`*****` (secret)".to_owned();
    }
    teller.code(&found.value)
}

pub(crate) fn source(source: &EnvironmentSource) -> String {
    match source {
        EnvironmentSource::Settings => "the setting `dbt.environmentVariables`".to_owned(),
        EnvironmentSource::Process => "the environment of the process".to_owned(),
        EnvironmentSource::Command => "the output of `dbt.env.command`".to_owned(),
        EnvironmentSource::DotEnv { line, .. } => format!("`.env` line {}", line + 1),
    }
}

/// What an older dbt Core leaves to the shell.
fn not_read_by_core(teller: &Teller<'_>, found: &EnvironmentValue) -> String {
    let version = dbt_version(teller.db, teller.project);
    if version.reads_dotenv() || !matches!(found.source, EnvironmentSource::DotEnv { .. }) {
        return String::new();
    }
    format!(
        "This project is judged for dbt {} ({}). dbt Core up to 1.11 does not read `.env` itself: the variable must be exported before dbt is started.",
        version.text,
        teller.mask(&version.reason)
    )
}

/// A line of `.env` that no engine gets to.
fn lost(teller: &Teller<'_>, name: &str) -> String {
    let file = dotenv_file(teller.db, teller.project);
    let lines = dotenv(teller.db, file);
    let problem = lines.problems.iter().find(|it| it.lost.iter().any(|it| it == name));
    let (Some(problem), Some(entry)) = (problem, lines.entries_of(name).next()) else {
        return String::new();
    };
    let stop = line_index(teller.db, file).line_of(problem.range.start());
    format!(
        "`.env` sets it on line {}, but dbt stops reading that file at line {}.",
        entry.line + 1,
        stop + 1
    )
}
