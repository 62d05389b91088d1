use base::{Content, Db, Project};
use project::{YamlContext, document, render_value, to_json};
use serde_json::Value as Json;

use super::SelectionError;

/// The content of the project's `selectors.yml`, rendered; null where there is none.
pub fn selectors_file(db: &dyn Db, project: Project) -> Result<Json, SelectionError> {
    let file = db.file(&project.root(db).join("selectors.yml"));
    match file.content(db) {
        Content::Missing => return Ok(Json::Null),
        Content::Text(_) => {}
        Content::Unreadable(_) => {
            return Err(SelectionError::new("Could not read selector file: selectors.yml"));
        }
    }
    let document = document(db, file);
    if let Some(problem) = document.problems.first().filter(|_| !document.readable) {
        return Err(SelectionError::new(format!(
            "Could not read selector file: selectors.yml: {}",
            problem.message
        )));
    }
    let data = document.root.as_ref().map(to_json).unwrap_or_default();
    Ok(render_value(db, project, &data, YamlContext::ProjectFile))
}
