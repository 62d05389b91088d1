use project::{Json, Package, package_name};
use semantic::{SourcePlace, source_tables};

use super::choose::choose;
use super::slot::Slot;
use super::{CompletionItem, CompletionKind};
use crate::hover::{Teller, shorten};

/// Names of sources; where nothing is typed yet, also each table with its source.
pub(super) fn sources(teller: &Teller<'_>, slot: &Slot) -> Vec<CompletionItem> {
    let tables = own_first(teller);
    let mut items = Vec::new();
    if slot.is_bare() && slot.is_last {
        let labels: Vec<(String, &SourcePlace)> = tables
            .iter()
            .map(|it| (format!("{}.{}", it.table.source, it.table.name), it))
            .collect();
        let chosen = choose(labels, &slot.typed, |it| &it.0);
        items.extend(chosen.iter().map(|(label, place)| CompletionItem {
            insert: slot.arguments(&[&place.table.source, &place.table.name]),
            ..table(teller, slot, label, place)
        }));
    }
    let mut groups: Vec<&SourcePlace> = tables.iter().collect();
    groups.dedup_by(|a, b| a.table.source == b.table.source && a.package == b.package);
    let chosen = choose(groups, &slot.typed, |it| &it.table.source);
    items.extend(chosen.iter().map(|place| CompletionItem {
        detail: Some(format!("source · {}", package_name(teller.db, place.package))),
        documentation: described(teller, place.package, &place.table.source_data),
        ..slot.item(CompletionKind::Source, &place.table.source)
    }));
    items.truncate(super::MAX_COMPLETIONS);
    items
}

pub(super) fn tables(teller: &Teller<'_>, slot: &Slot, source: &str) -> Vec<CompletionItem> {
    let mut tables = own_first(teller);
    tables.retain(|it| it.table.source == source);
    let chosen = choose(tables, &slot.typed, |it| &it.table.name);
    chosen.iter().map(|it| table(teller, slot, &it.table.name, it)).collect()
}

fn table(teller: &Teller<'_>, slot: &Slot, label: &str, place: &SourcePlace) -> CompletionItem {
    CompletionItem {
        detail: Some(format!("source table · {}", package_name(teller.db, place.package))),
        documentation: described(teller, place.package, &place.table.data),
        ..slot.item(CompletionKind::Source, label)
    }
}

fn own_first(teller: &Teller<'_>) -> Vec<SourcePlace> {
    let mut tables = source_tables(teller.db, teller.project);
    tables.sort_by_key(|it| it.package != teller.package);
    tables
}

fn described(teller: &Teller<'_>, package: Package, data: &Json) -> Option<String> {
    let text = data.get("description").and_then(Json::as_str)?;
    let text = shorten(&teller.description(package, text), 400);
    (!text.is_empty()).then_some(text)
}
