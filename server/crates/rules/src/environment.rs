//! Rules about environment variables and `.env` files.

pub mod dotenv_crash;
pub mod dotenv_syntax;
pub(crate) mod edits;
pub mod env_drift;
pub mod secret_in_example;
pub mod tracked_dotenv;
pub mod unignored_dotenv;
pub mod unused_env_var;
