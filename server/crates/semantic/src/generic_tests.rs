use std::cell::Cell;
use std::sync::Arc;

use base::{Db, File};
use md5::{Digest, Md5};
use project::{Json, Package, YamlContext, document, package_facts, packages, render_value};
use rustc_hash::FxHashSet;
use serde_json::{Map, json};
use syntax::yaml::Node as Yaml;

use crate::items::{Items, Made};
use crate::property_files::{items_of, whole_patch};
use crate::{Node, NodeKind, Patch, PatchKind, SourceTable, properties, quoted_column};

/// A data test that properties ask for. What dbt makes of it, name and hash included, depends on
/// the properties alone.
#[derive(Debug, Clone, PartialEq)]
pub struct GenericTest {
    pub target: Arc<TestTarget>,
    /// As the macro gets it: quoted where the column is to be.
    pub column: Option<Arc<str>>,
    pub namespace: Option<Box<str>>,
    /// `unique` for a test that the macro `test_unique` does.
    pub test: Box<str>,
    /// Of nothing are there as many as of tests: kept as the text of a mapping.
    kwargs: Box<str>,
    config: Option<Box<Map<String, Json>>>,
    pub name: Arc<str>,
    short_name: Option<Box<str>>,
    pub hash: Arc<str>,
    pub description: Box<str>,
    /// Of the source and the column, sorted.
    pub tags: Box<[String]>,
    /// Where it stands in the file: keys and places in lists.
    pub place: Box<[TestStep]>,
}

/// What is tested.
#[derive(Debug, Clone, PartialEq)]
pub enum TestTarget {
    Node { kind: PatchKind, name: String, version: Option<String> },
    Source { source: String, table: String },
}

#[derive(Debug, Clone, PartialEq)]
pub enum TestStep {
    Key(&'static str),
    Item(usize),
}

/// Keys of a test that are configs wherever they stand, in the order in which dbt reads them.
const CONFIG_KEYS: [&str; 14] = [
    "severity",
    "tags",
    "enabled",
    "where",
    "limit",
    "warn_if",
    "error_if",
    "fail_calc",
    "store_failures",
    "store_failures_as",
    "meta",
    "database",
    "schema",
    "alias",
];

impl GenericTest {
    /// The template that dbt renders for the test.
    #[must_use]
    pub fn raw_code(&self) -> String {
        let macro_name = match &self.namespace {
            Some(namespace) => format!("{namespace}.test_{}", self.test),
            None => format!("test_{}", self.test),
        };
        let configs = self.config.iter().flat_map(|it| it.iter()).map(|(key, value)| match value {
            Json::String(it) => format!("{key}=\"{}\"", it.replace('"', "\\\"")),
            other => format!("{key}={}", python_text(other)),
        });
        let configs = configs.collect::<Vec<_>>().join(",");
        let call = format!("{{{{ {macro_name}(**_dbt_generic_test_kwargs) }}}}");
        if configs.is_empty() { call } else { format!("{call}{{{{ config({configs}) }}}}") }
    }

    /// What the macro is called with, unrendered; `model` comes last.
    #[must_use]
    pub fn kwargs(&self) -> Map<String, Json> {
        serde_json::from_str(&self.kwargs).unwrap_or_default()
    }

    #[must_use]
    pub fn config(&self) -> Map<String, Json> {
        self.config.as_deref().cloned().unwrap_or_default()
    }

    /// No longer than 63 characters: the name of the compiled file.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.short_name.as_deref().unwrap_or(&self.name)
    }

    pub fn node(&self, db: &dyn Db, package: Package, file: File) -> Node {
        let (name, hash) = (Arc::clone(&self.name), Arc::clone(&self.hash));
        Node::new(db, package, NodeKind::GenericTest, file, name, None, Some(hash))
    }

    /// `test_metadata` of the manifest.
    #[must_use]
    pub fn metadata(&self) -> Json {
        metadata(&self.test, &self.kwargs(), self.namespace.as_deref())
    }
}

fn metadata(test: &str, kwargs: &Map<String, Json>, namespace: Option<&str>) -> Json {
    json!({"name": test, "kwargs": kwargs, "namespace": namespace})
}

/// The data tests of one file, in its order.
#[derive(Debug, PartialEq)]
pub struct GenericTests {
    all: Box<[Arc<GenericTest>]>,
    /// Places in `all`, sorted by hash.
    by_hash: Box<[u32]>,
}

