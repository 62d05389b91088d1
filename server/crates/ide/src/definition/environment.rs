use base::{Db, File, Project};
use project::{dotenv, dotenv_file};

use super::Target;

/// The line of `.env` that sets a variable, else the one of `.env.example` that asks for it.
pub(super) fn line(db: &dyn Db, project: Project, name: &str) -> Option<Target> {
    let example = db.file(&project.root(db).join(".env.example"));
    line_in(db, dotenv_file(db, project), name).or_else(|| line_in(db, example, name))
}

fn line_in(db: &dyn Db, file: File, name: &str) -> Option<Target> {
    let lines = dotenv(db, file);
    // A line behind a bad one sets nothing, but it is where the variable was meant to be set.
    let entry = lines.entry_v2(name).or_else(|| lines.entries_of(name).next())?;
    Some(Target { file, range: entry.name_range, full_range: entry.range() })
}
