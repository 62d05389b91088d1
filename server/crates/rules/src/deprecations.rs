//! Everything dbt calls deprecated, one file each.

pub mod config_data_path;
pub mod config_source_path;
pub mod duplicate_yaml_keys;
mod edits;
mod generic_test;
mod list;
pub mod missing_arguments_property_in_generic_test;
mod object_config;
mod objects;
pub mod property_moved_to_config;
mod renamed_path;
pub mod unexpected_jinja_block;