impl GenericTests {
    fn new(all: Vec<Arc<GenericTest>>) -> Self {
        let mut by_hash: Box<[u32]> = (0..).take(all.len()).collect();
        by_hash.sort_by(|a, b| all[*a as usize].hash.cmp(&all[*b as usize].hash));
        Self { all: all.into(), by_hash }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<GenericTest>> {
        self.all.iter()
    }

    fn find(&self, hash: &str, name: &str) -> Option<&Arc<GenericTest>> {
        let test = |place: &u32| self.all.get(*place as usize);
        let first =
            self.by_hash.partition_point(|it| test(it).is_some_and(|test| &*test.hash < hash));
        let rest = self.by_hash.get(first..)?.iter().filter_map(test);
        rest.take_while(|it| &*it.hash == hash).find(|it| &*it.name == name)
    }
}

/// The data tests that the properties of a package ask for, as nodes; of two with one id the first.
#[salsa::tracked(returns(clone))]
pub fn generic_test_nodes(db: &dyn Db, package: Package) -> Arc<[Node]> {
    let mut nodes = Vec::new();
    let mut seen = FxHashSet::default();
    for file in &project::resources(db, package).properties {
        for test in generic_tests_in(db, package, *file).iter() {
            if seen.insert((Arc::clone(&test.name), Arc::clone(&test.hash))) {
                nodes.push(test.node(db, package, *file));
            }
        }
    }
    nodes.into()
}

/// The test behind a node of this kind.
#[salsa::tracked(returns(clone))]
pub fn generic_test(db: &dyn Db, node: Node) -> Option<Arc<GenericTest>> {
    let hash = node.hash(db)?;
    generic_tests_in(db, node.package(db), node.file(db)).find(hash, node.name(db)).cloned()
}

/// The data tests of one properties file.
#[salsa::tracked(returns(clone))]
pub fn generic_tests_in(db: &dyn Db, package: Package, file: File) -> Arc<GenericTests> {
    let reader = Reader::new(db, package);
    let mut items = Items::new(db, file);
    let mut found: Vec<Arc<GenericTest>> = Vec::new();
    if let Some(root) = &document(db, file).root {
        const TESTED: [PatchKind; 3] = [PatchKind::Model, PatchKind::Seed, PatchKind::Snapshot];
        for (kind, index, item) in items_of(root, &TESTED) {
            let around = (reader.with_arguments, &reader.adapter, kind, index);
            found.extend_from_slice(&items.get(around, item, || {
                let patch = whole_patch(kind, index, item);
                reader.made(|it| patch.iter().for_each(|patch| it.patch(patch)))
            }));
        }
        let properties = properties(db, file);
        let sources = root.get("sources").map_or(&[][..], Yaml::items);
        for tables in properties.sources.chunk_by(|a, b| a.index.0 == b.index.0) {
            let Some(first) = tables.first() else { continue };
            let Some(source) = sources.get(first.index.0) else { continue };
            let around = (reader.with_arguments, &reader.adapter, first.index.0);
            found.extend_from_slice(&items.get(around, source, || {
                reader.made(|it| tables.iter().for_each(|table| it.source(table)))
            }));
        }
    }
    items.keep(db, file);
    Arc::new(GenericTests::new(found))
}

struct Reader<'db> {
    db: &'db dyn Db,
    package: Package,
    /// Whether `arguments` holds what the macro is called with.
    with_arguments: bool,
    adapter: Arc<str>,
    found: Vec<Arc<GenericTest>>,
    /// Whether Jinja was rendered, which may read what is not in the item.
    rendered: Cell<bool>,
}

/// What all tests of a model, a source table or a column have in common.
struct Around<'a> {
    target: &'a Arc<TestTarget>,
    column: Option<Arc<str>>,
    tags: Vec<String>,
}

impl<'db> Reader<'db> {
    fn new(db: &'db dyn Db, package: Package) -> Self {
        let project = package.project(db);
        let root = packages(db, project).first().copied();
        let flag =
            |it: Package| package_facts(db, it).flag("require_generic_test_arguments_property");
        Self {
            db,
            package,
            with_arguments: root.and_then(flag).unwrap_or(true),
            adapter: crate::adapter(db, project),
            found: Vec::new(),
            rendered: Cell::new(false),
        }
    }

