use project::Json;
use semantic::{SourcePlace, source_named, source_relation, source_tables};

use super::columns;
use super::text::{Teller, code, join_paragraphs, list, value_text};

pub(super) fn table(teller: &Teller<'_>, source: &str, table: &str) -> String {
    let db = teller.db;
    let place = source_named(db, teller.project, source.to_owned(), table.to_owned());
    let Some(place) = place else { return unknown(teller, source, table) };
    let declared = &place.table;
    join_paragraphs([
        format!("**{}** · source table", code(&format!("{source}.{table}"))),
        described(teller, &place, &declared.data),
        format!("Relation: {}", teller.code(&source_relation(db, &place).render())),
        described_source(teller, &place),
        facts(teller, &place),
        columns::table(teller, place.package, &declared.columns),
        format!("Declared in {}", code(&teller.path(place.file))),
    ])
}

pub(super) fn group(teller: &Teller<'_>, source: &str) -> String {
    let places = source_tables(teller.db, teller.project);
    let places: Vec<&SourcePlace> = places.iter().filter(|it| it.table.source == source).collect();
    let Some(first) = places.first() else {
        return format!("No source is named {}.", code(source));
    };
    join_paragraphs([
        format!("**{}** · source", code(source)),
        described(teller, first, &first.table.source_data),
        format!("Tables: {}", list(places.iter().map(|it| it.table.name.as_str()))),
        format!("Declared in {}", code(&teller.path(first.file))),
    ])
}

fn unknown(teller: &Teller<'_>, source: &str, table: &str) -> String {
    let places = source_tables(teller.db, teller.project);
    let mut known: Vec<&str> =
        places.iter().filter(|it| it.table.source == source).map(|it| &*it.table.name).collect();
    if known.is_empty() {
        return format!("No source is named {}.", code(source));
    }
    known.dedup();
    format!("The source {} has no table {}; it has {}.", code(source), code(table), list(known))
}

fn described(teller: &Teller<'_>, place: &SourcePlace, data: &Json) -> String {
    let text = data.get("description").and_then(Json::as_str).unwrap_or_default();
    teller.description(place.package, text)
}

fn described_source(teller: &Teller<'_>, place: &SourcePlace) -> String {
    match described(teller, place, &place.table.source_data) {
        text if text.is_empty() => text,
        text => format!("Source {}: {text}", code(&place.table.source)),
    }
}

/// Loader, the column that says when a row was loaded, freshness.
fn facts(teller: &Teller<'_>, place: &SourcePlace) -> String {
    let (table, source) = (&place.table.data, &place.table.source_data);
    let mut lines = Vec::new();
    for (key, title) in [("loader", "Loader"), ("loaded_at_field", "Loaded at")] {
        let said = said(table, key).or_else(|| said(source, key)).filter(|it| !it.is_null());
        lines.extend(said.map(|it| format!("{title}: {}", teller.code(&value_text(it)))));
    }
    let freshness = said(table, "freshness").or_else(|| said(source, "freshness"));
    lines.extend(freshness.map(|it| format!("Freshness: {}", teller.mask(&freshness_text(it)))));
    lines.join("  \n")
}

/// A key inside `config` or beside it.
fn said<'a>(data: &'a Json, key: &str) -> Option<&'a Json> {
    data.get("config").and_then(|it| it.get(key)).or_else(|| data.get(key))
}

fn freshness_text(freshness: &Json) -> String {
    let told = ["warn", "error"].into_iter().filter_map(|it| {
        let after = freshness.get(format!("{it}_after"))?;
        let count = value_text(after.get("count")?);
        let period = value_text(after.get("period")?);
        let plural = if count == "1" { "" } else { "s" };
        Some(format!("{it} after {count} {period}{plural}"))
    });
    match told.collect::<Vec<_>>() {
        told if told.is_empty() => "not checked".to_owned(),
        told => told.join(", "),
    }
}
