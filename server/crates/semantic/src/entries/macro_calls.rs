//! The macros that a macro calls, read off its text as dbt does, branches not taken included.

use std::sync::Arc;

use base::Db;
use project::{Package, internal_packages, package_name, packages};
use syntax::jinja::{
    Arg, ArgKind, ArgList, Body, DefinitionId, DefinitionKind, Expr, ExprId, Stmt, StmtId, Template,
};

use crate::dispatch::is_anywhere;
use crate::world::is_known;
use crate::{
    Dispatched, Macro, adapter, dispatched, implementation_prefixes, internal_macro, package_macro,
    package_named, template,
};

/// What a template may call that is no macro, whatever macros are named like it.
const FUNCTIONS: [&str; 22] = [
    "adapter",
    "builtins",
    "config",
    "diff_of_two_dicts",
    "env_var",
    "fromjson",
    "fromyaml",
    "local_md5",
    "log",
    "print",
    "ref",
    "return",
    "set",
    "set_strict",
    "source",
    "target",
    "tojson",
    "toyaml",
    "var",
    "zip",
    "zip_strict",
    "modules",
];

/// The ids of the macros that a macro calls, in the order of the text.
#[salsa::tracked(returns(clone))]
pub(crate) fn macro_dependencies(
    db: &dyn Db,
    package: Package,
    file: base::File,
    definition: DefinitionId,
) -> Arc<[String]> {
    let template = template(db, file);
    let this = template.definition(definition);
    let prefix = if this.kind == DefinitionKind::Test { "test_" } else { "" };
    let own = format!("{prefix}{}", template.name(this.name));
    let mut ids: Vec<String> = Vec::new();
    for call in calls(&template, definition) {
        let found = match call {
            Called::Plain(name) if name == own || FUNCTIONS.contains(&&*name) => None,
            Called::Plain(name) => resolve(db, package, None, &name),
            Called::Of(owner, name) => resolve(db, package, Some(&owner), &name),
            Called::Dispatched { name, namespace } => {
                if name != own {
                    ids.extend(resolve(db, package, None, &name).map(|it| it.unique_id(db)));
                }
                // dbt reads the text without knowing from where it is called: then every package
                // counts.
                if is_anywhere(db, package.project(db), namespace.as_deref()) {
                    let adapter = adapter(db, package.project(db));
                    let found = implementation_prefixes(&adapter)
                        .into_iter()
                        .find_map(|it| resolve_anywhere(db, package, &format!("{it}__{name}")));
                    ids.extend(found.map(|it| it.unique_id(db)));
                    continue;
                }
                let root = packages(db, package.project(db)).first().copied().unwrap_or(package);
                match dispatched(db, root, &name, namespace.as_deref()) {
                    Dispatched::Found(found) => Some(found),
                    Dispatched::Missing(_) => None,
                }
            }
        };
        ids.extend(found.map(|it| it.unique_id(db)));
    }
    let mut seen = rustc_hash::FxHashSet::default();
    ids.retain(|it| seen.insert(it.clone()));
    ids.into()
}

/// The macro that dbt finds for a data test of a package.
pub(crate) fn test_macro(db: &dyn Db, package: Package, test: &str) -> Option<Macro> {
    resolve(db, package, None, &format!("test_{test}"))
}

/// The package named or the macro's own, then the root project, then all others, then dbt's own.
fn resolve(db: &dyn Db, own: Package, owner: Option<&str>, name: &str) -> Option<Macro> {
    let project = own.project(db);
    let internal = internal_packages(db, project);
    let first = match owner {
        None => Some(own),
        Some(owner) => {
            let internal = internal.iter().copied().find(|it| *package_name(db, *it) == *owner);
            internal.or_else(|| package_named(db, project, owner.to_owned()))
        }
    };
    // What dbt has and is not written here is not somebody else's either.
    if let Some(owner) = owner
        && internal.iter().any(|it| *package_name(db, *it) == *owner)
        && is_known(name)
        && internal_macro(db, project, name.to_owned()).is_none()
    {
        return None;
    }
    let all = packages(db, project);
    let others = all.iter().take(1).chain(all.iter().skip(1).rev()).copied();
    let mut order = first.into_iter().chain(others);
    order
        .find_map(|it| package_macro(db, it, name.to_owned()))
        .or_else(|| internal_macro(db, project, name.to_owned()))
}

/// The root project, then all others, then dbt's own.
fn resolve_anywhere(db: &dyn Db, own: Package, name: &str) -> Option<Macro> {
    let root = packages(db, own.project(db)).first().copied().unwrap_or(own);
    resolve(db, root, None, name)
}

enum Called {
    Plain(String),
    Of(String, String),
    Dispatched { name: String, namespace: Option<String> },
}

#[derive(Clone, Copy)]
enum Item {
    Expr(ExprId),
    Stmt(StmtId),
}

/// Every call in a definition, callers before what they are called with.
fn calls(template: &Template, definition: DefinitionId) -> Vec<Called> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    let mut children = Vec::new();
    push_definition(template, definition, &mut children);
    open.extend(children.drain(..).rev());
    while let Some(item) = open.pop() {
        match item {
            Item::Expr(id) => {
                let expr = template.expr(id).kind;
                if let Expr::Call(call) = expr {
                    found.extend(called(template, call.callee, call.args));
                }
                push_expr(template, expr, &mut children);
            }
            Item::Stmt(id) => push_stmt(template, &template.stmt(id).kind, &mut children),
        }
        open.extend(children.drain(..).rev());
    }
    found
}