    /// What a reader of one item finds.
    fn made(&self, read: impl FnOnce(&mut Self)) -> Made<Arc<[Arc<GenericTest>]>> {
        let (adapter, with_arguments) = (Arc::clone(&self.adapter), self.with_arguments);
        let (found, rendered) = (Vec::new(), Cell::new(false));
        let mut reader =
            Self { db: self.db, package: self.package, with_arguments, adapter, found, rendered };
        read(&mut reader);
        Made { value: reader.found.into(), of_item_alone: !reader.rendered.get() }
    }

    fn patch(&mut self, patch: &Patch) {
        let target = |version: Option<String>| {
            Arc::new(TestTarget::Node { kind: patch.kind, name: patch.name.clone(), version })
        };
        let place = vec![TestStep::Key(patch.kind.key()), TestStep::Item(patch.index)];
        let quoted = patch.data.get("quote_columns").and_then(Json::as_bool);
        let columns = items(&patch.data, "columns");
        if patch.kind != PatchKind::Model || patch.versions.is_empty() {
            let target = target(None);
            for (index, column) in columns.iter().enumerate() {
                self.column(&target, column, quoted, &[], &inside(&place, "columns", index));
            }
            self.list(&Around { target: &target, column: None, tags: vec![] }, &patch.data, &place);
            return;
        }
        for (index, version) in patch.versions.iter().enumerate() {
            let target = target(Some(version.v.clone()));
            let version_place = inside(&place, "versions", index);
            let included = Included::of(items(&version.data, "columns"));
            for (index, column) in columns.iter().enumerate() {
                if included.has(column) {
                    self.column(&target, column, quoted, &[], &inside(&place, "columns", index));
                }
            }
            for (index, column) in items(&version.data, "columns").iter().enumerate() {
                if column.get("name").is_some() {
                    let place = inside(&version_place, "columns", index);
                    self.column(&target, column, quoted, &[], &place);
                }
            }
            let around = Around { target: &target, column: None, tags: vec![] };
            if tests_key(&version.data).is_some() {
                self.list(&around, &version.data, &version_place);
            } else {
                self.list(&around, &patch.data, &place);
            }
        }
    }

    fn source(&mut self, table: &SourceTable) {
        let (source, name) = (table.source.clone(), table.name.clone());
        let target = Arc::new(TestTarget::Source { source, table: name });
        let place = vec![
            TestStep::Key("sources"),
            TestStep::Item(table.index.0),
            TestStep::Key("tables"),
            TestStep::Item(table.index.1),
        ];
        let mut tags = texts(table.source_data.get("tags"));
        tags.extend(texts(table.data.get("tags")));
        let around = Around { target: &target, column: None, tags: tags.clone() };
        self.list(&around, &table.data, &place);
        let quoted = |data: &Json| data.get("quoting")?.get("column")?.as_bool();
        let quoted = quoted(&table.data).or_else(|| quoted(&table.source_data));
        for (index, column) in items(&table.data, "columns").iter().enumerate() {
            self.column(&target, column, quoted, &tags, &inside(&place, "columns", index));
        }
    }

    fn column(
        &mut self,
        target: &Arc<TestTarget>,
        column: &Json,
        quoted: Option<bool>,
        tags: &[String],
        place: &[TestStep],
    ) {
        let Some(name) = column.get("name").and_then(Json::as_str) else { return };
        let quoted = column.get("quote").and_then(Json::as_bool).or(quoted);
        let name = match quoted {
            Some(true) => quoted_column(&self.adapter, name),
            _ => name.to_owned(),
        };
        let mut tags = tags.to_vec();
        tags.extend(texts(column.get("tags")));
        tags.extend(texts(column.get("config").and_then(|it| it.get("tags"))));
        self.list(&Around { target, column: Some(name.into()), tags }, column, place);
    }

    fn list(&mut self, around: &Around<'_>, holder: &Json, place: &[TestStep]) {
        let Some(key) = tests_key(holder) else { return };
        for (index, entry) in items(holder, key).iter().enumerate() {
            if let Some(test) = self.test(around, entry, inside(place, key, index)) {
                self.found.push(Arc::new(test));
            }
        }
    }

