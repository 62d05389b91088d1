use base::Db;
use project::Package;
use serde_json::{Map, Value as Json};

use super::columns::object;
use super::resource::{configs, header, owner, rendered, value};
use crate::PatchPlace;

/// A group as dbt knows it.
#[must_use]
pub fn group_json(db: &dyn Db, package: Package, place: &PatchPlace) -> Map<String, Json> {
    let name = &place.patch.name;
    let item = rendered(db, package, &place.patch.data, &|path| path == ["description"]);
    let said = object(item.get("config").cloned());
    let mut entry = header(db, package, place, name);
    entry.insert("owner".to_owned(), owner(&item));
    entry.insert("description".to_owned(), value(&item, "description"));
    // dbt gives groups the configs of the project's models, too.
    let (config, _) = configs(db, package, place, name, &said);
    entry.insert("config".to_owned(), Json::Object(config));
    entry
}
