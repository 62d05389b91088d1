//! The variables that a file sets for dbt.

use base::TextRange;
use project::{dbt_version, definition_files, definitions, dotenv};

use crate::{FileContext, FileKind};

/// Names with their ranges. Of `.env` nothing where dbt does not read it.
pub(super) fn set_here(context: &FileContext<'_>) -> Vec<(String, TextRange)> {
    let db = context.db;
    if context.kind == FileKind::Dotenv {
        let version = dbt_version(db, context.project);
        if !version.reads_dotenv() {
            return Vec::new();
        }
        let lines = dotenv(db, context.file);
        let settings = lines.settings(version.dotenv_grammar());
        return settings.iter().map(|it| (it.name.to_owned(), it.name_range)).collect();
    }
    let files = definition_files(db, context.project);
    let Some(file) = files.iter().find(|it| it.file == context.file) else { return Vec::new() };
    let found = definitions(db, file.file, file.format.clone());
    let mut names: Vec<(String, TextRange)> =
        found.iter().map(|it| (it.name.clone(), it.name_range)).collect();
    // One line may set it for several jobs.
    names.sort_by_key(|it| it.1.start());
    names.dedup();
    names
}
