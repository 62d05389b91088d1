//! `dbt_cloud.yml` as it is written.

use base::{Db, File, Project, TextRange, range};
use syntax::yaml::{Node, Value};

use crate::{Json, document};

/// The one place where dbt looks: `~/.dbt/dbt_cloud.yml`. It need not exist.
pub fn cloud_file(db: &dyn Db, _project: Project) -> Option<File> {
    let home = db.machine().home(db).as_ref()?;
    Some(db.file(&home.join(".dbt/dbt_cloud.yml")))
}

/// A copy in the project's folder, which dbt does not read.
pub fn misplaced_cloud_file(db: &dyn Db, project: Project) -> Option<File> {
    let file = db.file(&project.root(db).join("dbt_cloud.yml"));
    let is_home = cloud_file(db, project) == Some(file);
    (file.exists(db) && !is_home).then_some(file)
}

/// What is wrong with a `dbt_cloud.yml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudFileProblem {
    pub range: TextRange,
    pub message: String,
    /// Because of it dbt ignores the whole file.
    pub is_fatal: bool,
    pub fix: Option<CloudFix>,
}

/// What to write in place of a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudFix {
    pub title: String,
    pub range: TextRange,
    pub text: String,
}

/// The keys of an entry, all of which have to be there.
const ENTRY_KEYS: [&str; 7] = [
    "project-name",
    "project-id",
    "account-name",
    "account-id",
    "account-host",
    "token-name",
    "token-value",
];

/// What the engine would stumble over, in the order of the text.
pub fn cloud_file_problems(db: &dyn Db, file: File) -> Vec<CloudFileProblem> {
    let document = document(db, file);
    let mut found = Problems::default();
    let Some(root) = &document.root else {
        if document.readable && file.exists(db) {
            found.fatal(range(0, 0), "the file is empty: dbt ignores it");
        }
        return found.all;
    };
    if root.as_mapping().is_none() {
        found.fatal(root.range, "this is no mapping: dbt ignores the file");
        return found.all;
    }
    found.require(root, "version", root_place(root));
    if let Some(context) = found.mapping(root, "context") {
        found.require(context, "active-host", context.range);
        found.require(context, "active-project", context.range);
        if let Some(host) = context.get("active-host") {
            found.host(host);
        }
        for key in ["active-project", "defer-env-id"] {
            found.id(context, key);
        }
    }
    match root.get("projects") {
        None => found.fatal(root_place(root), "`projects` is missing: dbt ignores the file"),
        Some(projects) if projects.as_sequence().is_none() => {
            found.fatal(projects.range, "`projects` is a list: dbt ignores the file");
        }
        Some(projects) => found.entries(root, projects),
    }
    found.all.sort_by_key(|it| (it.range.start(), it.range.end()));
    found.all
}

fn root_place(root: &Node) -> TextRange {
    root.entries().first().map_or(root.range, |it| it.key.range)
}

#[derive(Default)]
struct Problems {
    all: Vec<CloudFileProblem>,
}

impl Problems {
    fn fatal(&mut self, range: TextRange, message: impl Into<String>) {
        self.add(range, message, true, None);
    }

    fn add(
        &mut self,
        range: TextRange,
        message: impl Into<String>,
        is_fatal: bool,
        fix: Option<CloudFix>,
    ) {
        self.all.push(CloudFileProblem { range, message: message.into(), is_fatal, fix });
    }

    /// The engine takes any scalar for text, nothing at all included.
    fn require(&mut self, mapping: &Node, key: &str, place: TextRange) {
        let Some(entry) = mapping.as_mapping().and_then(|it| it.entry(key)) else {
            self.fatal(place, format!("`{key}` is missing: dbt ignores the file"));
            return;
        };
        match &entry.value.value {
            Value::Sequence(_) | Value::Mapping(_) => {
                self.fatal(entry.value.range, format!("`{key}` wants text: dbt ignores the file"));
            }
            Value::Null => self.add(entry.key.range, format!("`{key}` is empty"), false, None),
            _ => {}
        }
    }

