use base::{Db, Project};

/// What a status bar shows of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectStatus {
    pub name: String,
    pub root: String,
    pub profile: Option<String>,
    pub target: Option<String>,
    pub adapter: Option<String>,
    /// The dbt version that the project is judged for, and why.
    pub version: String,
    pub version_reason: String,
    pub defer: DeferStatus,
    pub models: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferStatus {
    pub on: bool,
    /// The state's folder, where there is one.
    pub state: Option<String>,
    /// When the state was made, as it says: ISO 8601.
    pub generated_at: Option<String>,
    pub reason: String,
}

#[must_use]
pub fn project_status(db: &dyn Db, project: Project) -> ProjectStatus {
    ProjectStatus {
        name: project.root(db).name().to_owned(),
        root: project.root(db).to_string(),
        profile: None,
        target: None,
        adapter: None,
        version: String::new(),
        version_reason: String::new(),
        defer: DeferStatus {
            on: project.settings(db).defer,
            state: None,
            generated_at: None,
            reason: String::new(),
        },
        models: 0,
    }
}
