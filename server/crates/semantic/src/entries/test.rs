use base::Db;
use serde_json::{Map, Value as Json, json};

use super::descriptions::describe_in;
use crate::{GenericTest, Node, Resolution, TestTarget, config, is_enabled, resolve_ref};

/// What a data test from YAML has besides what every node has.
pub(super) fn add_generic_test(
    db: &dyn Db,
    node: Node,
    test: &GenericTest,
    object: &mut Map<String, Json>,
) {
    let file_key_name = match &*test.target {
        TestTarget::Node { kind, name, .. } => format!("{}.{name}", kind.key()),
        TestTarget::Source { source, .. } => format!("sources.{source}"),
    };
    let tested = tested_node(db, node, test);
    let group = tested.and_then(|it| config(db, it).text("group").map(str::to_owned));
    let mut tags = test.tags.to_vec();
    for tag in object.get("tags").and_then(Json::as_array).into_iter().flatten() {
        tags.extend(
            tag.as_str().filter(|it| !test.tags.iter().any(|known| known == it)).map(str::to_owned),
        );
    }
    let docs = is_enabled(db, node).then_some(node.package(db));
    let description = describe_in(db, docs, &test.description);
    let fields = [
        ("test_metadata", test.metadata()),
        ("column_name", json!(test.column.as_deref())),
        ("file_key_name", json!(file_key_name)),
        ("attached_node", json!(tested.map(|it| it.unique_id(db)))),
        ("checksum", json!({"name": "none", "checksum": ""})),
        ("description", json!(description.text)),
        ("doc_blocks", json!(description.doc_blocks)),
        ("tags", json!(tags)),
        ("group", json!(group)),
    ];
    for (key, value) in fields {
        object.insert(key.to_owned(), value);
    }
}

/// The model, seed or snapshot that a test is about.
pub(super) fn tested_node(db: &dyn Db, node: Node, test: &GenericTest) -> Option<Node> {
    let TestTarget::Node { name, version, .. } = &*test.target else { return None };
    match resolve_ref(db, node.package(db), None, name, version.as_deref()) {
        Resolution::Node(it) | Resolution::Disabled(it) => Some(it),
        _ => None,
    }
}