fn called(template: &Template, callee: ExprId, args: ArgList) -> Option<Called> {
    match template.expr(callee).kind {
        Expr::Name(name) => Some(Called::Plain(template.name(name).to_owned())),
        Expr::Attribute { object, name, .. } => {
            let Expr::Name(owner) = template.expr(object).kind else { return None };
            match (template.name(owner), template.name(name)) {
                ("adapter", "dispatch") => dispatch(template, args),
                ("adapter", _) => None,
                (owner, name) => Some(Called::Of(owner.to_owned(), name.to_owned())),
            }
        }
        _ => None,
    }
}

fn dispatch(template: &Template, args: ArgList) -> Option<Called> {
    let args = template.args(args);
    let text = |arg: &Arg| match template.expr(arg.value).kind {
        Expr::Str(literal) => Some(template.text(literal.value).to_string()),
        _ => None,
    };
    let argument = |index: usize, key: &str| {
        let positional = args.iter().filter(|it| it.kind == ArgKind::Positional).nth(index);
        let by_name = |it: &&Arg| match it.kind {
            ArgKind::Keyword(name, _) => template.name(name) == key,
            _ => false,
        };
        positional.or_else(|| args.iter().find(by_name)).and_then(text)
    };
    let namespace = argument(1, "macro_namespace");
    Some(Called::Dispatched { name: argument(0, "macro_name")?, namespace })
}

fn push_definition(template: &Template, id: DefinitionId, out: &mut Vec<Item>) {
    let definition = template.definition(id);
    out.extend(definition.params.iter().filter_map(|it| it.default).map(Item::Expr));
    push_body(template, definition.body, out);
}

fn push_body(template: &Template, body: Body, out: &mut Vec<Item>) {
    out.extend(template.body(body).iter().copied().map(Item::Stmt));
}

fn push_args(template: &Template, args: ArgList, out: &mut Vec<Item>) {
    out.extend(template.args(args).iter().map(|it| Item::Expr(it.value)));
}

fn push_expr(template: &Template, expr: Expr, out: &mut Vec<Item>) {
    let mut add = |it: ExprId| out.push(Item::Expr(it));
    match expr {
        Expr::List(list) | Expr::Tuple(list) | Expr::Dict(list) | Expr::Concat(list) => {
            template.exprs(list).iter().copied().for_each(add);
        }
        Expr::Not(it) | Expr::Negative(it) | Expr::Positive(it) => add(it),
        Expr::And(left, right) | Expr::Or(left, right) | Expr::Binary(_, left, right) => {
            add(left);
            add(right);
        }
        Expr::Compare(first, others) => {
            add(first);
            template.compares(others).iter().for_each(|it| add(it.1));
        }
        Expr::Condition { test, then, otherwise } => {
            [Some(test), Some(then), otherwise].into_iter().flatten().for_each(add);
        }
        Expr::Attribute { object, .. } => add(object),
        Expr::Item { object, index } => {
            add(object);
            add(index);
        }
        Expr::Slice { start, stop, step } => {
            [start, stop, step].into_iter().flatten().for_each(add);
        }
        Expr::Call(call) => {
            add(call.callee);
            push_args(template, call.args, out);
        }
        Expr::Filter(filter) | Expr::Test(filter) => {
            filter.input.into_iter().for_each(add);
            push_args(template, filter.args, out);
        }
        Expr::Error
        | Expr::None
        | Expr::Bool(_)
        | Expr::Int(_)
        | Expr::BigInt(_)
        | Expr::Float(_)
        | Expr::Str(_)
        | Expr::Name(_) => {}
    }
}

fn push_stmt(template: &Template, stmt: &Stmt, out: &mut Vec<Item>) {
    match stmt {
        Stmt::Output(it) | Stmt::Do(it) | Stmt::Extends(it) => out.push(Item::Expr(*it)),
        Stmt::Set { value, .. } => out.push(Item::Expr(*value)),
        Stmt::SetBlock { filter, body, .. } => {
            out.extend(filter.map(Item::Expr));
            push_body(template, *body, out);
        }
        Stmt::If { branches, otherwise } => {
            for branch in branches {
                out.push(Item::Expr(branch.test));
                push_body(template, branch.body, out);
            }
            otherwise.iter().for_each(|it| push_body(template, *it, out));
        }
        Stmt::For(it) => {
            out.push(Item::Expr(it.iterable));
            push_body(template, it.body, out);
            it.otherwise.iter().for_each(|it| push_body(template, *it, out));
            out.extend(it.test.map(Item::Expr));
        }
        Stmt::Definition(it) => push_definition(template, *it, out),
        Stmt::CallBlock { caller, call } => {
            out.push(Item::Expr(*call));
            push_definition(template, *caller, out);
        }
        Stmt::FilterBlock { filter, body } => {
            push_body(template, *body, out);
            out.push(Item::Expr(*filter));
        }
        Stmt::With { bindings, body } => {
            out.extend(bindings.iter().map(|it| Item::Expr(it.1)));
            push_body(template, *body, out);
        }
        Stmt::Autoescape { enabled, body } => {
            out.push(Item::Expr(*enabled));
            push_body(template, *body, out);
        }
        Stmt::Block { body, .. } => push_body(template, *body, out),
        Stmt::Include { template: it, .. }
        | Stmt::Import { template: it, .. }
        | Stmt::FromImport { template: it, .. } => out.push(Item::Expr(*it)),
        Stmt::Error(it) => out.extend(it.map(Item::Expr)),
        Stmt::Text | Stmt::Newline | Stmt::Comment | Stmt::Break | Stmt::Continue => {}
    }
}
