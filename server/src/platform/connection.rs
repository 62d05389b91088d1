use serde_json::Value as Json;

use super::client::Client;
use super::failure::{Cause, Failure};
use super::link::Linked;

/// What the platform knows of the connection that a user has in a project; nothing of it is secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    pub adapter: String,
    /// Keys of a profile with their values, in the order in which a profile is written.
    pub fields: Vec<(&'static str, Json)>,
}

/// A key of a profile, and its names in the platform's answers.
struct Known {
    key: &'static str,
    /// In the user's credentials: what is personal.
    credentials: &'static [&'static str],
    /// In the connection of the project.
    connection: &'static [&'static str],
}

const fn known(
    key: &'static str,
    credentials: &'static [&'static str],
    connection: &'static [&'static str],
) -> Known {
    Known { key, credentials, connection }
}

const THREADS: Known = known("threads", &["threads"], &[]);

const SNOWFLAKE: &[Known] = &[
    known("account", &[], &["account"]),
    known("user", &["user", "username"], &[]),
    known("role", &["role"], &["role"]),
    known("warehouse", &["warehouse"], &["warehouse"]),
    known("database", &["database"], &["database"]),
    known("schema", &["schema", "default_schema"], &[]),
    THREADS,
];

/// Of Redshift too.
const POSTGRES: &[Known] = &[
    known("host", &[], &["host", "hostname"]),
    known("port", &[], &["port"]),
    known("user", &["user", "username"], &[]),
    known("dbname", &[], &["dbname"]),
    known("schema", &["schema", "default_schema"], &[]),
    known("retries", &[], &["retries"]),
    THREADS,
];

const BIGQUERY: &[Known] = &[
    known("database", &[], &["project_id", "project", "gcp_project_id"]),
    known("schema", &["schema", "default_schema", "dataset"], &[]),
    known("location", &[], &["location"]),
    known("priority", &[], &["priority"]),
    known("timeout_seconds", &[], &["timeout_seconds"]),
    known("maximum_bytes_billed", &[], &["maximum_bytes_billed"]),
    known("execution_project", &[], &["execution_project"]),
    known("impersonate_service_account", &[], &["impersonate_service_account"]),
    known("retries", &[], &["retries"]),
    known("scopes", &[], &["scopes"]),
    known("client_id", &[], &["client_id"]),
    known("token_uri", &[], &["token_uri"]),
    known("gcs_bucket", &[], &["gcs_bucket"]),
    known("dataproc_region", &[], &["dataproc_region"]),
    known("dataproc_cluster_name", &[], &["dataproc_cluster_name"]),
    known("job_retry_deadline_seconds", &[], &["job_retry_deadline_seconds"]),
    known("job_creation_timeout_seconds", &[], &["job_creation_timeout_seconds"]),
    known("job_execution_timeout_seconds", &[], &["job_execution_timeout_seconds"]),
    THREADS,
];

/// Where the platform tells the place of the warehouse, it is taken: dbt's own wizard leaves it out.
const DATABRICKS: &[Known] = &[
    known("host", &[], &["host"]),
    known("http_path", &[], &["http_path"]),
    known("catalog", &["catalog"], &["catalog"]),
    known("schema", &["schema"], &[]),
    THREADS,
];

/// Of adapters that nobody described: what every profile has.
const OTHER: &[Known] = &[
    known("host", &[], &["host", "hostname"]),
    known("port", &[], &["port"]),
    known("user", &["user", "username"], &[]),
    known("database", &["database"], &["database", "dbname"]),
    known("schema", &["schema", "default_schema"], &[]),
    THREADS,
];

fn keys(adapter: &str) -> &'static [Known] {
    match adapter {
        "snowflake" => SNOWFLAKE,
        "postgres" | "redshift" => POSTGRES,
        "bigquery" => BIGQUERY,
        "databricks" => DATABRICKS,
        _ => OTHER,
    }
}

