use base::{Db, FilePosition};
use project::{
    Field, Generation, Json, Need, ProfileKey, Support, adapter, profile, selected_output,
};

use super::Hover;
use super::text::{Teller, code, join_paragraphs, list};
use crate::profile::{WrittenOutput, generation, keys_at, profiles_package};

/// What a key of a `profiles.yml` means, and what it is in the end where the output is in use.
pub(super) fn hover(db: &dyn Db, position: FilePosition) -> Option<Hover> {
    let package = profiles_package(db, position.file)?;
    let teller = Teller::new(db, package);
    let (keys, range, is_key) = keys_at(db, position)?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let markdown = match keys.as_slice() {
        [name] if is_key => profile_name(&teller, position, name),
        [name, "target"] => target(&teller, position, name)?,
        [name, "outputs", target] if is_key => output(&teller, position, name, target)?,
        [name, "outputs", target, key] => field(&teller, position, name, target, key)?,
        _ => return None,
    };
    Some(Hover { range, markdown: teller.mask(&markdown) })
}

fn profile_name(teller: &Teller<'_>, position: FilePosition, name: &str) -> String {
    let used = profile(teller.db, teller.project);
    let is_used = used.file == Some(position.file) && used.name.as_deref() == Some(name);
    let use_ = if is_used {
        format!(
            "The profile in use; its outputs: {}.",
            list(used.targets.iter().map(String::as_str))
        )
    } else {
        "Not in use in this project.".to_owned()
    };
    join_paragraphs([format!("**{}** · profile", code(name)), use_])
}

fn target(teller: &Teller<'_>, position: FilePosition, name: &str) -> Option<String> {
    let used = profile(teller.db, teller.project);
    let is_used = used.file == Some(position.file) && used.name.as_deref() == Some(name);
    let told = "The output that is used where nobody chooses another.";
    let now = match (&used.target, is_used) {
        (Some(target), true) => {
            let why = crate::status::target_reason(used.target_source);
            format!("In use now: {}, {why}.", teller.code(target))
        }
        _ => String::new(),
    };
    Some(join_paragraphs(["**`target`**".to_owned(), told.to_owned(), now]))
}

fn output(teller: &Teller<'_>, position: FilePosition, name: &str, target: &str) -> Option<String> {
    let output = WrittenOutput::of(teller.db, teller.package, position.file, name, target)?;
    let title = output.adapter.map_or("an adapter that is not known", |it| &it.title);
    let use_ = if output.is_used {
        "In use."
    } else {
        "Not in use: dbt reads nothing of it but its name."
    };
    let login = output.adapter.and_then(|it| {
        let value = |key: &str| output.text(key);
        it.login(generation(teller.db, teller.package), &value)
    });
    let login = login.map(|it| format!("Log-in with {}: {}", it.name, it.documentation));
    Some(join_paragraphs([
        format!("**{}** · output for {title}", code(target)),
        use_.to_owned(),
        login.unwrap_or_default(),
    ]))
}

fn field(
    teller: &Teller<'_>,
    position: FilePosition,
    name: &str,
    target: &str,
    key: &str,
) -> Option<String> {
    let output = WrittenOutput::of(teller.db, teller.package, position.file, name, target)?;
    let generation = generation(teller.db, teller.package);
    let selected = selected_output(teller.db, teller.project).filter(|_| output.is_used);
    let field = selected.as_ref().and_then(|it| it.field(key));
    let Some(known) = output.adapter.and_then(|it| it.key(key)) else {
        let title = output.adapter.map(|it| it.title.as_str());
        let told = title.map(|it| format!("dbt does not read this key of {it}."));
        let secret = project::is_secret_key(key);
        return Some(join_paragraphs([
            format!("**{}**", code(key)),
            told.unwrap_or_default(),
            value(teller, field, secret, generation),
        ]));
    };
    let title = output.adapter.map_or("", |it| &it.title);
    let types: Vec<&str> = known.types.get(generation).iter().map(|it| it.words()).collect();
    let mut facts = vec![types.join(" or ")];
    facts.extend(known.secret.then(|| "secret".to_owned()));
    facts.retain(|it| !it.is_empty());
    let head = format!("**{}** · {title} · {}", code(key), facts.join(", "));
    Some(join_paragraphs([
        head.trim_end_matches(" · ").to_owned(),
        known.documentation.clone(),
        need(&output, known, generation),
        other_generation(known, generation),
        spellings(known, key),
        if key == "type" { adapter_told(output.text("type").as_deref()) } else { String::new() },
        value(teller, field, known.secret, generation),
    ]))
}

