//! The calls of `config()` as the manifest keeps them: what `unrendered_config` is made of.

use base::Db;
use jinja::value::repr::repr;
use project::{Json, package_facts, packages};
use serde_json::Map;
use syntax::jinja::{
    Arg, ArgKind, ArgList, BinaryOp, Call, CompareOp, Expr, ExprId, ExprList, Stmt, Template,
};

use crate::{Node, NodeKind, generic_test, macro_named, node_template, parsed_config, plain_test};

/// Whether dbt is asked to keep configs unrendered.
pub(super) fn keeps_unrendered(db: &dyn Db, node: Node) -> bool {
    flag(db, node, "state_modified_compare_more_unrendered_values") == Some(true)
}

fn flag(db: &dyn Db, node: Node, name: &str) -> Option<bool> {
    let root = packages(db, node.package(db).project(db)).first().copied()?;
    package_facts(db, root).flag(name)
}

/// What the calls of a node add up to. Where configs are to stay unrendered, dbt takes the first
/// call that is written and keeps what Python prints of its arguments' trees.
pub(super) fn call(db: &dyn Db, node: Node) -> Map<String, Json> {
    let parsed = || (*parsed_config(db, node)).clone();
    let is_read = match node.kind(db) {
        NodeKind::PythonModel | NodeKind::Seed => false,
        NodeKind::GenericTest => {
            generic_test(db, node).is_some_and(|it| plain_test(db, node.package(db), &it).is_none())
        }
        _ => !is_read_statically(db, node),
    };
    if !is_read || !keeps_unrendered(db, node) || parsed_config(db, node).is_empty() {
        return parsed();
    }
    let Some(template) = node_template(db, node) else { return parsed() };
    let first = template.calls().filter(|it| it.is("config")).min_by_key(|it| it.range().start());
    let keywords = first.into_iter().flat_map(|it| {
        it.args().filter_map(|it| {
            let name = it.keyword?.0.to_owned();
            let value = format!(
                "Keyword(key={}, value={})",
                text(&name),
                tree(&template, it.expr, MAX_DEPTH)
            );
            Some((name, Json::String(value)))
        })
    });
    let written: Map<String, Json> = keywords.collect();
    if written.is_empty() { parsed() } else { written }
}

/// The configs of a model that dbt reads without rendering it: the last word on each key.
pub(super) fn static_call(db: &dyn Db, node: Node) -> Option<Map<String, Json>> {
    if !is_read_statically(db, node) {
        return None;
    }
    let template = node_template(db, node)?;
    let mut calls: Vec<Call<'_>> = template.calls().filter(|it| it.is("config")).collect();
    calls.sort_by_key(|it| it.range().start());
    let arguments = calls.iter().flat_map(Call::args);
    let said = arguments
        .filter_map(|it| Some((it.keyword?.0.to_owned(), static_value(&template, it.expr)?)));
    Some(said.collect())
}

/// Whether dbt reads a model's calls off its text: nothing but calls of `ref`, `source` and
/// `config` with plain arguments, and no macro of such a name.
pub(crate) fn is_read_statically(db: &dyn Db, node: Node) -> bool {
    let is_own = |name: &str| macro_named(db, node.package(db), name).is_some();
    let is_off = || flag(db, node, "static_parser") == Some(false);
    if node.kind(db) != NodeKind::Model
        || is_off()
        || ["ref", "source", "config"].into_iter().any(is_own)
    {
        return false;
    }
    let Some(template) = node_template(db, node) else { return false };
    template.problems.is_empty()
        && template.stmts().iter().all(|it| match it.kind {
            Stmt::Text | Stmt::Newline | Stmt::Comment => true,
            Stmt::Output(expr) => {
                let tag = template.slice(it.tag);
                !tag.starts_with("{{-") && !tag.ends_with("-}}") && is_plain(&template, expr)
            }
            _ => false,
        })
}

fn is_plain(template: &Template, expr: ExprId) -> bool {
    let Some(call) = template.call(expr) else {
        return matches!(template.expr(expr).kind, Expr::Str(_));
    };
    let is_config = call.is("config");
    if !is_config && !call.is("ref") && !call.is("source") {
        return false;
    }
    let mut arguments = call.args();
    if is_config {
        let is_hook = |name: &str| matches!(name, "pre_hook" | "post_hook");
        return arguments.len() > 0
            && arguments.all(|it| {
                it.keyword.is_some_and(|(it, _)| !is_hook(it))
                    && static_value(template, it.expr).is_some()
            });
    }
    arguments.all(|it| match it.keyword {
        Some(_) => matches!(template.expr(it.expr).kind, Expr::Int(_) | Expr::Str(_)),
        None => it.literal.is_some(),
    })
}

/// What dbt understands without rendering: texts, `True` and `False`, lists and mappings of those.
fn static_value(template: &Template, expr: ExprId) -> Option<Json> {
    let node = template.expr(expr);
    match node.kind {
        Expr::Str(it) if it.inner.is_some() => Some(Json::from(template.literal(expr)?)),
        Expr::Bool(it) => {
            let capital = matches!(template.slice(node.range), "True" | "False");
            capital.then_some(Json::Bool(it))
        }
        Expr::List(items) => {
            template.exprs(items).iter().map(|it| static_value(template, *it)).collect()
        }
        Expr::Dict(items) => {
            let pairs = template.exprs(items).chunks_exact(2).map(|it| match it {
                [key, value] => {
                    Some((template.literal(*key)?.to_owned(), static_value(template, *value)?))
                }
                _ => None,
            });
            Some(Json::Object(pairs.collect::<Option<Map<_, _>>>()?))
        }
        _ => None,
    }
}

