//! Compiled SQL: what dbt would send to the warehouse for each node, with a map back to the
//! template, and the manifest of a whole project. Does not know who asks.

mod compiled;
mod compiled_path;
mod ephemeral;
mod manifest;
mod places;
mod render;
mod select;

pub use compiled::{Compiled, compiled};
pub use compiled_path::{compiled_path, target_path};
pub use manifest::{manifest, manifest_entry, manifest_of, written_entry, written_manifest};
pub use places::{Frame, Hole, Placed, home};
pub use render::{Rendered, compile_problems, rendered};
pub use select::{
    Comparison, Graph, IndirectSelection, Request, Resource, Section, Selected, Selection,
    SelectionError, Selectors, manifest_selectors, selectors_file,
};
