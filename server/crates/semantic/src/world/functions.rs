use base::TextRange;
use jinja::data::from_json;
use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::Value;
use md5::{Digest, Md5};
use project::{Json, environment_value, is_secret_name, variable};

use super::relation::RelationObject;
use super::{Mode, World, results};
use crate::{
    EnvironmentCall, FunctionCall, RefCall, Relation, Resolution, SourceCall, chosen_relation,
    config, resolve_ref, source_named, source_relation,
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
        "function" => database_function(world, interp, &args, site),
        "var" => var(world, interp, &args, site),
        "var.has_var" => {
            let name = args.get(0, "var_name").and_then(Value::as_str).unwrap_or_default();
            Ok(Value::Bool(variable(world.db, world.package, name.to_owned()).is_some()))
        }
        "env_var" => env_var(world, interp, &args, site),
        "return" => Err(Stop::Return(args.get(0, "data").cloned().unwrap_or(Value::None))),
        "log" | "print" | "debug" | "exceptions.warn" => Ok(Value::from("")),
        "doc" => doc(world, &args),
        "adapter_macro" => {
            Err(Stop::host("`adapter_macro` is gone: use `adapter.dispatch` in its place"))
        }
        "local_md5" => {
            let [value] = args.bind("local_md5", ["value"], 1)?;
            let text = match &value {
                Some(Value::Str(text)) => text.as_str(),
                Some(Value::Hole | Value::Undefined(_)) | None => return Ok(Value::Hole),
                Some(other) => {
                    return Err(Stop::new(
                        jinja::ErrorKind::Attribute,
                        format!("'{}' object has no attribute 'encode'", other.type_name()),
                    ));
                }
            };
            let hash = Md5::digest(text.as_bytes());
            Ok(Value::from(hash.iter().map(|it| format!("{it:02x}")).collect::<String>()))
        }
        "fromjson" | "tojson" | "fromyaml" | "toyaml" => super::serialize::call(interp, name, args),
        "load_result" => results::load(world, &args),
        "store_result" => Ok(results::store(world, &args)),
        "store_raw_result" => Ok(results::store_raw(world, &args)),
        "dbt.statement" => results::statement(world, interp, args, site),
        "dbt.run_query" => Ok(results::run_query(world, interp, site)),
        "write" => Ok(Value::from("")),
        "render" => {
            let [text] = args.bind("render", ["string"], 1)?;
            let text = text.as_ref().and_then(Value::as_str).unwrap_or_default();
            let site = world.site(interp, site, site.range());
            world.rendered_text(interp, "render()", text, site)
        }
        "validation.any" => Ok(Value::object(super::objects::AnyOf(args.positional))),
        "try_or_compiler_error" => try_or_error(interp, args, site),
        "zip" | "zip_strict" => super::convert::zip(interp, name, args),
        "set" | "set_strict" => super::convert::set(name, args),
        "diff_of_two_dicts" => super::convert::diff_of_two_dicts(args),
        "adapter.dispatch" => super::adapter::dispatch(world, interp, &args),
        _ if name == "config" || name.starts_with("config.") => {
            super::config::call(world, interp, name, args, site)
        }
        _ if let Some(name) = name.strip_prefix("exceptions.") => raise(name, &args),
        _ if let Some(name) = name.strip_prefix("adapter.") => {
            super::adapter_methods::call(world, interp, name, args, site)
        }
        // dbt's own, with a result that only a warehouse or an engine knows.
        _ => {
            world.note_hole(interp, site, &format!("`{name}()`"));
            Ok(Value::Hole)
        }
    }
}

impl World<'_> {
    pub(super) fn project(&self) -> base::Project {
        self.package.project(self.db)
    }

    /// How many rows of what is read are wanted: none with `--empty`.
    fn limit(&self) -> Option<i64> {
        self.project().settings(self.db).empty.then_some(0)
    }

    /// A relation for names that are not resolved while parsing.
    pub(super) fn placeholder(&self) -> Relation {
        let profile = project::profile(self.db, self.project());
        let adapter = crate::adapter(self.db, self.project());
        Relation::new(
            &adapter,
            crate::project_quoting(self.db, self.project()),
            profile.database(),
            profile.schema(),
            self.node.map_or_else(String::new, |it| it.name(self.db).to_owned()),
        )
    }
}

