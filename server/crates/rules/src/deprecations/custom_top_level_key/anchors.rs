//! Pairs at the top of a properties file that only hold anchors.

use rustc_hash::FxHashSet;
use syntax::yaml::edit::{Edit, Editor, Place};
use syntax::yaml::{Document, Entry, Node, Style, Value};

use crate::deprecations::custom_keys::MAX_KEYS;
use crate::deprecations::edits;
use crate::deprecations::stray_keys::{PropertiesFile, Stray};
use crate::{FileContext, Fix};

/// Whether something outside of a pair refers to something in it.
pub(super) fn holds(entry: &Entry, document: &Document) -> bool {
    let mut anchors: FxHashSet<&str> = FxHashSet::default();
    let mut stack = vec![&entry.value];
    while let Some(node) = stack.pop() {
        anchors.extend(node.anchor());
        match &node.value {
            _ if node.alias().is_some() => {}
            Value::Sequence(items) => stack.extend(items),
            Value::Mapping(it) => stack.extend(it.entries.iter().map(|it| &it.value)),
            _ => {}
        }
    }
    if anchors.is_empty() {
        return false;
    }
    let outside = |it: &&Node| !entry.range().contains_range(it.range);
    document.nodes().filter(outside).filter_map(Node::alias).any(|it| anchors.contains(it))
}

/// Moves all of them under `anchors` at once: one after the other they would each make one.
pub(super) fn fix(
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    root: &Node,
    strays: &[Stray<'_>],
) -> Option<Fix> {
    if strays.len() > MAX_KEYS {
        return None;
    }
    let moved: Vec<&Entry> =
        strays.iter().filter_map(|it| it.entry).filter(|it| holds(it, file.document)).collect();
    let first = moved.first()?;
    // A list that is there may stand behind what refers to it.
    if root.style != Style::Block || root.get("anchors").is_some() {
        return None;
    }
    let items: Option<Vec<String>> = moved.iter().map(|it| item(file.text, editor, it)).collect();
    let list = format!("anchors:\n{}", items?.join("\n"));
    let mut edits: Vec<Edit> = editor.insert_entry(root, Place::Before(first), &list)?;
    for entry in &moved {
        edits.extend(editor.remove_entry(root, entry)?);
    }
    let edits = edits::joined(edits)?;
    if !editor.is_readable(&edits) {
        return None;
    }
    let names = edits::listed(moved.iter().filter_map(|it| it.name()));
    Some(Fix::of(context.file, format!("Move {names} under `anchors`"), edits))
}

/// The value of a pair as an item of a list that is indented by two.
fn item(text: &str, editor: &Editor<'_>, entry: &Entry) -> Option<String> {
    // Comments would stay behind, and texts say by their indentation what they are.
    if editor.has_comments(entry) || editor.holds_text(entry) {
        return None;
    }
    let source = entry.value.source(text);
    let mut lines = source.lines();
    let mut item = format!("  - {}", lines.next()?.trim_end());
    // A list may stand in the column of its key.
    let flush = source.lines().skip(1).any(|it| !it.is_empty() && !it.starts_with(' '));
    let pad = if flush { "    " } else { "  " };
    for line in lines {
        item.push('\n');
        if !line.trim().is_empty() {
            item += pad;
            item += line.trim_end();
        }
    }
    Some(item)
}
