//! The SQL that dbt would run for what is open, and the way between it and the template.

mod masked;

use ::compile::{Frame, Placed, compiled, home};
use base::{Db, File, TextRange, TextSize};
use project::{Origin, Package, owner_of, package_of, secrets};
use rules::{Scope, Severity};
use semantic::{Node, NodeKind, generic_test_nodes, nodes_in, relation, template};
use syntax::jinja::DefinitionKind;

use masked::Masked;

/// What dbt would run for a node, with no secret in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledText {
    pub node: Node,
    pub unique_id: String,
    pub name: String,
    pub language: &'static str,
    /// What the node is built as, where it is built as a relation.
    pub relation: Option<String>,
    pub text: String,
    /// The whole text in stretches, in order.
    pub segments: Vec<CompiledSegment>,
    pub holes: Vec<CompiledHole>,
    pub problems: Vec<CompiledProblem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledSegment {
    pub range: TextRange,
    /// In the node's own file.
    pub template: TextRange,
    /// Byte for byte as in the template.
    pub verbatim: bool,
    /// What the template only leads to, innermost first: the text of macros, ephemeral models.
    pub frames: Vec<Frame>,
}

/// A place where the text lacks what only dbt can know when it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledHole {
    pub offset: TextSize,
    /// In the node's own file.
    pub template: TextRange,
    pub reason: String,
}

/// Why the text is not what dbt would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledProblem {
    /// In the node's own file.
    pub range: TextRange,
    pub message: String,
}

/// Which of the nodes of a file is meant.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    First,
    /// That at a place of the file; the first where none is there.
    At(TextSize),
    /// That with this unique id.
    Id(&'a str),
}

/// The compiled text of a node of a file; nothing where dbt compiles nothing of it.
#[must_use]
pub fn compiled_text(db: &dyn Db, file: File, wanted: Wanted<'_>) -> Option<CompiledText> {
    let package = owner_of(db, file)?;
    let node = node_of(db, package, file, wanted)?;
    let compiled = compiled(db, node);
    let secrets = secrets(db, package.project(db));
    let masked = Masked::new(&compiled.text, &secrets);
    let segments = masked.segments(compiled.placed(db).into_iter().map(segment));
    let holes = compiled.holes(db).into_iter().map(|it| CompiledHole {
        offset: masked.offset(it.offset),
        template: it.frames.last().map_or_else(TextRange::default, |it| it.range),
        reason: project::mask(&reason(db, it.what.as_deref(), it.frames.first()), &secrets),
    });
    let mut holes: Vec<CompiledHole> = holes.collect();
    holes.dedup();
    let is_template = home(db, node).is_none();
    let mut problems = if is_template { errors(db, file) } else { Vec::new() };
    for it in &compiled.problems {
        let range = if is_template { it.site.range } else { TextRange::default() };
        if !problems.iter().any(|known| is_template && known.range.intersect(range).is_some()) {
            let message = project::mask(&it.site.explain(&it.message), &secrets);
            problems.push(CompiledProblem { range, message });
        }
    }
    problems.sort_by_key(|it| (it.range.start(), it.range.end()));
    problems.dedup();
    let kind = node.kind(db);
    let built = matches!(kind, NodeKind::Model | NodeKind::PythonModel | NodeKind::Snapshot)
        && semantic::config(db, node).materialized() != "ephemeral";
    Some(CompiledText {
        node,
        unique_id: node.unique_id(db),
        name: node.name(db).to_owned(),
        language: if kind == NodeKind::PythonModel { "python" } else { "sql" },
        relation: built.then(|| project::mask(&relation(db, node).render(), &secrets)),
        text: masked.text,
        segments,
        holes,
        problems,
    })
}

fn node_of(db: &dyn Db, package: Package, file: File, wanted: Wanted<'_>) -> Option<Node> {
    let mut nodes = nodes_in(db, package, file);
    nodes.retain(|it| it.kind(db) != NodeKind::Seed);
    if file.path(db).extension().starts_with('y') {
        // Of the tests that a properties file asks for, only one that is pointed at is meant.
        let tests = generic_test_nodes(db, package).iter().copied().collect::<Vec<_>>();
        let mut tests = tests.into_iter().filter(|it| it.file(db) == file);
        let found = match wanted {
            Wanted::First => None,
            Wanted::At(offset) => {
                let is_here = |it: &Node| home(db, *it).is_some_and(|it| it.contains(offset));
                tests.find(is_here)
            }
            Wanted::Id(id) => tests.find(|it| it.unique_id(db) == id),
        };
        if found.is_some() {
            return found;
        }
    }
    match wanted {
        Wanted::Id(id) => nodes.iter().copied().find(|it| it.unique_id(db) == id),
        Wanted::At(offset) if nodes.len() > 1 => {
            nodes.iter().copied().find(|it| is_around(db, *it, offset))
        }
        Wanted::At(_) | Wanted::First => None,
    }
    .or_else(|| nodes.first().copied())
}

/// Whether a place lies in the block or the item that makes a node.
fn is_around(db: &dyn Db, node: Node, offset: TextSize) -> bool {
    if let Some(home) = home(db, node) {
        return home.contains_inclusive(offset);
    }
    let tree = template(db, node.file(db));
    let blocks = tree.definitions().map(|(_, it)| it);
    let mut blocks = blocks.filter(|it| it.kind == DefinitionKind::Snapshot);
    blocks.any(|it| tree.name(it.name) == node.name(db) && it.range.contains_inclusive(offset))
}

fn segment(placed: Placed) -> CompiledSegment {
    let Placed { range, verbatim, mut frames } = placed;
    let own = frames.pop();
    CompiledSegment {
        range,
        template: own.map_or_else(TextRange::default, |it| it.range),
        verbatim: verbatim && frames.is_empty(),
        frames,
    }
}

/// What a reader is told about a hole.
fn reason(db: &dyn Db, what: Option<&str>, place: Option<&Frame>) -> String {
    if let Some(what) = what {
        return format!("Only a run of dbt knows {what}.");
    }
    let written = place.map(|it| {
        let (start, end) = (usize::from(it.range.start()), usize::from(it.range.end()));
        it.file.text(db).get(start..end).unwrap_or_default()
    });
    let text = written.unwrap_or_default();
    let text = text.strip_prefix("{{").unwrap_or(text).trim_start_matches('-');
    let text = text.strip_suffix("}}").unwrap_or(text).trim_end_matches('-').trim();
    let shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = shown.chars().take(SHOWN).collect();
    let shown = if short.len() < shown.len() { format!("{short}…") } else { short };
    if shown.starts_with("ref(") || shown.starts_with("source(") {
        return format!("`{shown}` leads to nothing that is known.");
    }
    if shown.is_empty() {
        return "Only a run of dbt knows what stands here.".to_owned();
    }
    format!("Only a run of dbt knows what `{shown}` gives.")
}

/// So many letters of an expression are shown.
const SHOWN: usize = 80;

/// The errors of the file's own page.
fn errors(db: &dyn Db, file: File) -> Vec<CompiledProblem> {
    let found = crate::diagnostics(db, file, Scope::File);
    let errors = found.iter().filter(|it| it.severity == Severity::Error);
    errors.map(|it| CompiledProblem { range: it.range, message: it.message.clone() }).collect()
}

/// Whether a file can be opened: our own library lies on no disk.
#[must_use]
pub fn is_on_disk(db: &dyn Db, node: Node, file: File) -> bool {
    let owner = package_of(db, node.package(db).project(db), file);
    owner.is_none_or(|it| it.origin(db) != Origin::Library)
}

#[cfg(test)]
mod tests;
