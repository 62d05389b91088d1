//! Rules about environment variables and `.env` files.

pub mod dotenv_syntax;
pub mod env_drift;
pub mod unused_env_var;
