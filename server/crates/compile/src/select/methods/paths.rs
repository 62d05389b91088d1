use rustc_hash::FxHashMap;

use super::Found;
use crate::select::SelectionError;
use crate::select::graph::Graph;
use crate::select::id_set::IdSet;
use crate::select::resource::Resource;
use crate::select::wildcard::{self, PathPattern};

/// What lies at or below the paths that a pattern means in the root project, and what is described
/// there. dbt looks for the same path in the root project for what a package holds.
pub(super) fn search(graph: &Graph<'_>, value: &str, exists: &dyn Fn(&str) -> bool) -> Found {
    let pattern = PathPattern::new(value)
        .map_err(|error| SelectionError::new(format!("`{value}`: {error}")))?;
    let mut known: FxHashMap<(&str, bool), bool> = FxHashMap::default();
    let mut is_meant = |path, is_folder| {
        *known
            .entry((path, is_folder))
            .or_insert_with(|| pattern.matches(path, is_folder) && exists(path))
    };
    let mut found = graph.no_resources();
    for (place, resource) in graph.resources.iter().enumerate() {
        let path = resource.text("original_file_path");
        let described = described_in(resource);
        if is_meant(path, false)
            || described.is_some_and(|it| is_meant(it, false))
            || folders_of(path).any(|it| is_meant(it, true))
        {
            found.insert(place);
        }
    }
    Ok(found)
}

fn described_in<'m>(resource: &Resource<'m>) -> Option<&'m str> {
    let path = resource.text("patch_path");
    path.split_once("://").map(|(_, it)| it)
}

/// Innermost first, the project itself last.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    let inner = path.rmatch_indices('/').map(|(at, _)| &path[..at]);
    inner.chain(std::iter::once("."))
}

/// What stands in files of that name, with or without its ending.
pub(super) fn files(graph: &Graph<'_>, value: &str) -> IdSet {
    graph.where_resource(|it| {
        let path = it.text("original_file_path");
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = match name.rfind('.') {
            Some(at) if at > 0 && at + 1 < name.len() => &name[..at],
            _ => name,
        };
        wildcard::matches(name, value) || wildcard::matches(stem, value)
    })
}
