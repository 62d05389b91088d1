//! What the whole-product tests and the benchmark share: an editor without a screen that speaks
//! the Language Server Protocol to a program over a pipe or a socket, and where to find ours.
//!
//! It knows the protocol, not dbt, and nothing of the server's own code: what it sees is what any
//! editor would see.

pub mod editor;
pub mod memory;
pub mod platform;
pub mod program;
pub mod project;
pub mod storm;
