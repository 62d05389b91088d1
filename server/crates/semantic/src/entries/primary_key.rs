use std::sync::Arc;

use base::{Db, Project};
use project::packages;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::columns::texts;
use super::test::tested_node;
use crate::{GenericTest, Node, TestTarget, generic_test, generic_test_nodes, is_enabled};

type TestIndex = FxHashMap<String, Vec<Node>>;

/// The data tests of a project that are about a node of some name.
#[salsa::tracked(returns(clone))]
fn test_index(db: &dyn Db, project: Project) -> Arc<TestIndex> {
    let mut index = TestIndex::default();
    for package in packages(db, project).iter() {
        for test in generic_test_nodes(db, *package).iter() {
            let found = generic_test(db, *test);
            if let Some(TestTarget::Node { name, .. }) = found.as_ref().map(|it| &*it.target) {
                index.entry(name.clone()).or_default().push(*test);
            }
        }
    }
    Arc::new(index)
}

#[salsa::tracked(returns(clone))]
fn tests_of(db: &dyn Db, project: Project, name: String) -> Arc<[Node]> {
    test_index(db, project).get(&name).map_or_else(|| Arc::from([]), |it| it.as_slice().into())
}

/// The columns that make up a model's key, as its tests say it: unique and not null, else unique.
pub(super) fn tested_key(db: &dyn Db, node: Node) -> Vec<String> {
    let (mut enabled, mut disabled, mut not_null) = (Vec::new(), Vec::new(), Vec::new());
    for test_node in tests_of(db, node.package(db).project(db), node.name(db).to_owned()).iter() {
        let Some(test) = generic_test(db, *test_node) else { continue };
        let columns = columns(&test);
        if columns.is_empty() || tested_node(db, *test_node, &test) != Some(node) {
            continue;
        }
        match &*test.test {
            "unique" | "unique_combination_of_columns" if is_enabled(db, *test_node) => {
                enabled.extend(columns);
            }
            "unique" | "unique_combination_of_columns" => disabled.extend(columns),
            "not_null" => not_null.extend(columns),
            _ => {}
        }
    }
    not_null.retain(|it| enabled.contains(it) || disabled.contains(it));
    let lists = [not_null, enabled, disabled];
    let mut key = lists.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
    key.sort();
    key.dedup();
    key
}

fn columns(test: &GenericTest) -> Vec<String> {
    let kwargs = test.kwargs();
    match (kwargs.get("column_name"), kwargs.get("combination_of_columns")) {
        (Some(Json::String(it)), _) => vec![it.clone()],
        (_, several @ Some(Json::Array(_))) => texts(several),
        _ => Vec::new(),
    }
}
