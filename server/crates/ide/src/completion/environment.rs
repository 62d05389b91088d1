use std::collections::BTreeSet;

use project::{dotenv, environment_names, explain_environment};
use semantic::used_environment_names;

use super::choose::choose;
use super::slot::Slot;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shown_value, source_of_value};

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
