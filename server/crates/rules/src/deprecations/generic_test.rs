//! Keys of a generic test that belong under `arguments` or `config`.

use project::config_keys::{Engine, is_test_config};
use project::{dbt_version, packages, project_file};
use syntax::yaml::edit::{Editor, Move};
use syntax::yaml::{Entry, Node, Value};

use super::edits;
use super::objects::GenericTest;
use crate::{FileContext, Fix};

/// Keys that stay where they are.
const PROPERTIES: [&str; 6] =
    ["arguments", "column_name", "config", "description", "name", "test_name"];

/// Whether dbt wants the arguments of tests under `arguments`.
pub(super) fn wants_arguments(context: &FileContext<'_>) -> bool {
    let version = dbt_version(context.db, context.project);
    let root = packages(context.db, context.project).first().copied();
    let facts = root.map(|it| project_file(context.db, it.file(context.db)));
    let flag = facts.and_then(|it| it.flag("require_generic_test_arguments_property"));
    // From 1.10.8 on; of a version only its minor is known. dbt v2 has no such flag.
    (version.major, version.minor) >= (1, 10) && (flag != Some(false) || version.major >= 2)
}

/// What stands at the top of a test and belongs deeper.
pub(super) struct Misplaced<'a> {
    pub(super) arguments: Vec<&'a Entry>,
    pub(super) configs: Vec<&'a Entry>,
    /// What `<<` brings in of both.
    pub(super) merged: Option<Merged<'a>>,
    /// Moves all of them.
    pub(super) fix: Option<Fix>,
}

pub(super) struct Merged<'a> {
    /// The first `<<` of the test.
    pub(super) entry: &'a Entry,
    pub(super) arguments: Vec<&'a str>,
    pub(super) configs: Vec<&'a str>,
}

impl<'a> Misplaced<'a> {
    pub(super) fn of(
        context: &FileContext<'_>,
        editor: &Editor<'_>,
        test: GenericTest<'a>,
    ) -> Self {
        let own = test.node.entries().iter().filter(|it| !it.is_merge && !it.overridden);
        let version = dbt_version(context.db, context.project);
        let engine = Engine::of(&version);
        let is_config = |it: &Entry| it.key.as_str().is_some_and(|it| is_test_config(it, engine));
        let is_property = |it: &Entry| it.key.as_str().is_some_and(|it| PROPERTIES.contains(&it));
        let (configs, rest): (Vec<&Entry>, Vec<&Entry>) = own.partition(|it| is_config(it));
        let stray = rest.into_iter().filter(|it| !is_property(it));
        // dbt Core is content with one argument in its place, v2 wants them all there.
        let settled = engine.is_core() && test.node.get("arguments").is_some_and(is_truthy);
        let arguments: Vec<&Entry> = if settled { Vec::new() } else { stray.collect() };
        let merged = merged(test.node, settled, engine);
        let mut misplaced = Self { arguments, configs, merged, fix: None };
        if !test.is_merged && misplaced.merged.is_none() {
            misplaced.fix = misplaced.fix(context, editor, test);
        }
        misplaced
    }

    fn fix(
        &self,
        context: &FileContext<'_>,
        editor: &Editor<'_>,
        test: GenericTest<'_>,
    ) -> Option<Fix> {
        let names = |entries: &[&'a Entry]| -> Option<Vec<&'a str>> {
            entries.iter().map(|it| it.key.as_str()).collect()
        };
        let (arguments, configs) = (names(&self.arguments)?, names(&self.configs)?);
        let under = |key: &str| test.node.get(key);
        let collides = |names: &[&str], into: &str| {
            under(into).is_some_and(|it| names.iter().any(|name| it.get(name).is_some()))
        };
        if (arguments.is_empty() && configs.is_empty())
            || edits::has_twins(test.node.entries())
            || collides(&arguments, "arguments")
            || collides(&configs, "config")
        {
            return None;
        }
        let moves = [
            Move { keys: &arguments, into: &["arguments"] },
            Move { keys: &configs, into: &["config"] },
        ];
        let edits = editor.move_entries(test.node, &moves)?;
        let moved = self.arguments.iter().chain(&self.configs);
        if moved.clone().any(|it| edits::has_anchor_or_alias(it)) && !editor.is_readable(&edits) {
            return None;
        }
        let mut parts = Vec::new();
        for (names, into) in [(&arguments, "arguments"), (&configs, "config")] {
            if !names.is_empty() {
                parts.push(format!("{} under `{into}`", edits::listed(names.iter().copied())));
            }
        }
        let title = format!("Move {}", parts.join(", "));
        let fix = Fix::of(context.file, title, edits);
        // Beside a `config`, dbt Core overlooks what is false or empty at the top of a test: moving
        // it makes it count.
        let overlooked = self.configs.iter().any(|it| !is_truthy(&it.value));
        if overlooked && under("config").is_some() {
            return Some(fix.as_choice("what dbt overlooked then counts"));
        }
        // Some of them are arguments to dbt Core, and may be meant as such.
        let only_in_v2 = configs.iter().filter(|it| !is_test_config(it, Engine::Core111));
        let only_in_v2 = edits::listed(only_in_v2.copied());
        if only_in_v2.is_empty() {
            return Some(fix);
        }
        Some(fix.as_choice(format!("{only_in_v2} is a config then, and no argument of the test")))
    }
}

fn merged(test: &Node, settled: bool, engine: Engine) -> Option<Merged<'_>> {
    let mapping = test.as_mapping()?;
    let entry = mapping.entries.iter().find(|it| it.is_merge)?;
    let own: Vec<_> = mapping.entries.iter().filter_map(|it| it.key.as_str()).collect();
    let names = mapping.pairs().into_iter().filter_map(|(key, _)| key.as_str());
    let foreign = names.filter(|it| !own.contains(it) && !PROPERTIES.contains(it));
    let (configs, arguments): (Vec<&str>, Vec<&str>) =
        foreign.partition(|it| is_test_config(it, engine));
    let arguments = if settled { Vec::new() } else { arguments };
    let found = !configs.is_empty() || !arguments.is_empty();
    found.then_some(Merged { entry, arguments, configs })
}

/// As Python sees it.
pub(super) fn is_truthy(value: &Node) -> bool {
    match &value.value {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Int(it) => *it != 0,
        Value::Float(it) => *it != 0.0,
        Value::String(it) => !it.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        Value::Mapping(mapping) => !mapping.pairs().is_empty(),
        Value::BigInt(_) | Value::Timestamp(_) => true,
    }
}
