//! What earlier runs left behind: `state:`, `result:`, `source_status:`.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use super::Found;
use crate::select::graph::Graph;
use crate::select::resource::Section;
use crate::select::{Comparison, SelectionError};

const STATES: [&str; 10] = [
    "new",
    "old",
    "modified",
    "unmodified",
    "modified.body",
    "modified.configs",
    "modified.persisted_descriptions",
    "modified.relation",
    "modified.macros",
    "modified.contract",
];

pub(super) fn state(graph: &Graph<'_>, value: &str, state: Option<&Json>) -> Found {
    let Some(state) = state else {
        return error("Got a state selector method, but no comparison manifest");
    };
    let is_known = |id: &str| {
        Section::ALL.iter().any(|it| state.get(it.key()).and_then(|it| it.get(id)).is_some())
    };
    match value {
        "new" => Ok(graph.where_resource(|it| !is_known(it.unique_id))),
        "old" => Ok(graph.where_resource(|it| is_known(it.unique_id))),
        value if STATES.contains(&value) => {
            error(&format!("`state:{value}` is not answered yet: `state:new` and `state:old` are"))
        }
        _ => error(&format!("Got an invalid selector \"{value}\", expected one of \"{STATES:?}\"")),
    }
}

/// What ended so when it last ran.
pub(super) fn result(graph: &Graph<'_>, value: &str, comparison: &Comparison) -> Found {
    let Some(results) = &comparison.run_results else { return error("No comparison run_results") };
    let mut found = graph.no_resources();
    let of_status = entries(results).filter(|it| it.get("status") == Some(&Json::from(value)));
    let places = of_status.filter_map(unique_id).filter_map(|it| graph.place(it));
    places.for_each(|it| found.insert(it));
    Ok(found)
}

/// Sources that have newer rows than they had then.
pub(super) fn source_status(graph: &Graph<'_>, value: &str, comparison: &Comparison) -> Found {
    let Some(before) = &comparison.sources else {
        return error("No previous state comparison freshness results in sources.json");
    };
    let Some(now) = &comparison.current_sources else {
        return error("No current state comparison freshness results in sources.json");
    };
    let mut found = graph.no_resources();
    if value != "fresher" {
        return Ok(found);
    }
    let before: FxHashMap<&str, &str> = loaded_at(before).collect();
    let failed: FxHashSet<&str> =
        entries(now).filter(|it| it.get("max_loaded_at").is_none()).filter_map(unique_id).collect();
    for (id, time) in loaded_at(now) {
        let is_fresher = before.get(id).is_none_or(|before| time > *before);
        if is_fresher && !failed.contains(id) {
            graph.place(id).into_iter().for_each(|it| found.insert(it));
        }
    }
    Ok(found)
}

/// Times of UTC, of which a longer one with fractions of a second is the later.
fn loaded_at(sources: &Json) -> impl Iterator<Item = (&str, &str)> {
    entries(sources).filter_map(|it| {
        let time = it.get("max_loaded_at")?.as_str()?;
        Some((unique_id(it)?, time.trim_end_matches('Z')))
    })
}

fn entries(artifact: &Json) -> impl Iterator<Item = &Json> {
    artifact.get("results").and_then(Json::as_array).into_iter().flatten()
}

fn unique_id(result: &Json) -> Option<&str> {
    result.get("unique_id").and_then(Json::as_str)
}

fn error<T>(message: &str) -> Result<T, SelectionError> {
    Err(SelectionError::new(message.to_owned()))
}
