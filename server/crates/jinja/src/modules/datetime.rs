//! `modules.datetime`

mod classes;
mod delta;
mod time;
mod values;

pub(super) use classes::{module, utc_time};
pub(super) use delta::Delta;
pub(super) use values::{DateTime, Zone};
