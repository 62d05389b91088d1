//! The evaluator: templates of `syntax::jinja` run with Python's semantics.
//!
//! One render has one [`Interp`]. It borrows a [`Host`], which knows everything that the template
//! does not define itself: functions, objects, macros of other files. Macros of other files are
//! asked for when their name is read, and run under the same limits.

mod args;
pub(crate) mod attribute;
mod budget;
mod builtin;
mod call;
mod expression;
mod items;
mod loops;
mod native;
mod output;
mod scope;
mod statement;
mod stop;

#[cfg(test)]
mod tests;

use std::rc::{Rc, Weak};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use syntax::jinja::{DefinitionId, Name, Template};

pub use args::Args;
pub use budget::{Budget, Limits};
pub use builtin::Builtin;
pub(crate) use builtin::update_dict;
pub use items::{items_of, length_of};
pub use loops::LoopValue;
pub use native::{Native, render_native};
pub use scope::{MacroValue, Scope, Site, Unit};
pub use stop::{ErrorKind, LimitKind, RenderError, Stop};

use crate::source_map::{FileId, Frame, FrameId, SourceMap, Span};
use crate::value::{DictValue, ListValue, SetValue, Undefined, UndefinedMode, Value};
use output::Buffer;
use scope::{Context, Global};

/// What a render asks of the world around it.
pub trait Host {
    /// A name that the template in `file` does not define itself.
    fn lookup(&self, interp: &mut Interp<'_>, file: FileId, name: &str) -> Option<Value>;

    /// An attribute of such a name, where it can be had without making the whole value.
    fn lookup_attribute(&self, _name: &str, _attribute: &str) -> Option<Value> {
        None
    }

    /// Calls the function that [`Value::Function`] names.
    fn call_function(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop>;

    /// A filter of the host's own; none when it has no such filter.
    fn filter(
        &self,
        _interp: &mut Interp<'_>,
        _name: &str,
        _input: &Value,
        _args: &Args,
        _site: Site<'_>,
    ) -> Option<Result<Value, Stop>> {
        None
    }

    /// What a call of something undefined gives, when the render is to go on. `path` is the
    /// callee as written, such as `dbt_utils.star`.
    fn undefined_call(
        &self,
        _interp: &mut Interp<'_>,
        _path: &str,
        _args: &Args,
        _site: Site<'_>,
    ) -> Option<Value> {
        None
    }

    /// A statement failed. The error's spans reach out to the rendered file.
    fn on_error(&self, _error: &RenderError) -> Recovery {
        Recovery::Stop
    }

    /// A macro is about to run, inside those that are running.
    fn on_macro_call(&self, _interp: &Interp<'_>, _called: &MacroValue, _site: Site<'_>) {}

    /// Asked about every thousand steps; unwinds when the result is no longer wanted.
    fn check_cancelled(&self) {}

    /// Of the rendered file.
    fn undefined_mode(&self) -> UndefinedMode {
        UndefinedMode::Default
    }

    /// Of macros of other files.
    fn undefined_mode_of_macros(&self) -> UndefinedMode {
        UndefinedMode::Default
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recovery {
    Stop,
    /// The statement gives nothing and the render goes on.
    Continue,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub limits: Limits,
    /// In dbt a macro that a template defines is called `dbt_macro__NAME` in that template.
    pub dbt_macro_names: bool,
    pub without_map: bool,
}

/// What a render leaves.
#[derive(Clone, PartialEq, Debug)]
pub struct Rendered {
    /// Up to the error, if there was one.
    pub text: String,
    pub map: SourceMap,
    pub error: Option<RenderError>,
    /// Something was asked for that cannot be known here, so that dbt may go another way.
    pub met_hole: bool,
    /// Steps taken.
    pub fuel_used: u64,
}

/// Renders a template whose own tree may have problems: broken tags give nothing.
pub fn render(
    file: FileId,
    template: &Arc<Template>,
    host: &dyn Host,
    options: Options,
) -> Rendered {
    let mut interp = Interp::new(host, options, file);
    let mut out = Buffer { without_map: options.without_map, ..Buffer::default() };
    let unit = interp.unit(file, template);
    let scope = Scope::new(None);
    let context = Context { unit: &unit, scope: &scope };
    let result = interp.run(context, template.root(), &mut out);
    let error = interp.error_of(result);
    let fuel_used = interp.budget.fuel_used();
    let map = SourceMap::new(out.segments, &interp.frames);
    Rendered { text: out.text, map, error, met_hole: interp.met_hole, fuel_used }
}

/// One render under way.
pub struct Interp<'h> {
    host: &'h dyn Host,
    pub budget: Budget,
    options: Options,
    /// Of the file whose text runs.
    undefined_mode: UndefinedMode,
    undefined_mode_of_macros: UndefinedMode,
    /// The rendered file.
    root: FileId,
    units: FxHashMap<FileId, Rc<Unit>>,
    frames: Vec<Frame>,
    stack: Vec<Call>,
    autoescape: bool,
    is_native: bool,
    met_hole: bool,
    stack_base: usize,
    /// What may hold itself: emptied at the end, since nothing else would free it.
    may_be_cyclic: Vec<Cyclic>,
    /// Regular expressions that were read, by their text and flags, as Python keeps them.
    patterns: FxHashMap<(String, i64), Value>,
}

/// A macro that is running.
struct Call {
    called: Rc<MacroValue>,
    site: Span,
    frame: FrameId,
}

enum Cyclic {
    Scope(Weak<Scope>),
    List(Weak<ListValue>),
    Dict(Weak<DictValue>),
    Set(Weak<SetValue>),
}

impl<'h> Interp<'h> {
    fn new(host: &'h dyn Host, options: Options, root: FileId) -> Self {
        Self {
            host,
            budget: Budget::new(options.limits),
            options,
            undefined_mode: host.undefined_mode(),
            undefined_mode_of_macros: host.undefined_mode_of_macros(),
            root,
            units: FxHashMap::default(),
            frames: Vec::new(),
            stack: Vec::new(),
            autoescape: false,
            is_native: false,
            met_hole: false,
            stack_base: stack_address(),
            may_be_cyclic: Vec::new(),
            patterns: FxHashMap::default(),
        }
    }

    pub fn host(&self) -> &'h dyn Host {
        self.host
    }

    pub fn undefined_mode(&self) -> UndefinedMode {
        self.undefined_mode
    }

    /// The template of a file as this render knows it.
    pub fn unit(&mut self, file: FileId, template: &Arc<Template>) -> Rc<Unit> {
        let unit = self
            .units
            .entry(file)
            .or_insert_with(|| Rc::new(Unit::new(file, Arc::clone(template))));
        Rc::clone(unit)
    }

    /// A macro of some file as a value. It sees what the host gives to its own file, and none of
    /// the variables of its caller.
    pub fn macro_value(
        &mut self,
        file: FileId,
        template: &Arc<Template>,
        definition: DefinitionId,
    ) -> Value {
        let unit = self.unit(file, template);
        Value::Macro(Rc::new(MacroValue { unit, definition, scope: Scope::new(None) }))
    }

    /// The call, and the calls around it, out to the rendered file.
    pub fn stack_of(&self, site: Site<'_>) -> Vec<Span> {
        let mut spans = vec![site.span()];
        spans.extend(self.stack.iter().rev().map(|it| it.site));
        spans
    }

    /// The place in the rendered file that led to `site`.
    pub fn outermost(&self, site: Site<'_>) -> Span {
        self.stack.first().map_or_else(|| site.span(), |it| it.site)
    }

    /// True while the rendered file's own text runs, not a macro of it or of another file.
    pub fn in_rendered_file(&self) -> bool {
        self.stack.is_empty()
    }

    /// The macro that is running.
    pub fn current_macro(&self) -> Option<&MacroValue> {
        self.stack.last().map(|it| &*it.called)
    }

    /// The macros that are running, outermost first.
    pub fn running_macros(&self) -> impl DoubleEndedIterator<Item = &MacroValue> {
        self.stack.iter().map(|it| &*it.called)
    }

    /// A regular expression that this render has read before.
    pub(crate) fn kept_pattern(&self, text: &str, flags: i64) -> Option<Value> {
        self.patterns.get(&(text.to_owned(), flags)).cloned()
    }

    pub(crate) fn keep_pattern(&mut self, text: &str, flags: i64, pattern: &Value) {
        const MOST: usize = 64;
        if self.patterns.len() >= MOST {
            self.patterns.clear();
        }
        self.patterns.insert((text.to_owned(), flags), pattern.clone());
    }

    /// Whether something was asked for that cannot be known here.
    pub fn has_met_hole(&self) -> bool {
        self.met_hole
    }

    /// The host met something that cannot be known here.
    pub fn meet_hole(&mut self) {
        self.met_hole = true;
    }

    pub fn undefined_name(&self, name: &str) -> Value {
        Value::undefined(name, self.undefined_mode)
    }

    /// True where values are wanted, not text.
    pub(crate) fn is_native(&self) -> bool {
        self.is_native
    }

    pub(crate) fn autoescaping(&self) -> bool {
        self.autoescape
    }

    fn frame(&self) -> FrameId {
        self.stack.last().map_or(FrameId::ROOT, |it| it.frame)
    }

    /// One step: fuel, depth of the stack, and now and then whether the work is still wanted.
    #[inline]
    fn step(&mut self) -> Result<(), Stop> {
        if self.budget.step()? {
            self.host.check_cancelled();
        }
        if self.stack_base.abs_diff(stack_address()) > self.options.limits.stack_bytes {
            return Err(Stop::recursion());
        }
        Ok(())
    }

    fn read(&mut self, context: Context<'_>, name: Name) -> Value {
        if let Some(value) = context.scope.find(name) {
            return value;
        }
        self.read_global(context.unit, name)
    }

    /// `name.attribute` for a name that nobody has read yet.
    fn read_attribute(&self, context: Context<'_>, name: Name, attribute: &str) -> Option<Value> {
        let is_unasked = matches!(context.unit.global(name), Global::Unasked);
        if !is_unasked || context.scope.find(name).is_some() {
            return None;
        }
        self.host.lookup_attribute(context.unit.template.name(name), attribute)
    }

    fn read_global(&mut self, unit: &Rc<Unit>, name: Name) -> Value {
        let text = unit.template.name(name);
        match unit.global(name) {
            Global::Known(value) => value,
            Global::Unknown => self.undefined_name(text),
            Global::Unasked => {
                let host = self.host;
                let found = host
                    .lookup(self, unit.file, text)
                    .or_else(|| Builtin::global(text).map(Value::Builtin));
                match found {
                    Some(value) => {
                        unit.set_global(name, Global::Known(value.clone()));
                        value
                    }
                    None => {
                        unit.set_global(name, Global::Unknown);
                        self.undefined_name(text)
                    }
                }
            }
        }
    }

    /// Notes that a container took in another one, and so may hold itself.
    pub(crate) fn note_stored(&mut self, container: &Value, stored: &Value) {
        if !stored.is_container() {
            return;
        }
        self.may_be_cyclic.push(match container {
            Value::List(list) => Cyclic::List(Rc::downgrade(list)),
            Value::Dict(dict) | Value::Namespace(dict) => Cyclic::Dict(Rc::downgrade(dict)),
            Value::Set(set) => Cyclic::Set(Rc::downgrade(set)),
            _ => return,
        });
    }

    fn note_closure(&mut self, scope: &Rc<Scope>) {
        self.may_be_cyclic.push(Cyclic::Scope(Rc::downgrade(scope)));
    }

    fn error_of<T>(&self, result: Result<T, Stop>) -> Option<RenderError> {
        match result {
            Ok(_) => None,
            Err(Stop::Error(error)) => Some(*error),
            Err(Stop::Return(_)) => Some(RenderError {
                kind: ErrorKind::Runtime,
                message: "'return' outside of a macro".to_owned(),
                spans: Vec::new(),
            }),
        }
    }

    /// Gives an error without a place that of `span`.
    fn locate(&self, stop: Stop, span: Span) -> Stop {
        match stop {
            Stop::Error(mut error) if error.spans.is_empty() => {
                error.spans.push(span);
                Stop::Error(error)
            }
            other => other,
        }
    }

    /// Asks the host whether the render goes on after a failed statement.
    #[cold]
    fn recover(&mut self, stop: Stop) -> Result<(), Stop> {
        let Stop::Error(error) = stop else { return Err(stop) };
        if error.is_limit() {
            return Err(Stop::Error(error));
        }
        let mut whole = (*error).clone();
        whole.spans.extend(self.stack.iter().rev().map(|it| it.site));
        match self.host.on_error(&whole) {
            Recovery::Continue => Ok(()),
            Recovery::Stop => Err(Stop::Error(error)),
        }
    }

    pub(crate) fn undefined_attribute(&self, of: &Value, name: &str) -> Value {
        let undefined = Undefined::attribute(of.type_name(), name, self.undefined_mode);
        Value::Undefined(Rc::new(undefined))
    }
}

/// Also when a cancelled render unwinds.
impl Drop for Interp<'_> {
    fn drop(&mut self) {
        for unit in self.units.values() {
            unit.forget_globals();
        }
        for cyclic in std::mem::take(&mut self.may_be_cyclic) {
            match cyclic {
                Cyclic::Scope(it) => {
                    if let Some(scope) = it.upgrade() {
                        scope.clear();
                    }
                }
                Cyclic::List(it) => {
                    if let Some(list) = it.upgrade() {
                        let items = std::mem::take(&mut *list.borrow_mut());
                        drop(items);
                    }
                }
                Cyclic::Dict(it) => {
                    if let Some(dict) = it.upgrade() {
                        let items = std::mem::take(&mut *dict.borrow_mut());
                        drop(items);
                    }
                }
                Cyclic::Set(it) => {
                    if let Some(set) = it.upgrade() {
                        let items = std::mem::take(&mut *set.borrow_mut());
                        drop(items);
                    }
                }
            }
        }
    }
}

/// About where the stack ends now. Only ever compared, never followed.
#[inline(always)]
fn stack_address() -> usize {
    let here = 0u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}
