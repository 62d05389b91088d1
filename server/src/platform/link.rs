use std::collections::BTreeMap;

use anyhow::bail;
use project::CloudLink;

use super::client::{Access, Client};

/// A project as the platform knows it, and the way to ask about it.
pub struct Linked {
    pub client: Client,
    pub project_id: String,
    pub account_id: String,
}

impl Linked {
    /// Fails where files and variables do not say enough, with what to do about it.
    pub fn new(link: &CloudLink, environment: &BTreeMap<String, String>) -> anyhow::Result<Self> {
        let Some(project_id) = &link.project_id else {
            bail!(
                "the project is not linked to the dbt platform; add `dbt-cloud: {{project-id: …}}` to dbt_project.yml"
            );
        };
        let (Some(host), Some(account_id), Some(token)) =
            (&link.host, &link.account_id, &link.token)
        else {
            bail!(
                "host, account and token of project {project_id} are not all known; download `dbt_cloud.yml` from the platform to `~/.dbt`; `tandem profile --explain` says which step fails"
            );
        };
        let is_id = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric());
        if !is_id(project_id) || !is_id(account_id) {
            bail!("the project or the account is not named by its id, which is a number");
        }
        let access = Access { host: host.clone(), token: token.clone() };
        let client = Client::new(access, environment)?;
        Ok(Self { client, project_id: project_id.clone(), account_id: account_id.clone() })
    }
}
