use base::TextRange;
use jinja::data::{from_json, to_json};
use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Dict, Value};
use md5::{Digest, Md5};
use project::{Json, environment_value, is_secret_name, variable};

use super::objects::RelationObject;
use super::{Mode, World};
use crate::{
    EnvironmentCall, RefCall, Relation, Resolution, SourceCall, chosen_relation, config,
    resolve_ref, source_named, source_relation,
};

/// Calls one of dbt's functions.
pub(super) fn call(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    name: &str,
    args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    match name {
        "ref" => reference(world, interp, &args, site),
        "source" => source(world, interp, &args, site),
        "var" => var(world, interp, &args, site),
        "var.has_var" => {
            let name = args.get(0, "var_name").and_then(Value::as_str).unwrap_or_default();
            Ok(Value::Bool(variable(world.db, world.package, name.to_owned()).is_some()))
        }
        "env_var" => env_var(world, interp, &args, site),
        "config" => configure(world, args),
        "config.set" => {
            let key = args.get(0, "name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let value = args.get(1, "value").cloned().unwrap_or(Value::None);
            let mut values = Dict::new();
            values.insert_str(&key, value);
            configure(world, Args::positional(vec![Value::dict(values)]))
        }
        "config.get" | "config.require" => Ok(config_get(world, &args, false)),
        "config.meta_get" | "config.meta_require" => Ok(config_get(world, &args, true)),
        "config.persist_relation_docs" | "config.persist_column_docs" => Ok(Value::Bool(false)),
        "return" => Err(Stop::Return(args.get(0, "data").cloned().unwrap_or(Value::None))),
        "log" | "print" | "debug" | "exceptions.warn" => Ok(Value::from("")),
        "exceptions.raise_compiler_error" => {
            let message = args.get(0, "msg").and_then(Value::as_str).unwrap_or_default();
            Err(Stop::host(message))
        }
        "doc" => Ok(Value::from("")),
        "is_incremental" | "should_full_refresh" | "should_store_failures" => {
            Ok(Value::Bool(false))
        }
        "local_md5" => {
            let text = args.get(0, "value").and_then(Value::as_str).unwrap_or_default();
            let hash = Md5::digest(text.as_bytes());
            Ok(Value::from(hash.iter().map(|it| format!("{it:02x}")).collect::<String>()))
        }
        "fromjson" => {
            let default = args.get(1, "default").cloned().unwrap_or(Value::None);
            let text = args.get(0, "string").and_then(Value::as_str);
            let parsed = text.and_then(|it| serde_json::from_str::<Json>(it).ok());
            Ok(parsed.as_ref().map_or(default, from_json))
        }
        "tojson" => {
            let value = args.get(0, "value").cloned().unwrap_or(Value::None);
            let sort = args.get(2, "sort_keys").is_some_and(Value::truthy);
            let text = to_json(&value).map(|it| jinja::data::python_json(&it, sort));
            Ok(text.map_or_else(
                || args.get(1, "default").cloned().unwrap_or(Value::None),
                Value::from,
            ))
        }
        "fromyaml" => {
            let text = args.get(0, "value").and_then(Value::as_str).unwrap_or_default();
            let document = syntax::yaml::parse(text);
            let default = args.get(1, "default").cloned().unwrap_or(Value::None);
            Ok(match &document.root {
                Some(root) if document.readable => from_json(&project::to_json(root)),
                _ => default,
            })
        }
        "zip" | "zip_strict" => super::convert::zip(&args),
        "set" | "set_strict" => super::convert::set(&args),
        "diff_of_two_dicts" => Ok(super::convert::diff_of_two_dicts(&args)),
        "adapter.dispatch" => super::adapter::dispatch(world, interp, &args),
        "adapter.quote" | "adapter.quote_as_configured" => {
            let text = args.get(0, "identifier").and_then(Value::as_str).unwrap_or_default();
            let quote = crate::quote_of_adapter(&crate::adapter(world.db, world.project()));
            Ok(Value::from(format!("{quote}{text}{quote}")))
        }
        "adapter.type" => Ok(Value::from(&*crate::adapter(world.db, world.project()))),
        "adapter.get_relation" | "load_relation" | "load_cached_relation" => Ok(Value::None),
        _ if name.starts_with("exceptions.") => {
            let words: Vec<&str> = args.positional.iter().filter_map(Value::as_str).collect();
            Err(Stop::host(words.join(" ")))
        }
        // dbt's own, with a result that only a warehouse or an engine knows.
        _ => Ok(Value::Hole),
    }
}

impl World<'_> {
    pub(super) fn project(&self) -> base::Project {
        self.package.project(self.db)
    }

    /// A relation for names that are not resolved while parsing.
    pub(super) fn placeholder(&self) -> Relation {
        let profile = project::profile(self.db, self.project());
        let adapter = crate::adapter(self.db, self.project());
        Relation {
            database: profile.database(),
            schema: profile.schema(),
            identifier: self.node.map_or_else(String::new, |it| it.name(self.db).to_owned()),
            quoting: crate::project_quoting(self.db, self.project()),
            quote: crate::quote_of_adapter(&adapter),
        }
    }
}

/// The range of an argument: between its quotes, where it is a literal.
fn argument_range(site: CallSite<'_>, index: usize) -> TextRange {
    let argument = site.call().and_then(|it| it.positional(index));
    argument.map_or_else(|| site.range(), |it| it.inner.unwrap_or(it.range))
}

