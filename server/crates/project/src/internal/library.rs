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
        "macros/runtime.sql",
        "macros/text.sql",
        "macros/types.sql",
    ],
    "duckdb": [
        "dbt_project.yml",
    ],
};
