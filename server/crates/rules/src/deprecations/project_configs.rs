//! The trees of configs in `dbt_project.yml`: keys under `models`, `seeds` and so on that are
//! neither a config with its `+` nor a folder.

use base::nearest;
use project::config_keys::{self, Engine, Holds, Shape, is_config_of_adapter, is_config_section};
use project::{dbt_version, document, packages, resources};
use rustc_hash::FxHashSet;
use semantic::adapter;
use syntax::yaml::edit::{Edit, Editor, Place, fits_flow, scalar};
use syntax::yaml::{Entry, Node, Style, Value};

use super::custom_keys::{MAX_KEYS, known_later, taken_by};
use super::{config_readers, edits};
use crate::{FileContext, Fix};

/// A key that dbt does not take for what it was meant.
pub(super) struct Misplaced<'a> {
    pub(super) entry: &'a Entry,
    pub(super) is: Wrong,
    pub(super) message: String,
    pub(super) fixes: Vec<Fix>,
    /// It may go under `+meta`.
    moves: bool,
    /// A later version knows it.
    later: Option<Engine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A config without its `+`.
    MissingPlus,
    /// No config.
    Custom,
}

/// Folders of models are not nested deeper than this.
const MAX_DEPTH: usize = 64;

/// Does something with each such key of `dbt_project.yml`.
pub(super) fn each(context: &FileContext<'_>, mut found: impl FnMut(Misplaced<'_>)) {
    let version = dbt_version(context.db, context.project);
    if (version.major, version.minor) < (1, 10) {
        return;
    }
    let document = document(context.db, context.file);
    let Some(root) = &document.root else { return };
    let engine = Engine::of(&version);
    let editor = Editor::new(context.file.text(context.db), &document);
    let adapter = adapter(context.db, context.project);
    for section in root.entries().iter().filter(|it| !it.is_merge && !it.overridden) {
        let Some(name) = section.key.as_str().filter(|it| is_config_section(it, engine)) else {
            continue;
        };
        let Some(shape) = config_keys::project_section(name) else { continue };
        let tree =
            Tree { context, editor: &editor, engine, shape, adapter: &adapter, folders: None };
        tree.walk(&section.value, &mut found);
    }
}

struct Tree<'a> {
    context: &'a FileContext<'a>,
    editor: &'a Editor<'a>,
    engine: Engine,
    shape: &'static Shape,
    adapter: &'a str,
    /// The names of folders and files in the project and its packages.
    folders: Option<FxHashSet<String>>,
}

