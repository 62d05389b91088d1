//! What a properties file describes: models, columns, sources and so on, with what is in them and
//! their generic tests.

use project::config_keys::{self, Engine, Holds, Shape};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::yaml::{Document, Node};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectKind {
    /// The file as a whole.
    File,
    Model,
    Version,
    Seed,
    Snapshot,
    Analysis,
    Source,
    Table,
    Column,
    Exposure,
    /// Described in a list of its own, or as a part of something else.
    Other,
}

/// How an object stands in the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An item of a list.
    Item,
    /// Under `config`.
    Config,
    /// Under another key: the `owner` of an exposure.
    Inner,
}

/// A mapping that describes something.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) kind: ObjectKind,
    pub(super) part: Part,
    pub(super) shape: &'static Shape,
    /// Where the mapping is written: of an alias, the node with the anchor.
    pub(super) node: &'a Node,
    /// `<<` brings its pairs into other mappings too.
    pub(super) is_merged: bool,
    /// The object that it stands in.
    pub(super) parent: Option<usize>,
    /// Whether dbt Core looks at its keys.
    pub(super) seen_by_core: bool,
    /// It is a source or stands in one.
    pub(super) in_source: bool,
    /// Generic tests may stand on it.
    takes_tests: bool,
}

/// A generic test that is written as a mapping.
#[derive(Clone, Copy)]
pub(super) struct GenericTest<'a> {
    pub(super) name: &'a str,
    /// The mapping with the test's keys.
    pub(super) node: &'a Node,
    /// As [`Object::is_merged`].
    pub(super) is_merged: bool,
}

/// Every object of a properties file, each place once, parents first.
pub(super) struct Objects<'a> {
    pub(super) all: Vec<Object<'a>>,
    engine: Engine,
    anchors: Anchors<'a>,
    seen: FxHashSet<(u32, u32)>,
}

impl<'a> Objects<'a> {
    pub(super) fn of(document: &'a Document, engine: Engine) -> Self {
        let anchors = Anchors::of(document);
        let mut objects = Self { all: Vec::new(), engine, anchors, seen: FxHashSet::default() };
        let shape = config_keys::file_shape("properties");
        if let (Some(root), Some(shape)) = (&document.root, shape) {
            objects.visit(Object {
                kind: ObjectKind::File,
                part: Part::Inner,
                shape,
                node: root,
                is_merged: false,
                parent: None,
                seen_by_core: true,
                in_source: false,
                takes_tests: false,
            });
        }
        objects
    }

    /// The objects in an object. Shapes hold one another to a small depth only.
    fn visit(&mut self, object: Object<'a>) {
        let place = (object.node.range.start().into(), object.node.range.end().into());
        let Some(mapping) = object.node.as_mapping().filter(|_| self.seen.insert(place)) else {
            return;
        };
        let index = self.all.len();
        self.all.push(object);
        for (key, value) in mapping.pairs() {
            let Some(name) = key.as_str() else { continue };
            // Tests may be written in several ways: `tests()` knows them.
            let is_tests = matches!(name, "tests" | "data_tests");
            if is_tests && object.kind != ObjectKind::File {
                self.visit_test_configs(value);
                continue;
            }
            let Some(key) = object.shape.key(name, self.engine) else { continue };
            let is_of_version = object.kind == ObjectKind::Version && name == "config";
            let (shape, is_list) = match &key.holds {
                Holds::Mapping(shape) => (config_keys::shape(shape), false),
                Holds::List(shape) => (config_keys::shape(shape), true),
                // Only dbt v2 looks into it.
                _ if is_of_version && self.engine == Engine::V2 => {
                    (config_keys::config_shape("models"), false)
                }
                Holds::Anything | Holds::Words(_) => continue,
            };
            let Some(shape) = shape else { continue };
            let kind = kind(object.kind, name, is_list);
            let part = match (is_list, name) {
                (true, _) => Part::Item,
                (false, "config") => Part::Config,
                _ => Part::Inner,
            };
            let inner = Object {
                kind,
                part,
                shape,
                node: value,
                is_merged: false,
                parent: Some(index),
                // Into a `config` dbt Core looks once.
                seen_by_core: object.seen_by_core
                    && (key.seen_by_core || (part == Part::Config && object.part != Part::Config)),
                in_source: object.in_source || kind == ObjectKind::Source,
                takes_tests: takes_tests(object, kind),
            };
            let value = self.anchors.resolve(value);
            let single = std::slice::from_ref(value);
            for item in if is_list { value.items() } else { single } {
                let node = self.anchors.resolve(item);
                self.visit(Object { node, is_merged: self.anchors.is_merged(node), ..inner });
            }
        }
    }

