//! The dbt platform's list of environment variables, as somebody copied it from there. It lies in
//! Tandem's own folder, never in the project.

use std::collections::BTreeMap;

use base::{Db, File, FilePath, Project};
use md5::{Digest as _, Md5};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{Json, is_secret_name};

/// What was imported.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformList {
    pub variables: Vec<PlatformVariable>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformVariable {
    pub name: String,
    /// By environment, in the order of the list; empty text stands for no particular one. A value
    /// that the platform hides, or that is a secret, is nothing.
    pub values: Vec<(String, Option<String>)>,
}

/// Where Tandem keeps what belongs to a user and is no cache; nowhere without a home.
#[must_use]
pub fn data_folder(environment: &BTreeMap<String, String>) -> Option<FilePath> {
    let said = |name: &str| environment.get(name).filter(|it| !it.is_empty());
    let below = |it: &String, rest: &str| FilePath::new(it).join(rest);
    said("TANDEM_DATA")
        .map(|it| FilePath::new(it))
        .or_else(|| said("XDG_DATA_HOME").map(|it| below(it, "tandem")))
        .or_else(|| said("LOCALAPPDATA").map(|it| below(it, "tandem/data")))
        .or_else(|| said("HOME").map(|it| below(it, ".local/share/tandem")))
}

/// Where something that is kept for a project lies, whether or not it does.
pub(crate) fn kept_path(
    environment: &BTreeMap<String, String>,
    root: &FilePath,
    what: &str,
) -> Option<FilePath> {
    let digest = Md5::digest(root.as_str());
    let name: String = digest.iter().map(|it| format!("{it:02x}")).collect();
    Some(data_folder(environment)?.join(&format!("{what}/{name}.json")))
}

/// Where the list of a project lies, whether or not there is one.
#[must_use]
pub fn platform_list_path(
    environment: &BTreeMap<String, String>,
    root: &FilePath,
) -> Option<FilePath> {
    kept_path(environment, root, "platform-variables")
}

pub(crate) fn platform_list_file(db: &dyn Db, project: Project) -> Option<File> {
    let path = platform_list_path(db.machine().environment(db), project.root(db))?;
    Some(db.file(&path))
}

/// What a user has at hand: the platform's API or page, a table of a spreadsheet, lines of
/// `NAME=value`. Fails with a sentence that never quotes a value.
pub fn read_platform_list(text: &str) -> Result<PlatformList, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err("there is nothing to import".to_owned());
    }
    let variables = if text.starts_with(['{', '[']) {
        let json: Json = serde_json::from_str(text)
            .map_err(|error| format!("this is not JSON: line {}", error.line()))?;
        from_json(&json)
    } else {
        from_lines(text)
    };
    let mut list = PlatformList::default();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for mut variable in variables {
        if !is_variable_name(&variable.name) {
            continue;
        }
        for (_, value) in &mut variable.values {
            *value = value.take().filter(|it| !it.is_empty() && !is_hidden(it));
            if is_secret_name(&variable.name) {
                *value = None;
            }
        }
        let place = *places.entry(variable.name.clone()).or_insert(list.variables.len());
        match list.variables.get_mut(place) {
            Some(known) => known.values.extend(variable.values),
            None => list.variables.push(variable),
        }
    }
    if list.variables.is_empty() {
        return Err("no variable is found in it: expected JSON, a table with a header, or lines of NAME=value".to_owned());
    }
    Ok(list)
}

/// Stars or dots in place of a value.
fn is_hidden(value: &str) -> bool {
    value.chars().all(|it| matches!(it, '*' | '•' | '●' | '.'))
}

fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

fn from_json(json: &Json) -> Vec<PlatformVariable> {
    let json = json.get("data").unwrap_or(json);
    // Of the API: `{"variables": {NAME: {ENVIRONMENT: {"value": …}}}}`; our own: a list of them.
    let variables = json.get("variables").unwrap_or(json);
    match variables {
        Json::Object(object) => object
            .iter()
            .map(|(name, value)| PlatformVariable { name: name.clone(), values: values(value) })
            .collect(),
        Json::Array(items) => items.iter().filter_map(from_item).collect(),
        _ => Vec::new(),
    }
}

fn values(value: &Json) -> Vec<(String, Option<String>)> {
    match value {
        Json::Object(environments) => environments
            .iter()
            .map(|(environment, value)| {
                let value = value.get("value").or_else(|| value.get("raw_value")).unwrap_or(value);
                (environment_name(environment), scalar(value))
            })
            .collect(),
        // As we write it.
        Json::Array(items) => items
            .iter()
            .filter_map(|it| Some((it.get(0)?.as_str()?.to_owned(), scalar(it.get(1)?))))
            .collect(),
        value => vec![(String::new(), scalar(value))],
    }
}

