//! Where the protocol's types stop: everything behind this speaks of paths, offsets and findings.

pub mod capabilities;
pub mod compiled;
pub mod environment;
pub mod ext;
pub mod from_proto;
pub mod outbox;
pub mod to_proto;
