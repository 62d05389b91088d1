use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Db, Project};

use crate::{
    DefinitionFormat, Json, YamlContext, definition_files, document, dotenv, dotenv_file,
    environment_value, is_placeholder, is_secret_key, looks_secret, profile, render_value, to_json,
};

/// Whether dbt itself keeps the variable out of logs.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    name.starts_with("DBT_ENV_SECRET")
}

/// Whether the value of a variable is never to be shown: by its name, because a profile puts it
/// under a secret key, or because a line of `.env` makes it of such a variable.
#[must_use]
pub fn is_secret_variable(db: &dyn Db, project: Project, name: &str) -> bool {
    is_secret_name(name)
        || project.commanded(db).contains_key(name)
        || secret_variables(db, project).contains(name)
}

#[salsa::tracked(returns(clone))]
fn secret_variables(db: &dyn Db, project: Project) -> Arc<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for text in secret_fields(db, project) {
        let template = syntax::jinja::parse(&text);
        for call in template.calls().filter(|it| it.is("env_var")) {
            let name = call.positional(0).or_else(|| call.keyword("var"));
            found.extend(name.and_then(|it| it.literal).map(str::to_owned));
        }
    }
    let lines = dotenv(db, dotenv_file(db, project));
    let is_secret =
        |found: &BTreeSet<String>, name: &str| is_secret_name(name) || found.contains(name);
    // A line may read lines below it: until nothing is added.
    loop {
        let before = found.len();
        for (name, taken) in lines.substitutions() {
            if !found.contains(name) && is_secret(&found, taken) {
                found.insert(name.to_owned());
            }
        }
        if found.len() == before {
            return Arc::new(found);
        }
    }
}

/// What stands under secret keys of any profile and output, as it is written.
fn secret_fields(db: &dyn Db, project: Project) -> Vec<String> {
    fn collect(value: &Json, found: &mut Vec<String>) {
        match value {
            Json::Array(items) => items.iter().for_each(|it| collect(it, found)),
            Json::Object(object) => {
                for (key, value) in object {
                    if is_secret_key(key) {
                        collect_text(value, found);
                    } else {
                        collect(value, found);
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Some(file) = profile(db, project).file
        && let Some(root) = &document(db, file).root
    {
        collect(&to_json(root), &mut found);
    }
    found
}

/// Every secret value that is known, longest first: nothing that is shown may hold one.
#[salsa::tracked(returns(clone))]
pub fn secrets(db: &dyn Db, project: Project) -> Arc<[String]> {
    let mut found: Vec<String> = Vec::new();
    let settings = project.settings(db);
    let lines = dotenv(db, dotenv_file(db, project));
    for (name, text) in lines.literal_texts() {
        if is_secret_variable(db, project, name) {
            found.extend(environment_value(db, project, name.to_owned()).map(|it| it.to_string()));
            // Also what another source hides, and lines that no engine reaches.
            found.push(text);
        }
    }
    let machine = db.machine().environment(db);
    for (name, value) in settings.environment.iter().chain(machine.iter()) {
        if is_secret_variable(db, project, name) {
            found.push(value.clone());
        }
    }
    for written in secret_fields(db, project) {
        let value = render_value(db, project, &Json::String(written), YamlContext::Profile);
        collect_text(&value, &mut found);
    }
    found.extend(crate::cloud_link(db, project).token.clone());
    found.extend(in_examples(db, project));
    found.extend(crate::cloud_secrets(db, project));
    found.extend(project.commanded(db).values().cloned());
    // A short value would mask half of every text and protects nothing.
    found.retain(|it| it.trim().len() >= 4);
    found = found.iter().flat_map(|it| spellings(it)).collect();
    found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found.dedup();
    found.into()
}

/// What should not stand in an example, and does.
fn in_examples(db: &dyn Db, project: Project) -> Vec<String> {
    let mut found = Vec::new();
    for it in
        definition_files(db, project).iter().filter(|it| it.format == DefinitionFormat::Example)
    {
        let text = it.file.text(db);
        for entry in &dotenv(db, it.file).entries {
            let value = entry.raw_value(text).trim_matches(['"', '\'']);
            let is_secret = is_secret_variable(db, project, &entry.name) && !is_placeholder(value);
            if is_secret || looks_secret(value) {
                found.push(value.to_owned());
            }
        }
    }
    found
}

/// A secret as templates usually pass it on: filters like `upper` do not make it public.
fn spellings(secret: &str) -> [String; 5] {
    let mut characters = secret.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    [
        secret.to_owned(),
        secret.to_uppercase(),
        secret.to_lowercase(),
        first + &characters.as_str().to_lowercase(),
        secret.chars().rev().collect(),
    ]
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
