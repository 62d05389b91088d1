//! Statements.

use std::rc::Rc;

use syntax::jinja::{Body, DefinitionId, DefinitionKind, ExprId, Stmt, StmtId, Target, TargetId};

use super::output::Buffer;
use super::scope::{Context, Scope};
use super::{Interp, MacroValue, Site, Stop, items_of};
use crate::value::Value;

/// How the statements that follow are to be treated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl Interp<'_> {
    /// Runs a whole file.
    pub(super) fn run(
        &mut self,
        context: Context<'_>,
        body: Body,
        out: &mut Buffer,
    ) -> Result<(), Stop> {
        self.exec(context, body, out).map(|_| ())
    }

    pub(super) fn exec(
        &mut self,
        context: Context<'_>,
        body: Body,
        out: &mut Buffer,
    ) -> Result<Flow, Stop> {
        let template = &*context.unit.template;
        for id in template.body(body) {
            let flow = match self.step().and_then(|()| self.statement(context, *id, out)) {
                Ok(flow) => flow,
                Err(stop) => {
                    return Err(self.locate(stop, context.unit.span(template.stmt(*id).tag)));
                }
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn statement(
        &mut self,
        context: Context<'_>,
        id: StmtId,
        out: &mut Buffer,
    ) -> Result<Flow, Stop> {
        let template = &*context.unit.template;
        let node = template.stmt(id);
        let frame = self.frame();
        match &node.kind {
            Stmt::Text => {
                out.write_verbatim(context.unit, node.range, frame, &self.budget)?;
            }
            Stmt::Newline => {
                let span = context.unit.span(node.range);
                out.write_value(&Value::from("\n"), span, frame, false, &self.budget)?;
            }
            Stmt::Comment | Stmt::Error(_) => {}
            Stmt::Output(expr) => {
                let written = match self.eval(context, *expr) {
                    Ok(value) => self.write(context, *expr, node.range, value, out),
                    Err(stop) => Err(stop),
                };
                if let Err(stop) = written {
                    self.recover(stop)?;
                }
            }
            Stmt::Do(expr) => {
                if let Err(stop) = self.eval(context, *expr) {
                    self.recover(stop)?;
                }
            }
            Stmt::Set { target, value } => {
                let assigned = match self.eval(context, *value) {
                    Ok(value) => self.assign(context, *target, value),
                    Err(stop) => Err(stop),
                };
                if let Err(stop) = assigned {
                    self.recover(stop)?;
                    self.assign_hole(context, *target);
                }
            }
            Stmt::SetBlock { target, filter, body } => {
                self.set_block(context, *target, *filter, *body)?;
            }
            Stmt::If { branches, otherwise } => {
                for branch in branches {
                    let holds = match self.eval(context, branch.test) {
                        Ok(value) => {
                            if value.is_hole() {
                                let range = template.expr(branch.test).range;
                                out.note_hole(context.unit.span(range), frame);
                            }
                            value.truthy()
                        }
                        Err(stop) => {
                            self.recover(stop)?;
                            false
                        }
                    };
                    if holds {
                        return self.exec(context, branch.body, out);
                    }
                }
                if let Some(body) = otherwise {
                    return self.exec(context, *body, out);
                }
            }
            Stmt::For(_) => return self.for_loop(context, id, out),
            Stmt::Definition(definition) => self.define(context, *definition),
            Stmt::CallBlock { caller, call } => {
                let called = match self.call_block(context, *caller, *call) {
                    Ok(value) => self.write(context, *call, node.tag, value, out),
                    Err(stop) => Err(stop),
                };
                if let Err(stop) = called {
                    self.recover(stop)?;
                }
            }
            Stmt::FilterBlock { filter, body } => {
                // Outside of YAML the pieces of a template are put together as text, without `str()`.
                let text_only = out.nodes.is_none();
                let filtered = match self.filtered(context, *body, Some(*filter)) {
                    Ok(value) if text_only && !matches!(value, Value::Str(_) | Value::Hole) => {
                        let stop = Stop::type_error(format!(
                            "sequence item 0: expected str instance, {} found",
                            value.type_name()
                        ));
                        let range = template.expr(*filter).range;
                        Err(self.locate(stop, context.unit.span(range)))
                    }
                    Ok(value) => self.write(context, *filter, node.tag, value, out),
                    Err(stop) => Err(stop),
                };
                if let Err(stop) = filtered {
                    self.recover(stop)?;
                }
            }
            Stmt::Break => return Ok(Flow::Break),
            Stmt::Continue => return Ok(Flow::Continue),
            Stmt::With { bindings, body } => {
                let scope = Scope::child(context.scope);
                let inner = Context { unit: context.unit, scope: &scope };
                for (target, value) in bindings {
                    let value = match self.eval(context, *value) {
                        Ok(value) => value,
                        Err(stop) => {
                            self.recover(stop)?;
                            Value::Hole
                        }
                    };
                    self.assign(inner, *target, value)?;
                }
                return self.exec(inner, *body, out);
            }
            Stmt::Autoescape { enabled, body } => {
                let enabled = self.eval(context, *enabled)?.truthy();
                let before = std::mem::replace(&mut self.autoescape, enabled);
                let scope = Scope::child(context.scope);
                let result = self.exec(Context { unit: context.unit, scope: &scope }, *body, out);
                self.autoescape = before;
                return result;
            }
            Stmt::Block { body, .. } => {
                let scope = Scope::child(context.scope);
                return self.exec(Context { unit: context.unit, scope: &scope }, *body, out);
            }
            Stmt::Extends(_)
            | Stmt::Include { .. }
            | Stmt::Import { .. }
            | Stmt::FromImport { .. } => {
                let stop = Stop::type_error("no loader for this environment specified");
                let stop = self.locate(stop, context.unit.span(node.tag));
                self.recover(stop)?;
            }
        }
        Ok(Flow::Next)
    }

    fn write(
        &mut self,
        context: Context<'_>,
        expr: ExprId,
        tag: text_size::TextRange,
        value: Value,
        out: &mut Buffer,
    ) -> Result<(), Stop> {
        let (frame, escaping) = (self.frame(), self.autoescape);
        let span = context.unit.span(tag);
        out.write_value(&value, span, frame, escaping, &self.budget).map_err(|stop| {
            let range = context.unit.template.expr(expr).range;
            self.locate(stop, context.unit.span(range))
        })
    }

    pub(super) fn assign(
        &mut self,
        context: Context<'_>,
        target: TargetId,
        value: Value,
    ) -> Result<(), Stop> {
        let template = &*context.unit.template;
        let node = template.target(target);
        match &node.kind {
            Target::Name(name) => context.scope.set(*name, value),
            Target::Attribute(name, attribute) => match self.read(context, *name) {
                Value::Namespace(attributes) => {
                    let namespace = Value::Namespace(Rc::clone(&attributes));
                    self.note_stored(&namespace, &value);
                    let attribute = template.name(*attribute);
                    let key = crate::value::Key::new(Value::from(attribute))?;
                    let old = attributes.borrow_mut().insert(key, value);
                    drop(old);
                }
                Value::Hole => {}
                _ => {
                    let stop = Stop::runtime("cannot assign attribute on non-namespace object");
                    return Err(self.locate(stop, context.unit.span(node.range)));
                }
            },
            Target::Tuple(targets) => {
                let values = self
                    .unpack(&value, targets.len())
                    .map_err(|stop| self.locate(stop, context.unit.span(node.range)))?;
                for (target, value) in targets.iter().zip(values) {
                    self.assign(context, *target, value)?;
                }
            }
            Target::Error => {}
        }
        Ok(())
    }

    fn unpack(&mut self, value: &Value, wanted: usize) -> Result<Vec<Value>, Stop> {
        if value.is_hole() {
            return Ok(vec![Value::Hole; wanted]);
        }
        let values = items_of(value).map_err(|_| {
            let name = value.type_name();
            Stop::type_error(format!("cannot unpack non-iterable {name} object"))
        })?;
        if values.len() > wanted {
            return Err(Stop::value_error(format!(
                "too many values to unpack (expected {wanted})"
            )));
        }
        if values.len() < wanted {
            let got = values.len();
            return Err(Stop::value_error(format!(
                "not enough values to unpack (expected {wanted}, got {got})"
            )));
        }
        Ok(values)
    }

    /// After a failure that the host lets pass: what reads the name later finds something.
    #[cold]
    fn assign_hole(&mut self, context: Context<'_>, target: TargetId) {
        match &context.unit.template.target(target).kind {
            Target::Name(name) => context.scope.set(*name, Value::Hole),
            Target::Tuple(targets) => {
                for target in targets {
                    self.assign_hole(context, *target);
                }
            }
            _ => {}
        }
    }

    fn set_block(
        &mut self,
        context: Context<'_>,
        target: TargetId,
        filter: Option<ExprId>,
        body: Body,
    ) -> Result<(), Stop> {
        let assigned = match self.filtered(context, body, filter) {
            Ok(value) => self.assign(context, target, value),
            Err(stop) => Err(stop),
        };
        if let Err(stop) = assigned {
            self.recover(stop)?;
            self.assign_hole(context, target);
        }
        Ok(())
    }

    /// The text of a block, through a filter.
    fn filtered(
        &mut self,
        context: Context<'_>,
        body: Body,
        filter: Option<ExprId>,
    ) -> Result<Value, Stop> {
        let scope = Scope::child(context.scope);
        let inner = Context { unit: context.unit, scope: &scope };
        let mut out = Buffer { without_map: self.options.without_map, ..Buffer::default() };
        self.exec(inner, body, &mut out)?;
        let text = out.into_value(self.autoescape);
        let Some(filter) = filter else { return Ok(text) };
        let syntax::jinja::Expr::Filter(node) = context.unit.template.expr(filter).kind else {
            return Ok(text);
        };
        self.eval_filter(context, filter, node, Some(&text)).map_err(|stop| {
            let range = context.unit.template.expr(filter).range;
            self.locate(stop, context.unit.span(range))
        })
    }

    fn define(&mut self, context: Context<'_>, id: DefinitionId) {
        let template = &*context.unit.template;
        let definition = template.definition(id);
        let wanted = match definition.kind {
            // What dbt takes out of a file by itself is not visible in it.
            DefinitionKind::Test
            | DefinitionKind::Materialization
            | DefinitionKind::Docs
            | DefinitionKind::Snapshot => return,
            _ if self.options.dbt_macro_names => {
                let name = format!("dbt_macro__{}", template.name(definition.name));
                match template.find_name(&name) {
                    Some(name) => name,
                    None => return,
                }
            }
            _ => definition.name,
        };
        let value = self.closure(context, id);
        context.scope.set(wanted, value);
        self.note_closure(context.scope);
    }

    fn closure(&mut self, context: Context<'_>, definition: DefinitionId) -> Value {
        Value::Macro(Rc::new(MacroValue {
            unit: Rc::clone(context.unit),
            definition,
            scope: Rc::clone(context.scope),
        }))
    }

    fn call_block(
        &mut self,
        context: Context<'_>,
        caller: DefinitionId,
        call: ExprId,
    ) -> Result<Value, Stop> {
        let syntax::jinja::Expr::Call(node) = context.unit.template.expr(call).kind else {
            return Ok(Value::Hole);
        };
        self.step()?;
        let caller = self.closure(context, caller);
        let result = self.call_with(context, call, node, caller);
        result.map_err(|stop| {
            let range = context.unit.template.expr(call).range;
            self.locate(stop, context.unit.span(range))
        })
    }

    fn call_with(
        &mut self,
        context: Context<'_>,
        id: ExprId,
        call: syntax::jinja::CallExpr,
        caller: Value,
    ) -> Result<Value, Stop> {
        let site = Site { unit: context.unit, expr: id };
        let template = &*context.unit.template;
        let with_caller = |interp: &mut Self| {
            let mut args = interp.eval_args(context, call.args)?;
            args.keywords.push(("caller".into(), caller));
            Ok(args)
        };
        if let syntax::jinja::Expr::Attribute { object, name, .. } = template.expr(call.callee).kind
        {
            let receiver = self.eval(context, object)?;
            let args = with_caller(self)?;
            return self.call_method(&receiver, template.name(name), args, site);
        }
        let callee = self.eval(context, call.callee)?;
        let args = with_caller(self)?;
        self.call_value(&callee, args, site)
    }
}
