//! Why evaluation stops before its end.

use crate::source_map::Span;
use crate::value::{Undefined, Value, repr};

/// The kinds of Python exception that templates meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// Something undefined was used as if it were defined.
    Undefined,
    Type,
    Value,
    Key,
    Index,
    Attribute,
    ZeroDivision,
    Overflow,
    Runtime,
    /// A filter or test that does not exist.
    Assertion,
    /// What dbt's sandbox forbids.
    Security,
    /// The host's own, such as dbt's compilation errors.
    Host,
    /// Too deep, too long, too large.
    Limit(LimitKind),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitKind {
    Depth,
    Fuel,
    Size,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderError {
    pub kind: ErrorKind,
    pub message: String,
    /// Where it happened, then the calls that led there, out to the rendered file.
    pub spans: Vec<Span>,
}

impl RenderError {
    /// The place in the file that was rendered.
    pub fn outermost(&self) -> Option<Span> {
        self.spans.last().copied()
    }

    pub fn is_limit(&self) -> bool {
        matches!(self.kind, ErrorKind::Limit(_))
    }
}

#[derive(Debug)]
pub enum Stop {
    Error(Box<RenderError>),
    /// `return(value)`, on its way to the macro that it leaves.
    Return(Value),
}

impl Stop {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Stop::Error(Box::new(RenderError { kind, message: message.into(), spans: Vec::new() }))
    }

    /// An error of the host's own.
    pub fn host(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Host, message)
    }

    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Type, message)
    }

    pub fn value_error(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Value, message)
    }

    pub fn index_error(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Index, message)
    }

    pub fn key_error(key: &Value) -> Self {
        Self::new(ErrorKind::Key, repr::repr(key).unwrap_or_default())
    }

    pub fn zero_division(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ZeroDivision, message)
    }

    pub fn overflow(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Overflow, message)
    }

    pub fn runtime(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Runtime, message)
    }

    pub fn undefined(value: &Undefined) -> Self {
        Self::new(ErrorKind::Undefined, value.message())
    }

    pub fn recursion() -> Self {
        let message = "the template recurses too deeply";
        Self::new(ErrorKind::Limit(LimitKind::Depth), message)
    }

    pub fn too_large(what: &str) -> Self {
        let message = format!("the template builds {what} that is too large");
        Self::new(ErrorKind::Limit(LimitKind::Size), message)
    }

    pub fn out_of_fuel() -> Self {
        let message = "the template does not come to an end";
        Self::new(ErrorKind::Limit(LimitKind::Fuel), message)
    }
}
