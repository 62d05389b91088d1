//! The files of our own library, embedded in the program.

/// One file of a package, by the folder that dbt has for the package.
pub(super) struct LibraryFile {
    pub(super) folder: &'static str,
    pub(super) path: &'static str,
    pub(super) text: &'static str,
}

macro_rules! library {
    ($($folder:literal: [$($path:literal),* $(,)?],)*) => {
        &[$($(LibraryFile {
            folder: $folder,
            path: $path,
            text: include_str!(concat!("../../library/", $folder, "/", $path)),
        },)*)*]
    };
}

pub(super) static FILES: &[LibraryFile] = library! {
    "global_project": [
        "dbt_project.yml",
        "macros/dates.sql",
        "macros/names.sql",
        "macros/partitions.sql",
        "macros/relations.sql",
        "macros/python_models.sql",
        "macros/runtime.sql",
        "macros/sets.sql",
        "macros/snapshots.sql",
        "macros/statements.sql",
        "macros/tests.sql",
        "macros/text.sql",
        "macros/types.sql",
        "macros/unit_tests.sql",
    ],
    "athena": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "bigquery": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "clickhouse": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "databricks": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "duckdb": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "fabric": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "postgres": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "redshift": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "snowflake": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "spark": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "sqlserver": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
    "trino": [
        "dbt_project.yml",
        "macros/functions.sql",
    ],
};
