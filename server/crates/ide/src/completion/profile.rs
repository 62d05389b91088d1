use base::{Db, FilePosition};
use project::{
    Adapter, Generation, Package, ProfileKey, Support, ValueType, adapters, common_keys, document,
};

use super::{CompletionItem, CompletionKind};
use crate::profile::{Slot, Typed, WrittenOutput, generation, profiles_package};

/// Keys and values of a `profiles.yml`; nothing in another file and within Jinja.
pub(super) fn complete(db: &dyn Db, position: FilePosition) -> Option<Vec<CompletionItem>> {
    let package = profiles_package(db, position.file)?;
    let typed = Typed::at(db, position)?;
    let item =
        |kind, label: &str, detail: String, documentation: &str, insert: String| CompletionItem {
            label: label.to_owned(),
            kind,
            detail: Some(detail).filter(|it| !it.is_empty()),
            documentation: Some(documentation.to_owned()).filter(|it| !it.is_empty()),
            node: None,
            range: typed.range,
            insert,
        };
    let text = position.file.text(db);
    let has_colon = text.get(usize::from(typed.range.end())..)?.starts_with(':');
    let key = |name: &str, detail: String, documentation: &str| {
        let insert = if has_colon { name.to_owned() } else { format!("{name}: ") };
        item(CompletionKind::Key, name, detail, documentation, insert)
    };
    let value = |name: &str, detail: String, documentation: &str| {
        item(CompletionKind::Value, name, detail, documentation, name.to_owned())
    };
    let path: Vec<&str> = typed.path.iter().map(String::as_str).collect();
    Some(match (path.as_slice(), &typed.slot) {
        ([_], Slot::Key) => vec![
            key("target", String::new(), "The output that is used where nobody chooses another."),
            key("outputs", String::new(), "The connections that the profile has, by name."),
        ],
        ([name], Slot::Value(written)) if written == "target" => {
            let outputs = outputs(db, position, name);
            outputs.iter().map(|it| value(it, "output".to_owned(), "")).collect()
        }
        ([name, "outputs", target], Slot::Key) => keys(db, package, position, name, target)
            .into_iter()
            .map(|(it, detail)| key(&it.name, detail, &it.documentation))
            .collect(),
        ([_, "outputs", _], Slot::Value(written)) if written == "type" => {
            let generation = generation(db, package);
            let known = adapters().filter(|it| it.core || generation == Generation::V2);
            known.map(|it| value(&it.name, support(it), &it.title)).collect()
        }
        ([name, "outputs", target], Slot::Value(written)) => {
            let output = WrittenOutput::of(db, package, position.file, name, target)?;
            let adapter = output.adapter?;
            let found = adapter.key(written)?;
            values(db, package, adapter, found)
                .into_iter()
                .map(|(it, detail)| value(&it, detail, ""))
                .collect()
        }
        _ => return None,
    })
}

fn outputs(db: &dyn Db, position: FilePosition, name: &str) -> Vec<String> {
    let document = document(db, position.file);
    let outputs = document.root.as_ref().and_then(|it| it.get_path(&[name, "outputs"]));
    let entries = outputs.map_or(&[][..], |it| it.entries());
    entries
        .iter()
        .filter_map(|it| it.name())
        .take(super::MAX_COMPLETIONS)
        .map(str::to_owned)
        .collect()
}

/// The keys that are not there yet: first what the adapter needs, then what the log-in needs.
fn keys(
    db: &dyn Db,
    package: Package,
    position: FilePosition,
    name: &str,
    target: &str,
) -> Vec<(&'static ProfileKey, String)> {
    let generation = generation(db, package);
    let output = WrittenOutput::of(db, package, position.file, name, target);
    let Some((output, adapter)) = output.as_ref().and_then(|it| Some((it, it.adapter?))) else {
        return common_keys().iter().map(|it| (it, String::new())).take(2).collect();
    };
    let is_there = |key: &ProfileKey| {
        key.spellings().any(|spelling| output.fields.iter().any(|it| it.0 == spelling))
    };
    let login = adapter.login(generation, &|key| output.text(key));
    let needed = |key: &ProfileKey| {
        let named = |needs: &[project::Need]| {
            needs.iter().any(|need| need.0.iter().any(|it| key.spellings().any(|key| key == it)))
        };
        match login {
            _ if named(adapter.needs.get(generation)) => Some((0, "needed".to_owned())),
            Some(login) if named(login.needs.get(generation)) => {
                Some((1, format!("needed: {}", login.name)))
            }
            // What belongs to another way to log in comes last.
            login => {
                let mut others = adapter.logins.iter().filter(|it| Some(*it) != login);
                let is_others = others.any(|it| it.concerns(&key.name))
                    && login.is_some_and(|it| !it.concerns(&key.name))
                    && adapter.login_key.as_deref() != Some(key.name.as_str());
                is_others.then(|| (3, String::new()))
            }
        }
    };
    let keys = adapter.all_keys().filter(|it| it.is_read_by(generation) && !is_there(it));
    let mut found: Vec<(u8, &'static ProfileKey, String)> = keys
        .map(|key| {
            let (rank, why) = needed(key).unwrap_or((2, String::new()));
            let types: Vec<&str> = key.types.get(generation).iter().map(|it| it.words()).collect();
            let mut parts = vec![types.join(" or ").replace('`', "")];
            parts.extend(Some(why).filter(|it| !it.is_empty()));
            parts.extend(key.default.as_ref().map(|it| format!("default {it}")));
            parts.extend(key.secret.then(|| "secret".to_owned()));
            (rank, key, parts.join(" · "))
        })
        .collect();
    found.sort_by_key(|it| it.0);
    found.into_iter().map(|(_, key, detail)| (key, detail)).collect()
}

fn values(
    db: &dyn Db,
    package: Package,
    adapter: &Adapter,
    key: &ProfileKey,
) -> Vec<(String, String)> {
    let generation = generation(db, package);
    let accepted = key.values.get(generation);
    let mut values: Vec<String> =
        if accepted.is_empty() { key.examples.clone() } else { accepted.clone() };
    if values.is_empty() && key.types.get(generation) == &[ValueType::Flag] {
        values = vec!["true".to_owned(), "false".to_owned()];
    }
    let detail = |value: &str| {
        let named = |it: &&project::Login| it.named_by().any(|it| it == (key.name.as_str(), value));
        let login = adapter.logins.iter().find(named);
        let login = login.map(|it| {
            let unknown = it.v2 == Support::Unsupported;
            format!("{}{}", it.name, if unknown { " · not in dbt v2" } else { "" })
        });
        let is_default = key.default.as_deref() == Some(value);
        login.unwrap_or_else(|| if is_default { "default".to_owned() } else { String::new() })
    };
    values.iter().map(|it| (it.clone(), detail(it))).collect()
}

fn support(adapter: &Adapter) -> String {
    match adapter.v2 {
        Support::Supported => String::new(),
        Support::Experimental => "experimental in dbt v2".to_owned(),
        Support::Unsupported => "not in dbt v2".to_owned(),
    }
}
