//! Where each piece of a rendered text comes from.
//!
//! A piece is either text that stands in a template as it stands in the output, or what an
//! expression produced. A piece that a macro wrote points into the macro's file and knows the
//! calls that led there, so that anything found in the output can be shown in the file that was
//! rendered.

use text_size::{TextRange, TextSize};

/// A file, numbered by the host.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// A place in a template.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    pub file: FileId,
    pub range: TextRange,
}

/// A macro call that was under way; zero is the rendered file itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct FrameId(pub u32);

impl FrameId {
    pub const ROOT: FrameId = FrameId(0);
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    pub parent: FrameId,
    /// The call, in the file of the parent.
    pub site: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Offset in the output.
    pub start: u32,
    pub len: u32,
    pub span: Span,
    pub frame: FrameId,
    /// Byte for byte as in the template; otherwise what the expression at `span` produced.
    pub verbatim: bool,
}

impl Segment {
    pub fn range(&self) -> TextRange {
        TextRange::at(TextSize::new(self.start), TextSize::new(self.len))
    }

    fn end(&self) -> u32 {
        self.start + self.len
    }

    /// Something that cannot be known stood here: it wrote nothing.
    fn is_hole(&self) -> bool {
        self.len == 0
    }

    /// The part between two offsets of the output, counted from the first of them.
    pub(crate) fn cut(&self, start: u32, end: u32) -> Option<Self> {
        let from = self.start.max(start);
        let to = self.end().min(end);
        if from > to || (from == to && !self.is_hole()) {
            return None;
        }
        let mut span = self.span;
        if self.verbatim {
            let first = span.range.start() + TextSize::new(from - self.start);
            span.range = TextRange::at(first, TextSize::new(to - from));
        }
        Some(Self { start: from - start, len: to - from, span, ..*self })
    }
}

/// Segments in the order of the output, without overlaps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceMap {
    segments: Vec<Segment>,
    /// Where something printed nothing because it cannot be known: segments without length.
    holes: Vec<Segment>,
    /// Frames other than the root, the first being number one.
    frames: Vec<Frame>,
}

impl SourceMap {
    pub(crate) fn new(segments: Vec<Segment>, frames: &[Frame]) -> Self {
        let holes = segments.iter().filter(|it| it.is_hole()).copied().collect();
        let mut map = Self { segments, holes, frames: Vec::new() };
        map.segments.retain(|it| !it.is_hole());
        map.keep_frames(frames);
        map
    }

    /// The map of a part of a file that is not rendered but taken as it is.
    #[must_use]
    pub fn copy(file: FileId, range: TextRange) -> Self {
        let mut segments = Vec::new();
        let (span, len) = (Span { file, range }, u32::from(range.len()));
        if len > 0 {
            segments.push(Segment { start: 0, len, span, frame: FrameId::ROOT, verbatim: true });
        }
        Self::new(segments, &[])
    }

    /// The map with more output behind it, which `span` produced.
    #[must_use]
    pub fn followed_by(mut self, len: TextSize, span: Span) -> Self {
        let start = self.segments.last().map_or(0, Segment::end);
        if len > TextSize::new(0) {
            let frame = FrameId::ROOT;
            let len = len.into();
            self.segments.push(Segment { start, len, span, frame, verbatim: false });
        }
        self
    }

    /// The map of a part of the output.
    #[must_use]
    pub fn slice(&self, range: TextRange) -> Self {
        let (start, end) = (u32::from(range.start()), u32::from(range.end()));
        let cut = |all: &[Segment]| all.iter().filter_map(|it| it.cut(start, end)).collect();
        let mut map =
            Self { segments: cut(&self.segments), holes: cut(&self.holes), frames: Vec::new() };
        map.keep_frames(&self.frames);
        map
    }

    /// Keeps the frames that some segment needs, numbered anew.
    fn keep_frames(&mut self, all: &[Frame]) {
        let mut wanted = vec![0u32; all.len() + 1];
        for segment in self.segments.iter().chain(&self.holes) {
            let mut at = segment.frame;
            while at != FrameId::ROOT && wanted[at.0 as usize] == 0 {
                wanted[at.0 as usize] = 1;
                at = all[at.0 as usize - 1].parent;
            }
        }
        // A frame's parent has a smaller number, so one pass in order suffices.
        let mut next = 0;
        for (index, frame) in all.iter().enumerate() {
            if wanted[index + 1] != 0 {
                next += 1;
                wanted[index + 1] = next;
                let parent = FrameId(wanted[frame.parent.0 as usize]);
                self.frames.push(Frame { parent, site: frame.site });
            }
        }
        for segment in self.segments.iter_mut().chain(&mut self.holes) {
            segment.frame = FrameId(wanted[segment.frame.0 as usize]);
        }
        self.segments.shrink_to_fit();
        self.frames.shrink_to_fit();
    }

    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The places of the output where something printed nothing because it cannot be known, in
    /// order: an expression, or the condition or the items of a block.
    pub fn holes(&self) -> &[Segment] {
        &self.holes
    }

