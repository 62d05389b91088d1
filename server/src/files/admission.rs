use std::fs;
use std::path::Path;

use base::FilePath;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::discover::PROJECT_FILE;

/// Which files below a folder belong to it: one rule for a walk and for a single file event.
pub struct Admission {
    root: FilePath,
    ignored: Option<Gitignore>,
}

impl Admission {
    pub fn new(root: &FilePath) -> Self {
        Self { root: root.clone(), ignored: dbtignore(root) }
    }

    /// Whether a file with this path, which is below the root, is taken.
    pub fn admits(&self, path: &FilePath) -> bool {
        taken(path) && self.enters_all_above(path) && !self.ignores(path)
    }

    /// Whether a walk goes into every folder between the root and this path.
    pub fn enters_all_above(&self, path: &FilePath) -> bool {
        let mut above = path.parent();
        while let Some(folder) = above {
            if folder == self.root {
                return true;
            }
            if !self.enters(&folder) {
                return false;
            }
            above = folder.parent();
        }
        false
    }

    /// Whether a walk goes into this folder, which is below the root.
    pub fn enters(&self, folder: &FilePath) -> bool {
        match folder.name() {
            ".git" | ".venv" | "node_modules" | "__pycache__" | "dbt_packages" | "dbt_modules" => {
                false
            }
            // A folder of models may be called `target`; one beside the project file is dbt's own.
            "target" | "logs" => {
                let parent = folder.parent();
                parent.as_ref() != Some(&self.root)
                    && !parent.is_some_and(|it| exists(&it.join(PROJECT_FILE)))
            }
            _ => !exists(&folder.join("pyvenv.cfg")),
        }
    }

    /// What stands in the root itself configures the project; dbt ignores only resource files.
    pub fn ignores(&self, path: &FilePath) -> bool {
        path.parent().as_ref() != Some(&self.root)
            && self
                .ignored
                .as_ref()
                .is_some_and(|it| it.matched_path_or_any_parents(path.as_str(), false).is_ignore())
    }
}

/// Whether a project can consist of files with such a name.
pub fn taken(path: &FilePath) -> bool {
    matches!(path.extension(), "sql" | "py" | "csv" | "yml" | "yaml" | "md")
        || path.name().starts_with(".env")
        || path.name() == ".dbtignore"
}

fn exists(path: &FilePath) -> bool {
    fs::symlink_metadata(Path::new(path.as_str())).is_ok()
}

fn dbtignore(root: &FilePath) -> Option<Gitignore> {
    let base::Content::Text(text) = super::read(&root.join(".dbtignore")) else { return None };
    let mut builder = GitignoreBuilder::new(root.as_str());
    for line in text.lines() {
        // dbt's patterns know no alternatives in braces. A line that is no pattern ignores nothing.
        let line = line.replace('{', "\\{").replace('}', "\\}");
        let _ = builder.add_line(None, &line);
    }
    builder.build().ok()
}
