//! Whether edits of a YAML file can be offered.

use rustc_hash::FxHashSet;
use syntax::yaml::edit::{Edit, Editor};
use syntax::yaml::{Entry, Node, Value};

/// Edits in the order of the text, with insertions at one place made one, in the order they came.
/// Nothing if two of them overlap.
pub(super) fn joined(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut joined: Vec<Edit> = Vec::new();
    for (range, text) in edits {
        match joined.last_mut() {
            Some((last, before)) if last.end() == range.start() => {
                *last = last.cover(range);
                before.push_str(&text);
            }
            Some((last, _)) if last.end() > range.start() => return None,
            _ => joined.push((range, text)),
        }
    }
    Some(joined)
}

/// Edits that move or remove a pair, unless an alias elsewhere would lose what it refers to.
pub(super) fn sound(
    editor: &Editor<'_>,
    entry: &Entry,
    edits: Option<Vec<Edit>>,
) -> Option<Vec<Edit>> {
    let edits = edits.filter(|it| !it.is_empty())?;
    (!has_anchor_or_alias(entry) || editor.is_readable(&edits)).then_some(edits)
}

/// Whether something in a pair refers to something or is referred to.
pub(super) fn has_anchor_or_alias(entry: &Entry) -> bool {
    let mut stack: Vec<&Node> = vec![&entry.key, &entry.value];
    while let Some(node) = stack.pop() {
        if node.anchor().is_some() || node.alias().is_some() {
            return true;
        }
        match &node.value {
            Value::Sequence(items) => stack.extend(items),
            Value::Mapping(mapping) => {
                stack.extend(mapping.entries.iter().flat_map(|it| [&it.key, &it.value]));
            }
            _ => {}
        }
    }
    false
}

/// Whether one key stands twice.
pub(super) fn has_twins(entries: &[Entry]) -> bool {
    entries.iter().any(|it| it.overridden)
}

/// "`a`", "`a` and `b`", "`a`, `b` and `c`"; each name once.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = FxHashSet::default();
    let names: Vec<String> =
        names.into_iter().filter(|it| seen.insert(*it)).map(|it| format!("`{it}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
