use std::sync::Arc;

use base::{Db, TextRange};
use jinja::data::from_json;
use jinja::eval::{Options, render};
use project::{Json, Origin, Package};
use serde_json::Map;
use syntax::jinja::{Stmt, Template};
use syntax::python::{self, Literal};

use crate::world::{Mode, World};
use crate::{
    GenericTest, Macro, Node, NodeKind, TestTarget, generic_test, macro_dependencies,
    macro_in_scope, macro_named, node_patch, node_template, patch, patch_node, test_macro,
};

/// What rendering a node for parsing brings to light: the calls that were really made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    pub config: Map<String, Json>,
    pub refs: Vec<RefCall>,
    pub sources: Vec<SourceCall>,
    pub functions: Vec<FunctionCall>,
    pub environment: Vec<EnvironmentCall>,
    /// The ids of the macros that the file itself calls, each once.
    pub macros: Vec<String>,
    pub problems: Vec<RenderProblem>,
}

/// Where in the node's file something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub range: TextRange,
    /// The macro inside which it happened, where the file only calls that macro.
    pub through: Option<String>,
}

impl Site {
    /// A message that names the macro at fault.
    #[must_use]
    pub fn explain(&self, message: &str) -> String {
        match &self.through {
            Some(through) => format!("{message} (in {through})"),
            None => message.to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefCall {
    pub package: Option<String>,
    pub name: String,
    pub version: Option<String>,
    /// The version as it is given: a number is another one than its digits.
    pub given_version: Option<Box<Json>>,
    pub site: Site,
    /// Nothing that cannot be known was met before: dbt makes the same call.
    pub is_certain: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCall {
    pub source: String,
    pub table: String,
    pub site: Site,
}

/// A call of `function()`: it names a function of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionCall {
    pub package: Option<String>,
    pub name: String,
    pub site: Site,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentCall {
    pub name: String,
    /// Not set, and no default was given.
    pub missing: bool,
    pub site: Site,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderProblem {
    pub kind: RenderProblemKind,
    pub message: String,
    pub site: Site,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderProblemKind {
    UndefinedCall,
    Limit,
    Error,
}

impl Parsed {
    /// Forgets what happened in some stretches of the file, which are in order.
    fn leave_out(&mut self, ranges: &[TextRange]) {
        if ranges.is_empty() {
            return;
        }
        let kept = |site: &Site| {
            let before = ranges.partition_point(|it| it.start() <= site.range.start());
            let nearest = before.checked_sub(1).and_then(|it| ranges.get(it));
            !nearest.is_some_and(|it| it.contains_range(site.range))
        };
        self.refs.retain(|it| kept(&it.site));
        self.sources.retain(|it| kept(&it.site));
        self.functions.retain(|it| kept(&it.site));
        self.environment.retain(|it| kept(&it.site));
        self.problems.retain(|it| kept(&it.site));
    }

    /// Gives back what the lists had ready for more: they are kept for every node.
    fn shrink(&mut self) {
        self.refs.shrink_to_fit();
        self.sources.shrink_to_fit();
        self.environment.shrink_to_fit();
        self.macros.shrink_to_fit();
        self.problems.shrink_to_fit();
    }

    /// Everything happens at one place.
    fn move_to(&mut self, range: TextRange) {
        let sites = (self.refs.iter_mut().map(|it| &mut it.site))
            .chain(self.sources.iter_mut().map(|it| &mut it.site))
            .chain(self.functions.iter_mut().map(|it| &mut it.site))
            .chain(self.environment.iter_mut().map(|it| &mut it.site))
            .chain(self.problems.iter_mut().map(|it| &mut it.site));
        for site in sites {
            site.range = range;
        }
    }

    /// What a call of `config()` adds to the calls before it: hooks and tags are appended, some
    /// mappings updated, everything else replaced.
    pub(crate) fn add_config(&mut self, key: &str, value: Json) {
        let key = match key {
            "pre_hook" => "pre-hook",
            "post_hook" => "post-hook",
            key => key,
        };
        const APPENDED: [&str; 6] =
            ["pre-hook", "pre_hook", "post-hook", "post_hook", "tags", "packages"];
        const UPDATED: [&str; 6] =
            ["quoting", "column_types", "meta", "docs", "contract", "snapshot_meta_column_names"];
        let list = |it| if let Json::Array(items) = it { items } else { vec![it] };
        let merged = match (self.config.shift_remove(key), value) {
            (Some(old), new) if APPENDED.contains(&key) => {
                Json::Array([list(old), list(new)].concat())
            }
            (Some(Json::Object(mut old)), Json::Object(new)) if UPDATED.contains(&key) => {
                old.extend(new);
                Json::Object(old)
            }
            // A `+` in front of a key lengthens the list behind it.
            (Some(Json::Object(mut old)), Json::Object(new)) if key == "grants" => {
                for (privilege, grantees) in new {
                    let mut all = match old.shift_remove(&privilege) {
                        Some(known) if privilege.starts_with('+') => list(known),
                        _ => Vec::new(),
                    };
                    all.extend(list(grantees));
                    old.insert(privilege, Json::Array(all));
                }
                Json::Object(old)
            }
            (_, value) => value,
        };
        self.config.insert(key.to_owned(), merged);
    }
}

/// Renders a node as dbt does to find out what it calls: nothing is resolved, `execute` is false.
#[salsa::tracked(returns(clone))]
pub fn parsed(db: &dyn Db, node: Node) -> Arc<Parsed> {
    if node.kind(db) == NodeKind::PythonModel {
        return Arc::new(parsed_python(db, node));
    }
    let test = generic_test(db, node);
    if let Some(test) = &test
        && let Some(found) = plain_test(db, node.package(db), test)
    {
        return Arc::new(parsed_plain_test(db, node.package(db), test, found));
    }
    let Some(template) = node_template(db, node) else { return Arc::default() };
    let world = World::new(db, node.package(db), Some(node), node.file(db), Mode::Parse);
    if let Some(test) = &test {
        // dbt notes the test's macro before it renders anything.
        let found = test_macro(db, node.package(db), &test.test);
        world.note(|it| {
            it.config = test.config();
            it.macros.extend(found.map(|it| it.unique_id(db)));
        });
    }
    let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
    let rendered = render(world.rendered_file(), &template, &world, options);
    if let Some(error) = &rendered.error {
        world.note_error(error);
    }
    let mut parsed = world.into_facts().parsed;
    // dbt then calls nothing, and only notes the name.
    if let Some(test) = test.filter(|it| is_out_of_reach(db, node.package(db), it)) {
        parsed.config = test.config();
    }
    parsed.leave_out(&broken_tags(&template));
    // Where something cannot be known, an error that follows is nobody's guess.
    if rendered.met_hole {
        parsed.problems.retain(|it| it.kind != RenderProblemKind::Error);
    }
    if let Some(range) = relation_range(db, node) {
        parsed.move_to(range);
    }
    parsed.shrink();
    Arc::new(parsed)
}

/// dbt's own `unique` and `not_null` are not rendered to find out what they read, here as in dbt.
#[must_use]
pub fn plain_test(db: &dyn Db, package: Package, test: &GenericTest) -> Option<Macro> {
    let is_plain = test.namespace.is_none() && matches!(&*test.test, "unique" | "not_null");
    let found = macro_in_scope(db, package, &format!("test_{}", test.test));
    found.filter(|it| is_plain && matches!(it.package.origin(db), Origin::Engine | Origin::Library))
}

/// Whether a test names a package's macro while another package has one by that name, which dbt
/// finds first: it lets the template see only that one and what that one calls.
fn is_out_of_reach(db: &dyn Db, package: Package, test: &GenericTest) -> bool {
    let Some(namespace) = &test.namespace else { return false };
    let Some(found) = test_macro(db, package, &test.test) else { return false };
    let named = format!("macro.{namespace}.test_{}", test.test);
    found.unique_id(db) != named
        && !macro_dependencies(db, found.package, found.file, found.definition).contains(&named)
}

fn parsed_plain_test(db: &dyn Db, package: Package, test: &GenericTest, found: Macro) -> Parsed {
    let mut parsed =
        Parsed { config: test.config(), macros: vec![found.unique_id(db)], ..Parsed::default() };
    let site = Site { range: TextRange::default(), through: None };
    match &*test.target {
        TestTarget::Node { name, version, .. } => {
            parsed.refs = vec![RefCall {
                package: None,
                name: name.clone(),
                version: version.clone(),
                given_version: given_version(db, package, test),
                site,
                is_certain: true,
            }];
        }
        TestTarget::Source { source, table } => {
            parsed.sources =
                vec![SourceCall { source: source.clone(), table: table.clone(), site }];
        }
    }
    parsed
}

/// The version that is tested, as properties have it.
fn given_version(db: &dyn Db, package: Package, test: &GenericTest) -> Option<Box<Json>> {
    let TestTarget::Node { kind, name, version: Some(version) } = &*test.target else {
        return None;
    };
    let found = patch(db, package, *kind, name.clone())?;
    let version = found.patch.versions.iter().find(|it| it.v == *version)?;
    version.data.get("v").cloned().map(Box::new)
}

/// Where the whole code of a snapshot stands that is an item of YAML.
fn relation_range(db: &dyn Db, node: Node) -> Option<TextRange> {
    if node.kind(db) != NodeKind::Snapshot || node.file(db).path(db).extension() == "sql" {
        return None;
    }
    let item = patch_node(db, &node_patch(db, node)?)?;
    Some(item.get("relation")?.text_range())
}

/// The tags that did not parse: whatever they seem to call is half typed.
fn broken_tags(template: &Template) -> Vec<TextRange> {
    if template.problems.is_empty() {
        return Vec::new();
    }
    let statements = template.stmts().iter();
    let mut tags: Vec<TextRange> = statements
        .filter(|it| !matches!(it.kind, Stmt::Text | Stmt::Newline | Stmt::Comment))
        .map(|it| it.tag)
        .collect();
    tags.sort_unstable_by_key(|it| it.start());
    let mut broken: Vec<TextRange> = Vec::new();
    for problem in &template.problems {
        let at = problem.range.start();
        let before = tags.partition_point(|it| it.start() <= at);
        // A tag may begin where another one ends.
        let near = tags.get(before.saturating_sub(2)..before).unwrap_or_default();
        broken.extend(near.iter().filter(|it| it.contains_inclusive(at)));
    }
    broken.sort_unstable_by_key(|it| (it.start(), it.end()));
    broken.dedup();
    broken
}

/// Python is not run: its calls are read off the text.
fn parsed_python(db: &dyn Db, node: Node) -> Parsed {
    let module = syntax::python::parse(node.file(db).text(db));
    let mut parsed = Parsed::default();
    for call in &module.calls {
        python_call(&mut parsed, call);
    }
    add_keys_used(&mut parsed, &module.calls);
    // dbt calls what a template would call by that name.
    for (function, name) in [(python::Function::Ref, "ref"), (python::Function::Source, "source")] {
        if module.calls.iter().any(|it| it.function == function)
            && let Some(found) = macro_named(db, node.package(db), name)
        {
            parsed.macros.push(found.unique_id(db));
        }
    }
    parsed
}

/// dbt keeps among the configs what the code of a Python model will ask for.
fn add_keys_used(parsed: &mut Parsed, calls: &[python::Call]) {
    let functions =
        [("config", python::Function::ConfigGet), ("meta", python::Function::ConfigMetaGet)];
    if !calls.iter().any(|it| functions.iter().any(|(_, function)| it.function == *function)) {
        return;
    }
    for (kind, function) in functions {
        let asked = calls.iter().filter(|it| it.function == function);
        let asked = asked.filter_map(|call| {
            let mut values = call.positional().map(|it| literal_json(&it.value));
            Some((values.next()?, values.next().unwrap_or_default()))
        });
        let (keys, defaults): (Vec<Json>, Vec<Json>) = asked.unzip();
        parsed.config.insert(format!("{kind}_keys_used"), keys.into());
        parsed.config.insert(format!("{kind}_keys_defaults"), defaults.into());
    }
}

/// What `config()` was called with: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
pub fn parsed_config(db: &dyn Db, node: Node) -> Arc<Map<String, Json>> {
    Arc::new(parsed(db, node).config.clone())
}

/// What a `generate_*_name` macro says for a node.
#[must_use]
pub fn generate_name(
    db: &dyn Db,
    found: Macro,
    custom: Option<String>,
    node: Node,
) -> Option<String> {
    let world = World::new(db, found.package, Some(node), found.file, Mode::Name);
    let custom = custom.map_or(Json::Null, Json::String);
    world.call_for_text(found, from_json(&custom))
}

/// Whether such a macro gives nothing at all.
pub(crate) fn gives_nothing(db: &dyn Db, found: Macro, custom: Option<String>, node: Node) -> bool {
    let world = World::new(db, found.package, Some(node), found.file, Mode::Name);
    let custom = custom.map_or(Json::Null, Json::String);
    world.call_for_output(found, from_json(&custom)).as_deref() == Some("None")
}

fn python_call(parsed: &mut Parsed, call: &python::Call) {
    let text = |argument: &python::Argument| match &argument.value {
        Literal::String { value, .. } | Literal::Number(value) => Some(value.clone()),
        _ => None,
    };
    let positional: Vec<&python::Argument> = call.positional().collect();
    let names: Vec<String> = positional.iter().filter_map(|it| text(it)).collect();
    let site = |index: usize| Site {
        range: positional.get(index).map_or(call.range, |it| match &it.value {
            Literal::String { text_range, .. } => *text_range,
            _ => it.range,
        }),
        through: None,
    };
    let version = call.keyword("v").or_else(|| call.keyword("version"));
    match (call.function, names.as_slice()) {
        (python::Function::Ref, [name]) => parsed.refs.push(RefCall {
            package: None,
            name: name.clone(),
            version: version.and_then(text),
            given_version: version.map(|it| Box::new(literal_json(&it.value))),
            site: site(0),
            is_certain: true,
        }),
        (python::Function::Ref, [package, name]) => parsed.refs.push(RefCall {
            package: Some(package.clone()),
            name: name.clone(),
            version: version.and_then(text),
            given_version: version.map(|it| Box::new(literal_json(&it.value))),
            site: site(1),
            is_certain: true,
        }),
        (python::Function::Source, [source, table]) => parsed.sources.push(SourceCall {
            source: source.clone(),
            table: table.clone(),
            site: site(1),
        }),
        (python::Function::Config, _) => {
            for argument in &call.arguments {
                if let Some(name) = &argument.name {
                    parsed.add_config(name, literal_json(&argument.value));
                }
            }
        }
        _ => {}
    }
}

fn literal_json(literal: &Literal) -> Json {
    match literal {
        Literal::String { value, .. } => Json::String(value.clone()),
        Literal::Bool(it) => Json::Bool(*it),
        Literal::Number(it) => {
            serde_json::from_str(it).unwrap_or_else(|_| Json::String(it.clone()))
        }
        Literal::List(items) => Json::Array(items.iter().map(literal_json).collect()),
        Literal::Dict(pairs) => Json::Object(
            pairs
                .iter()
                .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), literal_json(value))))
                .collect(),
        ),
        Literal::None | Literal::Other => Json::Null,
    }
}
