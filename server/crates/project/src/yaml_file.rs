use std::sync::Arc;

use base::{Db, File, tree};
use syntax::yaml::{Document, Node, Value};

use crate::Json;

/// The YAML of a file. dbt strips a file before it reads it, so that text which ends the file has no
/// line end of its own.
pub fn document(db: &dyn Db, file: File) -> Arc<Document> {
    tree(db, file, |text| syntax::yaml::parse(text.trim_end()))
}

/// A node's data without its ranges; of a key that stands twice the last counts.
#[must_use]
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => Json::from(*it),
        Value::Float(it) => serde_json::Number::from_f64(*it).map_or(Json::Null, Json::Number),
        Value::Sequence(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Mapping(mapping) => {
            let mut object = serde_json::Map::new();
            for (key, value) in mapping.pairs() {
                object.insert(key.scalar_text().unwrap_or_default().to_owned(), to_json(value));
            }
            Json::Object(object)
        }
        Value::BigInt(it) => Json::String(it.to_string()),
        Value::String(it) | Value::Timestamp(it) => Json::String(it.clone()),
    }
}