/// The range of an argument: between its quotes, where it is a literal.
fn argument_range(site: CallSite<'_>, index: usize) -> TextRange {
    let argument = site.call().and_then(|it| it.positional(index));
    argument.map_or_else(|| site.range(), |it| it.inner.unwrap_or(it.range))
}

/// The package and the name that a call asks for, and which argument the name is.
fn named(args: &Args, called: &str, takes: &str) -> Result<(Option<String>, String, usize), Stop> {
    let text = |value: &Value, what: &str| match value {
        Value::Str(name) => Ok(name.as_str().to_owned()),
        other => Err(Stop::host(format!(
            "the {what} that {called} is given has to be a text, not {}",
            other.type_name()
        ))),
    };
    match args.positional.as_slice() {
        [name] => Ok((None, text(name, "name")?, 0)),
        [Value::None, name] => Ok((None, text(name, "name")?, 1)),
        [package, name] => Ok((Some(text(package, "package")?), text(name, "name")?, 1)),
        all => Err(Stop::host(format!("{called} takes {takes} ({} given)", all.len()))),
    }
}

fn reference(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    if args.positional.iter().any(Value::is_hole) {
        return Ok(Value::Hole);
    }
    let (package, name, at) = named(args, "ref()", "at most two arguments")?;
    let given = |key: &str| args.keyword(key).filter(|it| it.truthy());
    let given = given("version").or_else(|| given("v"));
    let version = match given {
        None => None,
        Some(value @ (Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_))) => {
            Some(jinja::value::repr::plain(value)?)
        }
        Some(other) => {
            return Err(Stop::host(format!(
                "the version that ref() is given has to be a text or a number, not {}",
                other.type_name()
            )));
        }
    };
    let call = RefCall {
        package,
        name,
        version,
        given_version: given.map(|it| Box::new(version_json(it))),
        site: world.site(interp, site, argument_range(site, at)),
        is_certain: !interp.has_met_hole(),
    };
    let value = match world.mode {
        Mode::Parse | Mode::Name => Value::object(RelationObject::new(
            crate::adapter(world.db, world.project()),
            &world.placeholder(),
        )),
        Mode::Compile => resolved(world, &call),
    };
    world.note(|it| it.refs.push(call));
    Ok(value)
}

fn version_json(value: &Value) -> Json {
    match value {
        Value::Str(it) => Json::from(it.as_str()),
        Value::Bool(it) => Json::from(*it),
        Value::Int(_) | Value::Float(_) => {
            let text = jinja::value::repr::plain(value).unwrap_or_default();
            serde_json::from_str(&text).unwrap_or(Json::String(text))
        }
        _ => Json::Null,
    }
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
    let adapter = crate::adapter(db, world.project());
    let limit = world.limit();
    if config(db, node).materialized() == "ephemeral" {
        world.note_ephemeral(node);
        let relation = crate::relation(db, node);
        return Value::object(RelationObject::ephemeral(adapter, &relation).limited(limit));
    }
    Value::object(RelationObject::new(adapter, &chosen_relation(db, node).relation).limited(limit))
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
        if source.is_hole() || table.is_hole() {
            return Ok(Value::Hole);
        }
        return Err(Stop::host("the names that source() is given have to be texts"));
    };
    let call = SourceCall {
        source: source.to_owned(),
        table: table.to_owned(),
        site: world.site(interp, site, argument_range(site, 1)),
    };
    world.note(|it| it.sources.push(call));
    if world.mode != Mode::Compile {
        return Ok(Value::object(RelationObject::new(
            crate::adapter(world.db, world.project()),
            &world.placeholder(),
        )));
    }
    let found = source_named(world.db, world.project(), source.to_owned(), table.to_owned());
    Ok(found.map_or(Value::Hole, |it| {
        let adapter = crate::adapter(world.db, world.project());
        let relation = RelationObject::new(adapter, &source_relation(world.db, &it));
        Value::object(relation.limited(world.limit()))
    }))
}

