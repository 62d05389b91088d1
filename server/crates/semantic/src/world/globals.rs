use jinja::eval::Interp;
use jinja::value::{Dict, Value};
use md5::{Digest, Md5};
use project::{Origin, dbt_version, internal_packages, package_name, profile};

use super::adapter_methods::{Behavior, relation_class};
use super::column::ColumnClass;
use super::context::{BuiltinsObject, ContextObject};
use super::flags::project_flags;
use super::names::{FUNCTIONS, is_known};
use super::objects::{Callable, MacroNamespace};
use super::relation::RelationObject;
use super::runtime_config::{Resolver, runtime_config};
use super::{Mode, World};
use crate::{internal_macro, macro_named, macro_of_package, package_named, relation};

/// A name that the template in `file` does not define: macros of its package and of the root
/// project come before dbt's own functions, as in dbt.
pub(super) fn lookup(world: &World<'_>, interp: &mut Interp<'_>, name: &str) -> Option<Value> {
    // Asked by the object of a package: names in templates have no dot.
    if let Some(name) = name.strip_prefix('.') {
        return match name {
            "ref" => Some(Value::object(Resolver("ref"))),
            "source" => Some(Value::object(Resolver("source"))),
            "runtime_config" => Some(runtime_config(world)),
            "relation_class" => Some(relation_class(world)),
            "behavior" => Some(Value::object(Behavior { flags: project_flags(world) })),
            _ => variable(world, name),
        };
    }
    if let Some((package, name)) = name.split_once('.') {
        return member(world, interp, package, name);
    }
    if name.starts_with("__") {
        let called = world.called.borrow().clone();
        return match (name, called) {
            ("__called__", Some((found, _))) => Some(world.macro_value(interp, found)),
            ("__custom__", Some((_, custom))) => Some(custom),
            ("__node__", _) => Some(model(world)),
            _ => None,
        };
    }
    if name == "_dbt_generic_test_kwargs" {
        return super::test_kwargs::value(world, interp);
    }
    // Whichever file asks: dbt gives every macro the names that the node sees.
    if let Some(found) = macro_named(world.db, world.package, name) {
        return Some(world.macro_value(interp, found));
    }
    if let Some(value) = variable(world, name) {
        return Some(value);
    }
    if FUNCTIONS.contains(&name) {
        return Some(Value::function(name));
    }
    let project = world.project();
    if name == "dbt" || package_named(world.db, project, name.to_owned()).is_some() {
        return Some(Value::object(MacroNamespace::new(name)));
    }
    match internal_macro(world.db, project, name.to_owned()) {
        Some(found) => Some(world.macro_value(interp, found)),
        None => known_macro(world, name),
    }
}

/// `package.name`
fn member(world: &World<'_>, interp: &mut Interp<'_>, package: &str, name: &str) -> Option<Value> {
    match macro_of_package(world.db, world.project(), package, name) {
        Some(found) => Some(world.macro_value(interp, found)),
        None if package == "dbt" => known_macro(world, name),
        None => None,
    }
}

/// One of dbt's own macros that is not written here: its result is not known. An installed dbt has
/// them all.
fn known_macro(world: &World<'_>, name: &str) -> Option<Value> {
    let packages = internal_packages(world.db, world.project());
    let is_library = packages.iter().any(|it| it.origin(world.db) == Origin::Library);
    (is_library && is_known(name)).then(|| Value::function(format!("dbt.{name}")))
}

