//! Keeps the dbt platform's list of environment variables in Tandem's own folder, for its user alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base::FilePath;
use project::{platform_list_path, read_platform_list};

use crate::write;

/// What was kept, and where.
#[derive(Debug)]
pub struct Kept {
    pub variables: usize,
    pub path: FilePath,
}

/// Values of secrets are left out: those that dbt calls so, and `secret` ones of the project. Fails
/// with a sentence that quotes no value.
pub fn keep(
    environment: &BTreeMap<String, String>,
    root: &FilePath,
    text: &str,
    secret: &BTreeSet<String>,
) -> Result<Kept, String> {
    let mut list = read_platform_list(text)?;
    for variable in list.variables.iter_mut().filter(|it| secret.contains(&it.name)) {
        for (_, value) in &mut variable.values {
            *value = None;
        }
    }
    let path = platform_list_path(environment, root)
        .ok_or("there is no home folder to keep the list in: set TANDEM_DATA")?;
    let written = serde_json::to_vec_pretty(&list).map_err(|error| error.to_string())?;
    write::replace(Path::new(path.as_str()), &written)
        .map_err(|error| format!("{path} cannot be written: {error}"))?;
    Ok(Kept { variables: list.variables.len(), path })
}