fn reference(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let text = |value: &Value| match value {
        Value::Str(_) => value.as_str().map(str::to_owned),
        Value::Int(it) => Some(it.to_string()),
        Value::Float(it) => Some(it.to_string()),
        _ => None,
    };
    if args.positional.iter().any(Value::is_hole) {
        return Ok(Value::Hole);
    }
    let names: Vec<String> = args.positional.iter().filter_map(text).collect();
    let (package, name, at) = match names.as_slice() {
        [name] => (None, name.clone(), 0),
        [package, name] => (Some(package.clone()), name.clone(), 1),
        _ => {
            return Err(Stop::host(format!(
                "ref() takes at most two arguments ({} given)",
                args.positional.len()
            )));
        }
    };
    let version = args.keyword("v").or_else(|| args.keyword("version")).and_then(text);
    let call = RefCall {
        package,
        name,
        version,
        site: world.site(interp, site, argument_range(site, at)),
    };
    let value = match world.mode {
        Mode::Parse | Mode::Name => Value::object(RelationObject::new(world.placeholder())),
        Mode::Compile => resolved(world, &call),
    };
    world.note(|it| it.refs.push(call));
    Ok(value)
}

/// The relation of what a `ref` means. What cannot be resolved is a hole: the finding comes from
/// parsing, and the rest of the query is still worth showing.
fn resolved(world: &World<'_>, call: &RefCall) -> Value {
    let db = world.db;
    let (package, version) = (call.package.as_deref(), call.version.as_deref());
    let found = resolve_ref(db, world.package, package, &call.name, version);
    let Resolution::Node(node) = found else {
        return Value::Hole;
    };
    world.note_dependency(node);
    if config(db, node).materialized() == "ephemeral" {
        world.note_ephemeral(node);
        let mut relation = (*crate::relation(db, node)).clone();
        relation.identifier = format!("__dbt__cte__{}", relation.identifier);
        relation.quoting.identifier = false;
        return Value::object(RelationObject::identifier_only(relation));
    }
    Value::object(RelationObject::new(chosen_relation(db, node).relation.clone()))
}

fn source(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let [source, table] = args.positional.as_slice() else {
        return Err(Stop::host(format!(
            "source() takes exactly two arguments ({} given)",
            args.positional.len()
        )));
    };
    let (Some(source), Some(table)) = (source.as_str(), table.as_str()) else {
        return Ok(Value::Hole);
    };
    let call = SourceCall {
        source: source.to_owned(),
        table: table.to_owned(),
        site: world.site(interp, site, argument_range(site, 1)),
    };
    world.note(|it| it.sources.push(call));
    if world.mode != Mode::Compile {
        return Ok(Value::object(RelationObject::new(world.placeholder())));
    }
    let found = source_named(world.db, world.project(), source.to_owned(), table.to_owned());
    Ok(found.map_or(Value::Hole, |it| {
        Value::object(RelationObject::new(source_relation(world.db, &it)))
    }))
}

fn var(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let Some(name) = args.get(0, "var_name").and_then(Value::as_str) else {
        return Ok(Value::Hole);
    };
    if let Some(value) = variable(world.db, world.package, name.to_owned()) {
        return match &value {
            Json::String(text) if text.contains("{{") || text.contains("{%") => {
                let site = world.site(interp, site, argument_range(site, 0));
                world.rendered_variable(interp, name, text, site)
            }
            value => Ok(from_json(value)),
        };
    }
    if let Some(default) = args.get(1, "default") {
        return Ok(default.clone());
    }
    match world.mode {
        // While parsing dbt gives nothing for a variable that is not set.
        Mode::Parse | Mode::Name => Ok(Value::None),
        Mode::Compile => Err(Stop::host(format!("Required var '{name}' not found in config"))),
    }
}

fn env_var(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let Some(name) = args.get(0, "var").and_then(Value::as_str) else {
        return Ok(Value::Hole);
    };
    let value = environment_value(world.db, world.project(), name.to_owned());
    let default = args.get(1, "default").filter(|it| !it.is_none());
    let call = EnvironmentCall {
        name: name.to_owned(),
        missing: value.is_none() && default.is_none(),
        site: world.site(interp, site, argument_range(site, 0)),
    };
    world.note(|it| it.environment.push(call));
    if is_secret_name(name) {
        return Err(Stop::host(format!(
            "Secret env vars are allowed only in profiles.yml or packages.yml. Found '{name}' referenced elsewhere."
        )));
    }
    Ok(match (value, default) {
        (Some(value), _) => Value::from(&*value),
        (None, Some(default)) => default.clone(),
        // The finding is noted; the rest of the file is still worth rendering.
        (None, None) => Value::Hole,
    })
}

fn configure(world: &World<'_>, args: Args) -> Result<Value, Stop> {
    let mut given: Vec<(String, Json)> = Vec::new();
    if let Some(Value::Dict(dict)) = args.positional.first() {
        for (key, value) in dict.borrow().iter() {
            if let Some(key) = key.as_str() {
                given.push((key.to_owned(), to_json(value).unwrap_or_default()));
            }
        }
    }
    for (key, value) in &args.keywords {
        given.push((key.to_string(), to_json(value).unwrap_or_default()));
    }
    world.note(|it| {
        for (key, value) in given {
            it.add_config(&key, value);
        }
    });
    Ok(Value::from(""))
}

fn config_get(world: &World<'_>, args: &Args, in_meta: bool) -> Value {
    let default = args.get(1, "default").cloned().unwrap_or(Value::None);
    let (Some(node), Some(key)) = (world.node, args.get(0, "name").and_then(Value::as_str)) else {
        return default;
    };
    // While parsing, the configs are just being collected: dbt gives an empty text.
    if world.mode == Mode::Parse {
        return Value::from("");
    }
    let config = config(world.db, node);
    let found = if in_meta {
        config.get("meta").and_then(|it| it.get(key)).cloned()
    } else {
        config.get(key).cloned()
    };
    found.as_ref().map_or(default, from_json)
}
