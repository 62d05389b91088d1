use serde_json::Value as Json;

use super::failure::Failure;
use super::link::Linked;

/// The variables of a project by environment, as the platform writes them; it hides secret values.
pub fn variables(linked: &Linked) -> Result<Json, Failure> {
    let Linked { client, project_id, account_id } = linked;
    let path = format!(
        "/api/v3/accounts/{account_id}/projects/{project_id}/environment-variables/environment/"
    );
    client.get("asking for the project's variables", &path)
}
