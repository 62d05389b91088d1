use base::Db;
use project::{Package, package_name};
use serde_json::{Value as Json, json};

use crate::PatchPlace;

/// `exposure.shop.dashboard`
#[must_use]
pub fn exposure_id(db: &dyn Db, package: Package, place: &PatchPlace) -> String {
    format!("exposure.{}.{}", package_name(db, package), place.patch.name)
}

/// An exposure as dbt knows it.
#[must_use]
pub fn exposure_json(db: &dyn Db, package: Package, place: &PatchPlace) -> Json {
    let package_name = package_name(db, package);
    let path = place.file.path(db);
    let path = path.relative_to(package.root(db)).unwrap_or(path.as_str());
    let mut value = place.patch.data.clone();
    if let Some(object) = value.as_object_mut() {
        object.insert("unique_id".to_owned(), json!(exposure_id(db, package, place)));
        object.insert("resource_type".to_owned(), json!("exposure"));
        object.insert("package_name".to_owned(), json!(&*package_name));
        object.insert("original_file_path".to_owned(), json!(path));
        object.insert("fqn".to_owned(), json!([&*package_name, place.patch.name]));
    }
    value
}
