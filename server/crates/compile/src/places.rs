//! The way between compiled text and the templates it comes from.

use std::sync::Arc;

use base::{Db, File, TextRange, TextSize};
use jinja::source_map::{FileId, FrameId, Segment};
use project::document;
use semantic::{Node, NodeKind, TestStep, generic_test, node_patch, patch_node, template};
use syntax::jinja::DefinitionKind;

use crate::{Compiled, Rendered};

/// One step of the way from a compiled text to the file of its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub file: File,
    pub range: TextRange,
    /// The macro that the place lies in; nothing in a node's own text.
    pub macro_name: Option<String>,
}

/// A stretch of compiled text with one origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub range: TextRange,
    /// Byte for byte as at the first frame.
    pub verbatim: bool,
    /// Innermost first; the last is in the node's own file.
    pub frames: Vec<Frame>,
}

/// A place where the text lacks something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    pub offset: TextSize,
    /// Innermost first; the last is in the node's own file.
    pub frames: Vec<Frame>,
    /// What is not known: `the result of a query`.
    pub what: Option<String>,
}

/// A stretch of a compiled text that is a part of one query, or what stands between two.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) range: TextRange,
    /// The query, and where in it the stretch begins.
    pub(crate) query: Option<(Arc<Origin>, TextSize)>,
    /// The calls that lead to the query, innermost first; none for the node's own.
    pub(crate) calls: Arc<[Frame]>,
}

/// A query with its map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Origin {
    pub(crate) rendered: Arc<Rendered>,
    /// What stands for the whole template in its file, where the file is not the template itself:
    /// the item of YAML that asks for a data test.
    pub(crate) home: Option<TextRange>,
}

impl Compiled {
    /// Where a place of the text comes from, innermost first: exact in text that stands in a
    /// template as it stands here, otherwise the whole expression that wrote it. The last frame is
    /// in the node's own file.
    #[must_use]
    pub fn to_template(&self, db: &dyn Db, offset: TextSize) -> Vec<Frame> {
        let after = self.pieces.partition_point(|it| it.range.start() <= offset);
        // Of several that begin here the first that holds something.
        let near = self.pieces.get(..after).unwrap_or_default();
        let Some(piece) = near.iter().rev().find(|it| it.range.contains_inclusive(offset)) else {
            return Vec::new();
        };
        let mut frames = Vec::new();
        if let Some((origin, start)) = &piece.query {
            let inside = *start + (offset - piece.range.start());
            let segment = origin.rendered.map.segment_at(inside);
            frames = segment.map_or_else(Vec::new, |it| origin.frames(db, it, Some(inside)));
        }
        frames.extend(piece.calls.iter().cloned());
        frames
    }

    /// The stretches of the text that come from a place of a file, in order: empty where the place
    /// itself stands there, otherwise all that its expression or call wrote.
    #[must_use]
    pub fn to_compiled(&self, file: File, offset: TextSize) -> Vec<TextRange> {
        let mut found: Vec<TextRange> = Vec::new();
        for piece in &self.pieces {
            let leads_here = |it: &Frame| it.file == file && touches(it.range, offset);
            if piece.calls.iter().any(leads_here) {
                found.push(piece.range);
            } else if let Some((origin, start)) = &piece.query {
                let part = TextRange::at(*start, piece.range.len());
                let own = origin.to_output(file, offset).into_iter();
                let inside = own.filter_map(|it| it.intersect(part));
                found.extend(inside.map(|it| it - *start + piece.range.start()));
            }
        }
        found.sort_by_key(|it| (it.start(), it.end()));
        found.dedup_by(|next, last| {
            let joins = !next.is_empty() && !last.is_empty() && last.end() == next.start();
            if joins {
                *last = last.cover(*next);
            }
            joins || next == last
        });
        found
    }

    /// The whole text in stretches, in order.
    #[must_use]
    pub fn placed(&self, db: &dyn Db) -> Vec<Placed> {
        let mut all = Vec::new();
        for piece in &self.pieces {
            let Some((origin, start)) = &piece.query else {
                let frames = piece.calls.to_vec();
                all.push(Placed { range: piece.range, verbatim: false, frames });
                continue;
            };
            let part = TextRange::at(*start, piece.range.len());
            let segments = origin.rendered.map.segments();
            let first = segments.partition_point(|it| it.range().end() <= part.start());
            for segment in &segments[first..] {
                let Some(inside) = segment.range().intersect(part).filter(|it| !it.is_empty())
                else {
                    break;
                };
                let mut frames = origin.frames(db, segment, None);
                let verbatim = segment.verbatim && !origin.is_away(segment);
                if verbatim && let Some(frame) = frames.first_mut() {
                    let skipped = inside.start() - segment.range().start();
                    frame.range = TextRange::at(frame.range.start() + skipped, inside.len());
                }
                frames.extend(piece.calls.iter().cloned());
                let range = inside - *start + piece.range.start();
                all.push(Placed { range, verbatim, frames });
            }
        }
        all
    }

