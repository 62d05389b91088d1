//! Rules about the link to the dbt platform: `dbt_cloud.yml` and `dbt-cloud:` in `dbt_project.yml`.

pub mod invalid_cloud_file;
pub mod misplaced_cloud_file;
pub mod unlinked_project;
