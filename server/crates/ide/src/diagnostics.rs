use std::sync::Arc;

use base::{Db, File, Project};
use project::owner_of;
use rules::{Diagnostic, Scope};

use crate::place::package_at;

/// The findings of one file: those of the innermost project that it belongs to, or of the one whose
/// profile it is; none where it is neither.
#[must_use]
pub fn diagnostics(db: &dyn Db, file: File, scope: Scope) -> Arc<[Diagnostic]> {
    match package_at(db, file) {
        Some(package) if package.is_own(db) => {
            rules::check_file(db, package.project(db), file, scope)
        }
        _ => Arc::from([]),
    }
}

/// The innermost root project that a file belongs to.
#[must_use]
pub fn project_of(db: &dyn Db, file: File) -> Option<Project> {
    owner_of(db, file).map(|it| it.project(db))
}

/// Every file of a project that can have findings; installed packages are left out.
#[must_use]
pub fn files_to_check(db: &dyn Db, project: Project) -> Vec<File> {
    rules::files_to_check(db, project).to_vec()
}
