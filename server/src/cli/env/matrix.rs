use std::collections::BTreeMap;
use std::io::Write;

use base::{FilePath, Project, RootDatabase, line_index};
use ide::{EnvironmentColumn, EnvironmentPlace, EnvironmentRow, EnvironmentStatus};
use serde::Serialize;

use super::Format;
use crate::cli::Outcome;
use crate::cli::report;
use crate::cli::session::Session;

/// A variable as it is written. Every text in it is masked.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// `set`, `default`, `missing`, `not-needed`.
    status: &'static str,
    secret: bool,
    value: Option<String>,
    source: Option<&'static str>,
    /// Where it is set too, without effect.
    hidden: Vec<&'static str>,
    cells: Vec<Cell>,
    uses: Vec<Use>,
    project: String,
}

#[derive(Debug, Serialize)]
struct Cell {
    column: &'static str,
    /// Nothing where the place takes it from somewhere else.
    value: Option<String>,
    #[serde(flatten)]
    place: Place,
    /// For whom, where not for all.
    scope: String,
    note: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Use {
    #[serde(flatten)]
    place: Place,
    default: Option<String>,
    /// Whether dbt looks at this place with the target in use.
    rendered: bool,
}

#[derive(Debug, Default, Serialize)]
struct Place {
    file: Option<String>,
    line: Option<u32>,
}

/// Variables that dbt would stop at make the command fail, and so does a question about one that
/// nobody knows.
pub fn run(
    session: &mut Session,
    explain: Option<&str>,
    format: Format,
) -> anyhow::Result<Outcome> {
    let (projects, home) = (session.projects(), session.home.clone());
    let rows = session.settle(|db| {
        let rows = projects.iter().flat_map(|it| rows(db, *it, home.as_ref()));
        rows.filter(|it| explain.is_none_or(|name| it.name == name)).collect::<Vec<_>>()
    })?;
    let mut out = anstream::stdout().lock();
    let written = match format {
        Format::Json => rows.iter().try_for_each(|it| {
            serde_json::to_writer(&mut out, it)?;
            writeln!(out)
        }),
        Format::Text if explain.is_some() => rows.iter().try_for_each(|it| explained(&mut out, it)),
        Format::Text => table(&mut out, &rows),
    };
    report::no_reader(written)?;
    let missing = EnvironmentStatus::Missing.name();
    if let Some(name) = explain.filter(|_| rows.is_empty()) {
        report::warn(&format!("nothing reads or sets `{name}`"));
    }
    let fails =
        rows.iter().any(|it| it.status == missing) || (explain.is_some() && rows.is_empty());
    Ok(if fails { Outcome::Found } else { Outcome::Clean })
}

fn rows(db: &RootDatabase, project: Project, home: Option<&FilePath>) -> Vec<Row> {
    let name = ide::project_status(db, project).name;
    let secrets = project::secrets(db, project);
    let root = project.root(db);
    let repository = project::repository_root(db, project);
    let place = |it: &EnvironmentPlace| {
        let path = it.file.path(db);
        let at = line_index(db, it.file).characters(it.file.text(db), it.range.start());
        let file = shown_path(path, root, &repository, home);
        Place { file: Some(file), line: Some(at.line + 1) }
    };
    let row = |it: EnvironmentRow| Row {
        status: it.status.name(),
        secret: it.secret,
        value: it.value,
        source: it.source.map(EnvironmentColumn::title),
        hidden: it.hidden.into_iter().map(EnvironmentColumn::title).collect(),
        cells: it
            .cells
            .iter()
            .map(|it| Cell {
                column: it.column.title(),
                value: it.value.clone(),
                place: it.place.as_ref().map(place).unwrap_or_default(),
                scope: it.scope.clone(),
                note: it.note,
            })
            .collect(),
        uses: it
            .uses
            .iter()
            .map(|it| Use {
                place: place(it),
                default: it.default.as_ref().map(|it| project::mask(it, &secrets)),
                rendered: it.is_rendered,
            })
            .collect(),
        project: name.clone(),
        name: it.name,
    };
    ide::environment_matrix(db, project).into_iter().map(row).collect()
}

/// As one would open it from the project's folder.
fn shown_path(
    path: &FilePath,
    root: &FilePath,
    repository: &FilePath,
    home: Option<&FilePath>,
) -> String {
    if let Some(inside) = path.relative_to(root) {
        return inside.to_owned();
    }
    if let (Some(inside), Some(below)) =
        (path.relative_to(repository), root.relative_to(repository))
    {
        return "../".repeat(below.split('/').count()) + inside;
    }
    let below = home.and_then(|it| path.relative_to(it));
    below.map_or_else(|| path.to_string(), |it| format!("~/{it}"))
}

/// So wide a cell may be.
const WIDTH: usize = 28;

/// Columns that nothing stands in are left out.
fn table(out: &mut impl Write, rows: &[Row]) -> std::io::Result<()> {
    let mut projects: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        projects.entry(&row.project).or_default().push(row);
    }
    for (project, rows) in projects {
        writeln!(out, "{project}")?;
        let columns: Vec<&str> = EnvironmentColumn::ALL
            .iter()
            .map(|it| it.title())
            .filter(|title| rows.iter().any(|it| it.cells.iter().any(|it| it.column == *title)))
            .collect();
        let mut lines = vec![header(&columns)];
        lines.extend(rows.iter().map(|it| line(it, &columns)));
        let widths: Vec<usize> = (0..lines.first().map_or(0, Vec::len))
            .map(|at| lines.iter().map(|it| it[at].chars().count()).max().unwrap_or_default())
            .collect();
        for line in lines {
            let padded: Vec<String> =
                line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(out, "  {}", padded.join("  ").trim_end())?;
        }
    }
    Ok(())
}

