//! Keys that dbt does not know: what is said of them, and where they may go.

use base::nearest;
use project::config_keys::{Engine, Shape, is_config_of_adapter};
use syntax::yaml::edit::{Edit, Editor, Move, Place};
use syntax::yaml::{Entry, Node, Style};

use super::object_config::{ignores_keys, pair};
use super::objects::{Object, ObjectKind, Part};
use super::stray_keys::{PropertiesFile, Stray};
use super::{config_readers, edits};
use crate::{FileContext, Findings, Fix, Severity};

/// What dbt Core passes over it warns of; what it refuses besides is an error there too.
pub(super) fn severity(findings: &Findings<'_>, object: Object<'_>) -> Severity {
    let in_config = object.part == Part::Config;
    if in_config || ignores_keys(object) { findings.refused_by_v2() } else { Severity::Error }
}

/// What is said of a key: that dbt does not know it, and who does.
fn message(file: &PropertiesFile<'_>, stray: &Stray<'_>, near: Option<&str>) -> String {
    let place = match stray.object.part {
        Part::Config => "is no config",
        _ => "is no property",
    };
    let mut message = format!("`{}` {place} of {}", stray.name, noun(stray.object));
    let is_config = stray.object.part == Part::Config;
    let later = known_later(stray.object.shape, stray.name, file.engine).filter(|_| is_config);
    if let Some(later) = later {
        message += &format!(" before dbt {}", later.name());
    } else if let Some(near) = near {
        message += &format!("; `{near}` is");
    }
    message
}

fn noun(object: Object<'_>) -> String {
    let name = object.shape.name.as_str();
    let noun = match object.kind {
        ObjectKind::File => "a properties file",
        _ if object.part == Part::Inner => return words(name),
        ObjectKind::Model => "a model",
        ObjectKind::Version => "a version",
        ObjectKind::Seed => "a seed",
        ObjectKind::Snapshot => "a snapshot",
        ObjectKind::Analysis => "an analysis",
        ObjectKind::Source => "a source",
        ObjectKind::Table => "a table",
        ObjectKind::Column => "a column",
        ObjectKind::Exposure => "an exposure",
        ObjectKind::Other => return words(name),
    };
    noun.to_owned()
}

/// `MacrosArguments` as `a macro's argument`, as far as it matters.
fn words(shape: &str) -> String {
    match shape {
        "MacrosProperties" | "MacrosConfig" => "a macro",
        "MacrosArguments" | "FunctionArgument" => "an argument",
        "GroupProperties" | "GroupConfig" => "a group",
        "DbtOwner" => "an owner",
        "UnitTestProperties" | "UnitTestConfig" => "a unit test",
        "Given" => "an input of a unit test",
        "Expect" => "an expectation",
        "Constraint" | "ModelConstraint" => "a constraint",
        "MetricsProperties" | "MetricConfig" => "a metric",
        "SavedQueriesProperties" | "SavedQueryConfig" => "a saved query",
        "FunctionProperties" | "FunctionConfig" => "a function",
        "DataTestProperties" | "DataTestConfig" => "a data test",
        _ => "this",
    }
    .to_owned()
}

/// Nobody writes more keys in one place; looking for what was meant takes time.
pub(super) const MAX_KEYS: usize = 300;

/// A key that dbt knows there and that may have been meant. Not one that stands there already.
fn near(file: &PropertiesFile<'_>, stray: &Stray<'_>) -> Option<&'static str> {
    let object = stray.object;
    if object.node.entries().len() > MAX_KEYS {
        return None;
    }
    let near = nearest(stray.name, object.shape.names(file.engine));
    near.filter(|it| object.node.get(it).is_none())
}

