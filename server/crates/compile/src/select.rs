//! dbt's selection: words and the definitions of `selectors.yml` become one expression, which is
//! evaluated over the graph of a manifest. Any manifest will do: that of this project as it is
//! now, or production's.

mod criterion;
mod definition;
mod evaluate;
mod expression;
mod file;
mod graph;
mod id_set;
mod in_manifest;
mod methods;
mod resource;
mod wildcard;

use std::sync::Arc;

use serde_json::Value as Json;

pub use criterion::IndirectSelection;
pub use definition::Selectors;
pub use evaluate::{Request, Selected};
pub use file::selectors_file;
pub use graph::Graph;
pub use in_manifest::manifest_selectors;
pub use resource::{Resource, Section};

use criterion::Method;
use expression::Expression;

/// What to select, not yet of which graph.
#[derive(Debug, Clone)]
pub struct Selection {
    expression: Arc<Expression>,
}

impl Selection {
    /// Of `--select` and `--exclude`. Nothing to select means everything.
    pub fn from_words(
        select: &[String],
        exclude: &[String],
        indirect_selection: IndirectSelection,
    ) -> Result<Self, SelectionError> {
        let expression = expression::from_words(select, exclude, indirect_selection)?;
        Ok(Self { expression })
    }

    /// Whether any word looks at what an earlier run left behind.
    #[must_use]
    pub fn compares(&self) -> bool {
        self.expression
            .any(&|it| matches!(it.method, Method::State | Method::Result | Method::SourceStatus))
    }
}

/// What earlier runs left behind, as far as it is there.
#[derive(Debug, Default)]
pub struct Comparison {
    /// `manifest.json` of the state.
    pub manifest: Option<Json>,
    /// `run_results.json` of the state.
    pub run_results: Option<Json>,
    /// `sources.json` of the state.
    pub sources: Option<Json>,
    /// `sources.json` of the project's own target folder.
    pub current_sources: Option<Json>,
}

/// Why a selection means nothing, in dbt's words where it has some.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectionError(String);

impl SelectionError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    fn unknown_method(name: &str) -> Self {
        Self(format!("'{name}' is not a valid method name"))
    }
}

#[cfg(test)]
mod tests;
