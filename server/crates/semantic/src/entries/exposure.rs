use std::collections::BTreeSet;
use std::sync::Arc;

use base::Db;
use jinja::eval::{Options, render};
use project::{Package, package_facts, packages};
use serde_json::{Map, Value as Json, json};

use super::columns::{object, texts};
use super::dependencies::resolved;
use super::descriptions::describe;
use super::resource::{configs, header, owner, rendered, value};
use super::resource_id;
use crate::world::{Mode, World};
use crate::{Parsed, PatchKind, PatchPlace, find_metric};

/// An exposure as dbt knows it.
#[must_use]
pub fn exposure_json(db: &dyn Db, package: Package, place: &PatchPlace) -> Map<String, Json> {
    let name = &place.patch.name;
    let item = rendered(db, package, &place.patch.data, &|path| path == ["description"]);
    let (mut config, unrendered) =
        configs(db, package, place, name, &object(item.get("config").cloned()));
    // The section's own keys without `+`, once more.
    let facts = package_facts(db, package);
    let section = facts.data.get("exposures");
    let of_section = |key: &str| section.and_then(|it| it.get(key));
    let mut tags: BTreeSet<String> = texts(of_section("tags")).into_iter().collect();
    tags.extend(texts(item.get("tags")));
    tags.extend(texts(config.get("tags")));
    let mut meta = object(of_section("meta").cloned());
    meta.extend(object(item.get("meta").cloned()));
    meta.extend(object(config.get("meta").cloned()));
    config.insert("tags".to_owned(), json!(tags));
    config.insert("meta".to_owned(), json!(meta));
    let calls = Calls::of(db, package, place, &texts(item.get("depends_on")));
    let mut entry = header(db, package, place, name);
    let mut add = |key: &str, value: Json| {
        entry.insert(key.to_owned(), value);
    };
    add("type", value(&item, "type"));
    add("owner", owner(&item));
    add("description", json!(describe(db, package, place.patch.description()).text));
    for key in ["label", "maturity"] {
        add(key, value(&item, key));
    }
    add("meta", json!(meta));
    add("tags", json!(tags));
    add("config", Json::Object(config));
    add("unrendered_config", Json::Object(unrendered));
    add("url", value(&item, "url"));
    add("depends_on", json!({"macros": [], "nodes": calls.nodes}));
    add("refs", json!(refs_json(&calls.parsed)));
    let sources = calls.parsed.sources.iter();
    add("sources", json!(sources.map(|it| [&it.source, &it.table]).collect::<Vec<_>>()));
    add("metrics", json!(calls.metrics));
    add("created_at", json!(0.0));
    entry
}

/// The calls of `ref` as the manifest has them.
pub(super) fn refs_json(parsed: &Parsed) -> Vec<Json> {
    let call = |it: &crate::RefCall| json!({"name": it.name, "package": it.package, "version": it.given_version});
    parsed.refs.iter().map(call).collect()
}

/// What an exposure says it depends on.
struct Calls {
    parsed: Parsed,
    metrics: Vec<Vec<String>>,
    nodes: Vec<String>,
}

impl Calls {
    fn of(db: &dyn Db, package: Package, place: &PatchPlace, lines: &[String]) -> Self {
        let (metrics, others): (Vec<_>, Vec<_>) =
            lines.iter().partition(|it| it.trim_start().starts_with("metric("));
        let text: Vec<String> = others.iter().map(|it| format!("{{{{ {it}}}}}")).collect();
        let parsed = calls_in(db, package, place, &text.join("\n"));
        let metrics: Vec<Vec<String>> = metrics.iter().map(|it| quoted(it)).collect();
        let mut nodes = resolved(db, package, &parsed);
        for metric in &metrics {
            nodes.extend(metric.last().and_then(|name| {
                let owner = if metric.len() > 1 { metric.first() } else { None };
                let (owner, _) = find_metric(db, package, owner.map(String::as_str), name)?;
                Some(resource_id(db, owner, PatchKind::Metric, name))
            }));
        }
        Self { parsed, metrics, nodes }
    }
}

/// What a template in properties calls.
pub(super) fn calls_in(db: &dyn Db, package: Package, place: &PatchPlace, text: &str) -> Parsed {
    // Names are looked up from the root project's side.
    let package = packages(db, package.project(db)).first().copied().unwrap_or(package);
    let world = World::new(db, package, None, place.file, Mode::Parse);
    let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
    let template = Arc::new(syntax::jinja::parse(text));
    render(world.rendered_file(), &template, &world, options);
    world.into_facts().parsed
}

/// The texts in quotes: the arguments of a call.
fn quoted(call: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = call;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        found.push(inner[..end].to_owned());
        rest = &inner[end + 1..];
    }
    found
}
