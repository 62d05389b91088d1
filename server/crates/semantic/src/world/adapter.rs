use std::any::Any;

use jinja::eval::{Args, Interp, Stop};
use jinja::source_map::FileId;
use jinja::value::{Object, Value};

use super::World;
use super::names::is_known;
use crate::{Dispatched, dispatched};

/// `adapter`: what it finds out by asking a warehouse is not known here.
pub(super) struct Adapter;

impl Object for Adapter {
    fn type_name(&self) -> &str {
        "RuntimeDatabaseWrapper"
    }

    fn get_attr(&self, interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let own = match name {
            "behavior" => ".behavior",
            "Relation" => ".relation_class",
            "config" => ".runtime_config",
            _ => return Ok(Some(Value::function(format!("adapter.{name}")))),
        };
        // Made only where somebody asks: most calls of `adapter` do not.
        let host = interp.host();
        Ok(host.lookup(interp, FileId(0), own))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `adapter.dispatch(name, namespace)`
pub(super) fn dispatch(
    world: &World<'_>,
    interp: &mut Interp<'_>,
    args: &Args,
) -> Result<Value, Stop> {
    let given = |index, key| args.get(index, key).filter(|it| !it.is_none());
    let name = args.get(0, "macro_name");
    if name.is_some_and(Value::is_hole) || given(1, "macro_namespace").is_some_and(Value::is_hole) {
        return Ok(Value::Hole);
    }
    let Some(name) = name.and_then(Value::as_str) else {
        return Err(Stop::type_error("dispatch() needs the name of a macro".to_owned()));
    };
    if let Some((package, plain)) = name.split_once('.') {
        return Err(Stop::host(format!(
            "In adapter.dispatch, got a macro name of \"{name}\", but \".\" is not a valid macro \
             name component. Did you mean `adapter.dispatch(\"{plain}\", \
             macro_namespace=\"{package}\")`?"
        )));
    }
    let namespace = match given(1, "macro_namespace") {
        Some(Value::Str(it)) => Some(it.to_string()),
        Some(other) => {
            return Err(Stop::host(format!(
                "In adapter.dispatch, got a {} macro_namespace argument (\"{}\"), but \
                 macro_namespace should be None or a string.",
                other.type_name(),
                jinja::value::repr::plain(other)?
            )));
        }
        None => None,
    };
    // Which implementation dbt would choose nobody knows without an adapter.
    if project::profile(world.db, world.project()).adapter.is_none() {
        interp.meet_hole();
    }
    let found = dispatched(world.db, world.package, name, namespace.as_deref());
    let attempts = match found {
        Dispatched::Found(found) => return Ok(world.macro_value(interp, found)),
        Dispatched::Missing(attempts) => attempts,
    };
    let is_adapter_known = project::profile(world.db, world.project()).adapter.is_some();
    let is_whole = project::uninstalled_packages(world.db, world.project()).is_empty();
    let is_of_dbt = namespace.as_deref().is_none_or(|it| it == "dbt") && is_known(name);
    if is_of_dbt || !is_adapter_known || !is_whole {
        // One of dbt's own that is not written here, or of a package that is not at hand.
        return Ok(Value::function(format!("dbt.{name}")));
    }
    let namespace = namespace.as_deref().unwrap_or("None");
    let attempts: Vec<String> = attempts.iter().map(|it| format!("'{it}'")).collect();
    Err(Stop::host(format!(
        "In dispatch: No macro named '{name}' found within namespace: '{namespace}'\n    \
         Searched for: {}",
        attempts.join(", ")
    )))
}
