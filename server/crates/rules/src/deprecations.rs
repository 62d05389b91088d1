//! Everything dbt calls deprecated, one file each.