fn variable(world: &World<'_>, name: &str) -> Option<Value> {
    let db = world.db;
    let project = world.package.project(db);
    Some(match name {
        "execute" => Value::Bool(world.mode == Mode::Compile),
        "target" => project::target(db, project),
        "this" => this(world),
        "model" => model(world),
        "var" => Value::object(Callable::new("Var", "var", &["has_var"])),
        "config" => Value::object(Callable::new(
            "Config",
            "config",
            &[
                "get",
                "require",
                "set",
                "meta_get",
                "meta_require",
                "persist_relation_docs",
                "persist_column_docs",
            ],
        )),
        "adapter" => Value::object(super::adapter::Adapter),
        "exceptions" => Value::object(Callable::members(
            "Exceptions",
            "exceptions",
            &[
                "raise_compiler_error",
                "warn",
                "missing_config",
                "missing_materialization",
                "missing_relation",
                "ref_invalid_args",
                "metric_invalid_args",
                "ref_bad_context",
                "source_not_found",
                "materialization_not_available",
                "raise_contract_error",
                "raise_fail_fast_error",
                "raise_duplicate_patch_name",
                "raise_invalid_property_yml_version",
                "raise_not_implemented",
                "relation_wrong_type",
                "raise_database_error",
                "column_type_missing",
                "raise_dependency_error",
                "raise_ambiguous_alias",
                "raise_ambiguous_catalog_match",
                "raise_cache_inconsistent",
                "raise_dataclass_not_dict",
                "raise_duplicate_alias",
                "raise_duplicate_macro_name",
                "raise_duplicate_resource_name",
            ],
        )),
        "api" => {
            let mut api = Dict::new();
            api.insert_str("Relation", relation_class(world));
            api.insert_str("Column", column_class(world));
            Value::dict(api)
        }
        "column" => column_class(world),
        "builtins" => Value::object(BuiltinsObject),
        "context" => Value::object(ContextObject),
        "flags" => super::flags::flags(world),
        "invocation_args_dict" => super::flags::invocation_args(world),
        "graph" => super::graph::graph(world),
        "env" => project::target(db, project),
        "dbt_version" => Value::from(format!("{}.0", dbt_version(db, project).text)),
        "project_name" => {
            let root = project::packages(db, project).first().copied();
            Value::from(root.map_or_else(String::new, |it| package_name(db, it).to_string()))
        }
        "database" => Value::from(profile(db, project).database()),
        "schema" => Value::from(profile(db, project).schema()),
        "thread_id" => Value::from("Thread-1 (worker)"),
        "selected_resources" => selected_resources(world),
        "dbt_metadata_envs" => metadata_environment(world),
        "sql" | "compiled_code" | "defer_relation" => Value::None,
        "pre_hooks" => hooks(world, "pre-hook"),
        "post_hooks" => hooks(world, "post-hook"),
        "sql_header" => return None,
        // Known only when dbt runs, or not needed to find out what a template reads.
        "modules" => jinja::modules::modules(*db.machine().started_at(db)),
        "run_started_at" => jinja::modules::utc_time(*db.machine().started_at(db)),
        "invocation_id" => Value::from(invocation_id(world)),
        "validation" => Value::object(Callable::members("AttrDict", "validation", &["any"])),
        "sql_now" => Value::from(match &*crate::adapter(db, project) {
            "snowflake" | "bigquery" => "CURRENT_TIMESTAMP()",
            "spark" | "databricks" => "current_timestamp()",
            "trino" => "datenow()",
            "fabric" | "sqlserver" => "getdate()",
            _ => "now()",
        }),
        // Known only when dbt runs, or not needed to find out what a template reads.
        "connection_name" | "submit_python_job" => Value::Hole,
        _ => return None,
    })
}

/// The nodes that a command builds, which only running it tells.
fn selected_resources(world: &World<'_>) -> Value {
    let settings = world.project().settings(world.db);
    match &settings.building {
        base::Building::Nodes(ids) if world.mode == Mode::Compile => {
            Value::list(ids.iter().map(|it| Value::from(it.as_str())).collect())
        }
        _ => Value::list(Vec::new()),
    }
}