fn header(columns: &[&str]) -> Vec<String> {
    let mut line = vec!["variable".to_owned(), "is".to_owned()];
    line.extend(columns.iter().map(|it| (*it).to_owned()));
    line.push("read in".to_owned());
    line
}

fn line(row: &Row, columns: &[&str]) -> Vec<String> {
    let mut line = vec![row.name.clone(), row.status.to_owned()];
    for column in columns {
        let mut values: Vec<String> = Vec::new();
        for it in row.cells.iter().filter(|it| it.column == *column) {
            let value = shown_value(it.value.as_deref());
            if !values.contains(&value) {
                values.push(value);
            }
        }
        line.push(cut(&values.join(" | ")));
    }
    line.push(match row.uses.len() {
        0 => "-".to_owned(),
        1 => "1 place".to_owned(),
        count => format!("{count} places"),
    });
    line
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

fn shown_value(value: Option<&str>) -> String {
    match value {
        None => "(from elsewhere)".to_owned(),
        Some("") => "(empty)".to_owned(),
        Some(value) => value.escape_debug().to_string(),
    }
}

fn explained(out: &mut impl Write, row: &Row) -> std::io::Result<()> {
    let (name, project) = (&row.name, &row.project);
    match (&row.value, row.source) {
        (Some(value), Some(source)) => {
            let value = shown_value(Some(value));
            writeln!(out, "{name} = {value}  [{source}]  ({project})")?;
        }
        _ => {
            let why = match row.status {
                "missing" => "is not set, and dbt stops where it is read",
                "default" => "is not set; wherever it is read there is a default",
                _ => "is not set, and nothing that dbt renders needs it",
            };
            writeln!(out, "{name} {why}  ({project})")?;
        }
    }
    if !row.hidden.is_empty() {
        writeln!(out, "  in place of that of: {}", row.hidden.join(", "))?;
    }
    for it in &row.cells {
        let scope = if it.scope.is_empty() { String::new() } else { format!(" for {}", it.scope) };
        let note = it.note.map_or_else(String::new, |it| format!("; {it}"));
        let place = shown_place(&it.place).map_or_else(String::new, |it| format!("  {it}"));
        let value = shown_value(it.value.as_deref());
        writeln!(out, "  {}{scope}: {value}{place}{note}", it.column)?;
    }
    for it in &row.uses {
        let default = it.default.as_ref().map_or_else(String::new, |it| format!(", default {it}"));
        let rendered = if it.rendered { "" } else { ", not with this target" };
        let place = shown_place(&it.place).unwrap_or_default();
        writeln!(out, "  read in {place}{default}{rendered}")?;
    }
    Ok(())
}

fn shown_place(place: &Place) -> Option<String> {
    Some(format!("{}:{}", place.file.as_ref()?, place.line?))
}
