use base::Db;
use project::package_name;
use serde_json::{Value as Json, json};

use super::columns::columns_json;
use crate::{SourcePlace, source_relation};

/// `source.shop.raw.orders`
pub fn source_id(db: &dyn Db, place: &SourcePlace) -> String {
    let package = package_name(db, place.package);
    format!("source.{package}.{}.{}", place.table.source, place.table.name)
}

/// A source table as dbt knows it.
pub fn source_json(db: &dyn Db, place: &SourcePlace) -> Json {
    let relation = source_relation(db, place);
    let table = &place.table;
    let path = place.file.path(db);
    let path = path.relative_to(place.package.root(db)).unwrap_or(path.as_str());
    let said = |data: &Json, key: &str| {
        data.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    json!({
        "database": relation.database, "schema": relation.schema, "name": table.name,
        "resource_type": "source", "package_name": &*package_name(db, place.package),
        "path": path, "original_file_path": path, "unique_id": source_id(db, place),
        "fqn": [&*package_name(db, place.package), table.source, table.name],
        "source_name": table.source, "source_description": said(&table.source_data, "description"),
        "loader": said(&table.source_data, "loader"), "identifier": relation.identifier,
        "description": said(&table.data, "description"), "columns": columns_json(&table.columns),
        "relation_name": relation.render(), "config": {"enabled": true}, "tags": [], "meta": {},
        "source_meta": {}, "created_at": 0.0,
    })
}
