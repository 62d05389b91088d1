use std::sync::Arc;

use base::Db;
use jinja::eval::{Options, render};
use project::{Json, YamlContext, render_value};

use crate::world::{Mode, World};
use crate::{Node, Parsed, config, config_before_properties, node_columns, node_patch};

/// What a node calls besides its own text: in its hooks, and in the foreign keys of its properties.
/// Calls stand as often as dbt notes them, and it reads some places twice.
#[salsa::tracked(returns(clone))]
pub fn later_calls(db: &dyn Db, node: Node) -> Arc<Parsed> {
    let mut texts: Vec<String> = Vec::new();
    if node.kind(db).resource_type() == "test" {
        return Arc::default();
    }
    let patch = node_patch(db, node);
    let before = config_before_properties(db, node);
    texts.extend(hooks(|key| before.get(key)));
    let keys = foreign_keys(db, node);
    let again = || {
        let config = config(db, node);
        hooks(|key| config.get(key))
    };
    if node.version(db).is_some() {
        texts.extend(keys.iter().cloned());
        texts.extend(again());
    } else if patch.is_some_and(|it| has_config(&it.patch.data)) {
        texts.extend(again());
    }
    texts.extend(keys);
    if texts.is_empty() {
        return Arc::default();
    }
    let world = World::new(db, node.package(db), Some(node), node.file(db), Mode::Parse);
    for text in texts {
        let template = Arc::new(syntax::jinja::parse(&text));
        let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
        render(world.rendered_file(), &template, &world, options);
    }
    Arc::new(world.into_facts().parsed)
}

fn hooks<'a>(config: impl Fn(&str) -> Option<&'a Json>) -> Vec<String> {
    let listed = ["pre-hook", "post-hook"].into_iter().filter_map(|it| config(it)?.as_array());
    let texts = listed.flatten().filter_map(|it| it.get("sql")?.as_str().map(str::to_owned));
    texts.collect()
}

/// Whether dbt finds configs in properties.
fn has_config(data: &Json) -> bool {
    let filled = data.get("config").and_then(Json::as_object).is_some_and(|it| !it.is_empty());
    let outside = ["meta", "docs", "group", "contract", "access"];
    filled || outside.iter().any(|it| data.get(it).is_some())
}

/// The targets of foreign keys, as calls.
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
        Some(format!("{{{{ {} }}}}", target.as_str()?))
    });
    targets.collect()
}