fn from_item(item: &Json) -> Option<PlatformVariable> {
    let text = |keys: &[&str]| keys.iter().find_map(|it| item.get(it)?.as_str());
    let name = text(&["name", "key"])?.to_owned();
    if let Some(written) = item.get("values") {
        return Some(PlatformVariable { name, values: values(written) });
    }
    let environment =
        text(&["environment", "environment_name"]).map_or_else(String::new, environment_name);
    let value = ["value", "display_value", "raw_value"].iter().find_map(|it| item.get(it));
    Some(PlatformVariable { name, values: vec![(environment, value.and_then(scalar))] })
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(it) => Some(it.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The platform calls what holds for all environments `project`.
fn environment_name(name: &str) -> String {
    match name.trim().to_ascii_lowercase().as_str() {
        "project" | "project default" | "project_default" | "default" | "value" => String::new(),
        _ => name.trim().to_owned(),
    }
}

/// A table with a header, separated by tabs, commas or semicolons, or lines of `NAME=value`.
fn from_lines(text: &str) -> Vec<PlatformVariable> {
    let header = text.lines().next().unwrap_or_default();
    let separator = ['\t', ';', ','].into_iter().find(|it| header.contains(*it));
    let Some(separator) = separator.filter(|_| !header.contains('=')) else {
        return from_assignments(text);
    };
    let rows = syntax::csv::rows(text, separator);
    let mut rows = rows.into_iter();
    let header = rows.next().unwrap_or_default();
    let lower: Vec<String> = header.iter().map(|it| it.trim().to_ascii_lowercase()).collect();
    let place = |names: &[&str]| lower.iter().position(|it| names.contains(&it.as_str()));
    let name_at = place(&["name", "key", "variable", "variable name"]);
    let environment_at = place(&["environment", "environment_name", "env"]);
    let mut found = Vec::new();
    let is_headless = name_at.is_none();
    let name_at = name_at.unwrap_or(0);
    // A table without a header has names first, values second.
    let body = if is_headless {
        std::iter::once(header.clone()).chain(rows).collect::<Vec<_>>()
    } else {
        rows.collect()
    };
    for row in body {
        let Some(name) = row.get(name_at).map(|it| it.trim().to_owned()) else { continue };
        let cells =
            row.iter().enumerate().filter(|(at, _)| *at != name_at && Some(*at) != environment_at);
        let values = cells.map(|(at, cell)| {
            let environment = match (environment_at, is_headless) {
                (Some(at), _) => row.get(at).map_or_else(String::new, |it| environment_name(it)),
                (None, true) => String::new(),
                (None, false) => header.get(at).map_or_else(String::new, |it| environment_name(it)),
            };
            (environment, Some(cell.trim().to_owned()))
        });
        found.push(PlatformVariable { name, values: values.collect() });
    }
    found
}

fn from_assignments(text: &str) -> Vec<PlatformVariable> {
    let lines = syntax::dotenv::parse(text);
    let values = syntax::dotenv::values_core(&lines, &|_| None);
    let variable =
        |(name, value)| PlatformVariable { name, values: vec![(String::new(), Some(value))] };
    values.into_iter().map(variable).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expect: Expect) {
        let said = match read_platform_list(text) {
            Ok(list) => {
                let line = |it: &PlatformVariable| format!("{} {:?}\n", it.name, it.values);
                list.variables.iter().map(line).collect()
            }
            Err(problem) => format!("{problem}\n"),
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn what_the_platform_answers() {
        check(
            r#"{"status": {"code": 200}, "data": {"environments": ["project", "Production"], "variables": {
                "DBT_SCHEMA": {"project": {"id": 1, "value": "dev"}, "Production": {"id": 2, "value": "prod"}},
                "DBT_ENV_SECRET_TOKEN": {"project": {"id": 3, "value": "hunter2"}},
                "DBT_HIDDEN": {"project": {"id": 4, "value": "*****"}}}}}"#,
            expect![[r#"
                DBT_SCHEMA [("", Some("dev")), ("Production", Some("prod"))]
                DBT_ENV_SECRET_TOKEN [("", None)]
                DBT_HIDDEN [("", None)]
            "#]],
        );
    }

    #[test]
    fn tables_and_lines() {
        check(
            "Key\tProject default\tProduction\nDBT_SCHEMA\tdev\tprod\nDBT_ROLE\t\t\"a, b\"\n",
            expect![[r#"
                DBT_SCHEMA [("", Some("dev")), ("Production", Some("prod"))]
                DBT_ROLE [("", None), ("Production", Some("a, b"))]
            "#]],
        );
        check(
            "name,environment,value\nDBT_A,Staging,1\nDBT_A,Production,2\n",
            expect![[r#"
                DBT_A [("Staging", Some("1")), ("Production", Some("2"))]
            "#]],
        );
        check(
            "DBT_A,1\nDBT_B,2\n",
            expect![[r#"
            DBT_A [("", Some("1"))]
            DBT_B [("", Some("2"))]
        "#]],
        );
        check(
            "DBT_A=1,2\nexport DBT_B='x'\n",
            expect![[r#"
            DBT_A [("", Some("1,2"))]
            DBT_B [("", Some("x"))]
        "#]],
        );
        check(
            r#"{"DBT_A": "1", "DBT_B": 2}"#,
            expect![[r#"
            DBT_A [("", Some("1"))]
            DBT_B [("", Some("2"))]
        "#]],
        );
        check(
            r#"[{"name": "DBT_A", "value": "1", "environment": "Production"}]"#,
            expect![[r#"
            DBT_A [("Production", Some("1"))]
        "#]],
        );
    }

    #[test]
    fn nonsense_is_said_without_a_quotation() {
        check(
            "",
            expect![[r#"
            there is nothing to import
        "#]],
        );
        check(
            "{\"DBT_ENV_SECRET_A\": \"hunter2\",",
            expect![[r#"
            this is not JSON: line 1
        "#]],
        );
        check(
            "hello world\n",
            expect![[r#"
            no variable is found in it: expected JSON, a table with a header, or lines of NAME=value
        "#]],
        );
        check(
            &"[".repeat(100_000),
            expect![[r#"
            this is not JSON: line 1
        "#]],
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let list = read_platform_list("name,Staging\nDBT_A,1\n").unwrap();
        let written = serde_json::to_string(&list).unwrap();
        assert!(read_platform_list(&written).unwrap() == list);
    }
}
