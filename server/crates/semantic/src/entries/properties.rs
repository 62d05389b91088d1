use base::Db;
use project::{Package, YamlContext, original_path, package_name, package_of, render_value};
use serde_json::{Value as Json, json};

use super::columns::{constraints_json, version_columns};
use crate::{Column, Node, PatchKind, PatchPlace, Version, is_properties_file, node_patch};

/// What properties say about one node, a version's own word first.
pub(super) struct NodeProperties {
    pub(super) place: Option<PatchPlace>,
    pub(super) version: Option<Version>,
}

impl NodeProperties {
    pub(super) fn of(db: &dyn Db, node: Node) -> Self {
        let place = node_patch(db, node);
        let version = place.as_ref().and_then(|place| {
            let wanted = node.version(db)?;
            place.patch.versions.iter().find(|it| it.v == wanted).cloned()
        });
        Self { place, version }
    }

    pub(super) fn description(&self) -> String {
        let of_version = self.version.as_ref().and_then(|it| it.data.get("description")?.as_str());
        let of_model = self.place.as_ref().map(|it| it.patch.description());
        of_version.filter(|it| !it.is_empty()).or(of_model).unwrap_or_default().to_owned()
    }

    pub(super) fn columns(&self) -> Vec<Json> {
        match (&self.place, &self.version) {
            // dbt takes no columns for these.
            (Some(place), _)
                if matches!(place.patch.kind, PatchKind::SingularTest | PatchKind::Function) =>
            {
                Vec::new()
            }
            (Some(place), Some(version)) => version_columns(&place.patch.columns, &version.data),
            (Some(place), None) => place.patch.columns.iter().map(Column::data).collect(),
            (None, _) => Vec::new(),
        }
    }

    /// A key of the version, else of the model, rendered.
    pub(super) fn said(&self, db: &dyn Db, package: Package, key: &str) -> Option<Json> {
        let found = self.written(key)?;
        Some(render_value(db, package.project(db), found, YamlContext::Properties(package)))
    }

    pub(super) fn written(&self, key: &str) -> Option<&Json> {
        let of_version = self.version.as_ref().map(|it| &it.data);
        // A model's date does not count for its versions.
        let inherited = key != "deprecation_date" || of_version.is_none();
        let of_model = self.place.as_ref().map(|it| &it.patch.data).filter(|_| inherited);
        [of_version, of_model].into_iter().flatten().find_map(|data| {
            let is_empty = |it: &Json| it.is_null() || it.as_array().is_some_and(Vec::is_empty);
            data.get(key).filter(|it| !is_empty(it))
        })
    }

    pub(super) fn constraints(&self, db: &dyn Db, package: Package) -> Json {
        constraints_json(self.said(db, package, "constraints").as_ref(), true)
    }

    pub(super) fn path(&self, db: &dyn Db, package: Package) -> Json {
        let Some(place) = &self.place else { return Json::Null };
        // Another package may have described it.
        let is_own = is_properties_file(db, package, place.file);
        let other = (!is_own).then(|| package_of(db, package.project(db), place.file)).flatten();
        let package = other.unwrap_or(package);
        let file = original_path(db, package, place.file.path(db));
        json!(format!("{}://{file}", package_name(db, package)))
    }
}

/// A node's constraints and columns, as properties have them.
pub(crate) fn node_columns(db: &dyn Db, node: Node) -> (Vec<Json>, Vec<Json>) {
    let properties = NodeProperties::of(db, node);
    let constraints = properties.written("constraints").and_then(Json::as_array).cloned();
    (constraints.unwrap_or_default(), properties.columns())
}
