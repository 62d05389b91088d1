//! Values with Python's semantics, the evaluator that renders the trees of `syntax::jinja` with
//! them, and a map from the output back to the templates.
//!
//! Knows Jinja, not dbt: functions, objects and macros of other files come from the
//! [`eval::Host`] that it borrows.

pub mod data;
pub mod eval;
pub mod filters;
pub mod jinja_tests;
pub mod methods;
pub mod modules;
pub mod source_map;
pub mod value;

pub use eval::{
    Args, Budget, Builtin, ErrorKind, Host, Interp, LimitKind, Limits, MacroValue, Native, Options,
    Recovery, RenderError, Rendered, Site, Stop, Unit, render, render_native,
};
pub use source_map::{FileId, FrameId, Segment, SourceMap, Span};
pub use value::{Dict, Key, Object, Str, StrKind, Undefined, UndefinedMode, Value};
