//! Values with Python's semantics. They live inside one render: lists and dicts are shared and
//! mutable, and only text, source map and facts leave the render.

pub mod compare;
pub mod containers;
pub mod dict;
pub mod format;
pub mod format_spec;
pub mod number;
pub mod object;
pub mod operators;
pub mod repr;
pub mod str;

use std::rc::Rc;
use std::sync::Arc;

use num_bigint::BigInt;

pub use containers::{DictValue, IteratorValue, ListValue, RangeValue, SetValue, TupleValue, View};
pub use dict::{Dict, Key};
pub use object::{Object, Undefined, UndefinedHint, UndefinedMode};
pub use str::{Str, StrKind};

use crate::eval::{Builtin, LoopValue, MacroValue};

#[derive(Clone)]
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits.
    BigInt(Rc<BigInt>),
    Float(f64),
    Str(Str),
    Bytes(Rc<[u8]>),
    List(Rc<ListValue>),
    Tuple(Rc<TupleValue>),
    Dict(Rc<DictValue>),
    Set(Rc<SetValue>),
    Range(Rc<RangeValue>),
    /// `dict.keys()`, `dict.values()`, `dict.items()`
    View(Rc<View>),
    /// What can be gone through once.
    Iterator(Rc<IteratorValue>),
    Undefined(Rc<Undefined>),
    /// What cannot be known here: attributes, items, calls and sums of it are holes again, there
    /// is nothing to iterate, and its text is empty.
    Hole,
    Macro(Rc<MacroValue>),
    /// A function of the host, by name.
    Function(Arc<str>),
    /// A function of Jinja's own.
    Builtin(Builtin),
    Method(Rc<Method>),
    Namespace(Rc<DictValue>),
    Cycler(Rc<object::Cycler>),
    /// Its separator, and whether it was asked before.
    Joiner(Rc<object::Joiner>),
    Loop(Rc<LoopValue>),
    Object(Rc<dyn Object>),
}

/// A method together with the value it was taken from.
pub struct Method {
    pub receiver: Value,
    pub name: Arc<str>,
}

impl Value {
    pub fn str(text: impl Into<Arc<str>>) -> Self {
        Value::Str(Str::new(text))
    }

    pub fn list(items: Vec<Value>) -> Self {
        Value::List(Rc::new(ListValue::new(items)))
    }

    pub fn tuple(items: Vec<Value>) -> Self {
        Value::Tuple(Rc::new(TupleValue::new(items)))
    }

    pub fn dict(dict: Dict) -> Self {
        Value::Dict(Rc::new(DictValue::new(dict)))
    }

    pub fn iterator(type_name: &'static str, items: Vec<Value>) -> Self {
        Value::Iterator(Rc::new(IteratorValue::new(type_name, items)))
    }

    pub fn object(object: impl Object + 'static) -> Self {
        Value::Object(Rc::new(object))
    }

    pub fn function(name: impl Into<Arc<str>>) -> Self {
        Value::Function(name.into())
    }

    pub fn undefined(name: &str, mode: UndefinedMode) -> Self {
        Value::Undefined(Rc::new(Undefined::name(name, mode)))
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined(_))
    }

    pub fn is_hole(&self) -> bool {
        matches!(self, Value::Hole)
    }

    /// The name of the Python type.
    pub fn type_name(&self) -> &str {
        match self {
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) | Value::BigInt(_) => "int",
            Value::Float(_) => "float",
            Value::Str(text) if text.is_markup() => "Markup",
            Value::Str(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Dict(_) => "dict",
            Value::Set(_) => "set",
            Value::Range(_) => "range",
            Value::View(view) => view.type_name(),
            Value::Iterator(iterator) => iterator.type_name,
            Value::Undefined(_) => "Undefined",
            Value::Hole => "Undefined",
            Value::Macro(_) => "Macro",
            Value::Function(_) | Value::Builtin(_) => "function",
            Value::Method(_) => "builtin_function_or_method",
            Value::Namespace(_) => "Namespace",
            Value::Cycler(_) => "Cycler",
            Value::Joiner(_) => "Joiner",
            Value::Loop(_) => "LoopContext",
            Value::Object(object) => object.type_name(),
        }
    }

    pub fn truthy(&self) -> bool {
        match self {
            Value::None | Value::Undefined(_) | Value::Hole => false,
            Value::Bool(value) => *value,
            Value::Int(value) => *value != 0,
            Value::BigInt(_) => true,
            Value::Float(value) => *value != 0.0,
            Value::Str(text) => !text.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::List(list) => !list.borrow().is_empty(),
            Value::Tuple(items) => !items.is_empty(),
            Value::Dict(dict) => !dict.borrow().is_empty(),
            Value::Set(set) => !set.borrow().is_empty(),
            Value::Range(range) => !range.is_empty(),
            Value::View(view) => !view.is_empty(),
            Value::Object(object) => object.truthy(),
            _ => true,
        }
    }

    /// True when both are the same object, as Python's `is`.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::None, Value::None) | (Value::Hole, Value::Hole) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Str(a), Value::Str(b)) => {
                Arc::ptr_eq(a.text(), b.text()) || a.as_str() == b.as_str()
            }
            (Value::List(a), Value::List(b)) => Rc::ptr_eq(a, b),
            (Value::Tuple(a), Value::Tuple(b)) => {
                Rc::ptr_eq(a, b) || (a.is_empty() && b.is_empty())
            }
            (Value::Dict(a), Value::Dict(b)) => Rc::ptr_eq(a, b),
            (Value::Set(a), Value::Set(b)) => Rc::ptr_eq(a, b),
            (Value::Undefined(a), Value::Undefined(b)) => Rc::ptr_eq(a, b),
            (Value::Macro(a), Value::Macro(b)) => Rc::ptr_eq(a, b),
            (Value::Function(a), Value::Function(b)) => a == b,
            (Value::Builtin(a), Value::Builtin(b)) => a == b,
            (Value::Namespace(a), Value::Namespace(b)) => Rc::ptr_eq(a, b),
            (Value::Iterator(a), Value::Iterator(b)) => Rc::ptr_eq(a, b),
            (Value::Cycler(a), Value::Cycler(b)) => Rc::ptr_eq(a, b),
            (Value::Joiner(a), Value::Joiner(b)) => Rc::ptr_eq(a, b),
            (Value::Loop(a), Value::Loop(b)) => Rc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// True for what holds other values: needed where cycles or depth matter.
    pub(crate) fn is_container(&self) -> bool {
        !matches!(
            self,
            Value::None
                | Value::Bool(_)
                | Value::Int(_)
                | Value::BigInt(_)
                | Value::Float(_)
                | Value::Str(_)
                | Value::Bytes(_)
                | Value::Hole
                | Value::Range(_)
                | Value::Function(_)
                | Value::Builtin(_)
        )
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&repr::repr(self).unwrap_or_else(|_| "…".to_owned()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::str(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::str(text)
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Value::Str(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        i64::try_from(value).map_or_else(|_| number::big(BigInt::from(value)), Value::Int)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::list(items)
    }
}

impl From<Dict> for Value {
    fn from(dict: Dict) -> Self {
        Value::dict(dict)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::None, Into::into)
    }
}