impl Tree<'_> {
    fn walk(mut self, section: &Node, found: &mut impl FnMut(Misplaced<'_>)) {
        let mut stack = vec![(section, 0)];
        while let Some((mapping, depth)) = stack.pop() {
            if mapping.alias().is_some() || depth > MAX_DEPTH {
                continue;
            }
            let mut folders = Vec::new();
            let mut here = Vec::new();
            let own = mapping.entries().iter().filter(|it| !it.is_merge && !it.overridden);
            for entry in own {
                let Some(name) = entry.key.as_str() else { continue };
                if self.is_config(name) {
                    here.extend(self.unknown_within(entry, name));
                    continue;
                }
                match self.misplaced(mapping, entry, name) {
                    Some(it) => here.push(it),
                    None => folders.push((&entry.value, depth + 1)),
                }
            }
            // What moves, moves at once: one after the other each would make a `+meta`.
            let is_huge = mapping.entries().len() > MAX_KEYS;
            if is_huge {
                here.iter_mut().for_each(|it| it.moves = false);
            }
            let movable = here.iter().filter(|it| it.moves && it.fixes.is_empty());
            let moved: Vec<&Entry> =
                movable.map(|it| it.entry).filter(|it| self.is_movable(mapping, it)).collect();
            let later = here.iter().find_map(|it| it.later);
            let all = if moved.is_empty() { None } else { self.moved_to_meta(mapping, &moved) };
            let all = match later {
                Some(later) => all.map(|it| it.as_choice(taken_by(later))),
                None => all,
            };
            for mut it in here {
                if it.moves && !it.fixes.is_empty() {
                    it.fixes.extend(self.moved_to_meta(mapping, &[it.entry]));
                } else if moved.iter().any(|entry| std::ptr::eq(*entry, it.entry)) {
                    it.fixes.extend(all.clone());
                }
                found(it);
            }
            stack.extend(folders.into_iter().rev());
        }
    }

    /// With its `+`.
    fn is_config(&self, name: &str) -> bool {
        self.shape.key(name, self.engine).is_some()
            || name
                .strip_prefix('+')
                .is_some_and(|it| is_config_of_adapter(self.adapter, it, self.engine))
    }

    /// Nothing for what may be a folder, a package or a model with configs of its own.
    fn misplaced<'n>(
        &mut self,
        mapping: &Node,
        entry: &'n Entry,
        name: &str,
    ) -> Option<Misplaced<'n>> {
        let is_bare_config = self.is_config(&format!("+{name}"));
        let is_mapping = entry.value.as_mapping().is_some();
        if is_mapping {
            let may_be_folder = !name.starts_with('+') && !is_bare_config;
            if may_be_folder || (is_bare_config && self.is_folder(name)) {
                return None;
            }
        }
        // dbt Core speaks of the first key in it that has a value.
        let is = if is_mapping { self.first_leaf(&entry.value)? } else { self.leaf(name) };
        if !is_bare_config {
            return Some(self.unknown(mapping, entry, name, is));
        }
        let message = format!("`{name}` is a config, which is written `+{name}`");
        let is_huge = mapping.entries().len() > MAX_KEYS;
        let fixes = if is_huge { Vec::new() } else { self.with_plus(mapping, entry, name) };
        Some(Misplaced { entry, is, message, fixes, moves: false, later: None })
    }

    /// Only dbt v2 looks into a config that is a mapping.
    fn unknown_within<'n>(&self, entry: &'n Entry, name: &str) -> Vec<Misplaced<'n>> {
        let known = self.shape.key(name, self.engine).filter(|_| self.engine == Engine::V2);
        let Some(Holds::Mapping(shape)) = known.map(|it| &it.holds) else { return Vec::new() };
        let Some(shape) = config_keys::shape(shape).filter(|it| !it.is_open(self.engine)) else {
            return Vec::new();
        };
        let own = entry.value.entries().iter().filter(|it| !it.is_merge && !it.overridden);
        let unknown = own.filter_map(|it| Some((it, it.key.as_str()?)));
        let unknown = unknown.filter(|it| shape.key(it.1, self.engine).is_none());
        unknown
            .map(|(entry, inner)| {
                let message = format!("`{inner}` is nothing that dbt knows in `{name}`");
                let is = Wrong::Custom;
                Misplaced { entry, is, message, fixes: Vec::new(), moves: false, later: None }
            })
            .collect()
    }

    fn leaf(&self, name: &str) -> Wrong {
        if self.is_config(&format!("+{name}")) { Wrong::MissingPlus } else { Wrong::Custom }
    }

    fn first_leaf(&self, value: &Node) -> Option<Wrong> {
        let mut stack = vec![value];
        while let Some(node) = stack.pop() {
            for entry in node.entries().iter().rev().filter(|it| !it.is_merge && !it.overridden) {
                let Some(name) = entry.key.as_str().filter(|it| !self.is_config(it)) else {
                    continue;
                };
                match &entry.value.value {
                    Value::Mapping(_) => stack.push(&entry.value),
                    _ => return Some(self.leaf(name)),
                }
            }
        }
        None
    }

    fn with_plus(&mut self, mapping: &Node, entry: &Entry, name: &str) -> Vec<Fix> {
        let renamed = format!("+{name}");
        if mapping.get(&renamed).is_some() {
            return Vec::new();
        }
        let edits = self.editor.rename_key(entry, &renamed);
        let fix = Fix::of(self.context.file, format!("Rename to `{renamed}`"), edits);
        // dbt takes what is no mapping for a config also without the plus.
        let is_read = entry.value.as_mapping().is_none();
        vec![match (self.is_folder(name), is_read) {
            (true, _) => fix.as_choice("it is a config then, and not the folder of that name"),
            (false, false) => fix.as_choice("it then takes effect"),
            (false, true) => fix,
        }]
    }

    fn unknown<'n>(
        &self,
        mapping: &Node,
        entry: &'n Entry,
        name: &str,
        is: Wrong,
    ) -> Misplaced<'n> {
        let bare = bare(name);
        if entry.value.is_null() && !name.starts_with('+') {
            let message = format!("`{name}` has nothing under it");
            return Misplaced { entry, is, message, fixes: Vec::new(), moves: false, later: None };
        }
        let mut message = format!("`{name}` is no config that dbt knows");
        let mut fixes = Vec::new();
        let later = known_later(self.shape, &format!("+{bare}"), self.engine);
        if let Some(later) = later {
            message += &format!(" before dbt {}", later.name());
        } else if mapping.entries().len() <= MAX_KEYS
            && let Some(near) = self.near(bare).filter(|it| mapping.get(it).is_none())
        {
            message += &format!("; `{near}` is");
            let edits = self.editor.rename_key(entry, &near);
            let fix = Fix::of(self.context.file, format!("Rename to `{near}`"), edits);
            fixes.push(fix.as_choice("it then takes effect"));
        }
        Misplaced { entry, is, message, fixes, moves: true, later }
    }

    /// The config that may have been meant.
    fn near(&self, bare: &str) -> Option<String> {
        let spelt = [format!("+{bare}"), format!("+{}", bare.replace('_', "-"))];
        spelt.into_iter().find(|it| self.is_config(it)).or_else(|| {
            let names = self.shape.names(self.engine).filter(|it| it.starts_with('+'));
            nearest(&format!("+{bare}"), names).map(str::to_owned)
        })
    }

    /// Moves pairs under `+meta`, in which dbt looks at nothing.
    fn moved_to_meta(&self, mapping: &Node, entries: &[&Entry]) -> Option<Fix> {
        let text = self.context.file.text(self.context.db);
        let first = entries.first()?;
        if !self.is_config("+meta") || edits::has_twins(mapping.entries()) {
            return None;
        }
        let meta = mapping.get("+meta");
        let in_braces = meta.is_none_or(|it| it.style == Style::Flow);
        if !entries.iter().all(|it| self.is_movable(mapping, it)) {
            return None;
        }
        let pairs: Vec<String> = entries
            .iter()
            .map(|it| {
                format!(
                    "{}: {}",
                    scalar(bare(it.name().unwrap_or_default())),
                    it.value.source(text)
                )
            })
            .collect();
        let pairs = pairs.join(if in_braces { ", " } else { "\n" });
        let (mut edits, removed): (Vec<Edit>, &[&Entry]) = match meta {
            Some(meta) => (self.editor.insert_entry(meta, Place::End, &pairs)?, entries),
            None => (vec![(first.range(), format!("+meta: {{{pairs}}}"))], &entries[1..]),
        };
        for entry in removed {
            edits.extend(self.editor.remove_entry(mapping, entry)?);
        }
        let edits = edits::joined(edits)?;
        let names = edits::listed(entries.iter().filter_map(|it| it.key.as_str()));
        let sound = self.editor.is_readable(&edits);
        let fix = Fix::of(self.context.file, format!("Move {names} under `+meta`"), edits);
        let keys = entries.iter().filter_map(|it| it.key.as_str());
        let keys: Vec<&str> = keys.map(|it| it.trim_start_matches('+').trim()).collect();
        sound.then(|| config_readers::with_readers(self.context, fix, &keys)).flatten()
    }

    /// Whether a pair can move on one line, with no comment that would stay behind.
    fn is_movable(&self, mapping: &Node, entry: &Entry) -> bool {
        let value = entry.value.source(self.context.file.text(self.context.db));
        let meta = mapping.get("+meta");
        let in_braces = meta.is_none_or(|it| it.style == Style::Flow);
        let is_taken =
            meta.is_some_and(|it| it.get(bare(entry.name().unwrap_or_default())).is_some());
        !value.is_empty()
            && !value.contains(['\n', '#'])
            && !is_taken
            && !edits::has_anchor_or_alias(entry)
            && !self.editor.has_comments(entry)
            && (!in_braces || fits_braces(&entry.value, value))
    }

    /// Whether something in the project has the name: it may be a path and no config.
    fn is_folder(&mut self, name: &str) -> bool {
        let context = self.context;
        let folders = self.folders.get_or_insert_with(|| {
            let db = context.db;
            let mut names = FxHashSet::default();
            for package in packages(db, context.project).iter() {
                let root = package.root(db);
                for file in resources(db, *package).all() {
                    let path = file.path(db);
                    let Some(path) = path.relative_to(root) else { continue };
                    for part in path.split('/') {
                        let stem = part.rsplit_once('.').map_or(part, |it| it.0);
                        if !names.contains(stem) {
                            names.insert(stem.to_owned());
                        }
                    }
                }
            }
            names
        });
        folders.contains(name)
    }
}

/// Whether a value means the same between braces.
fn fits_braces(value: &Node, source: &str) -> bool {
    match value.style {
        Style::Plain => fits_flow(source),
        Style::Block | Style::Literal | Style::Folded => false,
        _ => true,
    }
}

/// Without `+` and blanks.
fn bare(name: &str) -> &str {
    name.trim_start_matches('+').trim()
}
