//! `for`, and the `loop` that its body sees.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use syntax::jinja::{ForLoop, Stmt, StmtId};

use super::items::Items;
use super::output::Buffer;
use super::scope::{Context, Scope, Unit};
use super::statement::Flow;
use super::{Args, Interp, Stop};
use crate::value::{Value, compare, containers::dismantle};

/// The state of one loop; to the template it is `loop`.
pub struct LoopValue {
    unit: Rc<Unit>,
    statement: StmtId,
    /// The scope around the loop.
    scope: Rc<Scope>,
    depth: usize,
    items: RefCell<Items>,
    /// How many items were taken.
    taken: Cell<usize>,
    /// The item that was looked at ahead of its turn; the inner none is the end.
    ahead: RefCell<Option<Option<Value>>>,
    previous: RefCell<Option<Value>>,
    current: RefCell<Option<Value>>,
    /// The length, once somebody asked.
    length: Cell<Option<usize>>,
    changed: RefCell<Option<Vec<Value>>>,
}

impl Drop for LoopValue {
    fn drop(&mut self) {
        let kept = [self.previous.get_mut().take(), self.current.get_mut().take()];
        dismantle(kept.into_iter().flatten());
    }
}

impl LoopValue {
    fn head(&self) -> Option<&ForLoop> {
        match &self.unit.template.stmt(self.statement).kind {
            Stmt::For(head) => Some(head),
            _ => None,
        }
    }

    pub(crate) fn described(&self) -> String {
        let length = self.length.get().or_else(|| self.items.borrow().len()).unwrap_or(0);
        format!("<LoopContext {}/{length}>", self.taken.get())
    }
}

