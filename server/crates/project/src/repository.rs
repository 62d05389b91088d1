use base::{Db, FilePath, Project};

/// A project deeper in its repository than this is somebody else's.
const LEVELS: usize = 6;

/// The project's folder, then each above it up to the root of its repository. A project in no
/// repository stands alone.
#[must_use]
pub fn repository_folders(db: &dyn Db, project: Project) -> Vec<FilePath> {
    let mut folders = Vec::new();
    for folder in project.root(db).and_above().take(LEVELS) {
        let folder = FilePath::new(folder);
        // A folder mostly, in a worktree a file.
        let is_root = db.file(&folder.join(".git")).exists(db);
        folders.push(folder);
        if is_root {
            return folders;
        }
    }
    folders.truncate(1);
    folders
}
