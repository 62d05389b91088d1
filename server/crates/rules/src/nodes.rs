use base::{Db, TextRange};
use semantic::{
    GenericTest, Node, NodeKind, RefCall, Site, SourceCall, TestStep, TestTarget, generic_test,
    generic_tests_in, nodes_in, plain_test,
};
use syntax::yaml::Node as Yaml;

use crate::{FileContext, FileKind};

/// A node that stands in a file, data tests of properties included.
pub(crate) struct CheckedNode {
    pub(crate) node: Node,
    /// Where everything about it is shown, if not where it happens.
    place: Option<TextRange>,
}

pub(crate) fn checked_nodes(context: &FileContext<'_>) -> Vec<CheckedNode> {
    let db = context.db;
    let own = nodes_in(db, context.package, context.file).into_iter();
    let mut all: Vec<CheckedNode> = own.map(|node| CheckedNode { node, place: None }).collect();
    if context.kind == FileKind::Properties {
        let document = project::document(db, context.file);
        for test in generic_tests_in(db, context.package, context.file).iter() {
            // Nothing can be wrong with it but what it tests, which has its place elsewhere.
            if plain_test(db, context.package, test).is_some() {
                continue;
            }
            let entry = document.root.as_ref().and_then(|root| entry_of(test, root));
            let node = test.node(db, context.package, context.file);
            all.extend(entry.map(|it| CheckedNode { node, place: Some(name_range(it)) }));
        }
    }
    all
}

impl CheckedNode {
    pub(crate) fn range(&self, site: &Site) -> TextRange {
        self.place.unwrap_or(site.range)
    }

    /// dbt leaves out a test that reads what is not there, and says so.
    pub(crate) fn is_test(&self, db: &dyn Db) -> bool {
        matches!(self.node.kind(db), NodeKind::SingularTest | NodeKind::GenericTest)
    }

    /// Whether a call is the test's own way to what it tests: that has its place elsewhere.
    pub(crate) fn is_target_ref(&self, db: &dyn Db, call: &RefCall) -> bool {
        let test = generic_test(db, self.node);
        test.is_some_and(
            |it| matches!(&*it.target, TestTarget::Node { name, .. } if *name == call.name),
        )
    }

    pub(crate) fn is_target_source(&self, db: &dyn Db, call: &SourceCall) -> bool {
        let test = generic_test(db, self.node);
        test.is_some_and(|it| match &*it.target {
            TestTarget::Source { source, table } => *source == call.source && *table == call.table,
            TestTarget::Node { .. } => false,
        })
    }
}

fn entry_of<'a>(test: &GenericTest, root: &'a Yaml) -> Option<&'a Yaml> {
    test.place.iter().try_fold(root, |node, step| match step {
        TestStep::Key(key) => node.get(key),
        TestStep::Item(index) => node.items().get(*index),
    })
}

/// The name in `unique`, `unique: {…}` or `test_name: unique`.
fn name_range(entry: &Yaml) -> TextRange {
    if let Some(name) = entry.get("test_name") {
        return name.text_range();
    }
    let pairs = entry.as_mapping().map(|it| it.pairs()).unwrap_or_default();
    pairs.first().map_or_else(|| entry.text_range(), |(key, _)| key.text_range())
}
