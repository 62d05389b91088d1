use std::sync::Arc;

use base::{Db, File, Project};
use rules::Diagnostic;

/// The findings of one file: those of the innermost project that it belongs to; none where it
/// belongs to no project.
#[must_use]
pub fn diagnostics(_db: &dyn Db, _file: File) -> Arc<[Diagnostic]> {
    Arc::from([])
}

/// The innermost root project that a file belongs to.
#[must_use]
pub fn project_of(_db: &dyn Db, _file: File) -> Option<Project> {
    None
}

/// Every file of a project that can have findings; installed packages are left out.
#[must_use]
pub fn files_to_check(_db: &dyn Db, _project: Project) -> Vec<File> {
    Vec::new()
}