fn need(output: &WrittenOutput, key: &ProfileKey, generation: Generation) -> String {
    let Some(adapter) = output.adapter else { return String::new() };
    let names = |needs: &[Need]| {
        needs
            .iter()
            .find(|need| need.0.iter().any(|it| key.spellings().any(|key| key == it)))
            .cloned()
    };
    let others = |need: &Need| {
        let others: Vec<String> =
            need.0.iter().filter(|it| **it != key.name).map(|it| code(it)).collect();
        if others.is_empty() {
            String::new()
        } else {
            format!(" where {} is not set", others.join(" and "))
        }
    };
    if let Some(need) = names(adapter.needs.get(generation)) {
        return format!("Needed{}.", others(&need));
    }
    let login = adapter.login(generation, &|key| output.text(key));
    if let Some(login) = login
        && let Some(need) = names(login.needs.get(generation))
    {
        return format!("Needed for the log-in with {}{}.", login.name, others(&need));
    }
    let mut names = adapter.logins.iter().flat_map(project::Login::named_by);
    match &key.default {
        // These say themselves what they are for.
        _ if key.name == "type" || names.any(|it| it.0 == key.name) => String::new(),
        Some(default) => format!("Default: {}", code(default)),
        None => "Not needed.".to_owned(),
    }
}

fn other_generation(key: &ProfileKey, generation: Generation) -> String {
    let (core, v2) = (key.is_read_by(Generation::Core), key.is_read_by(Generation::V2));
    match (core, v2, generation) {
        (true, false, Generation::V2) => "Only dbt Core reads it.".to_owned(),
        (true, false, Generation::Core) => "dbt v2 does not read it.".to_owned(),
        (false, true, Generation::Core) => "Only dbt v2 reads it.".to_owned(),
        (false, true, Generation::V2) => "dbt Core does not read it.".to_owned(),
        _ => String::new(),
    }
}

fn spellings(key: &ProfileKey, written: &str) -> String {
    let others: Vec<&str> = key.spellings().filter(|it| *it != written).collect();
    if others.is_empty() { String::new() } else { format!("Also spelled {}.", list(others)) }
}

fn adapter_told(name: Option<&str>) -> String {
    let Some(found) = name.and_then(adapter) else { return String::new() };
    match found.v2 {
        Support::Supported => format!("{}: dbt v2 supports it.", found.title),
        Support::Experimental => format!(
            "{}: experimental in dbt v2, where `DBT_ALLOW_EXPERIMENTAL_ADAPTERS` is true.",
            found.title
        ),
        Support::Unsupported => format!("{}: not in dbt v2.", found.title),
    }
}

/// What the value is in the end, as far as it may be seen.
fn value(
    teller: &Teller<'_>,
    field: Option<&Field>,
    secret: bool,
    generation: Generation,
) -> String {
    let Some(field) = field else { return String::new() };
    let rendered = field.rendered.get(generation);
    if secret {
        return "Value: `*****` (secret)".to_owned();
    }
    if field.has_jinja() && field.rendered.core == field.written {
        return String::new();
    }
    match rendered {
        Json::Null => "Value: nothing".to_owned(),
        Json::String(it) => format!("Value: {}", teller.code(it)),
        Json::Array(_) | Json::Object(_) => String::new(),
        other => format!("Value: {}", teller.code(&other.to_string())),
    }
}
