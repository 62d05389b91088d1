use std::sync::Arc;

use base::{Db, TextRange};
use jinja::eval::{Options, render};
use project::{Json, YamlContext, render_value};
use syntax::jinja::Expr;

use crate::relations::source_relation_in_manifest;
use crate::world::{Mode, World};
use crate::{
    Node, Parsed, RefCall, Relation, Site, SourceCall, chosen_relation, config,
    config_before_properties, node_columns, node_patch, resolve_ref, source_named,
};

/// What a node calls besides its own text: in its hooks, and in the foreign keys of its properties.
/// Calls stand as often as dbt notes them, and it reads some places twice.
#[salsa::tracked(returns(clone))]
pub fn later_calls(db: &dyn Db, node: Node) -> Arc<Parsed> {
    if node.kind(db).resource_type() == "test" {
        return Arc::default();
    }
    let patch = node_patch(db, node);
    let before = config_before_properties(db, node);
    let world = World::new(db, node.package(db), Some(node), node.file(db), Mode::Parse);
    let keys = foreign_keys(db, node);
    let note_keys = || {
        for call in keys.iter().filter_map(|it| key_target(it)) {
            world.note(|it| match call {
                KeyTarget::Ref(call) => it.refs.push(call),
                KeyTarget::Source(call) => it.sources.push(call),
            });
        }
    };
    let again = || {
        let config = config(db, node);
        hooks(|key| config.get(key)).iter().for_each(|it| render_hook(&world, it));
    };
    hooks(|key| before.get(key)).iter().for_each(|it| render_hook(&world, it));
    if node.version(db).is_some() {
        note_keys();
        again();
    } else if patch.is_some_and(|it| has_config(&it.patch.data)) {
        again();
    }
    note_keys();
    Arc::new(world.into_facts().parsed)
}

fn render_hook(world: &World<'_>, text: &str) {
    let template = Arc::new(syntax::jinja::parse(text));
    let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
    render(world.rendered_file(), &template, world, options);
}

/// The relation that a foreign key of a node leads to, as dbt writes it once it compiles.
#[must_use]
pub fn foreign_key_relation(db: &dyn Db, node: Node, to: &str) -> Option<Relation> {
    let package = node.package(db);
    match key_target(to)? {
        KeyTarget::Ref(it) => {
            let (owner, version) = (it.package.as_deref(), it.version.as_deref());
            let found = resolve_ref(db, package, owner, &it.name, version).node()?;
            Some(chosen_relation(db, found).relation.clone())
        }
        KeyTarget::Source(it) => {
            let found = source_named(db, package.project(db), it.source, it.table)?;
            Some(source_relation_in_manifest(db, &found))
        }
    }
}

enum KeyTarget {
    Ref(RefCall),
    Source(SourceCall),
}

/// dbt reads the text of a foreign key and calls nothing: a macro named `ref` has no say.
fn key_target(text: &str) -> Option<KeyTarget> {
    let template = syntax::jinja::parse(&format!("{{{{ {text} }}}}"));
    let call = template.calls().next()?;
    let site = Site { range: TextRange::default(), through: None };
    let names: Vec<String> =
        (0..2).filter_map(|it| Some(call.positional(it)?.literal?.to_owned())).collect();
    let version = call.keyword("v").or_else(|| call.keyword("version"));
    let given_version = version.map(|it| match template.expr(it.expr).kind {
        Expr::Int(number) => Json::from(number.to_string().parse::<i64>().unwrap_or_default()),
        _ => Json::from(it.literal.unwrap_or_else(|| template.slice(it.range))),
    });
    let version = given_version.as_ref().and_then(crate::property_files::version_text);
    let given_version = given_version.map(Box::new);
    match (call.is("ref"), call.is("source"), names.as_slice()) {
        (true, _, [name]) => {
            let (package, name) = (None, name.clone());
            Some(KeyTarget::Ref(RefCall {
                package,
                name,
                version,
                given_version,
                is_certain: true,
                site,
            }))
        }
        (true, _, [package, name]) => {
            let (package, name) = (Some(package.clone()), name.clone());
            Some(KeyTarget::Ref(RefCall {
                package,
                name,
                version,
                given_version,
                is_certain: true,
                site,
            }))
        }
        (_, true, [source, table]) => {
            let (source, table) = (source.clone(), table.clone());
            Some(KeyTarget::Source(SourceCall { source, table, site }))
        }
        _ => None,
    }
}

fn hooks<'a>(config: impl Fn(&str) -> Option<&'a Json>) -> Vec<String> {
    let listed = ["pre-hook", "post-hook"].into_iter().filter_map(|it| config(it)?.as_array());
    let texts = listed.flatten().filter_map(|it| it.get("sql")?.as_str().map(str::to_owned));
    texts.collect()
}

/// Whether dbt finds configs in properties.
pub(crate) fn has_config(data: &Json) -> bool {
    let filled = data.get("config").and_then(Json::as_object).is_some_and(|it| !it.is_empty());
    let outside = ["meta", "docs", "group", "contract", "access"];
    filled || outside.iter().any(|it| data.get(it).is_some())
}

/// The targets of foreign keys, as they are written.
fn foreign_keys(db: &dyn Db, node: Node) -> Vec<String> {
    if node.kind(db).resource_type() != "model" {
        return Vec::new();
    }
    let (constraints, columns) = node_columns(db, node);
    let of_columns =
        columns.iter().filter_map(|it| it.get("constraints")?.as_array()).flatten().cloned();
    let all = constraints.into_iter().chain(of_columns);
    let keys = all.filter(|it| it.get("type").and_then(Json::as_str) == Some("foreign_key"));
    let package = node.package(db);
    let targets = keys.filter_map(|it| {
        let context = YamlContext::Properties(package);
        let target = render_value(db, package.project(db), it.get("to")?, context);
        Some(target.as_str()?.to_owned())
    });
    targets.collect()
}
