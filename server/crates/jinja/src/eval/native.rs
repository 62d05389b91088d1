//! Rendering as dbt's native environment does it, for YAML and `dbt_project.yml`: a single
//! expression keeps its value, everything else becomes text.

use std::sync::Arc;

use syntax::jinja::{Body, Expr, ExprId, Stmt, StmtId, Template};

use super::output::Buffer;
use super::scope::{Context, Scope};
use super::{ErrorKind, Host, Interp, Options, RenderError, Stop};
use crate::source_map::FileId;
use crate::value::number::Number;
use crate::value::{Str, StrKind, Value, repr};

/// What a native render leaves. The value lives on after the render, cyclic lists excepted.
#[derive(Debug)]
pub struct Native {
    pub value: Value,
    pub error: Option<RenderError>,
}

/// Renders `template` and hands its value to `read` while the render is still alive.
pub fn render_native<T>(
    file: FileId,
    template: &Arc<Template>,
    host: &dyn Host,
    options: Options,
    read: impl FnOnce(Native) -> T,
) -> T {
    let mut interp = Interp::new(host, options, file);
    interp.is_native = true;
    let mut out = Buffer::native();
    let unit = interp.unit(file, template);
    let scope = Scope::new(None);
    let context = Context { unit: &unit, scope: &scope };
    let result = interp.run_native(context, template.root(), &mut out);
    let result = result.and_then(|()| concat(out.nodes.unwrap_or_default()));
    let native = match result {
        Ok(value) => Native { value, error: None },
        Err(stop) => Native { value: Value::None, error: interp.error_of::<()>(Err(stop)) },
    };
    read(native)
}

impl Interp<'_> {
    /// Jinja puts neighbouring constants together before it runs anything, as text.
    fn run_native(
        &mut self,
        context: Context<'_>,
        body: Body,
        out: &mut Buffer,
    ) -> Result<(), Stop> {
        let template = &*context.unit.template;
        let statements = template.body(body);
        let mut at = 0;
        while at < statements.len() {
            let start = at;
            while at < statements.len() && is_constant_statement(template, statements[at]) {
                at += 1;
            }
            if at > start {
                let mut piece = Buffer::native();
                self.exec_list(context, &statements[start..at], &mut piece)?;
                let mut text = String::new();
                let nodes = piece.nodes.unwrap_or_default();
                for node in &nodes {
                    text.push_str(&repr::plain(node)?);
                }
                if let (Some(all), false) = (&mut out.nodes, nodes.is_empty()) {
                    all.push(Value::from(text));
                }
                continue;
            }
            self.exec_list(context, &statements[at..=at], out)?;
            at += 1;
        }
        Ok(())
    }

    fn exec_list(
        &mut self,
        context: Context<'_>,
        statements: &[StmtId],
        out: &mut Buffer,
    ) -> Result<(), Stop> {
        for id in statements {
            self.step()?;
            self.statement(context, *id, out)?;
        }
        Ok(())
    }
}

fn is_constant_statement(template: &Template, id: StmtId) -> bool {
    match &template.stmt(id).kind {
        Stmt::Text | Stmt::Newline | Stmt::Comment => true,
        Stmt::Output(expr) => is_constant(template, *expr),
        _ => false,
    }
}

/// True for what Jinja's compiler evaluates by itself.
pub(super) fn is_constant(template: &Template, expr: ExprId) -> bool {
    let all = |items: &[ExprId]| items.iter().all(|it| is_constant(template, *it));
    match template.expr(expr).kind {
        Expr::None
        | Expr::Bool(_)
        | Expr::Int(_)
        | Expr::BigInt(_)
        | Expr::Float(_)
        | Expr::Str(_) => true,
        Expr::List(items) | Expr::Tuple(items) | Expr::Dict(items) | Expr::Concat(items) => {
            all(template.exprs(items))
        }
        Expr::Not(it) | Expr::Negative(it) | Expr::Positive(it) => is_constant(template, it),
        Expr::And(a, b) | Expr::Or(a, b) | Expr::Binary(_, a, b) => {
            is_constant(template, a) && is_constant(template, b)
        }
        Expr::Compare(first, rest) => {
            is_constant(template, first)
                && template.compares(rest).iter().all(|(_, it)| is_constant(template, *it))
        }
        Expr::Condition { test, then, otherwise } => {
            is_constant(template, test)
                && is_constant(template, then)
                && otherwise.is_some_and(|it| is_constant(template, it))
        }
        Expr::Item { object, index } => {
            is_constant(template, object)
                && !matches!(template.expr(index).kind, Expr::Slice { .. })
                && is_constant(template, index)
        }
        Expr::Filter(filter) => {
            let name = template.name(filter.name);
            // The result of dbt's markers is no plain constant; some filters see the context.
            let marker = matches!(name, "as_bool" | "as_number" | "as_native" | "as_text");
            let contextual = matches!(
                name,
                "map"
                    | "select"
                    | "reject"
                    | "selectattr"
                    | "rejectattr"
                    | "first"
                    | "last"
                    | "random"
                    | "groupby"
                    | "sum"
                    | "list"
                    | "join"
                    | "slice"
                    | "unique"
                    | "reverse"
                    | "items"
            );
            !marker
                && !contextual
                && filter.input.is_some_and(|it| is_constant(template, it))
                && template.args(filter.args).iter().all(|it| is_constant(template, it.value))
        }
        Expr::Test(test) => {
            test.input.is_some_and(|it| is_constant(template, it))
                && template.args(test.args).iter().all(|it| is_constant(template, it.value))
        }
        _ => false,
    }
}

