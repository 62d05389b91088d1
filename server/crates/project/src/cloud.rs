use std::sync::Arc;

use base::{Db, File, Project};

use crate::{Json, Origin, document, environment_value, packages, project_file, to_json};

/// How a project is tied to the dbt platform, as far as files and variables say.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CloudLink {
    /// `~/.dbt/dbt_cloud.yml`, where there is one.
    pub file: Option<File>,
    pub project_id: Option<String>,
    pub account_id: Option<String>,
    pub host: Option<String>,
    pub defer_environment_id: Option<String>,
    /// Never shown; kept to be masked.
    pub token: Option<String>,
}

impl std::fmt::Debug for CloudLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudLink")
            .field("project_id", &self.project_id)
            .field("account_id", &self.account_id)
            .field("host", &self.host)
            .field("defer_environment_id", &self.defer_environment_id)
            .field("token", &self.token.as_ref().map(|_| "*****"))
            .finish_non_exhaustive()
    }
}

/// Environment before `dbt_project.yml` before the entry in `dbt_cloud.yml` whose project matches.
#[salsa::tracked(returns(clone))]
pub fn cloud_link(db: &dyn Db, project: Project) -> Arc<CloudLink> {
    let home = db.machine().home(db).as_ref();
    let file = home.map(|it| db.file(&it.join(".dbt/dbt_cloud.yml"))).filter(|it| it.exists(db));
    let data = file.and_then(|it| document(db, it).root.as_ref().map(to_json)).unwrap_or_default();
    let packages = packages(db, project);
    let root = packages.iter().find(|it| it.origin(db) == Origin::Root);
    let own = root.map(|it| project_file(db, it.file(db)));
    let own = own.as_ref().and_then(|it| it.get(&["dbt-cloud"]));
    let variable =
        |name: &str| environment_value(db, project, name.to_owned()).filter(|it| !it.is_empty());
    let from_project = |key: &str| own.and_then(|it| text(it.get(key)));
    let project_id = variable("DBT_CLOUD_PROJECT_ID")
        .map(|it| it.to_string())
        .or_else(|| from_project("project-id"));
    let entries = data.get("projects").and_then(Json::as_array);
    let entry = entries.into_iter().flatten().find(|it| {
        let id = text(it.get("project-id"));
        id.is_some() && id == project_id
    });
    let from_entry = |key: &str| entry.and_then(|it| text(it.get(key)));
    let first = |name: &str, keys: &[&str], entry_key: &str| {
        variable(name)
            .map(|it| it.to_string())
            .or_else(|| keys.iter().find_map(|key| from_project(key)))
            .or_else(|| from_entry(entry_key))
    };
    let defer_environment_id = variable("DBT_CLOUD_DEFER_ENV_ID")
        .map(|it| it.to_string())
        .or_else(|| from_project("defer-env-id"))
        .or_else(|| entry.and_then(|_| text(data.get("context")?.get("defer-env-id"))));
    Arc::new(CloudLink {
        file,
        account_id: first("DBT_CLOUD_ACCOUNT_ID", &["account_id"], "account-id"),
        host: first("DBT_CLOUD_ACCOUNT_HOST", &["tenant_hostname", "account-host"], "account-host"),
        token: first("DBT_CLOUD_TOKEN", &[], "token-value"),
        defer_environment_id,
        project_id,
    })
}

fn text(value: Option<&Json>) -> Option<String> {
    match value? {
        Json::String(it) => Some(it.clone()),
        Json::Number(it) => Some(it.to_string()),
        _ => None,
    }
}