    /// One entry of the list; nothing where dbt would refuse it.
    fn test(&self, around: &Around<'_>, entry: &Json, place: Vec<TestStep>) -> Option<GenericTest> {
        let (written, mut args) = name_and_args(entry)?;
        if let Some(column) = &around.column {
            args.insert("column_name".to_owned(), json!(&**column));
        }
        if self.with_arguments
            && let Some(Json::Object(arguments)) = args.shift_remove("arguments")
        {
            args.extend(arguments);
        }
        if args.contains_key("model") {
            return None;
        }
        let model = format!("{{{{ get_where_subquery({}) }}}}", around.target.call());
        args.insert("model".to_owned(), json!(model));
        let (namespace, test) = parts(&written)?;
        let mut config = self.config(&mut args);
        let take_text = |args: &mut Map<String, Json>, key: &str| {
            args.shift_remove(key).map(|it| python_text(&it))
        };
        let description = take_text(&mut args, "description").unwrap_or_default();
        let (short_name, name) = match take_text(&mut args, "name") {
            Some(name) => (name.clone(), name),
            None => {
                let names = synthesized(&around.target.prefix(namespace.as_deref(), &test), &args);
                if names.0 != names.1 {
                    config.entry("alias").or_insert_with(|| json!(names.0));
                }
                names
            }
        };
        let mut tags = around.tags.clone();
        tags.extend(texts(config.get("tags")));
        tags.sort();
        tags.dedup();
        let hashed = metadata(&test, &args, namespace.as_deref());
        let hash: String = md5(&format!("{name}{}", hashable(&hashed))).chars().skip(22).collect();
        Some(GenericTest {
            target: Arc::clone(around.target),
            column: around.column.clone(),
            namespace: namespace.map(Into::into),
            test: test.into(),
            kwargs: Json::Object(args).to_string().into(),
            config: (!config.is_empty()).then(|| Box::new(config)),
            short_name: (short_name != name).then(|| short_name.into()),
            name: name.into(),
            hash: hash.into(),
            description: description.into(),
            tags: tags.into(),
            place: place.into(),
        })
    }

    /// Takes the configs out of the arguments, rendered: those of the first level, then those
    /// under `config`.
    fn config(&self, args: &mut Map<String, Json>) -> Map<String, Json> {
        let mut nested = match args.shift_remove("config") {
            Some(Json::Object(nested)) => nested,
            _ => Map::new(),
        };
        let mut config = Map::new();
        for key in CONFIG_KEYS {
            let mut value = args.shift_remove(key);
            if !value.as_ref().is_some_and(is_true) {
                value = nested.shift_remove(key).or(value);
            }
            config.extend(value.map(|it| (key.to_owned(), it)));
        }
        config.extend(nested);
        let project = self.package.project(self.db);
        for value in config.values_mut() {
            if let Some(text) = value.as_str() {
                self.rendered.set(self.rendered.get() || text.contains('{'));
                let context = YamlContext::Properties(self.package);
                *value = render_value(self.db, project, value, context);
            }
        }
        config.retain(|_, value| !value.is_null());
        config
    }
}

impl TestTarget {
    /// The call that gives what is tested.
    fn call(&self) -> String {
        match self {
            Self::Node { name, version: Some(version), .. } => {
                format!("ref('{name}', version='{version}')")
            }
            Self::Node { name, version: None, .. } => format!("ref('{name}')"),
            Self::Source { source, table } => format!("source('{source}', '{table}')"),
        }
    }

    /// What the name of a test begins with.
    fn prefix(&self, namespace: Option<&str>, test: &str) -> String {
        let namespace = namespace.map(|it| format!("{it}_")).unwrap_or_default();
        match self {
            Self::Node { name, version: Some(version), .. } => {
                format!("{namespace}{test}_{name}_v{version}")
            }
            Self::Node { name, version: None, .. } => format!("{namespace}{test}_{name}"),
            Self::Source { source, table } => {
                format!("{namespace}source_{test}_{source}_{table}")
            }
        }
    }
}

/// `include` and `exclude` of a version's columns.
struct Included {
    all: bool,
    include: Vec<String>,
    exclude: Vec<String>,
}

impl Included {
    fn of(columns: &[Json]) -> Self {
        let rule =
            columns.iter().find(|it| it.get("include").is_some() || it.get("exclude").is_some());
        let include = rule.and_then(|it| it.get("include"));
        let all = match include {
            None => true,
            Some(Json::String(it)) => it == "all" || it == "*",
            Some(_) => false,
        };
        Self { all, include: texts(include), exclude: texts(rule.and_then(|it| it.get("exclude"))) }
    }

