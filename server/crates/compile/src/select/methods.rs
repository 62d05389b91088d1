//! What each method of a word finds.

mod artifacts;
mod config;
mod names;
mod paths;
mod versions;

use serde_json::Value as Json;

use super::criterion::{Criterion, Method};
use super::evaluate::Request;
use super::graph::Graph;
use super::id_set::IdSet;
use super::resource::{Resource, Section};
use super::{SelectionError, wildcard};

type Found = Result<IdSet, SelectionError>;

pub(super) fn search(graph: &Graph<'_>, criterion: &Criterion, request: &Request<'_>) -> Found {
    if criterion.method == Method::Config {
        return Ok(config::search(graph, &criterion.arguments, &criterion.value));
    }
    let Json::String(value) = &criterion.value else {
        return Err(SelectionError::new(format!(
            "`{}`: the value is no text; put it in quotes",
            criterion.raw
        )));
    };
    let find = |is_meant: &dyn Fn(&Resource<'_>) -> bool| Ok(graph.where_resource(is_meant));
    match criterion.method {
        Method::Fqn => {
            let pattern = names::Pattern::new(value);
            find(&|it| it.section != Section::Sources && pattern.matches(it))
        }
        Method::Tag => find(&|it| it.tags().iter().any(|tag| wildcard::matches(tag, value))),
        Method::Group => find(&|it| {
            let group = it.config().and_then(|it| it.get("group")).and_then(Json::as_str);
            matches!(it.section, Section::Nodes | Section::Metrics)
                && group.is_some_and(|it| !it.is_empty() && wildcard::matches(it, value))
        }),
        Method::Access => find(&|it| it.is_model() && it.text("access") == value),
        Method::Package => {
            let value = if value == "this" && !graph.project_name.is_empty() {
                graph.project_name
            } else {
                value
            };
            find(&|it| wildcard::matches(it.text("package_name"), value))
        }
        Method::Source => names::sources(graph, value),
        Method::Exposure => names::named(graph, value, Section::Exposures, "exposure"),
        Method::Metric => names::named(graph, value, Section::Metrics, "metric"),
        Method::SemanticModel => {
            names::named(graph, value, Section::SemanticModels, "semantic model")
        }
        Method::SavedQuery => names::named(graph, value, Section::SavedQueries, "saved query"),
        Method::UnitTest => names::named(graph, value, Section::UnitTests, "unit test"),
        Method::Path => paths::search(graph, value, request.exists),
        Method::File => Ok(paths::files(graph, value)),
        Method::TestName => find(&|it| match it.section {
            Section::UnitTests => wildcard::matches(it.text("name"), value),
            Section::Nodes => {
                let name = it.json.get("test_metadata").and_then(|it| it.get("name"));
                let name = name.and_then(Json::as_str);
                it.resource_type() == "test" && name.is_some_and(|it| wildcard::matches(it, value))
            }
            _ => false,
        }),
        Method::TestType => test_type(graph, value),
        Method::ResourceType => {
            if !RESOURCE_TYPES.contains(&value.as_str()) {
                return Err(SelectionError::new(format!(
                    "Invalid resource_type selector \"{value}\""
                )));
            }
            find(&|it| it.resource_type() == value)
        }
        Method::Version => versions::search(graph, value),
        Method::State => artifacts::state(graph, value, request.state()),
        Method::Result => artifacts::result(graph, value, request.comparison),
        Method::SourceStatus => artifacts::source_status(graph, value, request.comparison),
        Method::Config => Ok(graph.no_resources()),
    }
}

/// Everything that dbt calls a type, whether or not it can be selected.
const RESOURCE_TYPES: [&str; 19] = [
    "model",
    "analysis",
    "test",
    "snapshot",
    "operation",
    "seed",
    "rpc",
    "sql operation",
    "doc",
    "source",
    "macro",
    "exposure",
    "metric",
    "group",
    "saved_query",
    "semantic_model",
    "unit_test",
    "fixture",
    "function",
];

fn test_type(graph: &Graph<'_>, value: &str) -> Found {
    let is_singular = |it: &Resource<'_>| it.resource_type() == "test" && !it.is_generic_test();
    // dbt asks whether the word is a part of these names.
    if matches!(value, "generic" | "schema") {
        Ok(graph.where_resource(Resource::is_generic_test))
    } else if "data".contains(value) {
        Ok(graph.where_resource(|it| it.is_generic_test() || is_singular(it)))
    } else if "singular".contains(value) {
        Ok(graph.where_resource(is_singular))
    } else if "unit".contains(value) {
        Ok(graph.where_resource(|it| it.section == Section::UnitTests))
    } else {
        Err(SelectionError::new(format!(
            "Invalid test type selector {value}: expected \"generic\", \"singular\", \"unit\", or \"data\""
        )))
    }
}
