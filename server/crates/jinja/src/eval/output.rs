//! A text in the making, with its source map.

use text_size::TextRange;

use super::budget::Budget;
use super::scope::Unit;
use super::stop::Stop;
use crate::source_map::{FrameId, Segment, Span, push_segment};
use crate::value::{Str, StrKind, Value, repr};

#[derive(Default)]
pub(super) struct Buffer {
    pub(super) text: String,
    pub(super) segments: Vec<Segment>,
    /// In native mode the pieces stay values.
    pub(super) nodes: Option<Vec<Value>>,
    pub(super) without_map: bool,
}

impl Buffer {
    pub(super) fn native() -> Self {
        Self { nodes: Some(Vec::new()), ..Self::default() }
    }

    /// Text of the template.
    pub(super) fn write_verbatim(
        &mut self,
        unit: &Unit,
        range: TextRange,
        frame: FrameId,
        budget: &Budget,
    ) -> Result<(), Stop> {
        let text = unit.template.slice(range);
        if let Some(nodes) = &mut self.nodes {
            nodes.push(Value::from(text));
            return Ok(());
        }
        self.reserve(text.len(), budget)?;
        self.note(text.len(), unit.span(range), frame, true);
        self.text.push_str(text);
        Ok(())
    }

    /// What the expression at `span` produced.
    pub(super) fn write_value(
        &mut self,
        value: &Value,
        span: Span,
        frame: FrameId,
        escaping: bool,
        budget: &Budget,
    ) -> Result<(), Stop> {
        use std::fmt::Write;
        if let Some(nodes) = &mut self.nodes {
            nodes.push(value.clone());
            return Ok(());
        }
        let before = self.text.len();
        match value {
            Value::Str(text) if !escaping || text.is_markup() => {
                return self.write_str(text, span, frame, budget);
            }
            Value::Undefined(_) => {}
            Value::Hole => self.note_hole(span, frame),
            Value::Int(value) => {
                // As many as its digits and sign can be.
                self.reserve(20, budget)?;
                let _ = write!(self.text, "{value}");
            }
            other => {
                let text = repr::plain(other)?;
                let text = if escaping { repr::escape(&text) } else { text };
                self.reserve(text.len(), budget)?;
                self.text.push_str(&text);
            }
        }
        let length = self.text.len() - before;
        self.note_at(before, length, span, frame, false);
        Ok(())
    }

    fn write_str(
        &mut self,
        text: &Str,
        span: Span,
        frame: FrameId,
        budget: &Budget,
    ) -> Result<(), Stop> {
        self.reserve(text.len(), budget)?;
        let start = self.text.len();
        self.text.push_str(text);
        if self.without_map {
            return Ok(());
        }
        // Pieces of known origin keep it; what lies between them comes from the expression.
        let mut at = 0;
        for segment in text.segments() {
            let from = segment.start as usize;
            self.note_at(start + at, from.saturating_sub(at), span, frame, false);
            let moved = Segment { start: segment.start + start as u32, ..*segment };
            push_segment(&mut self.segments, moved);
            at = from + segment.len as usize;
        }
        self.note_at(start + at, text.len().saturating_sub(at), span, frame, false);
        Ok(())
    }

    fn note(&mut self, length: usize, span: Span, frame: FrameId, verbatim: bool) {
        self.note_at(self.text.len(), length, span, frame, verbatim);
    }

    /// What cannot be known would stand here, or decide what does.
    pub(super) fn note_hole(&mut self, span: Span, frame: FrameId) {
        if !self.without_map && self.nodes.is_none() {
            let start = self.text.len() as u32;
            let segment = Segment { start, len: 0, span, frame, verbatim: false };
            push_segment(&mut self.segments, segment);
        }
    }

    fn note_at(&mut self, start: usize, len: usize, span: Span, frame: FrameId, verbatim: bool) {
        if !self.without_map && len > 0 {
            let (start, len) = (start as u32, len as u32);
            push_segment(&mut self.segments, Segment { start, len, span, frame, verbatim });
        }
    }

    fn reserve(&self, more: usize, budget: &Budget) -> Result<(), Stop> {
        if (self.text.len() + more) as u64 > budget.limits().text_bytes {
            return Err(Stop::too_large("a text"));
        }
        budget.charge_text(more)
    }

    pub(super) fn into_value(self, markup: bool) -> Value {
        let text = Str::with_map(self.text, self.segments);
        Value::Str(if markup { text.of_kind(StrKind::Markup) } else { text })
    }
}
