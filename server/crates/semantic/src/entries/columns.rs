use serde_json::{Map, Value as Json, json};

use crate::Column;

/// Columns by their names, in the order of the properties.
pub(super) fn columns_json(columns: &[Column]) -> Map<String, Json> {
    let entry = |it: &Column| {
        let value = json!({
            "name": it.name, "description": it.description, "meta": {}, "data_type": it.data_type,
            "constraints": [], "quote": null, "config": {"meta": {}, "tags": []}, "tags": [],
        });
        (it.name.clone(), value)
    };
    columns.iter().map(entry).collect()
}
