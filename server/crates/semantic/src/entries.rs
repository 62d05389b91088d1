//! What dbt knows of each resource, as data: `model` in a template, an entry of `graph` and an
//! entry of the manifest are one and the same.

mod columns;
mod exposure;
mod group;
mod macros;
mod node;
mod source;
mod test;

pub use exposure::{exposure_id, exposure_json};
pub use group::{group_id, group_json};
pub use macros::{macro_id, macro_json};
pub(crate) use node::version_json;
pub use node::{node_dependencies, node_json};
pub use source::{source_id, source_json};
