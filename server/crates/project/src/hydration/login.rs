use super::{Wanted, WantedOutput};
use crate::Json;

/// A way to log in that a new output can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginChoice {
    pub name: &'static str,
    keys: &'static [(&'static str, Given)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Is(&'static str),
    Variable,
    Secret,
}

use Given::{Is, Secret, Variable};

const fn login(name: &'static str, keys: &'static [(&'static str, Given)]) -> LoginChoice {
    LoginChoice { name, keys }
}

const PASSWORD: LoginChoice = login("password", &[("password", Secret)]);

/// The choices for an adapter; the first keeps no password or token in any file, where there is such
/// a way.
#[must_use]
pub fn login_choices(adapter: &str) -> &'static [LoginChoice] {
    match adapter {
        "snowflake" => {
            const {
                &[
                    login("sso", &[("authenticator", Is("externalbrowser"))]),
                    login("key-pair", &[("private_key_path", Variable)]),
                    PASSWORD,
                    login(
                        "mfa",
                        &[("authenticator", Is("username_password_mfa")), ("password", Secret)],
                    ),
                ]
            }
        }
        "bigquery" => {
            const {
                &[
                    login("oauth", &[("method", Is("oauth"))]),
                    login(
                        "service-account",
                        &[("method", Is("service-account")), ("keyfile", Variable)],
                    ),
                ]
            }
        }
        "databricks" => {
            const {
                &[
                    login("oauth", &[("auth_type", Is("oauth"))]),
                    login("token", &[("token", Secret)]),
                ]
            }
        }
        "redshift" => {
            const {
                &[
                    login(
                        "iam",
                        &[("method", Is("iam")), ("iam_profile", Variable), ("region", Variable)],
                    ),
                    PASSWORD,
                ]
            }
        }
        "athena" => const { &[login("aws-profile", &[("aws_profile_name", Variable)])] },
        "fabric" => {
            const {
                &[
                    login("cli", &[("authentication", Is("CLI"))]),
                    login(
                        "password",
                        &[("authentication", Is("ActiveDirectoryPassword")), ("password", Secret)],
                    ),
                ]
            }
        }
        "duckdb" => const { &[login("none", &[])] },
        _ => const { &[PASSWORD] },
    }
}

/// The port that the adapter's warehouses listen at, where a profile has to name it.
fn usual_port(adapter: &str) -> Option<u16> {
    match adapter {
        "postgres" => Some(5432),
        "redshift" => Some(5439),
        "trino" => Some(443),
        _ => None,
    }
}

/// What a connection cannot do without, besides the log-in.
fn needed(adapter: &str) -> &'static [&'static str] {
    match adapter {
        "snowflake" => &["account", "user", "role", "warehouse", "database", "schema"],
        "bigquery" => &["database", "schema"],
        "databricks" => &["host", "http_path", "schema"],
        "postgres" | "redshift" => &["host", "user", "dbname", "schema"],
        "duckdb" => &["path", "schema"],
        "trino" => &["host", "user", "database", "schema"],
        "athena" => &["region_name", "s3_staging_dir", "database", "schema"],
        "fabric" => &["host", "database", "schema"],
        _ => &["host", "user", "schema"],
    }
}

impl WantedOutput {
    /// What is known of the connection, and behind it what a new output takes from variables. Fails
    /// with the names of the ways to log in, where there is none of this name.
    pub fn new(
        profile: String,
        target: String,
        adapter: String,
        known: Vec<(String, Json)>,
        login: Option<&str>,
    ) -> Result<Self, Vec<&'static str>> {
        let choices = login_choices(&adapter);
        let chosen = match login {
            Some(name) => choices.iter().find(|it| it.name == name),
            None => choices.first(),
        };
        let names = || choices.iter().map(|it| it.name).collect::<Vec<_>>();
        let chosen = chosen.ok_or_else(names)?;
        let variable = |prefix: &str, key: &str| {
            let name: String = format!("{prefix}_{adapter}_{key}")
                .chars()
                .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
                .collect();
            Wanted::Variable(name)
        };
        let needed = needed(&adapter).iter().map(|key| ((*key).to_owned(), variable("DBT", key)));
        let login = chosen.keys.iter().map(|(key, given)| {
            let value = match given {
                Is(it) => Wanted::Value(Json::from(*it)),
                Variable => variable("DBT", key),
                Secret => variable("DBT_ENV_SECRET", key),
            };
            ((*key).to_owned(), value)
        });
        let number = |key: &str, it: u16| (key.to_owned(), Wanted::Value(Json::from(it)));
        let port = usual_port(&adapter).map(|it| number("port", it));
        let threads = [number("threads", 16)];
        let at_first = port.into_iter().chain(needed).chain(login).chain(threads).collect();
        let fields = known.into_iter().map(|(key, value)| (key, Wanted::Value(value))).collect();
        Ok(Self { profile, target, adapter, fields, at_first })
    }

    /// The variables that a new output can read.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.at_first.iter().filter_map(|(_, it)| match it {
            Wanted::Variable(name) => Some(name.as_str()),
            Wanted::Value(_) => None,
        })
    }
}
