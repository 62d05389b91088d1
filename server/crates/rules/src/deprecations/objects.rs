//! What a properties file describes: models, columns, sources and so on, with their generic tests.

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::yaml::{Document, Node};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectKind {
    Model,
    Version,
    Seed,
    Snapshot,
    Analysis,
    Source,
    Table,
    Column,
    Exposure,
}

/// A mapping that describes something.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) kind: ObjectKind,
    /// Where the mapping is written: of an alias, the node with the anchor.
    pub(super) node: &'a Node,
    /// `<<` brings its pairs into other mappings too.
    pub(super) is_merged: bool,
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

/// Every object of a properties file, each place once.
pub(super) struct Objects<'a> {
    pub(super) all: Vec<Object<'a>>,
    anchors: Anchors<'a>,
    seen: FxHashSet<(u32, u32)>,
}

impl<'a> Objects<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut objects =
            Self { all: Vec::new(), anchors: Anchors::of(document), seen: FxHashSet::default() };
        let Some(root) = &document.root else { return objects };
        for (key, kind) in [
            ("models", ObjectKind::Model),
            ("seeds", ObjectKind::Seed),
            ("snapshots", ObjectKind::Snapshot),
            ("analyses", ObjectKind::Analysis),
            ("sources", ObjectKind::Source),
            ("exposures", ObjectKind::Exposure),
        ] {
            let takes_tests =
                matches!(kind, ObjectKind::Model | ObjectKind::Seed | ObjectKind::Snapshot);
            objects.list(root, key, kind, takes_tests);
        }
        objects
    }

    fn list(&mut self, parent: &'a Node, key: &str, kind: ObjectKind, takes_tests: bool) {
        let Some(list) = parent.get(key) else { return };
        for item in self.anchors.resolve(list).items() {
            let node = self.anchors.resolve(item);
            let place = (node.range.start().into(), node.range.end().into());
            if node.as_mapping().is_none() || !self.seen.insert(place) {
                continue;
            }
            let is_merged = self.anchors.is_merged(node);
            self.all.push(Object { kind, node, is_merged, takes_tests });
            match kind {
                ObjectKind::Model => {
                    self.list(node, "columns", ObjectKind::Column, true);
                    self.list(node, "versions", ObjectKind::Version, true);
                }
                ObjectKind::Version
                | ObjectKind::Seed
                | ObjectKind::Snapshot
                | ObjectKind::Table => self.list(node, "columns", ObjectKind::Column, true),
                ObjectKind::Analysis => self.list(node, "columns", ObjectKind::Column, false),
                ObjectKind::Source => self.list(node, "tables", ObjectKind::Table, true),
                ObjectKind::Column | ObjectKind::Exposure => {}
            }
        }
    }

    /// The tests of all objects, each place once.
    pub(super) fn tests(&self) -> Vec<GenericTest<'a>> {
        let mut seen = FxHashSet::default();
        let mut tests = Vec::new();
        for object in self.all.iter().filter(|it| it.takes_tests) {
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
