use base::Db;
use project::{Package, original_path, package_facts, package_name, place_in};
use serde_json::{Value as Json, json};

use crate::{DocsBlock, docs_id, docs_text};

/// A docs block as dbt knows it.
#[must_use]
pub fn docs_json(db: &dyn Db, package: Package, name: &str, block: DocsBlock) -> Json {
    let path = block.file.path(db);
    let folders = package_facts(db, package).paths.docs();
    let original = original_path(db, package, path);
    json!({
        "name": name, "resource_type": "doc", "package_name": &*package_name(db, package),
        "path": place_in(package.root(db), path, &folders).map_or(&*original, |it| it.below),
        "original_file_path": original, "unique_id": docs_id(db, package, name),
        "block_contents": docs_text(db, block),
    })
}
