//! The dbt platform over its HTTP API: what it knows of the user's connection. Asked only when the
//! user asks, read only, and with a token that never leaves the host it belongs to.

mod client;
mod connection;
mod failure;
mod host;
mod link;
mod variables;

pub use connection::{Connection, connection};
pub use link::Linked;
pub use variables::variables;