/// A name for this run, in the shape of a random UUID.
fn invocation_id(world: &World<'_>) -> String {
    let seed =
        format!("{} {}", world.db.machine().started_at(world.db), world.project().root(world.db));
    let mut bytes = Md5::digest(seed.as_bytes());
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn column_class(world: &World<'_>) -> Value {
    Value::object(ColumnClass { adapter: crate::adapter(world.db, world.project()) })
}

/// What dbt takes over from variables named `DBT_ENV_CUSTOM_ENV_…`.
fn metadata_environment(world: &World<'_>) -> Value {
    let mut found = Dict::new();
    for (name, value) in project::metadata_environment(world.db, world.project()) {
        found.insert_str(&name, Value::from(value.as_deref()));
    }
    Value::dict(found)
}

/// A node's hooks as dbt hands them to its materialization.
fn hooks(world: &World<'_>, key: &str) -> Value {
    let Some(node) = world.node.filter(|_| world.mode == Mode::Compile) else {
        return Value::list(Vec::new());
    };
    let config = crate::config(world.db, node);
    let hooks = match config.get(key) {
        Some(project::Json::Array(hooks)) => hooks.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let hook = |it: &project::Json| {
        let mut hook = Dict::new();
        match it {
            project::Json::Object(object) => {
                for (key, value) in object {
                    hook.insert_str(key, jinja::data::from_json(value));
                }
            }
            other => hook.insert_str("sql", jinja::data::from_json(other)),
        }
        if hook.get_str("transaction").is_none() {
            hook.insert_str("transaction", Value::Bool(true));
        }
        Value::dict(hook)
    };
    Value::list(hooks.iter().map(hook).collect())
}

/// While parsing, a node's own relation is not known yet: its configs are just being read.
fn this(world: &World<'_>) -> Value {
    let adapter = crate::adapter(world.db, world.project());
    match (world.node, world.mode) {
        (Some(node), Mode::Compile) => {
            if crate::config(world.db, node).materialized() == "ephemeral" {
                return Value::None;
            }
            Value::object(RelationObject::new(adapter, &relation(world.db, node)))
        }
        _ => Value::object(RelationObject::new(adapter, &world.placeholder())),
    }
}

fn model(world: &World<'_>) -> Value {
    let Some(node) = world.node else { return Value::Hole };
    if world.mode == Mode::Compile {
        return super::graph::compiled_model(world, node);
    }
    let db = world.db;
    let mut model = Dict::new();
    model.insert_str("name", Value::from(node.name(db)));
    model.insert_str("unique_id", Value::from(node.unique_id(db)));
    model.insert_str("resource_type", Value::from(node.kind(db).resource_type()));
    model.insert_str("package_name", Value::from(&*package_name(db, node.package(db))));
    model.insert_str("version", Value::from(node.version(db).map(str::to_owned)));
    let path = crate::resource_path(db, node);
    model.insert_str("path", Value::from(path));
    let original = project::original_path(db, node.package(db), node.file(db).path(db));
    model.insert_str("original_file_path", Value::from(original));
    let fqn = crate::fqn(db, node).into_iter().map(Value::from).collect();
    model.insert_str("fqn", Value::list(fqn));
    if world.mode != Mode::Parse {
        let config = crate::config(db, node);
        let mut values = Dict::new();
        for (key, value) in &config.values() {
            values.insert_str(key, jinja::data::from_json(value));
        }
        model.insert_str("config", Value::dict(values));
        let tags = crate::all_tags(db, node).into_iter().map(Value::from).collect();
        model.insert_str("tags", Value::list(tags));
        model.insert_str("raw_code", Value::from(node.file(db).text(db)));
    }
    // What dbt knows besides.
    for key in [
        "access",
        "alias",
        "build_path",
        "checksum",
        "columns",
        "compiled_path",
        "config",
        "constraints",
        "contract",
        "created_at",
        "database",
        "depends_on",
        "deprecation_date",
        "description",
        "docs",
        "group",
        "language",
        "latest_version",
        "meta",
        "metrics",
        "patch_path",
        "primary_key",
        "raw_code",
        "refs",
        "relation_name",
        "schema",
        "sources",
        "tags",
        "unrendered_config",
    ] {
        if model.get_str(key).is_none() {
            model.insert_str(key, Value::Hole);
        }
    }
    Value::dict(model)
}
