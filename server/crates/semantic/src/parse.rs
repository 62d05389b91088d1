use std::sync::Arc;

use base::{Db, TextRange};
use project::{Json, environment_value};
use serde_json::Map;

use crate::{Macro, Node, template};

/// What rendering a node for parsing brings to light: the calls that were really made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    pub config: Map<String, Json>,
    pub refs: Vec<RefCall>,
    pub sources: Vec<SourceCall>,
    pub environment: Vec<EnvironmentCall>,
    pub problems: Vec<RenderProblem>,
}

/// Where in the node's file something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub range: TextRange,
    /// The macro inside which it happened, where the file only calls that macro.
    pub through: Option<String>,
}

impl Site {
    /// A message that names the macro at fault.
    #[must_use]
    pub fn explain(&self, message: &str) -> String {
        match &self.through {
            Some(through) => format!("{message} (in {through})"),
            None => message.to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefCall {
    pub package: Option<String>,
    pub name: String,
    pub version: Option<String>,
    pub site: Site,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCall {
    pub source: String,
    pub table: String,
    pub site: Site,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentCall {
    pub name: String,
    /// Not set, and no default was given.
    pub missing: bool,
    pub site: Site,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderProblem {
    pub kind: RenderProblemKind,
    pub message: String,
    pub site: Site,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderProblemKind {
    UndefinedCall,
    Limit,
    Error,
}

#[salsa::tracked(returns(clone))]
pub fn parsed(db: &dyn Db, node: Node) -> Arc<Parsed> {
    let template = template(db, node.file(db));
    let mut parsed = Parsed::default();
    for call in template.calls() {
        let literal =
            |index: usize| call.positional(index).and_then(|it| it.literal).map(str::to_owned);
        let inner = |index: usize| {
            let argument = call.positional(index);
            argument.map_or(call.range(), |it| it.inner.unwrap_or(it.range))
        };
        let site = |range: TextRange| Site { range, through: None };
        if call.is("ref") {
            let (package, name, at) = match (literal(0), literal(1)) {
                (Some(package), Some(name)) => (Some(package), name, 1),
                (Some(name), None) => (None, name, 0),
                _ => continue,
            };
            parsed.refs.push(RefCall { package, name, version: None, site: site(inner(at)) });
        } else if call.is("source") {
            let (Some(source), Some(table)) = (literal(0), literal(1)) else { continue };
            parsed.sources.push(SourceCall { source, table, site: site(inner(1)) });
        } else if call.is("env_var") {
            let Some(name) = literal(0) else { continue };
            let project = node.package(db).project(db);
            let missing = call.positional(1).is_none()
                && environment_value(db, project, name.clone()).is_none();
            parsed.environment.push(EnvironmentCall { name, missing, site: site(inner(0)) });
        }
    }
    Arc::new(parsed)
}

/// What `config()` was called with: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
pub fn parsed_config(db: &dyn Db, node: Node) -> Arc<Map<String, Json>> {
    Arc::new(parsed(db, node).config.clone())
}

/// What a `generate_*_name` macro says for a node.
pub fn generate_name(
    _db: &dyn Db,
    _found: Macro,
    _custom: Option<String>,
    _node: Node,
) -> Option<String> {
    None
}
