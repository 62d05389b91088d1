//! Expressions.

use std::rc::Rc;
use std::sync::Arc;

use num_bigint::BigInt;
use syntax::jinja::{
    ArgKind, ArgList, CompareList, CompareOp, Expr, ExprId, ExprList, FilterExpr, TextId,
};

use super::attribute::Bounds;
use super::native::is_constant;
use super::scope::Context;
use super::{Args, ErrorKind, Interp, Site, Stop, items_of};
use crate::value::number::{self, Number};
use crate::value::{Dict, Key, Str, Undefined, Value, compare, operators, repr};

impl Interp<'_> {
    pub(super) fn eval(&mut self, context: Context<'_>, id: ExprId) -> Result<Value, Stop> {
        self.step()?;
        match self.eval_kind(context, id) {
            Ok(value) => {
                self.met_hole |= value.is_hole();
                Ok(value)
            }
            Err(stop) => {
                let range = context.unit.template.expr(id).range;
                Err(self.locate(stop, context.unit.span(range)))
            }
        }
    }

    #[inline]
    fn eval_kind(&mut self, context: Context<'_>, id: ExprId) -> Result<Value, Stop> {
        let template = &*context.unit.template;
        Ok(match template.expr(id).kind {
            Expr::Error => Value::Hole,
            Expr::None => Value::None,
            Expr::Bool(value) => Value::Bool(value),
            Expr::Int(value) => Value::Int(value),
            Expr::BigInt(digits) => big_literal(context, digits),
            Expr::Float(value) => Value::Float(value),
            Expr::Str(literal) => Value::Str(Str::new(Arc::clone(template.text(literal.value)))),
            Expr::Name(name) => self.read(context, name),
            Expr::List(items) => Value::list(self.eval_all(context, items)?),
            Expr::Tuple(items) => Value::tuple(self.eval_all(context, items)?),
            Expr::Dict(items) => self.dict(context, items)?,
            Expr::Not(operand) => {
                let value = self.eval(context, operand)?;
                Value::Bool(!value.truthy())
            }
            Expr::Negative(operand) => {
                let value = self.eval(context, operand)?;
                signed(&value, "-")?
            }
            Expr::Positive(operand) => {
                let value = self.eval(context, operand)?;
                signed(&value, "+")?
            }
            Expr::And(left, right) => {
                let value = self.eval(context, left)?;
                if value.truthy() { self.eval(context, right)? } else { value }
            }
            Expr::Or(left, right) => {
                let value = self.eval(context, left)?;
                if value.truthy() { value } else { self.eval(context, right)? }
            }
            Expr::Binary(op, left, right) => {
                let left = self.eval(context, left)?;
                let right = self.eval(context, right)?;
                operators::binary(op, &left, &right, &self.budget)?
            }
            Expr::Concat(parts) => self.concat(context, parts)?,
            Expr::Compare(first, rest) => self.compare(context, first, rest)?,
            Expr::Condition { test, then, otherwise } => {
                if self.eval(context, test)?.truthy() {
                    self.eval(context, then)?
                } else if let Some(otherwise) = otherwise {
                    self.eval(context, otherwise)?
                } else {
                    self.no_else(context, id)
                }
            }
            Expr::Attribute { object, name, .. } => {
                let attribute = template.name(name);
                if let Expr::Name(owner) = template.expr(object).kind
                    && let Some(value) = self.read_attribute(context, owner, attribute)
                {
                    value
                } else {
                    let object = self.eval(context, object)?;
                    self.attribute(&object, attribute)?
                }
            }
            Expr::Item { object, index } => self.subscript(context, object, index)?,
            Expr::Slice { .. } => Value::None,
            Expr::Call(call) => return self.eval_call(context, id, call),
            Expr::Filter(filter) => return self.eval_filter(context, id, filter, None),
            Expr::Test(test) => return self.eval_test(context, id, test),
        })
    }

    fn eval_all(&mut self, context: Context<'_>, items: ExprList) -> Result<Vec<Value>, Stop> {
        let items = context.unit.template.exprs(items);
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.eval(context, *item)?);
        }
        Ok(values)
    }

    fn dict(&mut self, context: Context<'_>, items: ExprList) -> Result<Value, Stop> {
        let mut dict = Dict::new();
        for pair in context.unit.template.exprs(items).chunks_exact(2) {
            let key = self.eval(context, pair[0])?;
            let value = self.eval(context, pair[1])?;
            dict.insert(Key::new(key)?, value);
        }
        Ok(Value::dict(dict))
    }

    #[inline(never)]
    fn concat(&mut self, context: Context<'_>, parts: ExprList) -> Result<Value, Stop> {
        let values = self.eval_all(context, parts)?;
        let parts: Vec<Str> = values.iter().map(repr::text).collect::<Result<_, _>>()?;
        operators::concat(&parts, self.autoescape, &self.budget).map(Value::Str)
    }

    #[inline(never)]
    fn compare(
        &mut self,
        context: Context<'_>,
        first: ExprId,
        rest: CompareList,
    ) -> Result<Value, Stop> {
        let mut left = self.eval(context, first)?;
        for (op, right) in context.unit.template.compares(rest) {
            let right = self.eval(context, *right)?;
            if left.is_hole() || right.is_hole() {
                return Ok(Value::Hole);
            }
            let holds = match op {
                CompareOp::Equal => compare::equal_within(&left, &right, &self.budget)?,
                CompareOp::NotEqual => !compare::equal_within(&left, &right, &self.budget)?,
                CompareOp::Less => {
                    compare::ordered_within(&left, &right, compare::Order::Less, &self.budget)?
                }
                CompareOp::LessEqual => {
                    compare::ordered_within(&left, &right, compare::Order::LessEqual, &self.budget)?
                }
                CompareOp::Greater => {
                    compare::ordered_within(&left, &right, compare::Order::Greater, &self.budget)?
                }
                CompareOp::GreaterEqual => compare::ordered_within(
                    &left,
                    &right,
                    compare::Order::GreaterEqual,
                    &self.budget,
                )?,
                CompareOp::In => operators::contains(&right, &left, &self.budget)?,
                CompareOp::NotIn => !operators::contains(&right, &left, &self.budget)?,
            };
            if !holds {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    #[inline(never)]
    fn no_else(&self, context: Context<'_>, id: ExprId) -> Value {
        let template = &context.unit.template;
        let start = usize::from(template.expr(id).range.start());
        let before = template.source().get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let message = format!(
            "the inline if-expression on line {line} evaluated to false and no else section was \
             defined."
        );
        Value::Undefined(Rc::new(Undefined::hint("", message, self.undefined_mode)))
    }

    #[inline(never)]
    fn subscript(
        &mut self,
        context: Context<'_>,
        object: ExprId,
        index: ExprId,
    ) -> Result<Value, Stop> {
        let template = &*context.unit.template;
        let constant = || is_constant(template, object);
        let value = self.eval(context, object)?;
        let Expr::Slice { start, stop, step } = template.expr(index).kind else {
            let index = self.eval(context, index)?;
            return self.item(&value, &index);
        };
        let mut part = |expr: Option<ExprId>| match expr {
            Some(expr) => self.eval(context, expr),
            None => Ok(Value::None),
        };
        let bounds = Bounds { start: part(start)?, stop: part(stop)?, step: part(step)? };
        match self.slice(&value, &bounds) {
            // The compiler, which evaluates constants, takes nothing for an answer; a template that
            // runs does not.
            Err(stop)
                if matches!(&stop, Stop::Error(it) if it.kind == ErrorKind::Type) && constant() =>
            {
                let key = "slice(None, None, None)";
                let undefined = Undefined::item(value.type_name(), key, self.undefined_mode);
                Ok(Value::Undefined(Rc::new(undefined)))
            }
            sliced => sliced,
        }
    }

    #[inline(never)]
    pub(super) fn eval_args(&mut self, context: Context<'_>, args: ArgList) -> Result<Args, Stop> {
        let template = &*context.unit.template;
        let list = template.args(args);
        let mut args = Args::default();
        args.positional.reserve(list.len());
        for arg in list {
            let value = self.eval(context, arg.value)?;
            match arg.kind {
                ArgKind::Positional => args.positional.push(value),
                ArgKind::Keyword(name, _) => {
                    self.budget.charge(args.keywords.len() as u64 / 8)?;
                    add_keyword(&mut args, template.name_arc(name), value)?;
                }
                ArgKind::Unpack => {
                    let items = items_of(&value).map_err(|_| {
                        let name = value.type_name();
                        Stop::type_error(format!(
                            "argument after * must be an iterable, not {name}"
                        ))
                    })?;
                    self.budget.charge_bytes((items.len() * size_of::<Value>()) as u64)?;
                    args.positional.extend(items);
                }
                ArgKind::UnpackKeywords => {
                    let Value::Dict(dict) = &value else {
                        if value.is_hole() {
                            continue;
                        }
                        let name = value.type_name();
                        return Err(Stop::type_error(format!(
                            "argument after ** must be a mapping, not {name}"
                        )));
                    };
                    for (key, value) in dict.borrow().iter() {
                        let Value::Str(name) = key else {
                            return Err(Stop::type_error("keywords must be strings"));
                        };
                        self.budget.charge(args.keywords.len() as u64 / 8)?;
                        add_keyword(&mut args, name.text(), value.clone())?;
                    }
                }
            }
        }
        Ok(args)
    }

    #[inline(never)]
    pub(super) fn eval_filter(
        &mut self,
        context: Context<'_>,
        id: ExprId,
        filter: FilterExpr,
        block: Option<&Value>,
    ) -> Result<Value, Stop> {
        let input = match filter.input {
            // The innermost filter of a filter block takes the block's text.
            None => block.cloned().unwrap_or(Value::None),
            Some(input) => match context.unit.template.expr(input).kind {
                Expr::Filter(inner) if block.is_some() => {
                    self.step()?;
                    self.eval_filter(context, input, inner, block)?
                }
                _ => self.eval(context, input)?,
            },
        };
        let args = self.eval_args(context, filter.args)?;
        let name = context.unit.template.name(filter.name);
        self.call_filter(name, &input, args, Site { unit: context.unit, expr: id })
    }

    #[inline(never)]
    fn eval_test(
        &mut self,
        context: Context<'_>,
        id: ExprId,
        test: FilterExpr,
    ) -> Result<Value, Stop> {
        let input = match test.input {
            Some(input) => self.eval(context, input)?,
            None => Value::None,
        };
        let args = self.eval_args(context, test.args)?;
        let name = context.unit.template.name(test.name);
        self.call_test(name, &input, args, Site { unit: context.unit, expr: id }).map(Value::Bool)
    }
}

fn add_keyword(args: &mut Args, name: &Arc<str>, value: Value) -> Result<(), Stop> {
    if args.keyword(name).is_some() {
        return Err(Stop::type_error(format!("got multiple values for keyword argument '{name}'")));
    }
    args.keywords.push((Arc::clone(name), value));
    Ok(())
}

#[inline(never)]
fn big_literal(context: Context<'_>, digits: TextId) -> Value {
    let digits = context.unit.template.text(digits);
    let parsed = match digits.get(..2) {
        Some("0x") => BigInt::parse_bytes(&digits.as_bytes()[2..], 16),
        Some("0o") => BigInt::parse_bytes(&digits.as_bytes()[2..], 8),
        Some("0b") => BigInt::parse_bytes(&digits.as_bytes()[2..], 2),
        _ => BigInt::parse_bytes(digits.as_bytes(), 10),
    };
    number::big(parsed.unwrap_or_default())
}

fn signed(value: &Value, sign: &str) -> Result<Value, Stop> {
    match (value, Number::of(value)) {
        (_, Some(number)) if sign == "-" => Ok(number::negative(&number)),
        (_, Some(number)) => Ok(number.into_value()),
        (Value::Object(object), None) if sign == "-" && object.negate().is_some() => {
            Ok(object.negate().unwrap_or(Value::None))
        }
        (Value::Undefined(undefined), _) => Err(Stop::undefined(undefined)),
        (Value::Hole, _) => Ok(Value::Hole),
        _ => Err(Stop::type_error(format!(
            "bad operand type for unary {sign}: '{}'",
            value.type_name()
        ))),
    }
}
