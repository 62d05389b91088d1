use std::sync::Arc;

use jinja::eval::{Interp, Options, render_native};
use jinja::value::{Dict, Value};
use project::Json;

use super::World;
use crate::generic_test;

/// What the macro of a generic test is called with: every text is rendered where it stands, and
/// what looks like a call of `ref` or the like is one.
pub(super) fn value(world: &World<'_>, interp: &mut Interp<'_>) -> Option<Value> {
    let test = generic_test(world.db, world.node?)?;
    let mut kwargs = Dict::new();
    for (key, value) in test.kwargs() {
        let value = match &value {
            Json::String(column) if key == "column_name" => Value::from(column.as_str()),
            other => rendered(world, interp, other),
        };
        kwargs.insert_str(&key, value);
    }
    Some(Value::dict(kwargs))
}

fn rendered(world: &World<'_>, interp: &mut Interp<'_>, value: &Json) -> Value {
    match value {
        Json::String(text) => rendered_text(world, interp, text),
        Json::Array(items) => {
            Value::list(items.iter().map(|it| rendered(world, interp, it)).collect())
        }
        Json::Object(object) => {
            let mut dict = Dict::new();
            for (key, value) in object {
                dict.insert_str(key, rendered(world, interp, value));
            }
            Value::dict(dict)
        }
        plain => jinja::data::from_json(plain),
    }
}

fn rendered_text(world: &World<'_>, interp: &mut Interp<'_>, text: &str) -> Value {
    let call;
    let source = if is_call(text) {
        call = format!("{{{{ {text} }}}}");
        &call
    } else if text.contains("{{") || text.contains("{%") || text.contains("{#") {
        text
    } else {
        return Value::from(text);
    };
    let template = Arc::new(syntax::jinja::parse(source));
    let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
    render_native(world.rendered_file(), &template, world, options, |native| {
        let Some(error) = native.error else { return native.value };
        world.note_error(&error);
        interp.meet_hole();
        Value::Hole
    })
}

/// dbt's own test for a text that is meant as a call.
fn is_call(text: &str) -> bool {
    let text = text.trim();
    let functions = ["env_var", "ref", "var", "source", "doc"];
    functions.iter().any(|it| {
        let arguments = text.strip_prefix(it).map(str::trim_start);
        arguments.is_some_and(|it| {
            it.starts_with('(') && it.ends_with(')') && it.len() > 2 && !it.contains('\n')
        })
    })
}
