use base::{Db, File};
use project::{Json, Package, YamlContext, render_value, resources};
use serde_json::json;
use syntax::yaml::{Node as Yaml, Value};

use crate::{NodeKind, Resolution, resolve_ref};

/// What a unit test gives or expects.
pub(super) struct Fixture {
    /// Nothing for what is expected.
    pub(super) input: Option<String>,
    pub(super) rows: Rows,
    pub(super) format: String,
    pub(super) fixture: Option<String>,
}

pub(super) enum Rows {
    Text(String),
    List(Vec<Vec<(String, Cell)>>),
}

/// A value with the text that Python's `repr` gives.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) value: Json,
    pub(super) repr: String,
}

impl Fixture {
    /// Rows of CSV and of seeds become mappings; nothing where dbt would refuse the test.
    pub(super) fn read(db: &dyn Db, package: Package, item: &Yaml, key: &str) -> Option<Self> {
        let text = |key: &str| item.get(key).and_then(Yaml::scalar_text).map(str::to_owned);
        let input = text("input").filter(|_| key == "input");
        let format = text("format").unwrap_or_else(|| "dict".to_owned());
        let fixture = text("fixture");
        let rows = item.get("rows").filter(|it| !it.is_null());
        let written = || {
            let text = project::to_json(rows.filter(|it| it.as_str().is_some())?);
            let context = YamlContext::Properties(package);
            let rendered = render_value(db, package.project(db), &text, context);
            rendered.as_str().or(text.as_str()).map(str::to_owned)
        };
        let of_file = |extension: &str| {
            let file = fixture_file(db, package, fixture.as_deref()?, extension)?;
            Some(file.text(db).trim().to_owned())
        };
        let rows = match format.as_str() {
            "csv" => {
                let text = match &fixture {
                    Some(_) => of_file("csv")?,
                    None => written()?,
                };
                Rows::List(csv_rows(&text, true))
            }
            "sql" => match &fixture {
                Some(_) => Rows::Text(of_file("sql")?),
                None => Rows::Text(written()?),
            },
            _ => match rows {
                Some(rows) => Rows::List(dict_rows(db, package, rows)?),
                None => Rows::List(seed_rows(db, package, input.as_deref()?)?),
            },
        };
        Some(Self { input, rows: rows.with_full_row_first(), format, fixture })
    }

    pub(super) fn to_json(&self) -> Json {
        let rows = match &self.rows {
            Rows::Text(it) => json!(it),
            Rows::List(rows) => rows
                .iter()
                .map(|row| row.iter().map(|(key, it)| (key.clone(), it.value.clone())).collect())
                .collect::<Vec<serde_json::Map<String, Json>>>()
                .into(),
        };
        match &self.input {
            Some(input) => json!({
                "input": input, "rows": rows, "format": self.format, "fixture": self.fixture,
            }),
            None => json!({"rows": rows, "format": self.format, "fixture": self.fixture}),
        }
    }
}

impl Rows {
    /// dbt lets the first row without nulls change places with the first: some warehouses read
    /// the types of columns off it.
    fn with_full_row_first(mut self) -> Self {
        if let Self::List(rows) = &mut self {
            let is_full = |row: &Vec<(String, Cell)>| row.iter().all(|(_, it)| !it.value.is_null());
            if let Some(full) = rows.iter().position(is_full) {
                rows.swap(0, full);
            }
        }
        self
    }
}

impl Cell {
    fn text(text: &str) -> Self {
        Self { value: json!(text), repr: repr(&json!(text)) }
    }

    fn null() -> Self {
        Self { value: Json::Null, repr: "None".to_owned() }
    }

    fn of_yaml(db: &dyn Db, package: Package, node: &Yaml) -> Self {
        if let Value::Timestamp(text) = &node.value {
            return Self { value: json!(text.replacen(' ', "T", 1)), repr: date_repr(text) };
        }
        let plain = project::to_json(node);
        let value = render_value(db, package.project(db), &plain, YamlContext::Properties(package));
        Self { repr: repr(&value), value }
    }
}

fn repr(value: &Json) -> String {
    jinja::value::repr::repr(&jinja::data::from_json(value)).unwrap_or_default()
}

/// `datetime.date(2025, 1, 2)`; zero seconds are not shown.
fn date_repr(text: &str) -> String {
    let (date, time) = text.split_once(' ').unwrap_or((text, ""));
    let numbers = |text: &str, by: char| -> Vec<u32> {
        text.split(by).filter_map(|it| it.parse().ok()).collect()
    };
    let listed =
        |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let mut parts = numbers(date, '-');
    if time.is_empty() {
        return format!("datetime.date({})", listed(&parts));
    }
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    parts.extend(numbers(clock, ':'));
    if fraction.is_empty() && parts.last() == Some(&0) {
        parts.pop();
    }
    parts.extend(format!("{fraction:0<6}").parse::<u32>().ok().filter(|_| !fraction.is_empty()));
    format!("datetime.datetime({})", listed(&parts))
}

fn dict_rows(db: &dyn Db, package: Package, rows: &Yaml) -> Option<Vec<Vec<(String, Cell)>>> {
    let rows = rows.as_sequence()?.iter().map(|row| {
        let pairs = row.as_mapping()?.pairs().into_iter().map(|(key, value)| {
            let key = key.scalar_text().unwrap_or_default().to_owned();
            (key, Cell::of_yaml(db, package, value))
        });
        Some(pairs.collect())
    });
    rows.collect()
}

/// As Python's `csv.DictReader` reads it: what a short row lacks is null.
fn csv_rows(text: &str, empty_is_null: bool) -> Vec<Vec<(String, Cell)>> {
    let mut rows = syntax::csv::rows(text, syntax::csv::COMMA).into_iter();
    let Some(header) = rows.next() else { return Vec::new() };
    let cell = |field: Option<&String>| match field {
        None => Cell::null(),
        Some(it) if it.is_empty() && empty_is_null => Cell::null(),
        Some(it) => Cell::text(it),
    };
    let row = |row: Vec<String>| {
        let columns = header.iter().enumerate();
        columns.map(|(index, name)| (name.clone(), cell(row.get(index)))).collect()
    };
    rows.map(row).collect()
}

fn seed_rows(db: &dyn Db, package: Package, input: &str) -> Option<Vec<Vec<(String, Cell)>>> {
    let template = syntax::jinja::parse(&format!("{{{{ {input} }}}}"));
    let call = template.calls().find(|it| it.is("ref"))?;
    let names: Vec<&str> = call.args().filter_map(|it| it.literal).collect();
    let (from, name) = match names.as_slice() {
        [name] => (None, *name),
        [package, name] => (Some(*package), *name),
        _ => return None,
    };
    let Resolution::Node(node) = resolve_ref(db, package, from, name, None) else { return None };
    (node.kind(db) == NodeKind::Seed).then(|| csv_rows(node.file(db).text(db), false))
}

fn fixture_file(db: &dyn Db, package: Package, name: &str, extension: &str) -> Option<File> {
    let fixtures = &resources(db, package).fixtures;
    let named = |it: &&File| it.path(db).stem() == name && it.path(db).extension() == extension;
    fixtures.iter().find(named).copied()
}

/// `overrides` with the parts that are not written.
pub(super) fn overrides_json(overrides: &Yaml) -> Json {
    let part = |key: &str| {
        overrides.get(key).filter(|it| !it.is_null()).map_or_else(|| json!({}), project::to_json)
    };
    json!({"macros": part("macros"), "vars": part("vars"), "env_vars": part("env_vars")})
}
