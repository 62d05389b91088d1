use std::sync::Arc;

use base::{Db, File, TextRange, TextSize};
use jinja::eval::{Options, render};
use jinja::source_map::{FileId, Segment, SourceMap, Span};
use semantic::world::{HoleNote, Mode, World};
use semantic::{
    Node, NodeKind, RefCall, RenderProblem, RenderProblemKind, node_template, template_offset,
};

/// A node's own SQL, without the queries of the ephemeral nodes that it reads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendered {
    pub text: String,
    /// From `text` to the templates; the files are numbered as in `files`.
    pub map: SourceMap,
    pub files: Vec<File>,
    pub problems: Vec<RenderProblem>,
    /// The render asked for what only dbt can know: its text and problems may be others there.
    pub met_hole: bool,
    /// What stayed open, and where.
    pub holes: Vec<HoleNote>,
    /// The calls of `ref` that were really made.
    pub refs: Vec<RefCall>,
    /// Nodes that a `ref` resolved to, in the order of use.
    pub depends_on: Vec<Node>,
    /// Those of them whose query belongs into this one.
    pub ephemeral: Vec<Node>,
    /// The sources that were really read.
    pub sources: Vec<(String, String)>,
    /// The ids of the macros that the file itself called.
    pub macros: Vec<String>,
}

/// What dbt would stumble over when it compiles a node, as far as that does not depend on what only
/// dbt can know. The text is not kept: of a whole project hardly any is looked at.
#[salsa::tracked(returns(clone))]
pub fn compile_problems(db: &dyn Db, node: Node) -> Arc<[RenderProblem]> {
    let rendered = render_node(db, node);
    // A call of what does not exist is noted only where nothing unknown was met before.
    let is_known =
        |it: &RenderProblem| !rendered.met_hole || it.kind == RenderProblemKind::UndefinedCall;
    rendered.problems.into_iter().filter(is_known).collect()
}

/// Renders a node as dbt does to compile it. Never asks for another node's SQL, so that a circle
/// of ephemeral nodes is no circle of queries.
#[salsa::tracked(returns(clone), lru = 256)]
pub fn rendered(db: &dyn Db, node: Node) -> Arc<Rendered> {
    Arc::new(render_node(db, node))
}

fn render_node(db: &dyn Db, node: Node) -> Rendered {
    if node.kind(db) == NodeKind::PythonModel {
        return python(db, node);
    }
    let Some(template) = node_template(db, node) else { return Rendered::default() };
    let world = World::new(db, node.package(db), Some(node), node.file(db), Mode::Compile);
    let options = Options { dbt_macro_names: true, ..Options::default() };
    let rendered = render(world.rendered_file(), &template, &world, options);
    if let Some(error) = &rendered.error {
        world.note_error(error);
    }
    let kept = match node.kind(db) {
        NodeKind::Snapshot => {
            let length = rendered.text.len();
            range(template_offset(db, node).min(length), length)
        }
        _ => trimmed(template.source(), &rendered.text, &rendered.map),
    };
    let whole = kept.len() == TextSize::of(&*rendered.text);
    let (text, map) = if whole {
        (rendered.text, rendered.map)
    } else {
        (
            rendered
                .text
                .get(usize::from(kept.start())..usize::from(kept.end()))
                .unwrap_or_default()
                .to_owned(),
            rendered.map.slice(kept),
        )
    };
    let files = world.files();
    let facts = world.into_facts();
    let sources = facts.parsed.sources.into_iter().map(|it| (it.source, it.table)).collect();
    Rendered {
        text,
        map,
        files,
        problems: facts.parsed.problems,
        met_hole: rendered.met_hole,
        holes: facts.holes,
        refs: facts.parsed.refs,
        depends_on: facts.depends_on,
        ephemeral: facts.ephemeral,
        sources,
        macros: facts.parsed.macros,
    }
}

/// A Python model as it stands, and behind it what dbt adds to make `dbt.ref` and the like work.
fn python(db: &dyn Db, node: Node) -> Rendered {
    let template = Arc::new(syntax::jinja::parse("{{ py_script_postfix(model) }}"));
    let world = World::new(db, node.package(db), Some(node), node.file(db), Mode::Compile);
    let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
    let rendered = render(world.rendered_file(), &template, &world, options);
    let facts = world.into_facts();
    let text = node.file(db).text(db);
    let start = text.len() - text.trim_start().len();
    let own = range(start, text.trim_end().len().max(start));
    let added = format!("\n\n{}", rendered.text);
    // All of it is the model's doing.
    let span = Span { file: FileId(0), range: own };
    Rendered {
        text: format!("{}{added}", text.trim()),
        map: SourceMap::copy(FileId(0), own).followed_by(TextSize::of(&*added), span),
        files: vec![node.file(db)],
        met_hole: rendered.met_hole,
        depends_on: facts.depends_on,
        macros: facts.parsed.macros,
        ..Rendered::default()
    }
}

/// What is kept of the text: dbt strips a file before it renders it. White space that a template
/// writes stays; that of the file's two ends goes.
fn trimmed(source: &str, text: &str, map: &SourceMap) -> TextRange {
    let lead = source.len() - source.trim_start().len();
    let tail = source.trim_end().len();
    let blank = |piece: &TextRange, kept: fn(&str) -> usize| {
        let text = text.get(usize::from(piece.start())..piece.end().into()).unwrap_or_default();
        (text.len() - kept(text), kept(text) == 0)
    };
    // Line ends of two bytes make many segments of what is one stretch of the file.
    let own = |it: &&Segment| it.verbatim && it.span.file.0 == 0;
    let mut start = 0;
    for it in map.segments().iter().take_while(own) {
        if usize::from(it.range().start()) != start || usize::from(it.span.range.start()) >= lead {
            break;
        }
        let (cut, is_blank) = blank(&it.range(), |it| it.trim_start().len());
        start += cut;
        if !is_blank {
            break;
        }
    }
    let mut end = text.len();
    for it in map.segments().iter().rev().take_while(own) {
        if usize::from(it.range().end()) != end || usize::from(it.span.range.end()) <= tail {
            break;
        }
        let (cut, is_blank) = blank(&it.range(), |it| it.trim_end().len());
        end -= cut;
        if !is_blank {
            break;
        }
    }
    range(start, end.max(start))
}

fn range(start: usize, end: usize) -> TextRange {
    let size = |it: usize| TextSize::new(u32::try_from(it).unwrap_or(u32::MAX));
    TextRange::new(size(start), size(end))
}
