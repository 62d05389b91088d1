use base::Db;
use project::{Origin, Package, package_name, packages};

use crate::{Node, PatchKind, is_enabled, nodes_named, patch};

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

/// `ref(name)`, `ref(package, name)`, with `v=` or without, written in a file of `from`. The
/// referring package comes first, then the root project, then everything else.
pub fn resolve_ref(
    db: &dyn Db,
    from: Package,
    package: Option<&str>,
    name: &str,
    version: Option<&str>,
) -> Resolution {
    let project = from.project(db);
    let candidates = nodes_named(db, project, name.to_owned());
    let all = packages(db, project);
    let root = all.first().copied().unwrap_or(from);
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
    for place in [from, root] {
        let found = choose(db, &within(db, &candidates, place), version);
        if found != Resolution::Missing {
            return found;
        }
    }
    let others: Vec<Node> = candidates
        .iter()
        .copied()
        .filter(|it| it.package(db).origin(db) != Origin::Upstream)
        .collect();
    match choose(db, &others, version) {
        Resolution::Missing => choose(db, &candidates, version),
        found => found,
    }
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