    /// Only dbt v2 looks into the `config` of a test.
    fn visit_test_configs(&mut self, tests: &'a Node) {
        let shape = config_keys::config_shape("data_tests").filter(|_| self.engine == Engine::V2);
        let Some(shape) = shape else { return };
        let tests = self.anchors.resolve(tests).items().iter();
        let tests: Vec<_> = tests.filter_map(|it| self.test(self.anchors.resolve(it))).collect();
        for config in tests.iter().filter_map(|it| it.node.get("config")) {
            let node = self.anchors.resolve(config);
            self.visit(Object {
                kind: ObjectKind::Other,
                part: Part::Config,
                shape,
                node,
                is_merged: self.anchors.is_merged(node),
                parent: None,
                seen_by_core: false,
                in_source: false,
                takes_tests: false,
            });
        }
    }

    /// The tests of all objects, each place once.
    pub(super) fn tests(&self) -> Vec<GenericTest<'a>> {
        let mut seen = FxHashSet::default();
        let mut tests = Vec::new();
        for object in self.all.iter().filter(|it| it.takes_tests && it.part == Part::Item) {
            for key in ["tests", "data_tests"] {
                let Some(list) = object.node.get(key) else { continue };
                for item in self.anchors.resolve(list).items() {
                    let Some(test) = self.test(self.anchors.resolve(item)) else { continue };
                    if seen.insert((test.node.range.start(), test.node.range.end())) {
                        tests.push(test);
                    }
                }
            }
        }
        tests
    }

    /// `{test: {…}}` or `{test_name: …, …}`.
    fn test(&self, item: &'a Node) -> Option<GenericTest<'a>> {
        let (name, node) = match (item.get("test_name"), item.entries()) {
            (Some(name), _) => (name.as_str()?, item),
            (None, [only]) => (only.key.as_str()?, self.anchors.resolve(&only.value)),
            _ => return None,
        };
        node.as_mapping()?;
        Some(GenericTest { name, node, is_merged: self.anchors.is_merged(node) })
    }
}

/// What stands under a key of something.
fn kind(holder: ObjectKind, key: &str, is_list: bool) -> ObjectKind {
    use ObjectKind::{
        Analysis, Column, Exposure, File, Model, Other, Seed, Snapshot, Source, Table, Version,
    };
    match (holder, key) {
        _ if !is_list => holder,
        (File, "models") => Model,
        (File, "seeds") => Seed,
        (File, "snapshots") => Snapshot,
        (File, "analyses") => Analysis,
        (File, "sources") => Source,
        (File, "exposures") => Exposure,
        (Source, "tables") => Table,
        (Model, "versions") => Version,
        (Model | Version | Seed | Snapshot | Analysis | Table, "columns") => Column,
        _ => Other,
    }
}

fn takes_tests(holder: Object<'_>, kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Model
        | ObjectKind::Seed
        | ObjectKind::Snapshot
        | ObjectKind::Version
        | ObjectKind::Table => true,
        ObjectKind::Column => holder.kind != ObjectKind::Analysis,
        _ => false,
    }
}

#[derive(Default)]
struct Anchors<'a> {
    nodes: FxHashMap<&'a str, &'a Node>,
    merged: FxHashSet<&'a str>,
}

impl<'a> Anchors<'a> {
    fn of(document: &'a Document) -> Self {
        let mut anchors = Self::default();
        for node in document.nodes() {
            if let Some(anchor) = node.anchor() {
                anchors.nodes.insert(anchor, node);
            }
            if node.alias().is_some() {
                continue;
            }
            for entry in node.entries().iter().filter(|it| it.is_merge) {
                let single = std::iter::once(&entry.value);
                let aliases = single.chain(entry.value.items()).filter_map(Node::alias);
                anchors.merged.extend(aliases);
            }
        }
        anchors
    }

    fn resolve(&self, node: &'a Node) -> &'a Node {
        node.alias().and_then(|it| self.nodes.get(it).copied()).unwrap_or(node)
    }

    fn is_merged(&self, node: &Node) -> bool {
        node.anchor().is_some_and(|it| self.merged.contains(it))
    }
}
