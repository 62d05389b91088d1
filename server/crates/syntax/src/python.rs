//! Python models: what they ask dbt for, and where.
//!
//! As in dbt's own reading the code is never run: only calls written `dbt.…(…)` count, and of
//! their arguments only literals.

mod literal;
mod problem;

use std::ops::ControlFlow;

use text_size::{TextRange, TextSize};
use tree_sitter::{Node, ParseOptions, Parser, Tree};

use crate::Problem;

pub use literal::Literal;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PythonModel {
    /// The calls in the file's order; inner calls come after the call whose argument they are.
    pub calls: Vec<Call>,
    /// `def model(dbt, session):`, the last one if there are several.
    pub definition: Option<Definition>,
    /// The first syntax error.
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub function: Function,
    /// With the parentheses.
    pub range: TextRange,
    /// `dbt.ref`
    pub function_range: TextRange,
    pub arguments: Vec<Argument>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Ref,
    Source,
    Config,
    ConfigGet,
    ConfigMetaGet,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The keyword of `name=value`.
    pub name: Option<String>,
    pub name_range: Option<TextRange>,
    /// The value alone.
    pub range: TextRange,
    pub value: Literal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// From `def` to the end of the body.
    pub range: TextRange,
    pub name_range: TextRange,
    pub parameters: Vec<String>,
}

impl Call {
    /// The positional arguments.
    pub fn positional(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().filter(|it| it.name.is_none())
    }

    pub fn keyword(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|it| it.name.as_deref() == Some(name))
    }
}

/// The parser reports back at intervals; this many reports are granted on top of those that the
/// length of the text explains, so that hostile text ends.
const SPARE_REPORTS: usize = 20_000;

/// Reads any text.
pub fn parse(text: &str) -> PythonModel {
    let mut model = PythonModel::default();
    let Some(tree) = tree(text) else {
        return model;
    };
    let mut cursor = tree.walk();
    let mut brackets = problem::Brackets::default();
    let mut first_error = None;
    // What encloses the node. Asking a node for its parent would search from the root each time.
    let mut inside: Vec<&str> = Vec::new();
    'walk: loop {
        let node = cursor.node();
        match node.kind() {
            "call" => model.calls.extend(call(node, text)),
            "function_definition" if inside.iter().all(|it| is_outermost(it)) => {
                model.definition = definition(node, text).or(model.definition);
            }
            _ => {}
        }
        if first_error.is_none() && (node.is_error() || node.is_missing()) {
            first_error = Some(node);
        }
        brackets.see(node);
        if cursor.goto_first_child() {
            inside.push(node.kind());
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'walk;
            }
            inside.pop();
        }
    }
    model.problem = first_error.map(|node| problem::explain(node, &brackets, text));
    model
}

fn tree(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    let mut reports = SPARE_REPORTS + text.len();
    let mut stop = |_: &tree_sitter::ParseState| match reports.checked_sub(1) {
        Some(left) => {
            reports = left;
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    };
    let options = ParseOptions::new().progress_callback(&mut stop);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

fn is_outermost(kind: &str) -> bool {
    matches!(kind, "module" | "decorated_definition" | "ERROR")
}

fn definition(node: Node<'_>, text: &str) -> Option<Definition> {
    let name = node.child_by_field_name("name")?;
    if source(name, text) != "model" {
        return None;
    }
    let parameters = node.child_by_field_name("parameters")?;
    let mut cursor = parameters.walk();
    let parameters = parameters
        .named_children(&mut cursor)
        .filter_map(|it| match it.kind() {
            "identifier" => Some(it),
            // `dbt: Dbt`, `session=None`
            _ => it.child_by_field_name("name").or_else(|| it.named_child(0)),
        })
        .map(|it| source(it, text).to_owned())
        .collect();
    Some(Definition { range: range(node), name_range: range(name), parameters })
}

fn call(node: Node<'_>, text: &str) -> Option<Call> {
    let callee = node.child_by_field_name("function")?;
    let function = match dotted(callee, text)?.as_slice() {
        ["dbt", "ref"] => Function::Ref,
        ["dbt", "source"] => Function::Source,
        ["dbt", "config"] => Function::Config,
        ["dbt", "config", "get"] => Function::ConfigGet,
        ["dbt", "config", "meta_get"] => Function::ConfigMetaGet,
        _ => return None,
    };
    let list = node.child_by_field_name("arguments")?;
    let mut cursor = list.walk();
    let arguments = list
        .named_children(&mut cursor)
        .filter(|it| !it.is_extra() && !it.is_error())
        .filter_map(|it| {
            let (name, value) = if it.kind() == "keyword_argument" {
                (Some(it.child_by_field_name("name")?), it.child_by_field_name("value")?)
            } else {
                (None, it)
            };
            Some(Argument {
                name: name.map(|it| source(it, text).to_owned()),
                name_range: name.map(range),
                range: range(value),
                value: literal::read(value, text),
            })
        })
        .collect();
    Some(Call { function, range: range(node), function_range: range(callee), arguments })
}

/// `dbt.config.get` as its names, at most three of them.
fn dotted<'a>(node: Node<'_>, text: &'a str) -> Option<Vec<&'a str>> {
    let mut names = Vec::new();
    let mut node = node;
    while node.kind() == "attribute" && names.len() < 3 {
        names.push(source(node.child_by_field_name("attribute")?, text));
        node = node.child_by_field_name("object")?;
    }
    if node.kind() != "identifier" {
        return None;
    }
    names.push(source(node, text));
    names.reverse();
    Some(names)
}

fn source<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    text.get(node.byte_range()).unwrap_or("")
}

fn range(node: Node<'_>) -> TextRange {
    let bytes = node.byte_range();
    TextRange::new(TextSize::from(bytes.start as u32), TextSize::from(bytes.end as u32))
}

#[cfg(test)]
mod tests;
