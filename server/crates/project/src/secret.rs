use std::sync::Arc;

use base::{Db, Project};
use syntax::dotenv::{Dotenv, Entry, Part};

use crate::{Json, dotenv, dotenv_file, environment_value, profile};

/// Whether dbt itself keeps the variable out of logs.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    name.starts_with("DBT_ENV_SECRET")
}

/// Whether a line of `.env` takes its value from a secret, directly or through other lines.
pub(crate) fn derives_from_secret(lines: &Dotenv, entry: &Entry) -> bool {
    fn derives(lines: &Dotenv, entry: &Entry, depth: usize) -> bool {
        substitutions(entry).any(|name| {
            is_secret_name(name)
                || (depth > 0
                    && lines
                        .entries
                        .iter()
                        .any(|it| it.name == name && derives(lines, it, depth - 1)))
        })
    }
    derives(lines, entry, 16)
}

/// The variables that a line of `.env` puts into its value.
pub fn substitutions(entry: &Entry) -> impl Iterator<Item = &str> {
    entry.parts.iter().filter_map(|it| match it {
        Part::Variable { name, .. } => Some(name.as_str()),
        Part::Text(_) => None,
    })
}

/// What the line itself says, without what it takes from elsewhere.
fn literal_text(entry: &Entry) -> String {
    let texts = entry.parts.iter().filter_map(|it| match it {
        Part::Text(text) => Some(text.as_str()),
        Part::Variable { .. } => None,
    });
    texts.collect()
}

/// Keys of a profile that hold a secret, whatever the adapter.
const SECRET_KEYS: [&str; 24] = [
    "password",
    "pass",
    "PWD",
    "private_key",
    "private_key_passphrase",
    "token",
    "refresh_token",
    "oauth_client_secret",
    "keyfile_json",
    "client_secret",
    "azure_client_secret",
    "app_secret",
    "access_key_id",
    "secret_access_key",
    "access_token",
    "secrets",
    "motherduck_token",
    "jwt_token",
    "client_private_key",
    "client_cert_key",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "api_key",
];

/// Whether a key of a profile holds a secret.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    SECRET_KEYS.contains(&key)
}

/// Every secret value that is known, longest first: nothing that is shown may hold one.
#[salsa::tracked(returns(clone))]
pub fn secrets(db: &dyn Db, project: Project) -> Arc<[String]> {
    let mut found: Vec<String> = Vec::new();
    let settings = project.settings(db);
    let lines = dotenv(db, dotenv_file(db, project));
    for entry in &lines.entries {
        if is_secret_name(&entry.name) || derives_from_secret(&lines, entry) {
            found.extend(
                environment_value(db, project, entry.name.clone()).map(|it| it.to_string()),
            );
            // Also what another source hides, and lines that no engine reaches.
            found.push(literal_text(entry));
        }
    }
    let machine = db.machine().environment(db);
    for (name, value) in settings.environment.iter().chain(machine.iter()) {
        if is_secret_name(name) {
            found.push(value.clone());
        }
    }
    for (key, value) in &profile(db, project).fields {
        if is_secret_key(key) {
            collect_text(value, &mut found);
        }
    }
    found.extend(crate::cloud_link(db, project).token.clone());
    // A short value would mask half of every text and protects nothing.
    found.retain(|it| it.trim().len() >= 4);
    found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found.dedup();
    found.into()
}

fn collect_text(value: &Json, found: &mut Vec<String>) {
    match value {
        Json::String(it) => found.push(it.clone()),
        Json::Array(items) => items.iter().for_each(|it| collect_text(it, found)),
        Json::Object(object) => object.values().for_each(|it| collect_text(it, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// The text with every known secret replaced.
#[must_use]
pub fn mask(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        if text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), "*****");
        }
    }
    text
}
