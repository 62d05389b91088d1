//! The columns of relations as the project itself tells them: a seed's header, what property files
//! list.

use jinja::value::Value;
use syntax::csv;

use super::World;
use super::column::ColumnObject;
use super::relation::RelationObject;
use crate::{
    Column, Node, NodeKind, config, node_patch, nodes_named, relation, source_named,
    source_relation,
};

/// The columns of a relation; none where the project does not say.
pub(super) fn columns(world: &World<'_>, wanted: &RelationObject) -> Option<Vec<Value>> {
    let (db, project) = (world.db, world.project());
    let adapter = crate::adapter(db, project);
    let made = |name: &str, data_type: Option<&str>| {
        Value::object(ColumnObject::new(&adapter, name, data_type.unwrap_or_default()))
    };
    // Only what the render itself has read can be meant: asking every node would wake on any edit.
    let read = world.depends_on.borrow().clone();
    let own = world.node.into_iter().filter(|it| it.kind(db).is_refable());
    let node = read.into_iter().chain(own).find(|it| wanted.is_at(&relation(db, *it)));
    let node = node.or_else(|| {
        let named = nodes_named(db, project, wanted.identifier()?.to_owned());
        named.iter().copied().find(|it| wanted.is_at(&relation(db, *it)))
    });
    if let Some(node) = node {
        let header = seed_header(world, node);
        if !header.is_empty() {
            let types = config(db, node);
            let types = types.get("column_types");
            let of = |name: &str| types.and_then(|it| it.get(name)).and_then(|it| it.as_str());
            return Some(header.iter().map(|it| made(it, of(it))).collect());
        }
        let place = node_patch(db, node)?;
        return listed(&place.patch.columns, made);
    }
    let sources = world.facts.borrow().sources.clone();
    let place = sources.iter().find_map(|it| {
        let place = source_named(db, project, it.source.clone(), it.table.clone())?;
        wanted.is_at(&source_relation(db, &place)).then_some(place)
    })?;
    listed(&place.table.columns, made)
}

fn listed(columns: &[Column], made: impl Fn(&str, Option<&str>) -> Value) -> Option<Vec<Value>> {
    if columns.is_empty() {
        return None;
    }
    Some(columns.iter().map(|it| made(&it.name, it.data_type.as_deref())).collect())
}

fn seed_header(world: &World<'_>, node: Node) -> Vec<String> {
    if node.kind(world.db) != NodeKind::Seed {
        return Vec::new();
    }
    let text = node.file(world.db).text(world.db);
    csv::header(text, csv::COMMA).into_iter().map(|it| it.name).collect()
}