/// What is said of each of these keys, and what can be done: give it the name that may have been
/// meant, or put it where everybody may keep their own. The keys of one object stand together.
pub(super) fn each<'a>(
    context: &FileContext<'_>,
    file: &PropertiesFile<'a>,
    strays: &[Stray<'a>],
    mut found: impl FnMut(&Stray<'a>, String, Vec<Fix>),
) {
    let editor = file.editor();
    for group in strays.chunk_by(|a, b| a.object.node.range == b.object.node.range) {
        let near: Vec<Option<&str>> = group.iter().map(|it| near(file, it)).collect();
        // What moves, moves at once: one after the other each would make a `meta`.
        let moved: Vec<&Stray<'_>> =
            group.iter().zip(&near).filter(|it| it.1.is_none()).map(|it| it.0).collect();
        let all = into_meta(context, file, &editor, &moved);
        let later = moved.iter().find_map(|it| known_later(it.object.shape, it.name, file.engine));
        let all = match later {
            Some(later) => all.map(|it| it.as_choice(taken_by(later))),
            None => all,
        };
        for (stray, near) in group.iter().zip(near) {
            let mut fixes = Vec::new();
            match (near, stray.entry.filter(|_| !stray.object.is_merged)) {
                (_, None) => {}
                (None, Some(_)) => fixes.extend(all.clone()),
                (Some(near), Some(entry)) => {
                    let edits = editor.rename_key(entry, near);
                    let fix = Fix::of(context.file, format!("Rename to `{near}`"), edits);
                    // dbt Core reads both ways to write a hook.
                    let is_hook = near.replace('_', "-") == stray.name;
                    fixes.push(if is_hook { fix } else { fix.as_guess() });
                    fixes.extend(into_meta(context, file, &editor, &[stray]).filter(|_| !is_hook));
                }
            }
            found(stray, message(file, stray, near), fixes);
        }
    }
}

/// The first engine after this one that takes the key for a config.
pub(super) fn known_later(shape: &Shape, name: &str, engine: Engine) -> Option<Engine> {
    let bare = name.trim_start_matches('+');
    let of_adapters = engine.is_core() && is_config_of_adapter("", bare, Engine::V2);
    shape.later(name, engine).or(of_adapters.then_some(Engine::V2))
}

/// What moving a key means that another version knows.
pub(super) fn taken_by(engine: Engine) -> String {
    format!("dbt {} takes it where it is", engine.name())
}

/// Moves keys of one object under `meta`, in which dbt looks at nothing.
pub(super) fn into_meta(
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    strays: &[&Stray<'_>],
) -> Option<Fix> {
    let object = strays.first()?.object;
    let entries: Vec<&Entry> = strays.iter().filter_map(|it| it.entry).collect();
    if object.is_merged || entries.is_empty() || object.node.entries().len() > MAX_KEYS {
        return None;
    }
    if edits::has_twins(object.node.entries()) {
        return None;
    }
    let (edits, place) = match object.part {
        Part::Config => (within_config(file, editor, object, &entries)?, "config.meta"),
        Part::Item => within_item(file, editor, object, &entries)?,
        Part::Inner => (out_of_part(file, editor, object, &entries)?, "config.meta"),
    };
    let is_risky = entries.iter().any(|it| edits::has_anchor_or_alias(it));
    if edits.is_empty() || (is_risky && !editor.is_readable(&edits)) {
        return None;
    }
    let names = edits::listed(entries.iter().filter_map(|it| it.name()));
    let fix = Fix::of(context.file, format!("Move {names} under `{place}`"), edits);
    match object.part {
        Part::Config => {
            let keys: Vec<&str> = entries.iter().filter_map(|it| it.key.as_str()).collect();
            config_readers::with_readers(context, fix, &keys)
        }
        // What stands beside `config` nobody can read.
        Part::Item | Part::Inner => Some(fix),
    }
}

fn names<'a>(entries: &[&'a Entry]) -> Vec<&'a str> {
    entries.iter().filter_map(|it| it.key.as_str()).collect()
}

fn within_config(
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    object: Object<'_>,
    entries: &[&Entry],
) -> Option<Vec<Edit>> {
    object.shape.key("meta", file.engine)?;
    let holder = object.parent.and_then(|it| file.objects.all.get(it));
    // A `meta` beside `config` has to move first: dbt refuses both for models.
    if holder.is_some_and(|it| it.node.get("meta").is_some()) {
        return None;
    }
    let keys = names(entries);
    free(object.node.get("meta"), &keys)?;
    editor.move_entries(object.node, &[Move { keys: &keys, into: &["meta"] }])
}

fn within_item(
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    object: Object<'_>,
    entries: &[&Entry],
) -> Option<(Vec<Edit>, &'static str)> {
    let (node, shape) = (object.node, object.shape);
    let in_config = node.get("config").and_then(|it| it.get("meta"));
    // Where a `meta` stands beside `config`, or belongs there, the keys join it.
    let beside = node.get("meta").filter(|_| in_config.is_none());
    let is_beside = beside.is_some() || shape.key("meta", file.engine).is_some();
    let (into, place): (&[&str], _) = if is_beside {
        (&["meta"], "meta")
    } else {
        shape.config()?.key("meta", file.engine)?;
        (&["config", "meta"], "config.meta")
    };
    let keys = names(entries);
    free(beside.or(in_config), &keys)?;
    let edits = editor.move_entries(node, &[Move { keys: &keys, into }])?;
    Some((edits, place))
}

/// From the `owner` of an exposure to the `config.meta` of the exposure.
fn out_of_part(
    file: &PropertiesFile<'_>,
    editor: &Editor<'_>,
    object: Object<'_>,
    entries: &[&Entry],
) -> Option<Vec<Edit>> {
    let holder = file.holder(object);
    holder.shape.config()?.key("meta", file.engine)?;
    let (node, part) = (holder.node, object.node);
    let is_commented = entries.iter().any(|it| editor.has_comments(it) || editor.holds_text(it));
    let is_whole = entries.len() == part.entries().len();
    if edits::has_twins(node.entries()) || holder.is_merged || is_commented || is_whole {
        return None;
    }
    let config = node.get("config");
    let meta = config.and_then(|it| it.get("meta"));
    if node.get("meta").is_some() {
        return None;
    }
    free(meta, &names(entries))?;
    let in_braces = meta.or(config).unwrap_or(node).style == Style::Flow;
    let pairs: Option<Vec<String>> =
        entries.iter().map(|it| pair(file.text, part, it, in_braces)).collect();
    let pairs = pairs?.join(if in_braces { ", " } else { "\n" });
    let mut edits = match meta {
        Some(meta) => editor.insert_entry(meta, Place::End, &pairs)?,
        None if in_braces => editor.insert_under(node, "config", &format!("meta: {{{pairs}}}"))?,
        None => {
            let lines: Vec<String> = pairs.lines().map(|it| format!("  {it}")).collect();
            editor.insert_under(node, "config", &format!("meta:\n{}", lines.join("\n")))?
        }
    };
    for entry in entries {
        edits.extend(editor.remove_entry(part, entry)?);
    }
    edits::joined(edits)
}

/// Nothing where a mapping has one of the keys already, or is none.
fn free(mapping: Option<&Node>, keys: &[&str]) -> Option<()> {
    let Some(mapping) = mapping.filter(|it| !it.is_null()) else { return Some(()) };
    let entries = mapping.as_mapping()?;
    let is_taken = keys.iter().any(|it| entries.contains_key(it));
    (!is_taken && !edits::has_twins(&entries.entries)).then_some(())
}
