use project::{Json, Origin, Package, package_facts, package_name};
use semantic::{
    Node, NodeKind, Resolution, chosen_relation, config, function_relation, is_enabled, node_patch,
};

use super::text::{Teller, code, join_paragraphs, list};
use super::{columns, rule};

/// What a `ref` means.
pub(super) fn reference(
    teller: &Teller<'_>,
    package: Option<&str>,
    name: &str,
    resolution: &Resolution,
) -> String {
    match resolution {
        Resolution::Node(node) | Resolution::Disabled(node) => as_read(teller, *node),
        Resolution::NoVersion { name, known } if known.is_empty() => {
            format!("{} has no versions.", code(name))
        }
        Resolution::NoVersion { name, known } => format!(
            "{} has no such version; known: {}.",
            code(name),
            list(known.iter().map(String::as_str))
        ),
        Resolution::UnknownUpstream(upstream) => format!(
            "{} is a model of the upstream project {}, of which nothing is at hand: there is no checkout of it beside this project.",
            code(name),
            code(upstream)
        ),
        Resolution::Missing => match package {
            Some(package) => {
                format!("No model, seed or snapshot of {} is named {}.", code(package), code(name))
            }
            None => format!("No model, seed or snapshot is named {}.", code(name)),
        },
    }
}

/// A node as a `ref` to it finds it: deferred or not, and why.
pub(super) fn as_read(teller: &Teller<'_>, node: Node) -> String {
    let relation = if node.kind(teller.db).is_refable() {
        rule::relation(teller, node, &chosen_relation(teller.db, node))
    } else {
        String::new()
    };
    all(teller, node, relation)
}

/// A function of the database: how it is called, and with what.
pub(super) fn function(teller: &Teller<'_>, node: Node) -> String {
    let relation = format!("Called as {}", code(&function_relation(teller.db, node).render()));
    let place = node_patch(teller.db, node);
    let text = |it: &Json, key: &str| it.get(key).and_then(Json::as_str).map(str::to_owned);
    let mut lines = vec![teller.mask(&relation)];
    if let Some(place) = place {
        let data = &place.patch.data;
        let listed = data.get("arguments").and_then(Json::as_array).into_iter().flatten();
        let arguments: Vec<String> = listed
            .filter_map(|it| Some([text(it, "name")?, text(it, "data_type")?].join(" ")))
            .collect();
        lines.push(format!("Arguments: {}", list(arguments.iter().map(String::as_str))));
        let returns = data.get("returns").and_then(|it| text(it, "data_type"));
        lines.extend(returns.map(|it| format!("Returns: {}", code(&it))));
    }
    all(teller, node, lines.join("  \n"))
}

/// A node as its own file writes it: never deferred.
pub(super) fn as_written(teller: &Teller<'_>, node: Node) -> String {
    let own = if node.kind(teller.db).is_refable() {
        rule::own_relation(teller, node)
    } else {
        String::new()
    };
    all(teller, node, own)
}

/// What it is, what is said about it, where it is built.
fn all(teller: &Teller<'_>, node: Node, relation: String) -> String {
    let db = teller.db;
    let config = config(db, node);
    let place = node_patch(db, node);
    let description = place.as_ref().map_or_else(String::new, |it| {
        teller.description(node.package(db), it.patch.description())
    });
    let columns = place.as_ref().map(|it| columns::of_node(teller, node, it)).unwrap_or_default();
    join_paragraphs([
        heading(teller, node, config.materialized()),
        if is_enabled(db, node) {
            String::new()
        } else {
            "Disabled: dbt refuses a `ref` to it.".to_owned()
        },
        description,
        relation,
        columns::table(teller, node.package(db), &columns),
        footer(teller, node, config.get("tags")),
    ])
}

fn heading(teller: &Teller<'_>, node: Node, materialized: &str) -> String {
    let db = teller.db;
    let kind = match node.kind(db) {
        NodeKind::Model => "model",
        NodeKind::PythonModel => "Python model",
        NodeKind::Seed => "seed",
        NodeKind::Snapshot => "snapshot",
        NodeKind::Analysis => "analysis",
        NodeKind::SingularTest => "singular test",
        NodeKind::GenericTest => "data test",
        NodeKind::Function => "function",
        NodeKind::Operation => "operation",
    };
    let mut parts = vec![format!("**{}**", code(&node.display_name(db))), kind.to_owned()];
    if matches!(node.kind(db), NodeKind::Model | NodeKind::PythonModel) {
        parts.push(teller.mask(materialized));
    }
    format!("{}  \n{}", parts.join(" · "), code(&node.unique_id(db)))
}

fn footer(teller: &Teller<'_>, node: Node, tags: Option<&Json>) -> String {
    let mut lines = Vec::new();
    let tags: Vec<&str> = match tags {
        Some(Json::Array(tags)) => tags.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(tag)) => vec![tag],
        _ => Vec::new(),
    };
    if !tags.is_empty() {
        lines.push(format!("Tags: {}", list(tags)));
    }
    lines.push(format!("File: {}", code(&teller.path(node.file(teller.db)))));
    lines.join("  \n")
}

/// The package that a `ref` or a path names.
pub(super) fn package(teller: &Teller<'_>, package: Package) -> String {
    let db = teller.db;
    let kind = match package.origin(db) {
        Origin::Root => "this project",
        Origin::Local => "local package",
        Origin::Installed => "installed package",
        Origin::Upstream => "upstream project, read from its checkout",
        Origin::Engine | Origin::Library => "dbt's own",
    };
    let name = package_name(db, package);
    let mut heading = format!("**{}** · {kind}", code(&name));
    if let Some(version) = &package_facts(db, package).version {
        heading.push_str(&format!(" · {}", teller.mask(version)));
    }
    join_paragraphs([heading, format!("File: {}", code(&teller.path(package.file(db))))])
}
