//! Keys of an object that belong under its `config`.

use project::{package_facts, packages};
use syntax::yaml::edit::{Edit, Editor, Move, Place, fits_flow};
use syntax::yaml::{Entry, Node, Style, Value};

use super::objects::{Object, ObjectKind, Part};
use super::stray_keys::Stray;
use super::{edits, list};
use crate::{FileContext, Fix};

/// The configs that dbt also reads at the top of an object today. Every other config is ignored
/// there or refused, and moving it would make it count.
pub(super) fn is_read_at_top(kind: ObjectKind, key: &str) -> bool {
    let keys: &[&str] = match kind {
        ObjectKind::Model => &["meta", "docs", "group", "access", "contract"],
        ObjectKind::Seed | ObjectKind::Snapshot | ObjectKind::Analysis => {
            &["meta", "docs", "group"]
        }
        ObjectKind::Source | ObjectKind::Table => {
            &["meta", "tags", "freshness", "loaded_at_field", "loaded_at_query"]
        }
        ObjectKind::Column | ObjectKind::Exposure => &["meta", "tags"],
        ObjectKind::Version | ObjectKind::Other | ObjectKind::File => &[],
    };
    keys.contains(&key)
}

/// Whether dbt Core passes over unknown keys of such an object; of others it refuses them.
pub(super) fn ignores_keys(object: Object<'_>) -> bool {
    use ObjectKind::{Analysis, Column, Model, Seed, Snapshot, Table};
    let list = matches!(object.kind, Model | Seed | Snapshot | Analysis | Table | Column);
    let shape = object.shape.name.as_str();
    list || matches!(shape, "MacrosProperties" | "DbtOwner" | "Constraint" | "ModelConstraint")
}

/// A key of an object that belongs under `config`.
pub(super) struct Moved<'a> {
    pub(super) entry: &'a Entry,
    pub(super) key: &'a str,
    /// dbt reads it where it stands.
    pub(super) is_read: bool,
    pub(super) also_there: AlsoThere,
    /// What would change if it moved.
    pub(super) change: Option<&'static str>,
}

/// What dbt does with a key that stands under `config` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AlsoThere {
    No,
    Refused,
    /// One of both counts for some of what they say.
    OneCounts,
    /// `meta` key by key, where the one under `config` wins; `tags` of both.
    Joined,
}

impl<'a> Moved<'a> {
    /// Nothing for a key that `<<` brings.
    pub(super) fn of(context: &FileContext<'_>, stray: &Stray<'a>) -> Option<Self> {
        let (entry, key, object) = (stray.entry?, stray.name, stray.object);
        let is_read = object.part == Part::Item && is_read_at_top(object.kind, key);
        let config = object.node.get("config");
        let is_there = config.is_some_and(|it| it.get(key).is_some());
        let also_there = match (is_there, object.kind, key) {
            (false, ..) => AlsoThere::No,
            (_, ObjectKind::Source | ObjectKind::Table, "meta" | "tags")
            | (_, ObjectKind::Column | ObjectKind::Exposure, "meta" | "tags") => AlsoThere::Joined,
            (_, ObjectKind::Source | ObjectKind::Table, _) => AlsoThere::OneCounts,
            _ => AlsoThere::Refused,
        };
        let change = change(context, object, key, &entry.value).filter(|_| is_read);
        Some(Self { entry, key, is_read, also_there, change })
    }
}

fn change(
    context: &FileContext<'_>,
    object: Object<'_>,
    key: &str,
    value: &Node,
) -> Option<&'static str> {
    match (object.kind, key) {
        // dbt Core gives tests of a source the tags that stand here, and no others.
        (ObjectKind::Source | ObjectKind::Table, "tags") if has_tests(object) => {
            Some("its tests then lose these tags")
        }
        // Here a null is a word of its own; under `config` it is none.
        (ObjectKind::Table, "loaded_at_field") if value.is_null() => {
            Some("the field of the source then counts")
        }
        // What `dbt_project.yml` says is weaker than `config` and stronger than the top.
        (ObjectKind::Exposure, "meta") if project_configures_exposures(context) => {
            Some("it is then stronger than that of `dbt_project.yml`")
        }
        // Directly under `meta` of the top dbt Core leaves Jinja in these as it is.
        (_, "meta")
            if ["description", "tests", "data_tests", "loaded_at_query"]
                .iter()
                .filter_map(|it| value.get(it))
                .any(|it| it.scalar_text().is_none_or(|it| it.contains('{'))) =>
        {
            Some("Jinja in it is then rendered")
        }
        _ => None,
    }
}

fn has_tests(object: Object<'_>) -> bool {
    fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
        node.get(key).map_or(&[], Node::items)
    }
    let tests = |it: &Node| ["tests", "data_tests"].iter().any(|key| it.get(key).is_some());
    let table = |it: &Node| tests(it) || items(it, "columns").iter().any(tests);
    table(object.node) || items(object.node, "tables").iter().any(table)
}

fn project_configures_exposures(context: &FileContext<'_>) -> bool {
    packages(context.db, context.project).iter().any(|it| {
        let facts = package_facts(context.db, *it);
        facts.get(&["exposures"]).is_some_and(|it| !it.is_null())
    })
}

