//! `config` in a template.

use jinja::data::{from_json, to_json};
use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Dict, Value};
use project::Json;

use super::{Mode, World};

/// `config(…)`, `config.get(…)` and the like.
pub(super) fn call(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    name: &str,
    args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    match name {
        "config" => configure(world, &args),
        "config.set" => {
            let [name, value] = args.bind("set", ["name", "value"], 2)?;
            let mut values = Dict::new();
            let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
            values.insert_str(name, value.unwrap_or(Value::None));
            configure(world, &Args::positional(vec![Value::dict(values)]))
        }
        "config.get" | "config.meta_get" => get(world, interp, name, args, site),
        "config.require" | "config.meta_require" => require(world, interp, name, args, site),
        "config.persist_relation_docs" => persist_docs(world, "relation"),
        "config.persist_column_docs" => persist_docs(world, "columns"),
        _ => Ok(Value::Hole),
    }
}

/// One mapping, or keywords: only parsing looks at what they say.
fn configure(world: &World<'_>, args: &Args) -> Result<Value, Stop> {
    if world.mode != Mode::Parse {
        return Ok(Value::from(""));
    }
    let mut given: Vec<(String, Json)> = Vec::new();
    match (args.positional.as_slice(), args.keywords.is_empty()) {
        ([Value::Dict(dict)], true) => {
            for (key, value) in dict.borrow().iter() {
                if let Some(key) = key.as_str() {
                    given.push((key.to_owned(), to_json(value).unwrap_or_default()));
                }
            }
        }
        ([Value::Hole | Value::Undefined(_)], true) => {}
        ([], false) => {
            for (key, value) in &args.keywords {
                given.push((key.to_string(), to_json(value).unwrap_or_default()));
            }
        }
        _ => return Err(Stop::host("config() takes either one mapping or keywords")),
    }
    for old in ["pre_hook", "post_hook"] {
        let new = old.replace('_', "-");
        let has = |name: &str| given.iter().any(|(it, _)| it == name);
        if has(old) && has(&new) {
            return Err(Stop::host(format!("config() has both `{old}` and `{new}`")));
        }
    }
    world.note(|it| {
        for (key, value) in given {
            it.add_config(&key, value);
        }
    });
    Ok(Value::from(""))
}

/// The value of a config; none where nothing sets it and dbt knows no such key.
fn find(world: &World<'_>, key: &str, in_meta: bool) -> Option<Value> {
    let config = crate::config(world.db, world.node?);
    if in_meta {
        return config.get("meta")?.get(key).map(from_json);
    }
    let key = match key {
        "pre_hook" => "pre-hook",
        "post_hook" => "post-hook",
        other => other,
    };
    config.value(key).map(from_json)
}

fn get(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    name: &str,
    args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let names = ["name", "default", "validator"];
    let [key, default, validator] = args.bind(name, names, 1)?;
    // While parsing, the configs are just being collected: dbt gives an empty text.
    if world.mode == Mode::Parse {
        return Ok(Value::from(""));
    }
    let key = key.as_ref().and_then(Value::as_str).unwrap_or_default();
    let default = default.unwrap_or(Value::None);
    let has_default = !default.is_none();
    let found = find(world, key, name == "config.meta_get").unwrap_or(default);
    if let Some(validator) = validator.filter(|it| has_default && !it.is_none()) {
        interp.call_value(&validator, Args::positional(vec![found.clone()]), site)?;
    }
    Ok(found)
}

fn require(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    name: &str,
    args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let [key, validator] = args.bind(name, ["name", "validator"], 1)?;
    if world.mode == Mode::Parse {
        return Ok(Value::from(""));
    }
    let key = key.as_ref().and_then(Value::as_str).unwrap_or_default();
    let found = find(world, key, name == "config.meta_require")
        .ok_or_else(|| Stop::host(format!("the required config `{key}` is not set")))?;
    if let Some(validator) = validator.filter(|it| !it.is_none()) {
        interp.call_value(&validator, Args::positional(vec![found.clone()]), site)?;
    }
    Ok(found)
}

fn persist_docs(world: &World<'_>, key: &str) -> Result<Value, Stop> {
    if world.mode == Mode::Parse {
        return Ok(Value::Bool(false));
    }
    match find(world, "persist_docs", false) {
        Some(Value::Dict(it)) => {
            Ok(it.borrow().get_str(key).cloned().unwrap_or(Value::Bool(false)))
        }
        None | Some(Value::None) => Ok(Value::Bool(false)),
        Some(other) => Err(Stop::host(format!(
            "`persist_docs` has to be a mapping, not {}",
            other.type_name()
        ))),
    }
}
