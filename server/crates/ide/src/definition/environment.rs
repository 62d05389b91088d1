use base::{Db, File, Project};
use project::{dbt_version, dotenv, dotenv_file};

use super::Target;

/// The line of `.env` that sets a variable, else the one of `.env.example` that asks for it.
pub(super) fn line(db: &dyn Db, project: Project, name: &str) -> Option<Target> {
    let example = db.file(&project.root(db).join(".env.example"));
    let found = line_in(db, project, dotenv_file(db, project), name);
    found.or_else(|| line_in(db, project, example, name))
}

fn line_in(db: &dyn Db, project: Project, file: File, name: &str) -> Option<Target> {
    let lines = dotenv(db, file);
    let grammar = dbt_version(db, project).dotenv_grammar();
    let read = lines.settings_of(grammar, name).first().map(|it| it.name_range);
    // A line behind a bad one sets nothing, but it is where the variable was meant to be set.
    let range = read.or_else(|| Some(lines.entries_of(name).next()?.name_range))?;
    let entry = lines.entries.iter().find(|it| it.name_range == range);
    Some(Target { file, range, full_range: entry.map_or(range, |it| it.range()) })
}
