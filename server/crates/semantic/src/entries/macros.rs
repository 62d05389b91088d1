use base::Db;
use project::package_name;
use serde_json::{Value as Json, json};

use crate::{Macro, PatchKind, patch, template};

/// `macro.shop.cents`
#[must_use]
pub fn macro_id(db: &dyn Db, name: &str, it: Macro) -> String {
    format!("macro.{}.{name}", package_name(db, it.package))
}

/// A macro as dbt knows it.
#[must_use]
pub fn macro_json(db: &dyn Db, name: &str, it: Macro) -> Json {
    let path = it.file.path(db);
    let path = path.relative_to(it.package.root(db)).unwrap_or(path.as_str());
    let text = template(db, it.file);
    let patch = patch(db, it.package, PatchKind::Macro, name.to_owned());
    let description = patch.as_ref().map(|it| it.patch.description()).unwrap_or_default();
    json!({
        "name": name, "resource_type": "macro", "package_name": &*package_name(db, it.package),
        "path": path, "original_file_path": path, "unique_id": macro_id(db, name, it),
        "macro_sql": text.slice(it.range(db)), "depends_on": {"macros": []},
        "description": description, "meta": {}, "docs": {"show": true, "node_color": null},
        "patch_path": null, "arguments": [], "created_at": 0.0, "supported_languages": null,
    })
}
