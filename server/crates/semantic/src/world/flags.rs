//! `flags` and `invocation_args_dict`: what the command line and the project's flags say.

use jinja::data::from_json;
use jinja::value::object::Record;
use jinja::value::{Dict, Value};
use project::{Json, package_facts, packages};

use super::World;

/// `flags.FULL_REFRESH` and its kin.
pub(super) fn flags(world: &World<'_>) -> Value {
    let settings = world.project().settings(world.db);
    let said = project_flags(world);
    let flag = |name: &str, default: bool| {
        Value::Bool(said.get(name).and_then(Json::as_bool).unwrap_or(default))
    };
    let mut flags = Dict::new();
    for (name, default) in [
        ("cache_selected_only", false),
        ("debug", false),
        ("fail_fast", false),
        ("introspect", true),
        ("log_cache_events", false),
        ("partial_parse", true),
        ("quiet", false),
        ("send_anonymous_usage_stats", true),
        ("static_parser", true),
        ("store_failures", false),
        ("use_colors", true),
        ("use_experimental_parser", false),
        ("version_check", true),
        ("write_json", true),
    ] {
        flags.insert_str(&name.to_uppercase(), flag(name, default));
    }
    flags.insert_str("FULL_REFRESH", Value::Bool(settings.full_refresh));
    flags.insert_str("EMPTY", Value::Bool(settings.empty));
    for name in ["WARN_ERROR", "NO_PRINT", "TARGET_PATH"] {
        flags.insert_str(name, Value::None);
    }
    flags.insert_str("INDIRECT_SELECTION", Value::from("eager"));
    flags.insert_str("LOG_FORMAT", Value::from("default"));
    flags.insert_str("PRINTER_WIDTH", Value::Int(80));
    flags.insert_str("LOG_PATH", Value::from("logs"));
    flags.insert_str("PROFILES_DIR", Value::from("."));
    flags.insert_str("INVOCATION_COMMAND", Value::from("dbt compile"));
    let mut options = Dict::new();
    for key in ["error", "warn", "silence"] {
        options.insert_str(key, Value::list(Vec::new()));
    }
    flags.insert_str("WARN_ERROR_OPTIONS", Value::dict(options));
    flags.insert_str("WHICH", Value::from("compile"));
    Value::object(Record::new("Namespace", flags))
}

/// What dbt was called with.
pub(super) fn invocation_args(world: &World<'_>) -> Value {
    let settings = world.project().settings(world.db);
    let mut args = Dict::new();
    for (key, value) in [
        ("which", "compile"),
        ("invocation_command", "dbt compile"),
        ("indirect_selection", "eager"),
        ("log_format", "default"),
        ("log_level", "info"),
        ("output", "text"),
    ] {
        args.insert_str(key, Value::from(value));
    }
    for (key, value) in [
        ("defer", settings.defer),
        ("favor_state", settings.favor_state),
        ("empty", settings.empty),
        ("quiet", false),
        ("print", true),
        ("introspect", true),
        ("partial_parse", true),
        ("static_parser", true),
        ("use_colors", true),
        ("version_check", true),
        ("write_json", true),
        ("populate_cache", true),
        ("strict_mode", false),
    ] {
        args.insert_str(key, Value::Bool(value));
    }
    if settings.full_refresh {
        args.insert_str("full_refresh", Value::Bool(true));
    }
    for (key, value) in [("target", &settings.target), ("profile", &settings.profile)] {
        if let Some(value) = value {
            args.insert_str(key, Value::from(value.as_str()));
        }
    }
    let vars = settings.vars.as_deref().map(syntax::yaml::parse);
    let vars = vars.as_ref().and_then(|it| it.root.as_ref()).map(project::to_json);
    let vars = vars.filter(Json::is_object);
    args.insert_str("vars", vars.as_ref().map_or_else(|| Value::dict(Dict::new()), from_json));
    if let Json::Object(said) = project_flags(world) {
        for (key, value) in &said {
            args.insert_str(key, from_json(value));
        }
    }
    Value::dict(args)
}

/// `flags:` of the root project.
pub(super) fn project_flags(world: &World<'_>) -> Json {
    let root = packages(world.db, world.project()).first().copied();
    let facts = root.map(|it| package_facts(world.db, it));
    facts.and_then(|it| it.data.get("flags").cloned()).unwrap_or_default()
}
