use base::Db;
use project::{Origin, Package, package_facts, package_name, packages};

use crate::{
    FunctionCall, Node, NodeKind, PatchKind, RefCall, SourceCall, is_enabled, is_source_enabled,
    nodes_named, parsed, patch, source_named,
};

/// What a `ref` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    Node(Node),
    /// Only a disabled node has the name.
    Disabled(Node),
    /// A project that is named in `dependencies.yml` but of which nothing is at hand.
    UnknownUpstream(String),
    /// The name exists, this version of it does not.
    NoVersion {
        name: String,
        known: Vec<String>,
    },
    Missing,
}

impl Resolution {
    #[must_use]
    pub fn node(&self) -> Option<Node> {
        match self {
            Self::Node(node) => Some(*node),
            Self::Disabled(_)
            | Self::UnknownUpstream(_)
            | Self::NoVersion { .. }
            | Self::Missing => None,
        }
    }
}

/// Where names are looked up that are written in a file of `from`: in the root project, in the
/// package itself, in all the others. A flag of the root project puts the package first.
pub(crate) fn search_order(db: &dyn Db, from: Package) -> Vec<Package> {
    let all = packages(db, from.project(db));
    let Some(root) = all.first().copied() else { return vec![from] };
    let own_first =
        package_facts(db, root).flag("require_ref_searches_node_package_before_root") == Some(true);
    let mut order = if own_first { vec![from, root] } else { vec![root, from] };
    order.extend(all.iter().copied());
    let mut seen = rustc_hash::FxHashSet::default();
    order.retain(|it| seen.insert(*it));
    order
}

/// `ref(name)`, `ref(package, name)`, with `v=` or without, written in a file of `from`.
pub fn resolve_ref(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
    version: Option<&str>,
) -> Resolution {
    let found = resolve_named(db, from, package, name, version);
    // To dbt a version is part of the name: `orders.v2`.
    let other = match (version, name.rsplit_once(".v")) {
        (Some(version), _) => Some((format!("{name}.v{version}"), None)),
        (None, Some((name, version))) => Some((name.to_owned(), Some(version))),
        (None, None) => None,
    };
    let Some((name, version)) = other else { return found };
    if matches!(found, Resolution::Node(_) | Resolution::UnknownUpstream(_)) {
        return found;
    }
    match resolve_named(db, from, package, &name, version) {
        Resolution::Node(node) if node.version(db) == version => Resolution::Node(node),
        _ => found,
    }
}

fn resolve_named(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
    version: Option<&str>,
) -> Resolution {
    let project = from.project(db);
    let candidates = nodes_named(db, project, name.to_owned());
    let all = packages(db, project);
    if let Some(package) = package {
        let known = all.iter().copied().find(|it| *package_name(db, *it) == *package);
        let Some(known) = known else {
            let upstream = project::upstream_names(db, project);
            return if upstream.iter().any(|it| it == package) {
                Resolution::UnknownUpstream(package.to_owned())
            } else {
                Resolution::Missing
            };
        };
        return choose(db, &within(db, &candidates, known), version);
    }
    // Whatever is enabled wins over everything that is not; an upstream project is asked last.
    let mut fallback = Resolution::Missing;
    let mut take = |found: Resolution| match found {
        Resolution::Node(_) => Some(found),
        Resolution::Missing => None,
        found => {
            if fallback == Resolution::Missing {
                fallback = found;
            }
            None
        }
    };
    let here = |it: &Package| it.origin(db) != Origin::Upstream;
    for place in search_order(db, from).into_iter().filter(here) {
        if let Some(found) = take(choose(db, &within(db, &candidates, place), version)) {
            return found;
        }
    }
    take(choose(db, &candidates, version)).unwrap_or(fallback)
}

/// Whether a test reads what is not there or disabled: dbt leaves it out.
#[must_use]
pub fn is_left_out(db: &dyn Db, node: Node) -> bool {
    if !matches!(node.kind(db), NodeKind::SingularTest | NodeKind::GenericTest) {
        return false;
    }
    let parsed = parsed(db, node);
    let is_gone = |call: &RefCall| {
        let (package, version) = (call.package.as_deref(), call.version.as_deref());
        let found = resolve_ref(db, node.package(db), package, &call.name, version);
        !matches!(found, Resolution::Node(_) | Resolution::UnknownUpstream(_))
    };
    let project = node.package(db).project(db);
    let is_gone_source = |call: &SourceCall| {
        let found = source_named(db, project, call.source.clone(), call.table.clone());
        !found.is_some_and(|it| is_source_enabled(db, &it))
    };
    let is_gone_function = |call: &FunctionCall| {
        let (package, name) = (call.package.as_deref(), &call.name);
        crate::resolve_function(db, node.package(db), package, name).node().is_none()
    };
    parsed.refs.iter().any(is_gone)
        || parsed.sources.iter().any(is_gone_source)
        || parsed.functions.iter().any(is_gone_function)
}

fn within(db: &dyn Db, candidates: &[Node], package: Package) -> Vec<Node> {
    candidates.iter().copied().filter(|it| it.package(db) == package).collect()
}

fn choose(db: &dyn Db, candidates: &[Node], version: Option<&str>) -> Resolution {
    let Some(first) = candidates.first().copied() else { return Resolution::Missing };
    let versioned = candidates.iter().any(|it| it.version(db).is_some());
    let wanted: Option<String> = match version {
        Some(version) => Some(version.to_owned()),
        None if versioned => latest_version(db, first),
        None => None,
    };
    let fitting: Vec<Node> = match &wanted {
        Some(wanted) => candidates
            .iter()
            .copied()
            .filter(|it| it.version(db) == Some(wanted.as_str()))
            .collect(),
        None => candidates.to_vec(),
    };
    if let Some(node) = fitting.iter().copied().find(|it| is_enabled(db, *it)) {
        return Resolution::Node(node);
    }
    match fitting.first() {
        Some(node) => Resolution::Disabled(*node),
        None => {
            let known = candidates.iter().filter_map(|it| it.version(db).map(str::to_owned));
            Resolution::NoVersion { name: first.name(db).to_owned(), known: known.collect() }
        }
    }
}

fn latest_version(db: &dyn Db, node: Node) -> Option<String> {
    let place = patch(db, node.package(db), PatchKind::Model, node.name(db).to_owned())?;
    place.patch.latest_version()
}
