//! What dbt knows of each resource, as data: `model` in a template, an entry of `graph` and an
//! entry of the manifest are one and the same.

mod columns;
mod dependencies;
mod descriptions;
mod docs;
mod exposure;
mod freshness;
mod group;
mod macro_calls;
mod macros;
mod metric;
mod node;
mod primary_key;
mod properties;
mod resource;
mod saved_query;
mod semantic_model;
mod source;
mod test;
#[cfg(test)]
mod tests;

use base::{Db, File};
use project::{Package, original_path, package_facts, place_in};

pub use dependencies::node_dependencies;
pub use docs::docs_json;
pub(crate) use exposure::exposure_json;
pub(crate) use group::group_json;
pub(crate) use macro_calls::{macro_dependencies, test_macro};
pub use macros::macro_json;
pub(crate) use metric::metric_json;
pub(crate) use node::identity_key;
pub use node::{node_entry, node_json};
pub(crate) use node::{version_json, written_deprecation_date};
pub(crate) use properties::node_columns;
pub use resource::{ResourceEntry, resource_entries, resource_id};
pub(crate) use saved_query::saved_query_json;
pub(crate) use semantic_model::semantic_model_json;
pub use source::{source_config, source_fqn, source_id, source_json};

/// The path of a file below the folder of the project file that it was found in.
pub(crate) fn below_its_folder(db: &dyn Db, package: Package, file: File) -> String {
    let path = file.path(db);
    let folders = package_facts(db, package).paths.properties();
    let place = place_in(package.root(db), path, &folders).map(|it| it.below.to_owned());
    place.unwrap_or_else(|| original_path(db, package, path))
}

/// The names under which sections of `dbt_project.yml` find a resource that stands in properties.
fn properties_fqn(db: &dyn Db, package: Package, file: File, name: &[&str]) -> Vec<String> {
    let path = below_its_folder(db, package, file);
    let folders = path.rsplit_once('/').map(|(folders, _)| folders.split('/'));
    let mut fqn = vec![project::package_name(db, package).to_string()];
    fqn.extend(folders.into_iter().flatten().map(str::to_owned));
    fqn.extend(name.iter().map(|it| (*it).to_owned()));
    fqn
}
