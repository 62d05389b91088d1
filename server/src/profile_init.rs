//! What `tandem profile init` and the editor's command write: the profile of a project, from what the
//! platform knows of the connection or from an adapter's name alone.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, anyhow};
use base::{Db, FilePath, Project, RootDatabase};
use project::{
    CloudLink, Hydrated, Json, PlatformConnection, ProfileProblem, WantedOutput, hydrate,
    platform_connection_path,
};

use crate::platform::{Connection, Linked, connection};
use crate::write;

/// What the project says of its profile.
pub struct Plan {
    profile: String,
    target: String,
    root: FilePath,
    /// Where dbt's own wizard writes: the file that is used, else in the folder that is named, else
    /// in the home folder.
    pub file: FilePath,
    link: CloudLink,
    environment: BTreeMap<String, String>,
}

/// A text of the file with the profile in it, and the variables that are new in it.
pub struct Planned {
    pub text: String,
    pub variables: Vec<String>,
}

impl Plan {
    /// Nothing where the project names no profile.
    pub fn of(db: &RootDatabase, project: Project) -> Option<Self> {
        let used = project::profile(db, project);
        let machine = db.machine();
        let file = match (used.file, &used.problem) {
            (Some(file), _) => file.path(db).clone(),
            (None, Some(ProfileProblem::NoFile { searched })) if !searched.is_empty() => {
                searched.last()?.join("profiles.yml")
            }
            (None, _) => {
                let home = machine.home(db).as_ref().map(|it| it.join(".dbt"));
                home.unwrap_or_else(|| project.root(db).clone()).join("profiles.yml")
            }
        };
        Some(Self {
            profile: used.name.clone()?,
            target: used.target.clone().unwrap_or_else(|| "dev".to_owned()),
            root: project.root(db).clone(),
            file,
            link: project::cloud_link(db, project).as_ref().clone(),
            environment: machine.environment(db).as_ref().clone(),
        })
    }

    /// Asks the platform, and keeps what it says for the editor, which tells from then on what
    /// differs; gives the path of what is kept. Blocks until the answer is there.
    pub fn ask(&self) -> anyhow::Result<(PlatformConnection, Option<FilePath>)> {
        let linked = Linked::new(&self.link, &self.environment)?;
        let Connection { adapter, fields } = connection(&linked)?;
        let fields = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let known = PlatformConnection { project_id: linked.project_id, adapter, fields };
        let path = platform_connection_path(&self.environment, &self.root);
        if let Some(path) = &path {
            write::replace(Path::new(path.as_str()), &serde_json::to_vec_pretty(&known)?)
                .with_context(|| format!("{path} cannot be written"))?;
        }
        Ok((known, path))
    }

    /// The file with the profile in it, whose text is this now.
    pub fn write_into(
        &self,
        before: &str,
        adapter: &str,
        known: Vec<(String, Json)>,
        login: Option<&str>,
    ) -> anyhow::Result<Planned> {
        let (profile, target) = (self.profile.clone(), self.target.clone());
        let wanted = WantedOutput::new(profile, target, adapter.to_owned(), known, login);
        let wanted = wanted.map_err(|choices| {
            let (login, choices) = (login.unwrap_or_default(), choices.join(", "));
            anyhow!("`{login}` is no way to log in to {adapter}; there are: {choices}")
        })?;
        let Hydrated { text, .. } =
            hydrate(before, &wanted).with_context(|| format!("{} stays as it is", self.file))?;
        let is_new = |it: &&str| text.contains(*it) && !before.contains(*it);
        let variables = wanted.variables().filter(is_new).map(str::to_owned).collect();
        Ok(Planned { text, variables })
    }
}
