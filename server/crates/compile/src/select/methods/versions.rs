use std::cmp::Ordering;

use serde_json::Value as Json;

use super::Found;
use crate::select::SelectionError;
use crate::select::criterion::is_true;
use crate::select::graph::Graph;
use crate::select::resource::Resource;

pub(super) fn search(graph: &Graph<'_>, value: &str) -> Found {
    let wanted: fn(&Resource<'_>) -> bool = match value {
        "latest" => |it| {
            it.version().is_some_and(|version| {
                it.json.get("latest_version").is_some_and(|latest| same(version, latest))
            })
        },
        "prerelease" => |it| against_latest(it) == Some(Ordering::Greater),
        "old" => |it| against_latest(it) == Some(Ordering::Less),
        "none" => |it| it.version().is_none(),
        _ => {
            return Err(SelectionError::new(format!(
                "Invalid version type selector {value}: expected one of: \"latest\", \"prerelease\", \"old\", or \"none\""
            )));
        }
    };
    Ok(graph.where_resource(|it| it.is_model() && wanted(it)))
}

fn same(a: &Json, b: &Json) -> bool {
    a == b || a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| a == b)
}

fn against_latest(resource: &Resource<'_>) -> Option<Ordering> {
    let is_something = |it: &&Json| is_true(Some(it));
    let version = resource.version().filter(is_something)?;
    let latest = resource.json.get("latest_version").filter(is_something)?;
    match (number(version), number(latest)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        _ => Some(text(version).cmp(&text(latest))),
    }
}

fn number(version: &Json) -> Option<f64> {
    match version {
        Json::String(it) => it.trim().parse().ok(),
        other => other.as_f64(),
    }
}

fn text(version: &Json) -> String {
    version.as_str().map_or_else(|| version.to_string(), str::to_owned)
}