/// `function(name)`, `function(package, name)`: a function of the database.
fn database_function(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    if args.positional.iter().any(Value::is_hole) {
        return Ok(Value::Hole);
    }
    let (package, name, at) = named(args, "function()", "one or two arguments")?;
    let adapter = crate::adapter(world.db, world.project());
    let relation = match world.mode {
        Mode::Parse | Mode::Name => Some(world.placeholder()),
        Mode::Compile => {
            let found = crate::resolve_function(world.db, world.package, package.as_deref(), &name);
            found.node().map(|node| {
                world.note_dependency(node);
                crate::function_relation(world.db, node)
            })
        }
    };
    let call =
        FunctionCall { package, name, site: world.site(interp, site, argument_range(site, at)) };
    world.note(|it| it.functions.push(call));
    Ok(relation.map_or(Value::Hole, |it| Value::object(RelationObject::function(adapter, &it))))
}

fn var(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    counted(args, "var()", "var_name", 2)?;
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

/// Refuses a call without its first argument, or with more than there are.
fn counted(args: &Args, function: &str, first: &str, most: usize) -> Result<(), Stop> {
    let given = args.positional.len();
    if args.get(0, first).is_none() {
        let message = format!("{function} missing 1 required positional argument: '{first}'");
        return Err(Stop::type_error(message));
    }
    if given > most {
        let message = format!("{function} takes at most {most} arguments ({given} given)");
        return Err(Stop::type_error(message));
    }
    Ok(())
}

fn env_var(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    counted(args, "env_var()", "var", 2)?;
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

/// `doc(name)`, `doc(package, name)`: the text of a docs block.
fn doc(world: &World<'_>, args: &Args) -> Result<Value, Stop> {
    let names: Vec<&str> = args.positional.iter().filter_map(Value::as_str).collect();
    let (package, name) = match names.as_slice() {
        [name] => (None, *name),
        [package, name] => (Some(*package), *name),
        _ => return Err(Stop::host("doc() takes one name, or a package and a name")),
    };
    match crate::docs_block(world.db, world.package, package, name) {
        Some(block) => Ok(Value::from(crate::docs_text(world.db, block))),
        None => Err(Stop::host(format!("there is no docs block `{name}`"))),
    }
}

/// `exceptions.name(…)`
fn raise(name: &str, args: &Args) -> Result<Value, Stop> {
    if matches!(name, "warn" | "warn_snapshot_timestamp_data_types") {
        return Ok(Value::from(""));
    }
    let given = args.positional.iter().chain(args.keywords.iter().map(|(_, it)| it));
    let mut words = Vec::new();
    for value in given {
        words.push(jinja::value::repr::plain(value)?);
    }
    let text = words.join(", ");
    Err(Stop::host(match name {
        "missing_config" => format!("a required config is not set: {text}"),
        "missing_relation" => format!("the relation does not exist: {text}"),
        "missing_materialization" => format!("there is no such materialization: {text}"),
        "relation_wrong_type" => format!("the relation is of another type: {text}"),
        "raise_not_implemented" => format!("not implemented: {text}"),
        "column_type_missing" => format!("these columns have no data type: {text}"),
        "raise_contract_error" => "the contract does not hold".to_owned(),
        _ => words.into_iter().next().unwrap_or_default(),
    }))
}

/// `try_or_compiler_error(message, function, …)`
fn try_or_error(
    interp: &mut Interp<'_>,
    mut args: Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    if args.positional.len() < 2 {
        return Err(Stop::type_error("try_or_compiler_error() needs a message and a function"));
    }
    let message = jinja::value::repr::plain(&args.positional.remove(0))?;
    let function = args.positional.remove(0);
    match interp.call_value(&function, args, site) {
        Err(Stop::Error(error)) if !error.is_limit() => Err(Stop::host(message)),
        result => result,
    }
}
