use base::{Db, File, FilePath, Project};

use crate::{EnvironmentSource, Generation, environment_value, explain_environment};

/// Where `profiles.yml` is looked for, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSearch {
    pub folders: Vec<FilePath>,
    pub because: SearchedFor,
}

/// Why in these folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchedFor {
    /// `--profiles-dir` or `dbt.profilesDir`: nowhere else.
    Settings,
    /// `DBT_PROFILES_DIR`: nowhere else.
    Variable,
    /// The folder that dbt is started in, taken to be the project's, then `~/.dbt`.
    Convention,
}

impl ProfileSearch {
    /// Each place, as a file that need not exist.
    pub fn files(&self, db: &dyn Db) -> Vec<File> {
        self.folders.iter().map(|it| db.file(&it.join("profiles.yml"))).collect()
    }

    /// The first that exists.
    pub fn found(&self, db: &dyn Db) -> Option<File> {
        // All are asked for at once, so that nobody has to look twice.
        self.files(db).into_iter().find(|it| it.exists(db))
    }
}

/// `--profiles-dir` or `DBT_PROFILES_DIR` alone, else the project's folder, else `~/.dbt`.
pub fn profile_search(db: &dyn Db, project: Project) -> ProfileSearch {
    let root = project.root(db);
    if let Some(folder) = &project.settings(db).profiles_dir {
        return ProfileSearch { folders: vec![folder.clone()], because: SearchedFor::Settings };
    }
    let variable = environment_value(db, project, "DBT_PROFILES_DIR".to_owned());
    if let Some(folder) = variable.filter(|it| !it.is_empty()) {
        let folder = root.join(&folder);
        return ProfileSearch { folders: vec![folder], because: SearchedFor::Variable };
    }
    by_convention(db, root)
}

fn by_convention(db: &dyn Db, folder: &FilePath) -> ProfileSearch {
    let home = db.machine().home(db).as_ref().map(|it| it.join(".dbt"));
    let folders = std::iter::once(folder.clone()).chain(home).collect();
    ProfileSearch { folders, because: SearchedFor::Convention }
}

/// Where a dbt that is started in a folder looks: it knows no settings of an editor, and reads
/// `.env` only where its generation does.
pub fn terminal_search(
    db: &dyn Db,
    project: Project,
    generation: Generation,
    folder: &FilePath,
) -> ProfileSearch {
    const NAME: &str = "DBT_PROFILES_DIR";
    let process = db.machine().environment(db).get(NAME).cloned();
    let of_dotenv = || {
        let found = explain_environment(db, project, NAME)?;
        let is_read = matches!(found.source, EnvironmentSource::DotEnv { .. })
            && generation == Generation::V2
            && folder == project.root(db);
        is_read.then(|| found.value.to_string())
    };
    match process.or_else(of_dotenv).filter(|it| !it.is_empty()) {
        Some(named) => {
            ProfileSearch { folders: vec![folder.join(&named)], because: SearchedFor::Variable }
        }
        None => by_convention(db, folder),
    }
}
