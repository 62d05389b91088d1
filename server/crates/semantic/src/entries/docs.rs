use base::Db;
use project::{Package, package_name};
use serde_json::{Value as Json, json};

use crate::{DocsBlock, docs_id, docs_text};

/// A docs block as dbt knows it.
#[must_use]
pub fn docs_json(db: &dyn Db, package: Package, name: &str, block: DocsBlock) -> Json {
    let path = block.file.path(db);
    let original = path.relative_to(package.root(db)).unwrap_or(path.as_str());
    json!({
        "name": name, "resource_type": "doc", "package_name": &*package_name(db, package),
        "path": super::below_its_folder(db, package, block.file),
        "original_file_path": original, "unique_id": docs_id(db, package, name),
        "block_contents": docs_text(db, block),
    })
}
