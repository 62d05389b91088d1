use project::{Json, Package};
use semantic::{Column, Node, PatchPlace};

use super::text::{Teller, cell, code};

const SHOWN: usize = 20;

/// A table of columns, the first twenty of many.
pub(super) fn table(teller: &Teller<'_>, package: Package, columns: &[Column]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let typed = columns.iter().any(|it| it.data_type.is_some());
    let described = columns.iter().any(|it| !it.description.trim().is_empty());
    let mut lines = Vec::new();
    let mut head = vec!["column".to_owned()];
    head.extend(typed.then(|| "type".to_owned()));
    head.extend(described.then(|| "description".to_owned()));
    lines.push(row(&head));
    lines.push(row(&vec!["---".to_owned(); head.len()]));
    for column in columns.iter().take(SHOWN) {
        let mut cells = vec![code(&column.name).replace('|', "\\|")];
        if typed {
            let data_type = column.data_type.as_deref().unwrap_or_default();
            cells.push(cell(&teller.mask(data_type)));
        }
        if described {
            cells.push(cell(&teller.description(package, &column.description)));
        }
        lines.push(row(&cells));
    }
    let mut text = lines.join("\n");
    if let Some(more @ 1..) = columns.len().checked_sub(SHOWN) {
        text.push_str(&format!("\n\n{more} more columns"));
    }
    text
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// The columns that properties give a node; a version takes over those of the model that it names.
pub(super) fn of_node(teller: &Teller<'_>, node: Node, place: &PatchPlace) -> Vec<Column> {
    let all = &place.patch.columns;
    let version = node.version(teller.db);
    let Some(version) = place.patch.versions.iter().find(|it| Some(it.v.as_str()) == version)
    else {
        return all.clone();
    };
    let Some(listed) = version.data.get("columns").and_then(Json::as_array) else {
        return all.clone();
    };
    let mut columns = Vec::new();
    for item in listed {
        let text = |key: &str| item.get(key).and_then(Json::as_str).map(str::to_owned);
        if let Some(included) = item.get("include") {
            let excluded = item.get("exclude");
            let kept = all
                .iter()
                .filter(|it| names(Some(included), &it.name) && !names(excluded, &it.name));
            columns.extend(kept.cloned());
        } else if let Some(name) = text("name") {
            columns.retain(|it: &Column| it.name != name);
            let description = text("description").unwrap_or_default();
            columns.push(Column::new(name, description, text("data_type")));
        }
    }
    columns
}

/// Whether `all`, `*` or a list of names means a column.
fn names(list: Option<&Json>, name: &str) -> bool {
    match list {
        Some(Json::String(it)) => it == "all" || it == "*",
        Some(Json::Array(items)) => items.iter().any(|it| it.as_str() == Some(name)),
        _ => false,
    }
}
