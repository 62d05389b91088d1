use std::collections::BTreeSet;

use base::{Db, FilePosition};
use project::{dotenv, environment_names, explain_environment};
use semantic::{required_environment_names, used_environment_names};

use super::choose::choose;
use super::slot::Slot;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shown_value, source_of_value};
use crate::place::package_at;

/// Every variable that is set for the project, asked for in `.env.example` or read somewhere; those
/// that are set first.
pub(super) fn names(teller: &Teller<'_>, slot: &Slot) -> Vec<CompletionItem> {
    let (db, project) = (teller.db, teller.project);
    let mut names: BTreeSet<String> = environment_names(db, project);
    let example = db.file(&project.root(db).join(".env.example"));
    names.extend(dotenv(db, example).entries.iter().map(|it| it.name.clone()));
    names.extend(used_environment_names(db, project).iter().cloned());
    let process = db.machine().environment(db);
    names.extend(process.keys().filter(|it| it.starts_with("DBT_")).cloned());
    let mut items: Vec<(bool, CompletionItem)> = Vec::new();
    for name in choose(names, &slot.typed, |it| it) {
        let found = explain_environment(db, project, &name);
        // What is being typed counts as a name that is read: it is none to choose.
        if found.is_none() && name == slot.content {
            continue;
        }
        let detail = match &found {
            Some(found) => format!(
                "{} · {}",
                shown_value(teller, &name, found),
                source_of_value(&found.source)
            ),
            None => "not set".to_owned(),
        };
        let item = CompletionItem {
            detail: Some(detail.replace('`', "")),
            ..slot.item(CompletionKind::EnvironmentVariable, &name)
        };
        items.push((found.is_none(), item));
    }
    items.sort_by_key(|it| it.0);
    items.into_iter().map(|it| it.1).collect()
}

/// In `.env` and what is copied to it: at the start of a line the names that the project reads and
/// the file does not have yet.
pub(super) fn in_dotenv(db: &dyn Db, position: FilePosition) -> Option<Vec<CompletionItem>> {
    let name = position.file.path(db).name();
    if name != ".env" && !name.starts_with(".env.") {
        return None;
    }
    let package = package_at(db, position.file)?;
    let project = package.project(db);
    let text = position.file.text(db);
    let offset = usize::from(position.offset);
    let line_start = text.get(..offset)?.rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let before = text.get(line_start..offset)?;
    let blanks = before.len() - before.trim_start().len();
    let word = before.trim_start();
    let (start, typed) = match word.strip_prefix("export ") {
        Some(typed) => (offset - typed.len(), typed),
        None => (line_start + blanks, word),
    };
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if !typed.chars().all(is_name) {
        return None;
    }
    let rest = text.get(offset..)?;
    let end = offset + rest.find(|it| !is_name(it)).unwrap_or(rest.len());
    let has_sign = text.get(end..)?.trim_start_matches([' ', '\t']).starts_with('=');
    let lines = dotenv(db, position.file);
    let here =
        |name: &str| lines.entries_of(name).any(|it| usize::from(it.name_range.start()) != start);
    let required = required_environment_names(db, project, true);
    let mut names: Vec<String> =
        used_environment_names(db, project).iter().filter(|it| !here(it)).cloned().collect();
    names.sort_by_key(|it| !required.contains(it));
    let teller = Teller::new(db, package);
    let item = |name: String| {
        let found = explain_environment(db, project, &name);
        let detail = match &found {
            Some(found) => {
                let (value, source) =
                    (shown_value(&teller, &name, found), source_of_value(&found.source));
                format!("{value} · {source}").replace('`', "")
            }
            None if required.contains(&name) => "not set, has no default".to_owned(),
            None => "not set".to_owned(),
        };
        CompletionItem {
            insert: if has_sign { name.clone() } else { format!("{name}=") },
            label: name,
            kind: CompletionKind::EnvironmentVariable,
            detail: Some(detail),
            documentation: None,
            node: None,
            range: base::range(start, end),
        }
    };
    Some(choose(names, typed, |it| it).into_iter().map(item).collect())
}
