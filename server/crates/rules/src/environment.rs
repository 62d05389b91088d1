//! Rules about environment variables and `.env` files.

pub mod dotenv_crash;
pub mod dotenv_duplicate;
pub mod dotenv_encoding;
pub mod dotenv_escape;
pub mod dotenv_not_read;
pub mod dotenv_open_quote;
pub mod dotenv_quotes;
pub mod dotenv_substitution;
pub mod dotenv_syntax;
pub(crate) mod edits;
pub mod env_drift;
pub mod env_secret_name;
pub mod environment_variable_namespace;
pub mod environment_variable_renamed;
pub mod missing;
pub mod secret_env_var;
pub mod secret_in_example;
pub mod tracked_dotenv;
pub mod unignored_dotenv;
pub mod unrendered_env_var;
pub mod unused_env_var;
mod variables;
