//! Rules about what dbt would refuse.

pub mod duplicate_node;
pub mod incomplete_snapshot;
pub mod invalid_project;
pub mod invalid_properties;
pub mod jinja_error;
pub mod jinja_limit;
pub mod jinja_not_in_v2;
pub mod jinja_syntax;
pub mod missing_env_var;
pub mod missing_package;
pub mod missing_profile;
pub mod python_argument;
pub mod ref_cycle;
pub mod require_dbt_version;
pub mod undeclared_ref;
pub mod unknown_function;
pub mod unknown_macro;
pub mod unknown_ref;
pub mod unknown_source;
pub mod unreadable_file;
pub mod version_skew;
pub mod yaml_syntax;
