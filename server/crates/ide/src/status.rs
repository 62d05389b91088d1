use base::{Db, Project};
use project::{NameSource, dbt_version, package_name, packages, profile, resources};
use semantic::{read_state, state_file};

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
    let profile = profile(db, project);
    let version = dbt_version(db, project);
    let root = packages(db, project).first().copied();
    let models = root.map_or(0, |it| {
        let resources = resources(db, it);
        resources.models.len() + resources.python_models.len()
    });
    ProjectStatus {
        name: root.map_or_else(String::new, |it| package_name(db, it).to_string()),
        root: project.root(db).to_string(),
        profile: profile.name.clone(),
        target: profile.target.clone(),
        adapter: profile.adapter.clone(),
        version: version.text.clone(),
        version_reason: version.reason.clone(),
        defer: defer_status(db, project),
        models,
    }
}

/// Why a target is the one that is used.
pub(crate) fn target_reason(source: NameSource) -> &'static str {
    match source {
        NameSource::Settings => "chosen in the settings",
        NameSource::Variable => "because `DBT_TARGET` says so",
        NameSource::File => "the profile's default",
        NameSource::Default => "since nothing names another",
    }
}

fn defer_status(db: &dyn Db, project: Project) -> DeferStatus {
    let settings = project.settings(db);
    let mut status = DeferStatus {
        on: settings.defer,
        state: settings.state.clone(),
        generated_at: None,
        reason: String::new(),
    };
    if !settings.defer {
        "deferral is off".clone_into(&mut status.reason);
        return status;
    }
    let Some(file) = state_file(db, project) else {
        "no state is configured: set `dbt.flag.state` to a folder with a `manifest.json`"
            .clone_into(&mut status.reason);
        return status;
    };
    let state = read_state(db, file);
    status.generated_at.clone_from(&state.generated_at);
    status.reason = match (&state.problem, state.is_empty()) {
        (Some(problem), true) => format!("the state cannot be used: {problem}"),
        (Some(problem), false) => {
            format!("{} nodes, {} could not be read ({problem})", state.len(), state.skipped)
        }
        (None, _) => format!("{} nodes", state.len()),
    };
    status
}
