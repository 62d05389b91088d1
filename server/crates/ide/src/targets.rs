use base::{Db, Project};
use project::{Json, NameSource, document, profile, to_json};

use crate::status::target_reason;

/// What there is to choose from for a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    pub profile: Option<String>,
    /// In the order of the file.
    pub targets: Vec<Target>,
    /// What is used where nobody chooses.
    pub default: Option<String>,
    pub current: Option<String>,
    /// Why it is the current one.
    pub reason: String,
    pub is_chosen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    /// As `type:` has it; nothing where that is a template.
    pub adapter: Option<String>,
}

/// The outputs of the profile that a project uses.
#[must_use]
pub fn targets(db: &dyn Db, project: Project) -> Targets {
    let used = profile(db, project);
    let name = used.name.clone();
    let outputs = used.file.zip(name.as_deref()).and_then(|(file, name)| {
        Some(to_json(document(db, file).root.as_ref()?.get_path(&[name, "outputs"])?))
    });
    let adapter = |target: &str| {
        let written = outputs.as_ref()?.get(target)?.get("type").and_then(Json::as_str)?;
        (!written.contains("{{")).then(|| written.to_owned())
    };
    Targets {
        profile: name,
        targets: used
            .targets
            .iter()
            .map(|it| Target { name: it.clone(), adapter: adapter(it) })
            .collect(),
        default: used.default_target.clone(),
        current: used.target.clone(),
        reason: target_reason(used.target_source).to_owned(),
        is_chosen: matches!(used.target_source, NameSource::Settings | NameSource::Variable),
    }
}
