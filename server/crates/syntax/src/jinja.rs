//! Jinja as dbt has it: one tree for the editor and for the compiler.
//!
//! [`parse`] takes any text and never fails. It reads a sound template exactly as Jinja2 does with
//! the extensions that dbt switches on and the tags that dbt adds; a tag that Jinja2 would refuse
//! becomes an error node with one [`Problem`], and everything else of the file is still read.

mod call;
mod expression;
mod parser;
mod statement;
mod string;
mod text;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use call::{Argument, Call, CursorCall, MacroDefinition, Variable};
pub use token::is_space;
pub use tree::*;

use text_size::{TextRange, TextSize};

use crate::Problem;

/// Parses any text in linear time.
pub fn parse(text: &str) -> Template {
    if u32::try_from(text.len()).is_err() {
        let range = TextRange::empty(TextSize::new(0));
        let message = "the file is larger than 4 GB";
        return Template { problems: vec![Problem::new(range, message)], ..Template::default() };
    }
    let mut parser = parser::Parser::new(text);
    let (body, _) = parser.body(&[]);
    let mut template = parser.template;
    template.body = body;
    template.problems.sort_by_key(|it| (it.range.start(), it.range.end()));
    template
}
