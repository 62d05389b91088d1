//! Calls: of macros, functions, methods, filters' arguments.

use std::rc::Rc;

use syntax::jinja::{CallExpr, Definition, DefinitionKind, Expr, ExprId};

use super::output::Buffer;
use super::scope::{Context, Scope};
use super::{Args, Call, Interp, MacroValue, Site, Stop};
use crate::methods;
use crate::source_map::{Frame, FrameId};
use crate::value::{Undefined, UndefinedHint, UndefinedMode, Value};

impl Interp<'_> {
    #[inline(never)]
    pub(super) fn eval_call(
        &mut self,
        context: Context<'_>,
        id: ExprId,
        call: CallExpr,
    ) -> Result<Value, Stop> {
        let site = Site { unit: context.unit, expr: id };
        let template = &*context.unit.template;
        if let Expr::Attribute { object, name, .. } = template.expr(call.callee).kind {
            let receiver = self.eval(context, object)?;
            let name = template.name(name);
            if let Value::Undefined(undefined) = &receiver
                && undefined.mode == UndefinedMode::Default
            {
                let args = self.eval_args(context, call.args)?;
                return self.undefined_call(undefined, &args, site);
            }
            let args = self.eval_args(context, call.args)?;
            return self.call_method(&receiver, name, args, site);
        }
        let callee = self.eval(context, call.callee)?;
        let args = self.eval_args(context, call.args)?;
        self.call_value(&callee, args, site)
    }

    /// Calls `receiver.name(…)`.
    pub fn call_method(
        &mut self,
        receiver: &Value,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        match receiver {
            Value::Object(object) => return object.call_method(self, name, args, site),
            Value::Hole => return Ok(Value::Hole),
            _ if methods::exists(receiver, name) => {
                return methods::call(self, receiver, name, args, site);
            }
            _ => {}
        }
        let callee = self.attribute(receiver, name)?;
        self.call_value(&callee, args, site)
    }

    /// Calls a value, be it a macro, a function, a method or an object.
    pub fn call_value(
        &mut self,
        callee: &Value,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        self.step()?;
        match callee {
            Value::Macro(called) => self.call_macro(called, args, site),
            Value::Function(name) => {
                let host = self.host;
                host.call_function(self, name, args, site)
            }
            Value::Builtin(builtin) => builtin.call(self, args),
            Value::Method(method) => match &method.receiver {
                Value::Object(object) => object.call_method(self, &method.name, args, site),
                receiver => methods::call(self, receiver, &method.name, args, site),
            },
            Value::Object(object) => object.call(self, args, site),
            Value::Loop(looping) => self.recurse(looping, args),
            Value::Joiner(joiner) => {
                let first = !joiner.used.replace(true);
                Ok(if first { Value::from("") } else { joiner.separator.clone() })
            }
            Value::Undefined(undefined) => self.undefined_call(undefined, &args, site),
            Value::Hole => Ok(Value::Hole),
            other => {
                let name = other.type_name();
                Err(Stop::type_error(format!("'{name}' object is not callable")))
            }
        }
    }

    fn undefined_call(
        &mut self,
        undefined: &Rc<Undefined>,
        args: &Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        // An item that is not there, or anything of `None`, is no name that the host could know.
        let is_named = match &undefined.hint {
            UndefinedHint::Name => true,
            UndefinedHint::Attribute(of) => &**of != "NoneType",
            UndefinedHint::Item(_) | UndefinedHint::Message(_) => false,
        };
        if !is_named {
            return match undefined.mode {
                UndefinedMode::Chainable => Ok(Value::Undefined(Rc::clone(undefined))),
                UndefinedMode::Default => Err(Stop::undefined(undefined)),
            };
        }
        let path = site.call().map_or_else(|| undefined.name.to_string(), |it| it.path());
        let host = self.host;
        match host.undefined_call(self, &path, args, site) {
            Some(value) => Ok(value),
            None if undefined.mode == UndefinedMode::Chainable => {
                Ok(Value::Undefined(Rc::clone(undefined)))
            }
            None => Err(Stop::undefined(undefined)),
        }
    }

    /// Calls a macro and gives its text, or what it returned.
    pub fn call_macro(
        &mut self,
        called: &Rc<MacroValue>,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        if self.stack.len() >= self.options.limits.macro_depth {
            return Err(Stop::recursion());
        }
        self.step()?;
        let host = self.host;
        host.on_macro_call(self, called, site);
        let template = &*called.unit.template;
        let definition = template.definition(called.definition);
        let frame = self.push_frame(site);
        let outer = self.undefined_mode;
        self.undefined_mode = if called.file() == self.root {
            host.undefined_mode()
        } else {
            self.undefined_mode_of_macros
        };
        self.stack.push(Call { called: Rc::clone(called), site: site.span(), frame });
        let scope = Scope::child(&called.scope);
        let context = Context { unit: &called.unit, scope: &scope };
        let mut out = Buffer { without_map: self.options.without_map, ..Buffer::default() };
        let result = self
            .bind(context, definition, args)
            .and_then(|()| self.exec(context, definition.body, &mut out));
        self.stack.pop();
        self.undefined_mode = outer;
        match result {
            Ok(_) => Ok(out.into_value(self.autoescape)),
            Err(Stop::Return(value)) if definition.kind != DefinitionKind::Caller => Ok(value),
            Err(Stop::Error(mut error)) => {
                error.spans.push(site.span());
                Err(Stop::Error(error))
            }
            Err(stop) => Err(stop),
        }
    }

    fn push_frame(&mut self, site: Site<'_>) -> FrameId {
        let parent = self.frame();
        self.frames.push(Frame { parent, site: site.span() });
        FrameId(self.frames.len() as u32)
    }

    /// Gives the parameters their values, and the names that a macro gets unasked theirs.
    fn bind(
        &mut self,
        context: Context<'_>,
        definition: &Definition,
        mut args: Args,
    ) -> Result<(), Stop> {
        let template = &*context.unit.template;
        let scope = context.scope;
        let name = template.name(definition.name);
        let mut rest = args.positional.into_iter();
        let mut explicit_caller = false;
        for param in &definition.params {
            self.budget.charge(1 + args.keywords.len() as u64 / 8)?;
            let param_name = template.name(param.name);
            explicit_caller |= param_name == "caller";
            let value = match rest.next() {
                Some(value) => Some(value),
                None => {
                    let index = args.keywords.iter().position(|(it, _)| &**it == param_name);
                    index.map(|it| args.keywords.remove(it).1)
                }
            };
            let value = match (value, param.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(context, default)?,
                (None, None) => {
                    let message = format!("parameter '{param_name}' was not provided");
                    let undefined = Undefined::hint(param_name, message, self.undefined_mode);
                    Value::Undefined(Rc::new(undefined))
                }
            };
            scope.set(param.name, value);
        }
        if definition.uses.caller && !explicit_caller {
            let index = args.keywords.iter().position(|(it, _)| &**it == "caller");
            let caller = match index.map(|it| args.keywords.remove(it).1) {
                Some(caller) if !caller.is_none() => caller,
                _ => {
                    let message = "No caller defined";
                    let undefined = Undefined::hint("caller", message, self.undefined_mode);
                    Value::Undefined(Rc::new(undefined))
                }
            };
            if let Some(name) = context.unit.caller_name {
                scope.set(name, caller);
            }
        }
        if definition.uses.kwargs {
            if let Some(name) = context.unit.kwargs_name {
                let keywords = Args { positional: Vec::new(), keywords: args.keywords };
                scope.set(name, Value::dict(keywords.keywords_dict()));
            }
        } else if let Some((keyword, _)) = args.keywords.first() {
            let has_caller = args.keywords.iter().any(|(it, _)| &**it == "caller");
            return Err(Stop::type_error(if has_caller {
                format!(
                    "macro '{name}' was invoked with two values for the special caller argument. \
                     This is most likely a bug."
                )
            } else {
                format!("macro '{name}' takes no keyword argument '{keyword}'")
            }));
        }
        let rest: Vec<Value> = rest.collect();
        if definition.uses.varargs {
            if let Some(name) = context.unit.varargs_name {
                scope.set(name, Value::tuple(rest));
            }
        } else if !rest.is_empty() {
            let count = definition.params.len();
            return Err(Stop::type_error(format!(
                "macro '{name}' takes not more than {count} argument(s)"
            )));
        }
        Ok(())
    }
}
