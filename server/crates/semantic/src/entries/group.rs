use base::Db;
use project::{Package, package_name};
use serde_json::{Value as Json, json};

use crate::PatchPlace;

/// `group.shop.finance`
#[must_use]
pub fn group_id(db: &dyn Db, package: Package, place: &PatchPlace) -> String {
    format!("group.{}.{}", package_name(db, package), place.patch.name)
}

/// A group as dbt knows it.
#[must_use]
pub fn group_json(db: &dyn Db, package: Package, place: &PatchPlace) -> Json {
    let mut value = place.patch.data.clone();
    if let Some(object) = value.as_object_mut() {
        object.insert("unique_id".to_owned(), json!(group_id(db, package, place)));
        object.insert("resource_type".to_owned(), json!("group"));
        object.insert("package_name".to_owned(), json!(&*package_name(db, package)));
    }
    value
}
