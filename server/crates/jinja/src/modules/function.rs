use std::any::Any;

use crate::eval::{Args, Interp, Site, Stop};
use crate::value::{Dict, Object, Value};

type Call = fn(&mut Interp<'_>, Args, Site<'_>) -> Result<Value, Stop>;

/// A function of a module.
pub(super) struct Function {
    name: &'static str,
    call: Call,
}

pub(super) fn function(name: &'static str, call: Call) -> Value {
    Value::object(Function { name, call })
}

pub(super) fn dict(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut dict = Dict::new();
    for (name, value) in entries {
        dict.insert_str(name, value);
    }
    Value::dict(dict)
}

impl Object for Function {
    fn type_name(&self) -> &str {
        "function"
    }

    fn call(&self, interp: &mut Interp<'_>, args: Args, site: Site<'_>) -> Result<Value, Stop> {
        (self.call)(interp, args, site)
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn repr(&self) -> String {
        format!("<function {}>", self.name)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