    fn has(&self, column: &Json) -> bool {
        let Some(name) = column.get("name").and_then(Json::as_str) else { return false };
        let named = |list: &[String]| list.iter().any(|it| it == name);
        (self.all || named(&self.include)) && !named(&self.exclude)
    }
}

/// Name and arguments of `unique`, `{unique: {…}}` or `{test_name: unique, …}`.
fn name_and_args(entry: &Json) -> Option<(String, Map<String, Json>)> {
    match entry {
        Json::String(name) => Some((name.clone(), Map::new())),
        Json::Object(object) => {
            if let Some(name) = object.get("test_name") {
                let mut args = object.clone();
                args.shift_remove("test_name");
                return Some((name.as_str()?.to_owned(), args));
            }
            let (name, args) = object.iter().next().filter(|_| object.len() == 1)?;
            match args {
                Json::Object(args) => Some((name.clone(), args.clone())),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `namespace.test`, both identifiers; whatever follows them is ignored, as in dbt.
fn parts(written: &str) -> Option<(Option<String>, String)> {
    let word = |text: &str| {
        let end =
            text.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).unwrap_or(text.len());
        let word = text.get(..end)?;
        let starts = word.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        starts.then(|| word.to_owned())
    };
    let first = word(written)?;
    let second = written.get(first.len()..).and_then(|it| it.strip_prefix('.')).and_then(word);
    Some(match second {
        Some(second) => (Some(first), second),
        None => (None, first),
    })
}

/// The name of a test without one, cut and whole.
fn synthesized(prefix: &str, args: &Map<String, Json>) -> (String, String) {
    let mut keys: Vec<&String> = args.keys().filter(|it| *it != "model").collect();
    keys.sort();
    let mut words = Vec::new();
    for value in keys.iter().filter_map(|it| args.get(*it)) {
        match value {
            Json::Object(object) => words.extend(object.values().map(python_text)),
            Json::Array(items) => words.extend(items.iter().map(python_text)),
            other => words.push(python_text(other)),
        }
    }
    let clean: Vec<String> = words.iter().map(|it| cleaned(it)).collect();
    let whole = format!("{prefix}_{}", clean.join("__"));
    if whole.chars().count() < 64 {
        return (whole.clone(), whole);
    }
    let start: String = prefix.chars().take(30).collect();
    (format!("{start}_{}", md5(&whole)), whole)
}

/// Every run of other characters becomes one `_`.
fn cleaned(word: &str) -> String {
    let mut out = String::new();
    let mut in_run = false;
    for character in word.chars() {
        let kept = character.is_ascii_alphanumeric() || character == '_';
        if kept {
            out.push(character);
        } else if !in_run {
            out.push('_');
        }
        in_run = !kept;
    }
    out
}

/// Python's `repr` of the data with every scalar as text and every mapping sorted.
fn hashable(value: &Json) -> String {
    let quoted =
        |text: &str| jinja::value::repr::repr(&jinja::value::Value::from(text)).unwrap_or_default();
    match value {
        Json::Object(object) => {
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort();
            let pairs = keys
                .into_iter()
                .filter_map(|it| Some(format!("{}: {}", quoted(it), hashable(object.get(it)?))));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        Json::Array(items) => {
            format!("[{}]", items.iter().map(hashable).collect::<Vec<_>>().join(", "))
        }
        other => quoted(&python_text(other)),
    }
}

/// Python's `str`.
fn python_text(value: &Json) -> String {
    jinja::value::repr::plain(&jinja::data::from_json(value)).unwrap_or_default()
}

fn md5(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|it| format!("{it:02x}")).collect()
}

fn is_true(value: &Json) -> bool {
    jinja::data::from_json(value).truthy()
}

fn tests_key(holder: &Json) -> Option<&'static str> {
    // An empty list under the older name counts as nothing said.
    if !items(holder, "tests").is_empty() {
        return Some("tests");
    }
    holder.get("data_tests").is_some_and(|it| !it.is_null()).then_some("data_tests")
}

fn items<'a>(holder: &'a Json, key: &str) -> &'a [Json] {
    holder.get(key).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(it)) => vec![it.clone()],
        Some(Json::Array(items)) => {
            items.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

fn inside(place: &[TestStep], key: &'static str, index: usize) -> Vec<TestStep> {
    let mut place = place.to_vec();
    place.extend([TestStep::Key(key), TestStep::Item(index)]);
    place
}
