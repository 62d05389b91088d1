//! Who names a resource besides itself, for a rename.

use base::{File, TextEdit, TextRange, range};
use project::{document, packages, resources};
use semantic::jinja_texts;
use syntax::python::{self, Literal};
use syntax::yaml::{Node, Value};

use crate::{FileContext, FileEdit};

fn edit(file: File, range: TextRange, text: &str) -> FileEdit {
    FileEdit { file, edit: TextEdit { range, text: text.to_owned() } }
}

/// Every file of the project's own packages that can hold a reference.
fn own_files(context: &FileContext<'_>) -> Vec<File> {
    let db = context.db;
    let all = packages(db, context.project);
    let own = all.iter().filter(|it| it.is_own(db));
    own.flat_map(|it| resources(db, *it).all().chain([it.file(db)]).collect::<Vec<_>>()).collect()
}

/// `source('old', …)` in templates, in Python models, and in properties where no braces are needed.
pub(super) fn source_calls(context: &FileContext<'_>, old: &str, new: &str) -> Vec<FileEdit> {
    let db = context.db;
    let mut edits = Vec::new();
    for file in own_files(context) {
        let text = file.text(db);
        if !text.contains(old) || !text.contains("source") {
            continue;
        }
        if file.path(db).extension() == "py" {
            for call in python::parse(text).calls {
                if call.function != python::Function::Source {
                    continue;
                }
                let Some(first) = call.positional().next() else { continue };
                if let Literal::String { value, text_range } = &first.value
                    && value == old
                {
                    edits.push(edit(file, *text_range, new));
                }
            }
            continue;
        }
        for text in jinja_texts(db, file).iter() {
            let ranges = names_in_source_calls(&text.template, old);
            edits.extend(ranges.into_iter().map(|it| edit(file, text.to_file(it), new)));
        }
        if matches!(file.path(db).extension(), "yml" | "yaml") {
            let document = document(db, file);
            for node in document.nodes() {
                let Some(value) = node.as_str().filter(|it| it.trim_start().starts_with("source("))
                else {
                    continue;
                };
                let template = syntax::jinja::parse(&format!("{{{{{value}}}}}"));
                for it in names_in_source_calls(&template, old) {
                    let (start, end) = (usize::from(it.start()) - 2, usize::from(it.end()) - 2);
                    edits.push(edit(file, node.source_range(range(start, end)), new));
                }
            }
        }
    }
    edits
}

fn names_in_source_calls(template: &syntax::jinja::Template, old: &str) -> Vec<TextRange> {
    let calls = template.calls().filter(|it| it.is("source") || it.is("builtins.source"));
    let first = calls.filter_map(|it| it.positional(0).or_else(|| it.keyword("source_name")));
    first.filter(|it| it.literal == Some(old)).filter_map(|it| it.inner).collect()
}

/// `method:old` in `selectors.yml`.
pub(super) fn selectors(
    context: &FileContext<'_>,
    method: &str,
    old: &str,
    new: &str,
) -> Vec<FileEdit> {
    let db = context.db;
    let file = db.file(&context.project.root(db).join("selectors.yml"));
    let document = document(db, file);
    let mut edits = Vec::new();
    for node in document.nodes() {
        let Some(value) = node.as_str().filter(|_| node.alias().is_none()) else {
            // `method: source`, `value: old`
            let is_method = node.get("method").and_then(Node::as_str) == Some(method);
            let value = node.get("value").filter(|_| is_method);
            if let Some(value) = value
                && let Some(at) = value.as_str().and_then(|it| named(it, 0, old))
            {
                edits.push(edit(file, value.source_range(at), new));
            }
            continue;
        };
        let prefix = format!("{method}:");
        if let Some(start) = value.find(&prefix)
            && let Some(at) = named(value, start + prefix.len(), old)
        {
            edits.push(edit(file, node.source_range(at), new));
        }
    }
    edits
}

/// The name at a place of a text, alone or with `.table` behind it.
fn named(text: &str, start: usize, old: &str) -> Option<TextRange> {
    let rest = text.get(start..)?.strip_prefix(old)?;
    let ends = rest.is_empty() || rest.starts_with(['.', '+', ',']);
    ends.then(|| range(start, start + old.len()))
}

/// Keys of that name in a tree of `dbt_project.yml`.
pub(super) fn project_paths(
    context: &FileContext<'_>,
    section: &str,
    old: &str,
    new: &str,
) -> Vec<FileEdit> {
    let db = context.db;
    let file = db.file(&context.project.root(db).join("dbt_project.yml"));
    let document = document(db, file);
    let mut edits = Vec::new();
    let mut stack: Vec<&Node> = document.get(section).into_iter().collect();
    while let Some(node) = stack.pop() {
        let Value::Mapping(mapping) = &node.value else { continue };
        for entry in mapping.entries.iter().filter(|it| !it.is_merge) {
            if entry.key.as_str() == Some(old) && entry.value.as_mapping().is_some() {
                edits.push(edit(file, entry.key.text_range(), new));
            }
            stack.push(&entry.value);
        }
    }
    edits
}