    /// Where the text lacks something, in order.
    #[must_use]
    pub fn holes(&self, db: &dyn Db) -> Vec<Hole> {
        let mut all = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let Some((origin, start)) = &piece.query else { continue };
            let end = *start + piece.range.len();
            // What lies between two parts of a query belongs to the first.
            let is_last = !self.pieces[index + 1..]
                .iter()
                .any(|it| it.query.as_ref().is_some_and(|(other, _)| Arc::ptr_eq(other, origin)));
            let rendered = &origin.rendered;
            let is_first = *start == TextSize::new(0);
            let mut told: Vec<usize> = Vec::new();
            let mut add = |offset: TextSize, mut frames: Vec<Frame>, what: Option<String>| {
                let here = (is_first || offset > *start) && (offset <= end || is_last);
                if here {
                    frames.extend(piece.calls.iter().cloned());
                    let offset = offset - *start + piece.range.start();
                    all.push(Hole { offset, frames, what });
                }
            };
            for segment in rendered.map.holes() {
                let frames = origin.frames(db, segment, None);
                let outer = frames.last().map(|it| it.range);
                let note = rendered.holes.iter().position(|it| {
                    outer.is_some_and(|outer| outer.intersect(it.site.range).is_some())
                });
                told.extend(note);
                let what = note.map(|it| rendered.holes[it].what.clone());
                add(segment.range().start(), frames, what);
            }
            for (index, note) in rendered.holes.iter().enumerate() {
                if !told.contains(&index) {
                    let range = origin.home.unwrap_or(note.site.range);
                    let Some(file) = rendered.files.first().copied() else { continue };
                    let frame = Frame { file, range, macro_name: None };
                    let offset = origin.output_near(range.end());
                    add(offset, vec![frame], Some(note.what.clone()));
                }
            }
        }
        all.sort_by_key(|it| it.offset);
        all
    }
}

impl Origin {
    /// Whether a segment stands in a template that is no file.
    fn is_away(&self, segment: &Segment) -> bool {
        segment.span.file == FileId(0) && self.home.is_some()
    }

    /// The places behind a segment or, in one that is verbatim, behind one offset of it.
    fn frames(&self, db: &dyn Db, segment: &Segment, offset: Option<TextSize>) -> Vec<Frame> {
        let mut range = segment.span.range;
        if let Some(offset) = offset.filter(|_| segment.verbatim) {
            let inside = offset.checked_sub(segment.range().start()).unwrap_or_default();
            range = TextRange::empty(range.start() + inside.min(range.len()));
        }
        let sites = self.rendered.map.stack(segment.frame);
        let sites = sites.iter().map(|it| (it.file, it.range));
        let all = std::iter::once((segment.span.file, range)).chain(sites);
        all.filter_map(|(file, range)| self.frame(db, file, range)).collect()
    }

    fn frame(&self, db: &dyn Db, id: FileId, range: TextRange) -> Option<Frame> {
        let file = *self.rendered.files.get(id.0 as usize)?;
        if id == FileId(0)
            && let Some(home) = self.home
        {
            return Some(Frame { file, range: home, macro_name: None });
        }
        Some(Frame { file, range, macro_name: macro_at(db, file, range) })
    }

    fn to_output(&self, file: File, offset: TextSize) -> Vec<TextRange> {
        let whole = TextRange::up_to(TextSize::of(&*self.rendered.text));
        let mut found = Vec::new();
        let files = self.rendered.files.iter().enumerate();
        for (index, _) in files.filter(|(_, it)| **it == file) {
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            match self.home.filter(|_| index == 0) {
                Some(home) if touches(home, offset) => found.push(whole),
                Some(_) => {}
                None => found.extend(self.rendered.map.to_output(id, offset)),
            }
        }
        found
    }

    /// The place of the text that is nearest to one of the template that may have written nothing.
    fn output_near(&self, offset: TextSize) -> TextSize {
        let own = self.rendered.map.segments().iter();
        let own = own.filter(|it| it.span.file == FileId(0) && it.frame == FrameId::ROOT);
        let mut before = TextSize::new(0);
        for segment in own {
            if segment.span.range.start() >= offset {
                return segment.range().start();
            }
            before = segment.range().end();
        }
        before
    }
}

/// The macro whose text holds a place.
fn macro_at(db: &dyn Db, file: File, range: TextRange) -> Option<String> {
    if file.path(db).extension() != "sql" {
        return None;
    }
    let tree = template(db, file);
    let around = tree.definitions().map(|(_, it)| it).filter(|it| {
        let kind = matches!(it.kind, DefinitionKind::Macro | DefinitionKind::Test);
        kind && it.range.contains_range(range)
    });
    let innermost = around.min_by_key(|it| it.range.len())?;
    Some(tree.name(innermost.name).to_owned())
}

/// What stands for a node in its file where the file is not the node's template: the item of YAML
/// that asks for a data test.
#[must_use]
pub fn home(db: &dyn Db, node: Node) -> Option<TextRange> {
    let file = node.file(db);
    match node.kind(db) {
        NodeKind::Model
        | NodeKind::PythonModel
        | NodeKind::Seed
        | NodeKind::Analysis
        | NodeKind::SingularTest
        | NodeKind::Function => None,
        NodeKind::Snapshot if file.path(db).extension() == "sql" => None,
        NodeKind::Snapshot => {
            let item = patch_node(db, &node_patch(db, node)?)?;
            Some(item.get("relation")?.text_range())
        }
        NodeKind::GenericTest => {
            let test = generic_test(db, node)?;
            let document = document(db, file);
            let mut item = document.root.as_ref()?;
            for step in &test.place {
                item = match step {
                    TestStep::Key(key) => item.get(key)?,
                    TestStep::Item(index) => item.items().get(*index)?,
                };
            }
            Some(item.range)
        }
        _ => Some(TextRange::default()),
    }
}

fn touches(range: TextRange, offset: TextSize) -> bool {
    range.contains_inclusive(offset)
}

#[cfg(test)]
mod tests;