/// One node stays what it is, several become text; a marked string is read as a literal.
fn concat(nodes: Vec<Value>) -> Result<Value, Stop> {
    let [single] = nodes.as_slice() else {
        let mut text = String::new();
        for node in &nodes {
            text.push_str(&repr::plain(node)?);
        }
        return Ok(Value::from(text));
    };
    let Value::Str(text) = single else { return Ok(single.clone()) };
    let kind = text.kind();
    match kind {
        StrKind::Text => return Ok(Value::from(text.as_str())),
        StrKind::Native | StrKind::Bool | StrKind::Number => {}
        StrKind::Plain | StrKind::Markup => return Ok(single.clone()),
    }
    let plain = || Value::Str(Str::new(text.as_str()));
    let value = literal(text).unwrap_or_else(plain);
    match kind {
        StrKind::Bool if !matches!(value, Value::Bool(_)) => Err(cannot_convert(text, "bool")),
        StrKind::Number if !matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => {
            Err(cannot_convert(text, "number"))
        }
        _ => Ok(value),
    }
}

fn cannot_convert(text: &str, to: &str) -> Stop {
    Stop::new(ErrorKind::Host, format!("Could not convert value '{text}' into type '{to}'"))
}

/// Python's `ast.literal_eval`: the value that a text spells, when it spells one.
fn literal(text: &str) -> Option<Value> {
    // Python's literals are Jinja expressions of constants, save that Jinja's `true` is none.
    let source = format!("{{{{ {} }}}}", text.trim_start_matches([' ', '\t']));
    let template = syntax::jinja::parse(&source);
    if !template.problems.is_empty() {
        return None;
    }
    let [only] = template.body(template.root()) else { return None };
    match &template.stmt(*only).kind {
        Stmt::Output(expr) => literal_of(&template, *expr),
        _ => None,
    }
}

fn literal_of(template: &Template, expr: ExprId) -> Option<Value> {
    let node = template.expr(expr);
    let all = |items| -> Option<Vec<Value>> {
        template.exprs(items).iter().map(|it| literal_of(template, *it)).collect()
    };
    Some(match node.kind {
        Expr::None => (template.slice(node.range) == "None").then_some(Value::None)?,
        Expr::Bool(value) => {
            let python = matches!(template.slice(node.range), "True" | "False");
            python.then_some(Value::Bool(value))?
        }
        Expr::Int(value) => Value::Int(value),
        Expr::BigInt(digits) => {
            crate::value::number::big(crate::value::number::parse_int(template.text(digits), 0)?)
        }
        Expr::Float(value) => Value::Float(value),
        Expr::Str(literal) => Value::from(&**template.text(literal.value)),
        Expr::List(items) => Value::list(all(items)?),
        Expr::Tuple(items) => Value::tuple(all(items)?),
        Expr::Dict(items) => {
            let mut dict = crate::value::Dict::new();
            for pair in all(items)?.chunks_exact(2) {
                dict.insert(crate::value::Key::new(pair[0].clone()).ok()?, pair[1].clone());
            }
            Value::dict(dict)
        }
        Expr::Negative(inner) => {
            let value = literal_of(template, inner)?;
            let number = Number::of(&value).filter(|_| !matches!(value, Value::Bool(_)))?;
            crate::value::number::negative(&number)
        }
        Expr::Positive(inner) => {
            let value = literal_of(template, inner)?;
            Number::of(&value).filter(|_| !matches!(value, Value::Bool(_)))?.into_value()
        }
        _ => return None,
    })
}
