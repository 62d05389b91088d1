use std::sync::Arc;

use base::{Content, Db, File, Project, TextRange, range};
use toml_edit::{Document, Item, Value};

/// `tandem.toml` beside `dbt_project.yml`: what a team wants to hear of, and how loud.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TandemFile {
    /// Rules that are not to be heard of.
    pub ignore: Vec<Named>,
    /// Paths whose findings are not to be heard of, with `*`, `**` and `?`.
    pub exclude: Vec<String>,
    /// Rules by the severity that they have here: `off`, `hint`, `info`, `warning`, `error`.
    pub severity: Vec<(Named, String)>,
    pub problems: Vec<(TextRange, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub range: TextRange,
}

const SEVERITIES: [&str; 5] = ["off", "hint", "info", "warning", "error"];

/// The file of a project, which need not exist.
#[must_use]
pub fn tandem_path(db: &dyn Db, project: Project) -> File {
    db.file(&project.root(db).join("tandem.toml"))
}

#[salsa::tracked(returns(clone))]
pub fn tandem_file(db: &dyn Db, project: Project) -> Arc<TandemFile> {
    let mut read = TandemFile::default();
    if let Content::Text(text) = tandem_path(db, project).content(db) {
        read.read(text);
    }
    read.into()
}

impl TandemFile {
    fn read(&mut self, text: &str) {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let place = error.span().unwrap_or_default();
                let place = range(place.start, place.end);
                self.problems.push((place, format!("this is no TOML: {}", error.message())));
                return;
            }
        };
        for (name, item) in document.iter() {
            let key = document.key(name).and_then(toml_edit::Key::span).unwrap_or_default();
            let key = range(key.start, key.end);
            match name {
                "ignore" => self.ignore = self.names(item, key),
                "exclude" => {
                    let names = self.names(item, key);
                    self.exclude = names.into_iter().map(|it| it.name).collect();
                }
                "severity" => self.severities(item, key),
                _ => {
                    let message = format!(
                        "`{name}` means nothing here: there are `ignore`, `exclude` and `severity`"
                    );
                    self.problems.push((key, message));
                }
            }
        }
    }

    fn names(&mut self, item: &Item, key: TextRange) -> Vec<Named> {
        let Some(list) = item.as_array() else {
            self.problems.push((key, "this is to be a list of texts".to_owned()));
            return Vec::new();
        };
        let mut names = Vec::new();
        for it in list {
            let place = place(it);
            match it.as_str() {
                Some(name) => names.push(Named { name: name.to_owned(), range: place }),
                None => self.problems.push((place, "this is to be a text".to_owned())),
            }
        }
        names
    }

    fn severities(&mut self, item: &Item, key: TextRange) {
        let Some(table) = item.as_table_like() else {
            let message = "this is to be a table of rules and severities".to_owned();
            self.problems.push((key, message));
            return;
        };
        for (name, item) in table.iter() {
            let span = table.key(name).and_then(toml_edit::Key::span).unwrap_or_default();
            let name = Named { name: name.to_owned(), range: range(span.start, span.end) };
            match item.as_value().and_then(Value::as_str) {
                Some(it) if SEVERITIES.contains(&it) => self.severity.push((name, it.to_owned())),
                _ => {
                    let place = item.as_value().map_or(name.range, place);
                    let message = format!("a severity is one of {}", SEVERITIES.join(", "));
                    self.problems.push((place, message));
                }
            }
        }
    }

    /// Whether findings of a file of the project, named from its root, are not to be heard of.
    #[must_use]
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|it| is_below(it, path))
    }
}

fn place(value: &Value) -> TextRange {
    let span = value.span().unwrap_or_default();
    range(span.start, span.end)
}

/// Whether a pattern names a path or a folder above it.
fn is_below(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    // `matched[i]`: the first `i` parts of the path match the pattern so far.
    let mut matched = vec![false; path.len() + 1];
    matched[0] = true;
    for part in pattern {
        let mut next = vec![false; path.len() + 1];
        for at in 0..=path.len() {
            if part == "**" {
                next[at] = matched[at] || (at > 0 && next[at - 1]);
            } else if at > 0 && matched[at - 1] {
                next[at] = is_like(part.as_bytes(), path[at - 1].as_bytes());
            }
        }
        matched = next;
    }
    matched[1..].contains(&true)
}

fn is_like(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(it) if *it == b'?' || *it == name[seen] => (at, seen) = (at + 1, seen + 1),
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, seen) = (place + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|it| *it == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_paths_and_folders() {
        for (pattern, path, expected) in [
            ("models/legacy", "models/legacy/a.sql", true),
            ("models/legacy/", "models/legacy/deep/a.sql", true),
            ("models/legacy", "models/legacy2/a.sql", false),
            ("**/a.sql", "models/deep/a.sql", true),
            ("**/a.sql", "a.sql", true),
            ("models/**", "models/a.sql", true),
            ("models/*_old.sql", "models/x_old.sql", true),
            ("models/*_old.sql", "models/x_new.sql", false),
            ("m?dels", "models/a.sql", true),
            ("*/a.sql", "models/deep/a.sql", false),
            ("*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(is_below(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let mut read = TandemFile::default();
        read.read(
            "ignore = ['a', 1]\nexclude = 'x'\nseverty = 1\n[severity]\na = 'off'\nb = 'loud'\n",
        );
        let said: Vec<&str> = read.problems.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(
            said,
            [
                "this is to be a text",
                "this is to be a list of texts",
                "`severty` means nothing here: there are `ignore`, `exclude` and `severity`",
                "a severity is one of off, hint, info, warning, error",
            ]
        );
        assert_eq!(read.severity[0].0.name, "a");
        let mut broken = TandemFile::default();
        broken.read("ignore = [");
        assert_eq!(broken.problems.len(), 1);
    }
}