    fn mapping<'a>(&mut self, root: &'a Node, key: &str) -> Option<&'a Node> {
        let Some(value) = root.get(key) else {
            self.fatal(root_place(root), format!("`{key}` is missing: dbt ignores the file"));
            return None;
        };
        if value.as_mapping().is_none() {
            self.fatal(value.range, format!("`{key}` is a mapping: dbt ignores the file"));
            return None;
        }
        Some(value)
    }

    fn id(&mut self, mapping: &Node, key: &str) {
        let Some(value) = mapping.get(key) else { return };
        let is_id = value.scalar_text().is_some_and(|it| {
            !it.trim().is_empty() && it.trim().chars().all(|it| it.is_ascii_digit())
        });
        if is_scalar(value) && !is_id {
            self.add(value.range, format!("`{key}` is a number of the dbt platform"), false, None);
        }
    }

    fn host(&mut self, host: &Node) {
        let Some(text) = host.scalar_text() else { return };
        if let Some((message, plain)) = host_problem(text) {
            let fix = CloudFix {
                title: format!("Change to `{plain}`"),
                range: host.text_range(),
                text: plain,
            };
            self.add(host.range, message, false, Some(fix).filter(|_| host.alias().is_none()));
        }
    }

    fn entries(&mut self, root: &Node, projects: &Node) {
        let mut seen: rustc_hash::FxHashMap<&str, TextRange> = rustc_hash::FxHashMap::default();
        for entry in projects.items() {
            if entry.as_mapping().is_none() {
                self.fatal(
                    entry.range,
                    "an entry of `projects` is a mapping: dbt ignores the file",
                );
                continue;
            }
            let place = entry.entries().first().map_or(entry.range, |it| it.key.range);
            for key in ENTRY_KEYS {
                self.require(entry, key, place);
            }
            for key in ["project-id", "account-id"] {
                self.id(entry, key);
            }
            if let Some(host) = entry.get("account-host") {
                self.host(host);
            }
            let token = entry.get("token-value").filter(|it| is_scalar(it));
            if let Some(token) = token
                && token.scalar_text().is_some_and(|it| it.trim().is_empty())
            {
                self.add(token.range, "`token-value` is empty", false, None);
            }
            if let Some(id) = entry.get("project-id")
                && let Some(text) = id.scalar_text()
                && seen.insert(text, id.range).is_some()
            {
                let message = format!("project `{text}` has an entry already; dbt takes the first");
                self.add(id.range, message, false, None);
            }
        }
        let active = root.get_path(&["context", "active-project"]);
        if let Some(active) = active
            && let Some(text) = active.scalar_text().filter(|it| !it.is_empty())
            && !seen.contains_key(text)
        {
            let message = format!("`projects` has no entry for project `{text}`");
            self.add(active.range, message, false, None);
        }
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::Null | Value::Sequence(_) | Value::Mapping(_))
}

/// What is wrong with a host, and how it is written.
#[must_use]
pub fn host_problem(host: &str) -> Option<(String, String)> {
    let trimmed = host.trim();
    let bare = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let plain = bare.split(['/', '?', '#']).next().unwrap_or(bare).to_owned();
    if plain.is_empty() || plain == host {
        return None;
    }
    let message = if trimmed.contains("://") {
        "a host has no scheme: with `https://` in front every request to the platform fails"
    } else {
        "a host has nothing behind its name"
    };
    Some((message.to_owned(), plain))
}

/// Every secret of the file and of a copy in the project.
pub fn cloud_secrets(db: &dyn Db, project: Project) -> Vec<String> {
    let files = cloud_file(db, project).into_iter().chain(misplaced_cloud_file(db, project));
    let mut secrets = Vec::new();
    for file in files {
        let document = document(db, file);
        for node in document.nodes() {
            let entries = node.entries().iter();
            let secret =
                entries.filter(|it| matches!(it.name(), Some("token-value" | "client-secret")));
            secrets.extend(secret.filter_map(|it| Some(it.value.scalar_text()?.to_owned())));
        }
    }
    secrets
}

/// A scalar as text, ids written as numbers included.
pub(super) fn text(value: Option<&Json>) -> Option<String> {
    match value? {
        Json::String(it) => Some(it.trim().to_owned()).filter(|it| !it.is_empty()),
        Json::Number(it) => Some(it.to_string()),
        _ => None,
    }
}
