mod environment;
mod yaml;

use base::{Db, File, FilePosition, TextRange, TextSize};
use project::{Origin, Package, document};
use semantic::{
    Macro, Node, NodeKind, PatchKind, Resolution, nodes_named, patch, resolve_function,
    resolve_ref, source_named, template,
};
use syntax::jinja::DefinitionKind;

use crate::lookup::docs_block;
use crate::subject::{Found, Subject, subject_at};

/// Where a name is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name as it stands at the position asked about.
    pub origin: TextRange,
    pub file: File,
    /// The name in the definition; the file's start where it has none.
    pub range: TextRange,
    /// The whole definition.
    pub full_range: TextRange,
}

/// A name with what it stands for.
struct Target {
    file: File,
    range: TextRange,
    full_range: TextRange,
}

/// Where the thing at a position is defined; several places where the name does not say which.
#[must_use]
pub fn definition(db: &dyn Db, position: FilePosition) -> Vec<Definition> {
    let Some(found) = subject_at(db, position) else { return Vec::new() };
    let origin = found.range;
    let targets = targets(db, &found).into_iter();
    targets
        .map(|it| Definition {
            origin,
            file: it.file,
            range: it.range,
            full_range: it.full_range.cover(it.range),
        })
        .collect()
}

fn targets(db: &dyn Db, found: &Found) -> Vec<Target> {
    let package = found.package;
    let project = package.project(db);
    let one = |target: Option<Target>| target.into_iter().collect();
    match &found.subject {
        Subject::Ref { package: owner, name, version } => {
            // Whatever the only node with a name is like, it is meant: nothing else has to be read.
            if let [only] = *nodes_named(db, project, name.clone())
                && owner.is_none()
                && only.version(db).is_none()
                && version.is_none()
            {
                return vec![node_target(db, only)];
            }
            match resolve_ref(db, package, owner.as_deref(), name, version.as_deref()) {
                Resolution::Node(node) | Resolution::Disabled(node) => vec![node_target(db, node)],
                Resolution::NoVersion { name, .. } => {
                    let nodes = nodes_named(db, project, name);
                    nodes.iter().map(|it| node_target(db, *it)).collect()
                }
                Resolution::UnknownUpstream(_) | Resolution::Missing => Vec::new(),
            }
        }
        Subject::Function { package: owner, name } => {
            match resolve_function(db, package, owner.as_deref(), name) {
                Resolution::Node(node) | Resolution::Disabled(node) => vec![node_target(db, node)],
                _ => Vec::new(),
            }
        }
        Subject::Node(node) => vec![node_target(db, *node)],
        Subject::Source { source, table } => {
            let place = source_named(db, project, source.clone(), table.clone());
            one(place.and_then(|it| yaml::source_table(db, &it)))
        }
        Subject::SourceGroup { source } => one(yaml::source(db, project, source)),
        // Our own library lies on no disk.
        Subject::Macro(found) if found.package.origin(db) == Origin::Library => Vec::new(),
        Subject::Macro(found) => vec![macro_target(db, *found)],
        Subject::Docs { package: owner, name } => {
            let block = docs_block(db, package, owner.as_deref(), name);
            one(block.map(|it| {
                macro_target(db, Macro { package, file: it.file, definition: it.definition })
            }))
        }
        Subject::EnvironmentVariable { name, .. } => one(environment::line(db, project, name)),
        // The position is in the definition already.
        Subject::EnvironmentLine { .. } | Subject::This(_) | Subject::RequiredVersion => Vec::new(),
        Subject::Variable { name, .. } => one(yaml::variable(db, package, name)),
        Subject::Package(named) => one(yaml::package(db, *named)),
    }
}

/// A model's file, a snapshot's name.
fn node_target(db: &dyn Db, node: Node) -> Target {
    let file = node.file(db);
    let named = match (node.kind(db), file.path(db).extension()) {
        (NodeKind::Snapshot, "sql") => snapshot_block(db, node),
        (NodeKind::Snapshot, _) => {
            let name = node.name(db).to_owned();
            let place = patch(db, node.package(db), PatchKind::Snapshot, name);
            place.and_then(|it| yaml::item(db, &it))
        }
        _ => None,
    };
    named.unwrap_or_else(|| {
        let start = TextRange::empty(TextSize::new(0));
        let full_range = TextRange::up_to(TextSize::of(file.text(db)));
        Target { file, range: start, full_range }
    })
}

fn snapshot_block(db: &dyn Db, node: Node) -> Option<Target> {
    let template = template(db, node.file(db));
    let mut blocks = template.definitions().filter(|(_, it)| it.kind == DefinitionKind::Snapshot);
    let (_, block) = blocks.find(|(_, it)| template.name(it.name) == node.name(db))?;
    Some(Target { file: node.file(db), range: block.name_range, full_range: block.range })
}

fn macro_target(db: &dyn Db, found: Macro) -> Target {
    Target { file: found.file, range: found.name_range(db), full_range: found.range(db) }
}

/// The root of a YAML file, owned by its document.
fn with_document<T>(
    db: &dyn Db,
    file: File,
    read: impl FnOnce(&syntax::yaml::Node) -> Option<T>,
) -> Option<T> {
    let document = document(db, file);
    read(document.root.as_ref()?)
}

/// The root project of a package.
fn root_of(db: &dyn Db, package: Package) -> Option<Package> {
    project::packages(db, package.project(db)).first().copied()
}

#[cfg(test)]
mod tests;