/// Moves keys of an object under its `config`, all at once.
pub(super) fn fix(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    object: Object<'_>,
    moved: &[&Moved<'_>],
) -> Option<Fix> {
    let config = object.node.get("config");
    let twins = edits::has_twins(object.node.entries())
        || config.is_some_and(|it| edits::has_twins(it.entries()));
    if object.is_merged || twins {
        return None;
    }
    let text = context.file.text(context.db);
    let (joined, plain): (Vec<&Moved<'_>>, Vec<&Moved<'_>>) =
        moved.iter().partition(|it| it.also_there == AlsoThere::Joined);
    let mut edits = Vec::new();
    // What goes deeper comes first where both go to one place.
    for it in &joined {
        let there = &own(&own(object.node, "config")?.value, it.key)?.value;
        // What an alias stands for is used elsewhere too; comments would stay behind alone.
        if editor.is_shared(config?) || editor.is_shared(there) || editor.has_comments(it.entry) {
            return None;
        }
        let added = match it.key {
            "meta" => join_meta(text, editor, &it.entry.value, there),
            _ => join_tags(text, &it.entry.value, there),
        };
        edits.extend(added?);
        edits.extend(editor.remove_entry(object.node, it.entry)?);
    }
    if !plain.is_empty() {
        let keys: Vec<&str> = plain.iter().map(|it| it.key).collect();
        let moves = [Move { keys: &keys, into: &["config"] }];
        edits.extend(editor.move_entries(object.node, &moves)?);
    }
    let edits = edits::joined(edits)?;
    let is_risky =
        !joined.is_empty() || moved.iter().any(|it| edits::has_anchor_or_alias(it.entry));
    if is_risky && !editor.is_readable(&edits) {
        return None;
    }
    let names = edits::listed(moved.iter().map(|it| it.key));
    let fix = Fix::of(context.file, format!("Move {names} under `config`"), edits);
    let mut changes: Vec<&str> = moved.iter().filter_map(|it| it.change).collect();
    changes.dedup();
    Some(if changes.is_empty() { fix } else { fix.as_choice(changes.join("; ")) })
}

/// The pair of a mapping that dbt reads, unless `<<` brings it.
fn own<'a>(mapping: &'a Node, key: &str) -> Option<&'a Entry> {
    let entries = mapping.entries().iter().filter(|it| !it.is_merge);
    entries.rev().find(|it| it.key.as_str() == Some(key))
}

/// Adds the keys of one `meta` that the other lacks.
fn join_meta(text: &str, editor: &Editor<'_>, from: &Node, to: &Node) -> Option<Vec<Edit>> {
    let known = from.as_mapping().filter(|_| from.alias().is_none())?;
    let there = to.as_mapping().filter(|_| to.alias().is_none())?;
    if known.entries.iter().chain(&there.entries).any(|it| it.is_merge || it.overridden) {
        return None;
    }
    let mut pairs = Vec::new();
    for entry in
        known.entries.iter().filter(|it| there.get(it.key.as_str().unwrap_or("")).is_none())
    {
        entry.key.as_str()?;
        if editor.holds_text(entry) {
            return None;
        }
        pairs.push(pair(text, from, entry, to.style == Style::Flow)?);
    }
    if pairs.is_empty() {
        return Some(Vec::new());
    }
    let joint = if to.style == Style::Flow { ", " } else { "\n" };
    editor.insert_entry(to, Place::End, &pairs.join(joint))
}

/// A pair as it is written, as if it stood at the start of a line.
pub(super) fn pair(text: &str, mapping: &Node, entry: &Entry, into_braces: bool) -> Option<String> {
    let source = &text[usize::from(entry.range().start())..usize::from(entry.range().end())];
    // Comments would have to be told from text; nobody has both often enough.
    if source.contains('#') {
        return None;
    }
    let is_block = |it: &Node| matches!(it.style, Style::Block | Style::Literal | Style::Folded);
    if into_braces {
        let is_plain = |it: &&Node| it.style == Style::Plain;
        let mut plain = [&entry.key, &entry.value].into_iter().filter(is_plain);
        let is_safe = mapping.style == Style::Flow
            || plain.all(|it| fits_flow(it.scalar_text().unwrap_or("")));
        let fits = is_safe && !source.contains('\n') && !is_block(&entry.value);
        return fits.then(|| source.to_owned());
    }
    if mapping.style == Style::Flow {
        return (!source.contains('\n') && !entry.value.range.is_empty())
            .then(|| source.to_owned());
    }
    let start = usize::from(entry.key.range.start());
    let column = start - text[..start].rfind('\n').map_or(0, |it| it + 1);
    let mut lines = source.lines();
    let mut out = lines.next()?.to_owned();
    for line in lines {
        out.push('\n');
        match line.get(..column) {
            Some(blank) if blank.trim().is_empty() => out += &line[column..],
            _ if line.trim().is_empty() => {}
            _ => return None,
        }
    }
    Some(out)
}

/// Adds the tags of one list that the other lacks.
fn join_tags(text: &str, from: &Node, to: &Node) -> Option<Vec<Edit>> {
    match &to.value {
        Value::Sequence(_) => list::append(text, to, &list::missing_items(text, from, to)?),
        // One tag, written without brackets.
        Value::String(only)
            if matches!(to.style, Style::Plain | Style::SingleQuoted | Style::DoubleQuoted)
                && !to.source(text).contains('\n')
                && (to.style != Style::Plain || fits_flow(only)) =>
        {
            let sources = list::items_besides(text, from, &[only])?;
            if to.range.is_empty() {
                return None;
            }
            if sources.is_empty() {
                return Some(Vec::new());
            }
            let all = format!("[{}, {}]", to.source(text), sources.join(", "));
            Some(vec![(to.range, all)])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
