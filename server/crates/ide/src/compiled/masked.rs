use base::{TextRange, TextSize};

use super::CompiledSegment;

const STARS: &str = "*****";

/// A text without its secrets, and where each of its places has gone.
pub(super) struct Masked {
    pub text: String,
    /// What was replaced, in order, none touching another.
    hidden: Vec<TextRange>,
}

impl Masked {
    pub fn new(text: &str, secrets: &[String]) -> Self {
        let mut hidden: Vec<TextRange> = Vec::new();
        // Longest first, as they come: a short secret may be a part of a long one.
        for secret in secrets.iter().filter(|it| !it.is_empty()) {
            for (start, found) in text.match_indices(secret.as_str()) {
                let range = TextRange::at(size(start), TextSize::of(found));
                let at = hidden.partition_point(|it| it.end() <= range.start());
                if hidden.get(at).is_none_or(|it| it.start() >= range.end()) {
                    hidden.insert(at, range);
                }
            }
        }
        let mut shown = String::with_capacity(text.len());
        let mut from = 0;
        for it in &hidden {
            shown.push_str(text.get(from..it.start().into()).unwrap_or_default());
            shown.push_str(STARS);
            from = it.end().into();
        }
        shown.push_str(text.get(from..).unwrap_or_default());
        Self { text: shown, hidden }
    }

    /// A place of the text; one inside of what is hidden means its start.
    pub fn offset(&self, offset: TextSize) -> TextSize {
        let before = self.hidden.partition_point(|it| it.end() <= offset);
        let gone: TextSize = self.hidden[..before].iter().map(|it| it.len()).sum();
        let stars: TextSize = self.hidden[..before].iter().map(|_| TextSize::of(STARS)).sum();
        let inside = self.hidden.get(before).filter(|it| it.start() < offset);
        inside.map_or(offset, |it| it.start()) + stars - gone
    }

    /// The stretches of the shown text: where a secret is hidden, nothing is verbatim any more.
    pub fn segments(
        &self,
        segments: impl Iterator<Item = CompiledSegment>,
    ) -> Vec<CompiledSegment> {
        if self.hidden.is_empty() {
            return segments.collect();
        }
        let mut shown = Vec::new();
        for it in segments {
            let first = self.hidden.partition_point(|hidden| hidden.end() <= it.range.start());
            let mut from = it.range.start();
            for hidden in
                self.hidden[first..].iter().take_while(|hidden| hidden.start() < it.range.end())
            {
                if from < hidden.start() {
                    shown.push(self.part(&it, TextRange::new(from, hidden.start())));
                }
                // Of the stretches that a secret reaches over, the first shows its stars.
                if hidden.start() >= it.range.start() {
                    let end = hidden.end().min(it.range.end());
                    let mut part = self.part(&it, TextRange::new(hidden.start(), end));
                    part.range = TextRange::at(self.offset(hidden.start()), TextSize::of(STARS));
                    part.verbatim = false;
                    shown.push(part);
                }
                from = hidden.end().min(it.range.end());
            }
            if from < it.range.end() {
                shown.push(self.part(&it, TextRange::new(from, it.range.end())));
            }
        }
        shown
    }

    /// A part of a stretch, where it is shown.
    fn part(&self, whole: &CompiledSegment, range: TextRange) -> CompiledSegment {
        let mut part = whole.clone();
        part.range = TextRange::new(self.offset(range.start()), self.offset(range.end()));
        if whole.verbatim {
            let skipped = range.start() - whole.range.start();
            part.template = TextRange::at(whole.template.start() + skipped, range.len());
        }
        part
    }
}

fn size(offset: usize) -> TextSize {
    TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(start: u32, end: u32, verbatim: bool) -> CompiledSegment {
        let range = TextRange::new(TextSize::new(start), TextSize::new(end));
        CompiledSegment { range, template: range, verbatim, frames: Vec::new() }
    }

    #[test]
    fn hides_what_the_common_mask_hides() {
        let secrets = ["hunter22".to_owned(), "hunter".to_owned(), "2222".to_owned()];
        for text in ["a hunter22 b hunter c", "hunter2222", "hunterhunter", "", "22222222"] {
            let masked = Masked::new(text, &secrets);
            assert_eq!(masked.text, project::mask(text, &secrets), "{text}");
        }
    }

    #[test]
    fn the_way_back_stays_right() {
        let text = "select 'hunter22', x";
        let masked = Masked::new(text, &["hunter22".to_owned()]);
        assert_eq!(masked.text, "select '*****', x");
        let shown = |segments: Vec<CompiledSegment>| {
            let found = masked.segments(segments.into_iter()).into_iter();
            let text =
                |it: TextRange| masked.text[usize::from(it.start())..it.end().into()].to_owned();
            let found =
                found.map(|it| (text(it.range), u32::from(it.template.start()), it.verbatim));
            found.collect::<Vec<_>>()
        };
        let expect = |pieces: &[(&str, u32, bool)]| {
            pieces.iter().map(|(text, at, it)| ((*text).to_owned(), *at, *it)).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(vec![segment(0, 20, true)]),
            expect(&[("select '", 0, true), ("*****", 8, false), ("', x", 16, true)])
        );
        assert_eq!(
            shown(vec![segment(0, 10, true), segment(10, 12, false), segment(12, 20, true)]),
            expect(&[("select '", 0, true), ("*****", 8, false), ("', x", 16, true)])
        );
        let places = [(0, 0), (8, 8), (12, 8), (16, 13), (20, 17)];
        for (from, to) in places {
            assert_eq!(masked.offset(TextSize::new(from)), TextSize::new(to));
        }
    }
}