/// Asks for the active credentials that the owner of the token has in a project, then for the
/// connection behind them.
pub fn connection(linked: &Linked) -> Result<Connection, Failure> {
    let Linked { client, project_id, account_id } = linked;
    let step = "asking whose token this is";
    let data = client.get(step, "/api/v2/whoami")?;
    let user = data.pointer("/user/id").and_then(id);
    let user = user.ok_or_else(|| {
        client.incomplete(
            step,
            "`user.id`: it may be a service token, where a personal one is needed".to_owned(),
        )
    })?;

    let step = "asking for your credentials";
    let data = client.get(step, &format!("/api/v3/users/{user}/credentials/"))?;
    let all = data.as_array().map(Vec::as_slice).unwrap_or_default();
    let of_project = |it: &&Json| it.get("project_id").and_then(id).as_ref() == Some(project_id);
    let is_active = |it: &&Json| it.get("state").and_then(Json::as_i64).unwrap_or(1) == 1;
    let found = all.iter().filter(is_active).find(of_project).ok_or_else(|| {
        client.incomplete(step, format!("active credentials for project {project_id}; set up your development credentials in the platform first"))
    })?;
    let credentials = found.get("credentials").cloned().unwrap_or_default();

    // The wizard of dbt asks under the account of the project, which may be told by the answer alone.
    let account = found.pointer("/project/account_id").and_then(id);
    let account = account.unwrap_or_else(|| account_id.clone());
    let config = match found.pointer("/project/connection_id").and_then(id) {
        Some(connection) => {
            let path = format!("/api/v3/accounts/{account}/connections/{connection}/");
            client.get("asking for the project's connection", &path)?
        }
        None => Json::Null,
    };
    read(&credentials, &config)
        .ok_or_else(|| client.incomplete(step, "type of warehouse".to_owned()))
}

impl Client {
    fn incomplete(&self, step: &'static str, what: String) -> Failure {
        Failure { step, host: self.host().to_owned(), cause: Cause::Incomplete(what) }
    }
}

/// Values of the credentials win, the connection fills the gaps.
fn read(credentials: &Json, connection: &Json) -> Option<Connection> {
    let config = connection.get("config").unwrap_or(connection);
    let adapter = [
        credentials.get("type"),
        connection.get("type"),
        credentials.get("adapter_version"),
        connection.get("adapter_version"),
    ];
    let adapter =
        adapter.into_iter().flatten().filter_map(Json::as_str).find(|it| *it != "adapter")?;
    // `databricks_v0` says that the form of the answer is the first.
    let adapter = match adapter.rsplit_once("_v") {
        Some((name, version)) if version.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => adapter,
    };
    let first = |from: &Json, names: &[&str]| {
        let mut values = names.iter().filter_map(|it| from.get(*it));
        values.find(|it| is_value(it)).cloned()
    };
    let fields = keys(adapter).iter().filter_map(|it| {
        let value = first(credentials, it.credentials).or_else(|| first(config, it.connection))?;
        Some((it.key, value))
    });
    Some(Connection { adapter: adapter.to_owned(), fields: fields.collect() })
}

/// What can stand in a profile; an empty text says nothing.
fn is_value(value: &Json) -> bool {
    match value {
        Json::String(it) => !it.trim().is_empty(),
        Json::Array(items) => !items.is_empty() && items.iter().all(Json::is_string),
        Json::Number(_) | Json::Bool(_) => true,
        Json::Null | Json::Object(_) => false,
    }
}

/// Ids come as numbers or as text.
fn id(value: &Json) -> Option<String> {
    match value {
        Json::Number(it) => Some(it.to_string()),
        Json::String(it)
            if !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
        {
            Some(it.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn credentials_win_and_the_connection_fills_gaps() {
        let credentials = json!({"type": "snowflake", "user": "ANA", "role": "DEV", "warehouse": "", "threads": 8, "password": "hunter2"});
        let connection = json!({"config": {"account": "ab1", "role": "ALL", "warehouse": "WH", "oauth_client_secret": "no"}});
        let found = read(&credentials, &connection).unwrap();
        assert_eq!(found.adapter, "snowflake");
        let expected = [
            ("account", json!("ab1")),
            ("user", json!("ANA")),
            ("role", json!("DEV")),
            ("warehouse", json!("WH")),
            ("threads", json!(8)),
        ];
        assert_eq!(found.fields, expected);
    }

    #[test]
    fn an_adapter_is_told_by_its_form_too() {
        let credentials = json!({"type": "adapter", "adapter_version": "databricks_v0"});
        assert_eq!(read(&credentials, &Json::Null).unwrap().adapter, "databricks");
        assert_eq!(read(&json!({}), &Json::Null), None);
    }

    #[test]
    fn no_key_of_the_tables_is_secret() {
        for adapter in ["snowflake", "postgres", "redshift", "bigquery", "databricks", "other"] {
            for key in keys(adapter) {
                let names = key.credentials.iter().chain(key.connection).chain([&key.key]);
                for name in names {
                    let secret =
                        ["password", "secret", "private", "passphrase", "keyfile", "refresh"];
                    assert!(!secret.iter().any(|it| name.contains(it)), "{name}");
                    assert!(*name != "token" && *name != "api_key");
                }
            }
        }
    }
}
