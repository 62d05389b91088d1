use base::{Db, FilePosition};
use project::{CloudChain, LinkRules, LinkSource, LinkStep, StepName, cloud_chain};

use super::Hover;
use super::text::{Teller, code, join_paragraphs};
use crate::place::package_at;
use crate::profile::keys_at;

/// What a key of `dbt_cloud.yml`, or below `dbt-cloud:`, means, and where the link stands.
pub(super) fn hover(db: &dyn Db, position: FilePosition) -> Option<Hover> {
    let package = package_at(db, position.file)?;
    let teller = Teller::new(db, package);
    let name = position.file.path(db).name();
    let (keys, range, _) = keys_at(db, position)?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let key = match (name, keys.as_slice()) {
        ("dbt_cloud.yml", [.., key]) => key,
        ("dbt_project.yml", ["dbt-cloud", key]) => key,
        ("dbt_project.yml", ["dbt-cloud"]) => "dbt-cloud",
        _ => return None,
    };
    let told = meaning(key)?;
    let chain = cloud_chain(db, teller.project, LinkRules::New);
    let markdown = join_paragraphs([
        format!("**{}**", code(key)),
        told.to_owned(),
        if key == "dbt-cloud" { all(&chain) } else { now(&chain, key) },
    ]);
    Some(Hover { range, markdown: teller.mask(&markdown) })
}

fn meaning(key: &str) -> Option<&'static str> {
    Some(match key {
        "dbt-cloud" => "How this project is tied to the dbt platform.",
        "version" => "The version of this file's format.",
        "context" => "What was chosen when the file was made.",
        "active-host" => "The platform's host, without `https://`.",
        "active-project" => {
            "The project that engines up to May 2026 took for one that names none; today's do not."
        }
        "defer-env-id" => {
            "The environment of the platform whose state is deferred to. A number; `DBT_CLOUD_DEFER_ENV_ID` wins over it."
        }
        "projects" => "One entry for each project of the platform that this machine may speak for.",
        "project-name" => "The project's name, for people.",
        "project-id" => "The project's number in the platform; it decides which entry is used.",
        "account-name" => "The account's name, for people.",
        "account-id" | "account_id" => "The account's number in the platform.",
        "account-host" | "tenant_hostname" => {
            "The account's host, as in `ab123.us1.dbt.com`, without `https://`."
        }
        "token-name" => "The token's name, for people.",
        "token-value" => {
            "The token. `dbtu_` begins one of a person, anything else one of a service. It is never shown here."
        }
        "job-id" => "The job of the platform whose state is deferred to.",
        "state" => "The client of dbt State.",
        "client-id" => "The client of dbt State.",
        "client-secret" => "The secret of that client. It is never shown here.",
        "state-org-id" => "The organisation of dbt State.",
        _ => return None,
    })
}

/// The value in force and where it comes from.
fn now(chain: &CloudChain, key: &str) -> String {
    let name = match key {
        "project-id" => StepName::Project,
        "account-id" | "account_id" => StepName::Account,
        "account-host" | "tenant_hostname" => StepName::Host,
        "token-value" => StepName::Token,
        "defer-env-id" => StepName::Environment,
        _ => return String::new(),
    };
    chain.step(name).map_or_else(String::new, |it| format!("Now: {}.", it.fact))
}

fn all(chain: &CloudChain) -> String {
    let line = |it: &LinkStep| format!("- {}", it.fact);
    let mut lines: Vec<String> = chain.steps.iter().map(line).collect();
    if let Some(LinkSource::Variable(name)) = chain.token {
        lines.push(format!("- the token comes from {}", code(name)));
    }
    lines.join("\n")
}
