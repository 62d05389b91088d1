//! `context` and `builtins`: the names of a template as a mapping.

use std::any::Any;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::source_map::FileId;
use jinja::value::{Object, Value};

use super::names::{BUILTINS, FUNCTIONS};

/// `context['a_macro']`: every name as the rendered file sees it.
pub(super) struct ContextObject;

/// `builtins.ref`: dbt's own, whatever macros hide it.
pub(super) struct BuiltinsObject;

fn mapping_method(
    interp: &mut Interp<'_>,
    object: &dyn Object,
    name: &str,
    args: &Args,
) -> Result<Option<Value>, Stop> {
    Ok(Some(match name {
        "get" => {
            let key = args.get(0, "key").cloned().unwrap_or(Value::None);
            let default = args.get(1, "default").cloned().unwrap_or(Value::None);
            object.get_item(interp, &key)?.unwrap_or(default)
        }
        "keys" => Value::list(BUILTINS.iter().map(|it| Value::from(*it)).collect()),
        "items" => {
            let mut items = Vec::new();
            for name in BUILTINS {
                let name = Value::from(*name);
                let value = object.get_item(interp, &name)?.unwrap_or(Value::Hole);
                items.push(Value::tuple(vec![name, value]));
            }
            Value::list(items)
        }
        _ => return Ok(None),
    }))
}

impl Object for ContextObject {
    fn type_name(&self) -> &str {
        "dict"
    }

    fn get_item(&self, interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        let Some(name) = key.as_str().filter(|it| !it.contains('.')) else { return Ok(None) };
        let host = interp.host();
        Ok(host.lookup(interp, FileId(0), name))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        if let Some(value) = mapping_method(interp, self, name, &args)? {
            return Ok(value);
        }
        match self.get_item(interp, &Value::from(name))? {
            Some(callee) => interp.call_value(&callee, args, site),
            None => Ok(Value::Hole),
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(BUILTINS.iter().map(|it| Value::from(*it)).collect())
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object for BuiltinsObject {
    fn type_name(&self) -> &str {
        "dict"
    }

    fn get_item(&self, interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        let Some(name) = key.as_str() else { return Ok(None) };
        if FUNCTIONS.contains(&name) && !matches!(name, "ref" | "source") {
            return Ok(Some(Value::function(name)));
        }
        let host = interp.host();
        // The leading dot asks for dbt's own: no macro has such a name.
        Ok(host.lookup(interp, FileId(0), &format!(".{name}")))
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        match mapping_method(interp, self, name, &args)? {
            Some(value) => Ok(value),
            None => match self.get_item(interp, &Value::from(name))? {
                Some(callee) => interp.call_value(&callee, args, site),
                None => Ok(Value::Hole),
            },
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(BUILTINS.iter().map(|it| Value::from(*it)).collect())
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
