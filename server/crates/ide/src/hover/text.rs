use std::sync::Arc;

use base::{Db, File, Project};
use project::{Json, Package, mask, secrets};
use rustc_hash::FxHashMap;
use syntax::jinja::{Call, ExprId, Stmt};

use crate::lookup::{docs_block, docs_text};

/// Tells about things of one project, from the view of one of its packages.
pub(crate) struct Teller<'a> {
    pub db: &'a dyn Db,
    pub project: Project,
    pub package: Package,
    secrets: Arc<[String]>,
}

impl<'a> Teller<'a> {
    pub fn new(db: &'a dyn Db, package: Package) -> Self {
        let project = package.project(db);
        Self { db, project, package, secrets: secrets(db, project) }
    }

    pub fn mask(&self, text: &str) -> String {
        mask(text, &self.secrets)
    }

    /// Somebody's text as code, without its secrets.
    pub fn code(&self, text: &str) -> String {
        code(&self.mask(text))
    }

    /// A file as people name it: from the project, from the folder beside it, from home.
    pub fn path(&self, file: File) -> String {
        let path = file.path(self.db);
        let root = self.project.root(self.db);
        if let Some(inside) = path.relative_to(root) {
            return inside.to_owned();
        }
        if let Some(beside) = root.parent().as_ref().and_then(|it| path.relative_to(it)) {
            return format!("../{beside}");
        }
        let home = self.db.machine().home(self.db).as_ref();
        match home.and_then(|it| path.relative_to(it)) {
            Some(inside) => format!("~/{inside}"),
            None => path.to_string(),
        }
    }

    /// A description with the docs blocks that it names put in.
    pub fn description(&self, package: Package, text: &str) -> String {
        let text = text.trim();
        if !text.contains("{{") {
            return self.mask(text);
        }
        let template = syntax::jinja::parse(text);
        let calls: FxHashMap<ExprId, Call<'_>> =
            template.calls().filter(|it| it.is("doc")).map(|it| (it.expr, it)).collect();
        let mut told = String::new();
        let mut done = 0;
        for statement in template.stmts() {
            let Stmt::Output(value) = statement.kind else { continue };
            let Some(block) = calls.get(&value).and_then(|it| self.block(package, *it)) else {
                continue;
            };
            let (start, end) =
                (usize::from(statement.range.start()), usize::from(statement.range.end()));
            told.push_str(text.get(done..start).unwrap_or_default());
            told.push_str(&block);
            done = end;
        }
        told.push_str(text.get(done..).unwrap_or_default());
        self.mask(&told)
    }

    fn block(&self, package: Package, call: Call<'_>) -> Option<String> {
        let first = call.positional(0)?.literal?;
        let (owner, name) = match call.positional(1).and_then(|it| it.literal) {
            Some(name) => (Some(first), name),
            None => (None, first),
        };
        Some(docs_text(self.db, docs_block(self.db, package, owner, name)?))
    }
}

/// Text as Markdown code on one line.
pub(crate) fn code(text: &str) -> String {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let text = shorten(&text, 300);
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    if text.trim().is_empty() {
        return "an empty text".to_owned();
    }
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// The beginning of a text that is too long to be read in passing.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// The first paragraph of a text on one line that a table can hold.
pub(crate) fn cell(text: &str) -> String {
    let first = text.trim().split("\n\n").next().unwrap_or_default();
    let line = first.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&line, 160).replace('|', "\\|")
}

/// Paragraphs with nothing in them are left out.
pub(crate) fn join_paragraphs(paragraphs: impl IntoIterator<Item = String>) -> String {
    let told: Vec<String> = paragraphs.into_iter().filter(|it| !it.trim().is_empty()).collect();
    told.join("\n\n")
}

/// `a`, `b` and `c`, the first few of many.
pub(crate) fn list<'t>(names: impl IntoIterator<Item = &'t str>) -> String {
    const SHOWN: usize = 20;
    let names: Vec<String> = names.into_iter().map(code).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} and {more} more", names[..SHOWN].join(", ")),
        _ => names.join(", "),
    }
}

/// Data as it is written in YAML on one line.
pub(crate) fn value_text(value: &Json) -> String {
    match value {
        Json::String(it) => it.clone(),
        other => other.to_string(),
    }
}
