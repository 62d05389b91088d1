//! Everything dbt calls deprecated, one file each.

pub mod config_data_path;
pub mod config_source_path;
mod list;
mod renamed_path;
pub mod unexpected_jinja_block;
