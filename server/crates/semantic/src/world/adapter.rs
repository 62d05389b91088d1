use std::any::Any;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::value::{Object, Value};
use project::{Json, package_facts, package_name};

use super::World;
use super::adapter_methods::{Behavior, relation_class};
use super::flags::project_flags;
use super::functions::root_package;
use crate::{adapter, package_macro, package_named};

/// `adapter`: what it finds out by asking a warehouse is not known here.
pub(super) struct Adapter {
    flags: Json,
    relation: Value,
}

impl Adapter {
    pub(super) fn new(world: &World<'_>) -> Self {
        Self { flags: project_flags(world), relation: relation_class(world) }
    }
}

impl Object for Adapter {
    fn type_name(&self) -> &str {
        "RuntimeDatabaseWrapper"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(Some(match name {
            "behavior" => Value::object(Behavior { flags: self.flags.clone() }),
            "Relation" => self.relation.clone(),
            _ => Value::function(format!("adapter.{name}")),
        }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The prefixes of an adapter's implementations, its own first.
pub fn prefixes(adapter: &str) -> Vec<&str> {
    match adapter {
        "redshift" => vec!["redshift", "postgres", "default"],
        "databricks" => vec!["databricks", "spark", "default"],
        "default" => vec!["default"],
        other => vec![other, "default"],
    }
}

/// `adapter.dispatch(name, namespace)`: the first implementation for the adapter, package after
/// package in dbt's search order.
pub(super) fn dispatch(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
    site: CallSite<'_>,
) -> Result<Value, Stop> {
    let Some(name) = args.get(0, "macro_name").and_then(Value::as_str) else {
        return Ok(Value::Hole);
    };
    let namespace = args.get(1, "macro_namespace").and_then(Value::as_str);
    let adapter = adapter(world.db, world.project());
    let prefixes = prefixes(&adapter);
    let order = search_order(world, namespace, site);
    for package in &order {
        for prefix in &prefixes {
            let spelled = format!("{prefix}__{name}");
            if package == "dbt" {
                if let Some(value) = world.builtin_value(interp, &spelled) {
                    return Ok(value);
                }
                continue;
            }
            let package = package_named(world.db, world.project(), package.clone());
            let found = package.and_then(|it| package_macro(world.db, it, spelled));
            if let Some(found) = found {
                return Ok(world.macro_value(interp, found));
            }
        }
    }
    let is_adapter_known = project::profile(world.db, world.project()).adapter.is_some();
    let is_whole = project::uninstalled_packages(world.db, world.project()).is_empty();
    if order.iter().any(|it| it == "dbt") || !is_adapter_known || !is_whole {
        // One of dbt's own that is not written here, or of a package that is not at hand.
        return Ok(Value::function(format!("dbt.{name}")));
    }
    Err(Stop::host(format!("In dispatch: No macro named '{name}' found within namespace: '{}'", {
        namespace.unwrap_or("None")
    })))
}

/// Names of packages to look in.
fn search_order(world: &World<'_>, namespace: Option<&str>, site: CallSite<'_>) -> Vec<String> {
    let root = root_package(world);
    let root_name = root.map_or_else(String::new, |it| package_name(world.db, it).to_string());
    let Some(namespace) = namespace else {
        let own = world.package_of_file(site.file());
        let own = package_name(world.db, own).to_string();
        return vec![own, root_name, "dbt".to_owned()];
    };
    let configured = root.and_then(|it| {
        let facts = package_facts(world.db, it);
        let entries = facts.data.get("dispatch")?.as_array()?.clone();
        let entry = entries
            .into_iter()
            .find(|it| it.get("macro_namespace").and_then(Json::as_str) == Some(namespace))?;
        let order = entry.get("search_order")?.as_array()?.clone();
        Some(order.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect::<Vec<_>>())
    });
    configured.unwrap_or_else(|| vec![root_name, namespace.to_owned()])
}
