//! The disk: what the database wants is read here and nowhere else.

mod admission;
mod apply;
mod discover;
mod load;
mod read;
mod reads;
mod refresh;
mod walk;

pub use apply::{Standing, apply_loaded, apply_read, apply_refreshed, covering_folders, has_above};
pub use discover::{PROJECT_FILE, project_above, projects_below};
pub use load::{Counter, Load, Loaded, load, read_ahead, wanted};
pub use read::{from_editor, read};
pub use reads::Reads;
pub use refresh::{Refreshed, changed_since, refresh};
pub use walk::{names_below, path_of};

use base::FilePath;
use salsa::Durability;

/// How seldom a file on disk changes: what reads none that is open in the editor is not looked at
/// again after a keystroke, and what reads only packages hardly ever.
#[must_use]
pub fn durability(path: &FilePath) -> Durability {
    let installed = path.as_str().split('/').any(|it| matches!(it, "dbt_packages" | "dbt_modules"));
    if installed { Durability::HIGH } else { Durability::MEDIUM }
}