/// A tree deeper than that is nobody's config.
const MAX_DEPTH: usize = 100;

/// What Python prints of the tree that Jinja reads.
fn tree(template: &Template, expr: ExprId, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else { return "None".to_owned() };
    let below = |it: ExprId| tree(template, it, depth);
    let optional = |it: Option<ExprId>| it.map_or_else(|| "None".to_owned(), below);
    let all = |it: ExprList| list(template.exprs(it).iter().map(|it| below(*it)));
    let constant = |it: &str| format!("Const(value={it})");
    let node = template.expr(expr);
    match node.kind {
        Expr::Error => "None".to_owned(),
        Expr::None => constant("None"),
        Expr::Bool(true) => constant("True"),
        Expr::Bool(false) => constant("False"),
        Expr::Int(it) => constant(&it.to_string()),
        Expr::BigInt(it) => constant(template.text(it)),
        Expr::Float(it) => constant(&repr(&jinja::value::Value::Float(it)).unwrap_or_default()),
        Expr::Str(it) => constant(&text(template.text(it.value))),
        Expr::Name(it) => format!("Name(name={}, ctx='load')", text(template.name(it))),
        Expr::List(it) => format!("List(items={})", all(it)),
        Expr::Tuple(it) => format!("Tuple(items={}, ctx='load')", all(it)),
        Expr::Dict(it) => {
            let pairs = template.exprs(it).chunks_exact(2).filter_map(|it| match it {
                [key, value] => Some(format!("Pair(key={}, value={})", below(*key), below(*value))),
                _ => None,
            });
            format!("Dict(items={})", list(pairs))
        }
        Expr::Not(it) => format!("Not(node={})", below(it)),
        Expr::Negative(it) => format!("Neg(node={})", below(it)),
        Expr::Positive(it) => format!("Pos(node={})", below(it)),
        Expr::And(left, right) => format!("And(left={}, right={})", below(left), below(right)),
        Expr::Or(left, right) => format!("Or(left={}, right={})", below(left), below(right)),
        Expr::Binary(op, left, right) => {
            format!("{}(left={}, right={})", binary(op), below(left), below(right))
        }
        Expr::Concat(it) => format!("Concat(nodes={})", all(it)),
        Expr::Compare(first, rest) => {
            let operands = template.compares(rest).iter();
            let operands = operands
                .map(|(op, it)| format!("Operand(op='{}', expr={})", compare(*op), below(*it)));
            format!("Compare(expr={}, ops={})", below(first), list(operands))
        }
        Expr::Condition { test, then, otherwise } => format!(
            "CondExpr(test={}, expr1={}, expr2={})",
            below(test),
            below(then),
            optional(otherwise)
        ),
        Expr::Attribute { object, name, .. } => {
            let name = text(template.name(name));
            format!("Getattr(node={}, attr={name}, ctx='load')", below(object))
        }
        Expr::Item { object, index } => {
            format!("Getitem(node={}, arg={}, ctx='load')", below(object), below(index))
        }
        Expr::Slice { start, stop, step } => format!(
            "Slice(start={}, stop={}, step={})",
            optional(start),
            optional(stop),
            optional(step)
        ),
        Expr::Call(it) => {
            format!("Call(node={}, {})", below(it.callee), arguments(template, it.args, depth))
        }
        Expr::Filter(it) | Expr::Test(it) => {
            let class = if matches!(node.kind, Expr::Filter(_)) { "Filter" } else { "Test" };
            let (input, name) = (optional(it.input), text(template.name(it.name)));
            format!("{class}(node={input}, name={name}, {})", arguments(template, it.args, depth))
        }
    }
}

fn arguments(template: &Template, args: ArgList, depth: usize) -> String {
    let below = |it: &Arg| tree(template, it.value, depth);
    let (mut positional, mut keywords) = (Vec::new(), Vec::new());
    let (mut unpacked, mut unpacked_keywords) = ("None".to_owned(), "None".to_owned());
    for it in template.args(args) {
        match it.kind {
            ArgKind::Positional => positional.push(below(it)),
            ArgKind::Keyword(name, _) => {
                let name = text(template.name(name));
                keywords.push(format!("Keyword(key={name}, value={})", below(it)));
            }
            ArgKind::Unpack => unpacked = below(it),
            ArgKind::UnpackKeywords => unpacked_keywords = below(it),
        }
    }
    format!(
        "args={}, kwargs={}, dyn_args={unpacked}, dyn_kwargs={unpacked_keywords}",
        list(positional),
        list(keywords)
    )
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn text(value: &str) -> String {
    repr(&jinja::value::Value::from(value)).unwrap_or_default()
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "Add",
        BinaryOp::Subtract => "Sub",
        BinaryOp::Multiply => "Mul",
        BinaryOp::Divide => "Div",
        BinaryOp::FloorDivide => "FloorDiv",
        BinaryOp::Modulo => "Mod",
        BinaryOp::Power => "Pow",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "eq",
        CompareOp::NotEqual => "ne",
        CompareOp::Less => "lt",
        CompareOp::LessEqual => "lteq",
        CompareOp::Greater => "gt",
        CompareOp::GreaterEqual => "gteq",
        CompareOp::In => "in",
        CompareOp::NotIn => "notin",
    }
}
