use std::any::Any;
use std::sync::Arc;

use jinja::eval::{Args, Interp, Site as CallSite, Stop};
use jinja::source_map::FileId;
use jinja::value::{Object, Value, compare, repr};

/// Something whose calls and members the world answers: `config(…)`, `config.get(…)`.
pub(super) struct Callable {
    type_name: &'static str,
    name: &'static str,
    members: &'static [&'static str],
    callable: bool,
}

impl Callable {
    pub(super) fn new(
        type_name: &'static str,
        name: &'static str,
        members: &'static [&'static str],
    ) -> Self {
        Self { type_name, name, members, callable: true }
    }

    /// Members alone.
    pub(super) fn members(
        type_name: &'static str,
        name: &'static str,
        members: &'static [&'static str],
    ) -> Self {
        Self { type_name, name, members, callable: false }
    }
}

impl Object for Callable {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let known = self.members.contains(&name);
        Ok(known.then(|| Value::function(format!("{}.{name}", self.name))))
    }

    fn call(&self, interp: &mut Interp<'_>, args: Args, site: CallSite<'_>) -> Result<Value, Stop> {
        if !self.callable {
            return Err(Stop::type_error(format!("'{}' object is not callable", self.type_name)));
        }
        interp.call_value(&Value::function(self.name), args, site)
    }

    fn is_callable(&self) -> bool {
        self.callable
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `dbt_utils` in `dbt_utils.star(…)`.
pub(super) struct MacroNamespace {
    package: Arc<str>,
}

impl MacroNamespace {
    pub(super) fn new(package: &str) -> Self {
        Self { package: package.into() }
    }
}

impl Object for MacroNamespace {
    fn type_name(&self) -> &str {
        "dict"
    }

    fn get_attr(&self, interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let host = interp.host();
        Ok(host.lookup(interp, FileId(0), &format!("{}.{name}", self.package)))
    }

    fn get_item(&self, interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        match key.as_str() {
            Some(name) => self.get_attr(interp, name),
            None => Ok(None),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `validation.any('a', 'b')`: called with a value it takes one of these only.
pub(super) struct AnyOf(pub(super) Vec<Value>);

impl Object for AnyOf {
    fn type_name(&self) -> &str {
        "function"
    }

    fn call(&self, _interp: &mut Interp<'_>, args: Args, _: CallSite<'_>) -> Result<Value, Stop> {
        let [value] = args.bind("any", ["value"], 1)?;
        let value = value.unwrap_or(Value::None);
        for allowed in &self.0 {
            if allowed.is_hole() || allowed.is_undefined() || compare::equal(allowed, &value)? {
                return Ok(Value::None);
            }
        }
        let names = self.0.iter().map(repr::plain).collect::<Result<Vec<_>, _>>()?;
        Err(Stop::host(format!(
            "the value \"{}\" is none of {}",
            repr::plain(&value)?,
            names.join(",")
        )))
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
