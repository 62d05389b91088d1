use base::{TextEdit, TextSize};
use project::read_dev_container;
use serde_json::{Value, json};

use super::facts::Facts;
use super::line_end;

/// The port at which the platform's log-in comes back.
const LOGIN_PORT: u32 = 29_527;
const UPDATE_KEYS: [&str; 4] =
    ["onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand"];

/// A dev container that installs the newest dbt when it is made and brings it up to date when it is
/// started: nothing is baked into an image.
pub(super) fn edits(text: &str, facts: &Facts) -> (Vec<TextEdit>, Vec<String>) {
    let start = start_command(facts);
    if text.trim().is_empty() {
        let fresh = whole(facts, &start);
        return (vec![TextEdit::insert(TextSize::of(text), fresh)], Vec::new());
    }
    let document = read_dev_container(text);
    let Some(mapping) = document.root_mapping().filter(|_| document.readable) else {
        return (Vec::new(), vec!["it is no object of JSON, so it is left alone".to_owned()]);
    };
    let mut notes = Vec::new();
    let command = |key: &str| document.get(key).map(|it| it.source(text).to_owned());
    let said: Vec<String> = UPDATE_KEYS.iter().filter_map(|it| command(it)).collect();
    let at_start = command("postStartCommand");
    if let Some(at_start) = &at_start
        && !at_start.contains(&facts.update)
    {
        notes.push(format!(
            "its `postStartCommand` is left alone; add `{}` to it, so that each session has the newest dbt",
            facts.chained(&[&facts.update])
        ));
    }
    if said.iter().all(|it| !it.contains("dbt")) && at_start.is_some() {
        notes.push("none of its commands installs dbt".to_owned());
    }
    let mut missing: Vec<(&str, Value)> = Vec::new();
    if at_start.is_none() {
        missing.push(("postStartCommand", json!(start)));
    }
    if facts.is_linked && document.get("forwardPorts").is_none() {
        missing.push(("forwardPorts", json!([LOGIN_PORT])));
    }
    let Some(brace) = text_start(text, &document) else {
        return (Vec::new(), notes);
    };
    if missing.is_empty() {
        if notes.is_empty() {
            notes.push("it brings dbt up to date at each start already".to_owned());
        }
        return (Vec::new(), notes);
    }
    let end = line_end(text);
    let indent = mapping
        .entries
        .first()
        .map_or_else(|| "  ".to_owned(), |it| indent(text, it.key.range.start()));
    let entries: Vec<String> =
        missing.iter().map(|(key, value)| format!("{end}{indent}\"{key}\": {value}")).collect();
    let comma = if mapping.entries.is_empty() { "" } else { "," };
    let inserted = format!("{}{comma}", entries.join(","));
    (vec![TextEdit::insert(brace, inserted)], notes)
}

/// Behind the brace that opens the object.
fn text_start(text: &str, document: &syntax::yaml::Document) -> Option<TextSize> {
    let start = document.root.as_ref()?.range.start();
    let opens = text.get(usize::from(start)..)?.starts_with('{');
    opens.then(|| start + TextSize::new(1))
}

/// The blanks in front of the first key, where it begins its line.
fn indent(text: &str, key: TextSize) -> String {
    let before = text.get(..usize::from(key)).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim().is_empty() && !line.is_empty() { line.to_owned() } else { "  ".to_owned() }
}

fn start_command(facts: &Facts) -> String {
    let deps = facts.dbt("deps");
    let mut commands = vec![facts.update.as_str()];
    if facts.has_packages {
        commands.push(&deps);
    }
    facts.chained(&commands)
}

fn whole(facts: &Facts, start: &str) -> String {
    let mut container = json!({
        "name": facts.name,
        "image": format!("mcr.microsoft.com/devcontainers/python:{}", facts.python),
    });
    let mut set = |key: &str, value: Value| {
        if let Some(object) = container.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
    };
    if let Some(tool) = facts.runner.split(' ').next().filter(|it| !it.is_empty()) {
        set("onCreateCommand", json!(format!("python -m pip install {tool}")));
    }
    if facts.update == "dbt system update" {
        // A fresh container has no dbt that could update itself.
        set("postCreateCommand", json!("python -m pip install --upgrade dbt"));
        set(
            "postStartCommand",
            json!(start.replace(&facts.update, "python -m pip install --upgrade dbt")),
        );
    } else {
        set("postCreateCommand", json!(facts.chained(&[&facts.update])));
        set("postStartCommand", json!(start));
    }
    if facts.profile_at_home {
        // The connection stays the user's own and is never part of an image.
        let source = "${localEnv:HOME}${localEnv:USERPROFILE}/.dbt";
        set(
            "mounts",
            json!([format!("source={source},target=/home/vscode/.dbt,type=bind,readonly")]),
        );
    }
    if facts.is_linked {
        set("forwardPorts", json!([LOGIN_PORT]));
    }
    set(
        "customizations",
        json!({"vscode": {
            "extensions": ["tandem-dbt.tandem"],
            "settings": {"files.watcherExclude": {"**/target/**": true, "**/dbt_packages/**": true}},
        }}),
    );
    let text = serde_json::to_string_pretty(&container).unwrap_or_default();
    format!("{text}\n")
}
