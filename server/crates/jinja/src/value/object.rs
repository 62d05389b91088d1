//! Values that behave in their own way: the host's objects, undefined ones, Jinja's helpers.

use std::any::Any;
use std::cell::Cell;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use syntax::jinja::BinaryOp;

use super::{Key, Value};
use crate::eval::{Args, Interp, Site, Stop};

/// An object of the host, such as `adapter`, `target` or a relation.
pub trait Object: Any {
    /// As in messages: `'Relation object' has no attribute …`.
    fn type_name(&self) -> &str;

    /// An attribute; none when there is no such one.
    fn get_attr(&self, _interp: &mut Interp<'_>, _name: &str) -> Result<Option<Value>, Stop> {
        Ok(None)
    }

    /// What stands in brackets; none when there is no such item.
    fn get_item(&self, _interp: &mut Interp<'_>, _key: &Value) -> Result<Option<Value>, Stop> {
        Ok(None)
    }

    /// Calls the method `name`. By default the attribute of that name is called.
    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        match self.get_attr(interp, name)? {
            Some(callee) => interp.call_value(&callee, args, site),
            None => {
                let undefined =
                    Undefined::attribute(self.type_name(), name, interp.undefined_mode());
                interp.call_value(&Value::Undefined(Rc::new(undefined)), args, site)
            }
        }
    }

    fn call(&self, _interp: &mut Interp<'_>, _args: Args, _site: Site<'_>) -> Result<Value, Stop> {
        Err(Stop::type_error(format!("'{}' object is not callable", self.type_name())))
    }

    fn is_callable(&self) -> bool {
        false
    }

    fn str(&self) -> String {
        self.repr()
    }

    fn repr(&self) -> String {
        format!("<{} object>", self.type_name())
    }

    fn truthy(&self) -> bool {
        true
    }

    fn equal(&self, _other: &dyn Object) -> bool {
        false
    }

    /// Which of two objects comes first; none where they have no order.
    fn order(&self, _other: &dyn Object) -> Option<Result<Ordering, Stop>> {
        None
    }

    /// A text that equal objects share, so that they are one key of a dict.
    fn hash_text(&self) -> Option<String> {
        None
    }

    /// `self op other`, or `other op self` where `reflected`; none where there is no such sum.
    fn binary(
        &self,
        _op: BinaryOp,
        _other: &Value,
        _reflected: bool,
    ) -> Option<Result<Value, Stop>> {
        None
    }

    /// As a plain scalar of YAML, for what YAML has a type for.
    fn yaml(&self) -> Option<String> {
        None
    }

    /// `-self`
    fn negate(&self) -> Option<Value> {
        None
    }

    /// The items, for something that can be gone through.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }

    fn length(&self) -> Option<usize> {
        self.items().map(|it| it.len())
    }

    fn is_mapping(&self) -> bool {
        false
    }

    fn set_item(&self, _key: Value, _value: Value) -> Result<(), Stop> {
        let name = self.type_name();
        Err(Stop::type_error(format!("'{name}' object does not support item assignment")))
    }

    fn as_any(&self) -> &dyn Any;
}

/// How undefined values behave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum UndefinedMode {
    /// As Jinja's: empty when printed, an error when used otherwise.
    #[default]
    Default,
    /// As dbt's while parsing: attributes, items and calls of it are undefined again.
    Chainable,
}

#[derive(Clone, Debug)]
pub struct Undefined {
    pub name: Arc<str>,
    pub hint: UndefinedHint,
    pub mode: UndefinedMode,
}

#[derive(Clone, Debug)]
pub enum UndefinedHint {
    Name,
    /// No such attribute of a value of this type.
    Attribute(Arc<str>),
    /// No such item; the name is the key's `repr`.
    Item(Arc<str>),
    Message(Arc<str>),
}

impl Undefined {
    pub fn name(name: &str, mode: UndefinedMode) -> Self {
        Self { name: name.into(), hint: UndefinedHint::Name, mode }
    }

    pub fn attribute(type_name: &str, name: &str, mode: UndefinedMode) -> Self {
        Self { name: name.into(), hint: UndefinedHint::Attribute(type_name.into()), mode }
    }

    pub fn item(type_name: &str, key: &str, mode: UndefinedMode) -> Self {
        Self { name: key.into(), hint: UndefinedHint::Item(type_name.into()), mode }
    }

    pub fn hint(name: &str, message: impl Into<Arc<str>>, mode: UndefinedMode) -> Self {
        Self { name: name.into(), hint: UndefinedHint::Message(message.into()), mode }
    }

    /// Jinja's message.
    pub fn message(&self) -> String {
        match &self.hint {
            UndefinedHint::Name => format!("'{}' is undefined", self.name),
            UndefinedHint::Attribute(of) => {
                format!("{} has no attribute '{}'", quoted_type(of), self.name)
            }
            UndefinedHint::Item(of) => format!("{} has no element {}", quoted_type(of), self.name),
            UndefinedHint::Message(message) => message.to_string(),
        }
    }
}

fn quoted_type(type_name: &str) -> String {
    match type_name {
        "NoneType" => "'None'".to_owned(),
        _ => format!("'{type_name} object'"),
    }
}

/// `cycler('a', 'b')`
pub struct Cycler {
    pub items: Vec<Value>,
    pub position: Cell<usize>,
}

impl Cycler {
    pub fn current(&self) -> Value {
        self.items.get(self.position.get()).cloned().unwrap_or(Value::None)
    }

    pub fn next(&self) -> Value {
        let current = self.current();
        self.position.set((self.position.get() + 1) % self.items.len().max(1));
        current
    }
}

/// `joiner(', ')`
pub struct Joiner {
    pub separator: Value,
    pub used: Cell<bool>,
}

/// A plain object of named attributes, for hosts: `target`, `flags`, `modules` …
pub struct Record {
    type_name: Arc<str>,
    attributes: super::Dict,
}

impl Record {
    pub fn new(type_name: &str, attributes: super::Dict) -> Self {
        Self { type_name: type_name.into(), attributes }
    }
}

impl Object for Record {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        Ok(self.attributes.get_str(name).cloned())
    }

    fn get_item(&self, _interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        Ok(self.attributes.get(&Key::new(key.clone())?).cloned())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
