//! From a name to what it names, where `semantic` has no answer of its own, and the names that
//! there are to choose from.

mod macros;
mod refs;
mod uses;

pub(crate) use macros::{Callable, callables, called_macro, dispatched_macro};
pub(crate) use refs::{RefCandidate, ref_candidates};
pub(crate) use semantic::{docs_block, docs_names, docs_text};
pub(crate) use uses::{environment_use_counts, used_variable_names};
