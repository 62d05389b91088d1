//! Error-tolerant trees with byte positions for the texts a dbt project is made of.
//!
//! Every reader is a pure function from text to what it understood plus problems with ranges;
//! none of them fails. What a key, a `ref` or a variable *means* is not known here: that is for
//! the crates above, which read the files through the database.

pub mod csv;
pub mod dotenv;
pub mod jinja;
pub mod markdown;
pub mod problem;
pub mod python;
pub mod yaml;

pub use problem::Problem;
pub use text_size::{TextRange, TextSize};