    /// The segment that holds `offset` of the output, or the one that ends there.
    pub fn segment_at(&self, offset: TextSize) -> Option<&Segment> {
        let offset = u32::from(offset);
        let index = self.segments.partition_point(|it| it.start <= offset);
        let segment = self.segments.get(index.checked_sub(1)?)?;
        (offset <= segment.end()).then_some(segment)
    }

    /// The innermost template place of an output offset: exact in verbatim text, the whole
    /// expression otherwise.
    pub fn to_template(&self, offset: TextSize) -> Option<Span> {
        let segment = self.segment_at(offset)?;
        if !segment.verbatim {
            return Some(segment.span);
        }
        let start = segment.span.range.start() + (offset - TextSize::new(segment.start));
        Some(Span { file: segment.span.file, range: TextRange::empty(start) })
    }

    /// The same in the file that was rendered: where a macro wrote the text, its outermost call.
    pub fn to_rendered_file(&self, offset: TextSize) -> Option<Span> {
        let segment = self.segment_at(offset)?;
        match self.stack(segment.frame).last() {
            Some(site) => Some(*site),
            None => self.to_template(offset),
        }
    }

    /// The rendered file's range behind a range of the output.
    pub fn range_in_rendered_file(&self, output: TextRange) -> Option<Span> {
        let first = self.to_rendered_file(output.start())?;
        // The end belongs to the last character, not to what follows it.
        let last_offset = output.end().max(output.start() + TextSize::new(1)) - TextSize::new(1);
        let last = match self.segment_at(last_offset) {
            Some(segment) if segment.verbatim && segment.frame == FrameId::ROOT => {
                let inside =
                    output.end().max(TextSize::new(segment.start)) - TextSize::new(segment.start);
                segment.span.range.start() + inside.min(TextSize::new(segment.len))
            }
            _ => self.to_rendered_file(last_offset)?.range.end(),
        };
        let start = first.range.start();
        Some(Span { file: first.file, range: TextRange::new(start, last.max(start)) })
    }

    /// The call sites from the innermost macro out to the rendered file.
    pub fn stack(&self, frame: FrameId) -> Vec<Span> {
        let mut sites = Vec::new();
        let mut at = frame;
        while let Some(frame) = (at.0 as usize).checked_sub(1).and_then(|it| self.frames.get(it)) {
            sites.push(frame.site);
            at = frame.parent;
        }
        sites
    }

    /// The ranges of the output that come from `offset` of a template, the rendered file's calls
    /// of macros included.
    pub fn to_output(&self, file: FileId, offset: TextSize) -> Vec<TextRange> {
        let mut ranges: Vec<TextRange> = Vec::new();
        for segment in &self.segments {
            let here = segment.span.file == file && touches(segment.span.range, offset);
            let by_call = || {
                self.stack(segment.frame)
                    .iter()
                    .any(|site| site.file == file && touches(site.range, offset))
            };
            let found = if here && segment.verbatim {
                let inside = u32::from(offset - segment.span.range.start());
                TextRange::empty(TextSize::new(segment.start + inside.min(segment.len)))
            } else if here || by_call() {
                segment.range()
            } else {
                continue;
            };
            match ranges.last_mut() {
                Some(last) if last.end() == found.start() && !found.is_empty() => {
                    *last = last.cover(found);
                }
                _ => ranges.push(found),
            }
        }
        ranges
    }

    /// Bytes of memory that the map holds on to.
    pub fn memory(&self) -> usize {
        (self.segments.capacity() + self.holes.capacity()) * size_of::<Segment>()
            + self.frames.capacity() * size_of::<Frame>()
    }
}

fn touches(range: TextRange, offset: TextSize) -> bool {
    range.start() <= offset && offset <= range.end()
}

/// Adds a segment behind the others, as part of the last one where both are one piece. One without
/// length is a hole.
pub(crate) fn push_segment(segments: &mut Vec<Segment>, segment: Segment) {
    if let Some(last) = segments.last_mut()
        && !last.is_hole()
        && !segment.is_hole()
        && last.end() == segment.start
        && last.frame == segment.frame
        && last.verbatim == segment.verbatim
        && last.span.file == segment.span.file
    {
        if last.verbatim && last.span.range.end() == segment.span.range.start() {
            last.len += segment.len;
            last.span.range = last.span.range.cover(segment.span.range);
            return;
        }
        if !last.verbatim && last.span == segment.span {
            last.len += segment.len;
            return;
        }
    }
    // A loop meets the same hole in each turn.
    if segment.is_hole() && segments.last() == Some(&segment) {
        return;
    }
    segments.push(segment);
}