impl Interp<'_> {
    #[inline(never)]
    pub(super) fn for_loop(
        &mut self,
        context: Context<'_>,
        statement: StmtId,
        out: &mut Buffer,
    ) -> Result<Flow, Stop> {
        let Stmt::For(head) = &context.unit.template.stmt(statement).kind else {
            return Ok(Flow::Next);
        };
        let items = match self.eval(context, head.iterable) {
            Ok(value) => {
                let span = context.unit.span(context.unit.template.expr(head.iterable).range);
                if value.is_hole() {
                    out.note_hole(span, self.frame());
                }
                Items::of(&value).map_err(|stop| self.locate(stop, span))
            }
            Err(stop) => Err(stop),
        };
        let items = match items {
            Ok(items) => items,
            Err(stop) => {
                self.recover(stop)?;
                return Ok(Flow::Next);
            }
        };
        self.run_loop(context, statement, head, items, 0, out)?;
        Ok(Flow::Next)
    }

    fn run_loop(
        &mut self,
        context: Context<'_>,
        statement: StmtId,
        head: &ForLoop,
        items: Items,
        depth: usize,
        out: &mut Buffer,
    ) -> Result<(), Stop> {
        let state = Rc::new(LoopValue {
            unit: Rc::clone(context.unit),
            statement,
            scope: Rc::clone(context.scope),
            depth,
            items: RefCell::new(items),
            taken: Cell::new(0),
            ahead: RefCell::new(None),
            previous: RefCell::new(None),
            current: RefCell::new(None),
            length: Cell::new(None),
            changed: RefCell::new(None),
        });
        let mut scope = Scope::child(context.scope);
        loop {
            let ahead = state.ahead.borrow_mut().take();
            let next = match ahead {
                Some(next) => next,
                None => self.next_item(&state)?,
            };
            let Some(item) = next else { break };
            self.step()?;
            state.taken.set(state.taken.get() + 1);
            let before = state.current.borrow_mut().replace(item.clone());
            let older = std::mem::replace(&mut *state.previous.borrow_mut(), before);
            drop(older);
            if Rc::strong_count(&scope) > 1 {
                // A macro defined in the body keeps its variables.
                scope = Scope::child(context.scope);
            } else {
                scope.clear();
            }
            let inner = Context { unit: context.unit, scope: &scope };
            if let Some(name) = context.unit.loop_name {
                scope.set(name, Value::Loop(Rc::clone(&state)));
            }
            self.assign(inner, head.target, item)?;
            if self.exec(inner, head.body, out)? == Flow::Break {
                break;
            }
        }
        if state.taken.get() == 0
            && let Some(otherwise) = head.otherwise
        {
            let scope = Scope::child(context.scope);
            self.exec(Context { unit: context.unit, scope: &scope }, otherwise, out)?;
        }
        Ok(())
    }

    /// The next item that passes the loop's condition.
    fn next_item(&mut self, state: &LoopValue) -> Result<Option<Value>, Stop> {
        let tested = matches!(&*state.items.borrow(), Items::Tested(..));
        let test = state.head().and_then(|head| Some((head.target, head.test?)));
        let test = test.filter(|_| !tested);
        loop {
            let item = state.items.borrow_mut().next()?;
            let (Some(value), Some((target, test))) = (&item, test) else { return Ok(item) };
            self.step()?;
            let scope = Scope::child(&state.scope);
            let context = Context { unit: &state.unit, scope: &scope };
            if let Some(name) = state.unit.loop_name {
                scope.set(name, self.undefined_name("loop"));
            }
            self.assign(context, target, value.clone())?;
            if self.eval(context, test)?.truthy() {
                return Ok(item);
            }
        }
    }

    /// `loop(items)` in a recursive loop.
    pub(super) fn recurse(&mut self, state: &Rc<LoopValue>, args: Args) -> Result<Value, Stop> {
        let Some(head) = state.head().filter(|it| it.recursive) else {
            return Err(Stop::type_error(
                "The loop must have the 'recursive' marker to be called recursively.",
            ));
        };
        let [iterable] = args.bind("loop", ["iterable"], 1)?;
        let items = Items::of(&iterable.unwrap_or(Value::None))?;
        self.step()?;
        let mut out = Buffer { without_map: self.options.without_map, ..Buffer::default() };
        let context = Context { unit: &state.unit, scope: &state.scope };
        self.run_loop(context, state.statement, head, items, state.depth + 1, &mut out)?;
        Ok(out.into_value(self.autoescape))
    }

    fn peek(&mut self, state: &LoopValue) -> Result<Option<Value>, Stop> {
        if let Some(ahead) = &*state.ahead.borrow() {
            return Ok(ahead.clone());
        }
        let next = self.next_item(state)?;
        *state.ahead.borrow_mut() = Some(next.clone());
        Ok(next)
    }

    fn loop_length(&mut self, state: &LoopValue) -> Result<usize, Stop> {
        if let Some(length) = state.length.get() {
            return Ok(length);
        }
        let tested = state.head().is_some_and(|it| it.test.is_some());
        let known = if tested { None } else { state.items.borrow().len() };
        let length = match known {
            Some(length) => length,
            None => {
                let mut rest = Vec::new();
                while let Some(item) = self.next_item(state)? {
                    self.budget.charge_bytes(size_of::<Value>() as u64)?;
                    rest.push(item);
                }
                let ahead = matches!(&*state.ahead.borrow(), Some(Some(_)));
                let length = rest.len() + state.taken.get() + usize::from(ahead);
                // What passed the condition must not be tested again.
                *state.items.borrow_mut() = Items::Tested(rest, 0);
                length
            }
        };
        state.length.set(Some(length));
        Ok(length)
    }

    pub(super) fn loop_attribute(
        &mut self,
        state: &Rc<LoopValue>,
        name: &str,
    ) -> Result<Option<Value>, Stop> {
        let index = state.taken.get();
        Ok(Some(match name {
            "index" => Value::from(index),
            "index0" => Value::Int(index as i64 - 1),
            "first" => Value::Bool(index == 1),
            "last" => Value::Bool(self.peek(state)?.is_none()),
            "length" => Value::from(self.loop_length(state)?),
            "revindex" => Value::Int(self.loop_length(state)? as i64 - index as i64 + 1),
            "revindex0" => Value::Int(self.loop_length(state)? as i64 - index as i64),
            "depth" => Value::from(state.depth + 1),
            "depth0" => Value::from(state.depth),
            "previtem" => match &*state.previous.borrow() {
                Some(value) => value.clone(),
                None => self.no_item("there is no previous item"),
            },
            "nextitem" => match self.peek(state)? {
                Some(value) => value,
                None => self.no_item("there is no next item"),
            },
            _ => return Ok(None),
        }))
    }

    fn no_item(&self, message: &str) -> Value {
        let undefined = crate::value::Undefined::hint("", message, self.undefined_mode);
        Value::Undefined(Rc::new(undefined))
    }

    /// `loop.cycle(…)` and `loop.changed(…)`.
    pub(crate) fn loop_method(
        &mut self,
        state: &Rc<LoopValue>,
        name: &str,
        args: Args,
    ) -> Result<Value, Stop> {
        if name == "cycle" {
            let count = args.positional.len();
            if count == 0 {
                return Err(Stop::type_error("no items for cycling given"));
            }
            let index = state.taken.get().saturating_sub(1) % count;
            return Ok(args.positional.into_iter().nth(index).unwrap_or(Value::None));
        }
        let same = match &*state.changed.borrow() {
            Some(last) => {
                last.len() == args.positional.len()
                    && last
                        .iter()
                        .zip(&args.positional)
                        .map(|(a, b)| compare::equal(a, b))
                        .collect::<Result<Vec<_>, _>>()?
                        .iter()
                        .all(|it| *it)
            }
            None => false,
        };
        if !same {
            let old = state.changed.borrow_mut().replace(args.positional);
            drop(old);
        }
        Ok(Value::Bool(!same))
    }
}
