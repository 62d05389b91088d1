//! Reading on where dbt's scanner stops.
//!
//! The scanner is run again over the same text with the offending piece made harmless: taken for
//! plain text (unquoted Jinja, an unclosed quote) or blanked. Byte offsets stay the same and
//! everything else of the file is read exactly as dbt would read it.

use libyaml_safer::{Event, EventData, MappingStyle};
use text_size::{TextRange, TextSize};

use super::Document;
use super::compose::{self, Composed};
use super::explain::{self, Remedy};
use super::reader::{self, Events};
use crate::Problem;

const MAX_ATTEMPTS: usize = 48;
/// Rereading stops when this many bytes were scanned, but not before a few attempts.
const MAX_SCANNED: usize = 16 << 20;
const MIN_ATTEMPTS: usize = 4;
const MAX_JINJA_PROBLEMS: usize = 50;

/// A piece of the text that the scanner saw differently.
pub(super) struct Patch {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Blank,
    /// Text of a scalar; `opening` bytes at its start are a quote that is no part of it.
    Text {
        opening: usize,
    },
    /// A key whose last byte had to make room for the colon.
    Key,
}

pub(super) fn parse(text: &str) -> Document {
    let mut attempt = Attempt {
        original: text,
        scanned: match text.strip_prefix('\u{feff}') {
            // A comment of the same length as the byte order mark.
            Some(rest) => format!("##\n{rest}"),
            None => text.to_owned(),
        },
        patches: Vec::new(),
        problems: Vec::new(),
        broken: false,
        blanked: None,
    };
    let mut scanned_bytes = 0;
    for count in 1.. {
        scanned_bytes += text.len();
        let is_last =
            count >= MAX_ATTEMPTS || (count >= MIN_ATTEMPTS && scanned_bytes > MAX_SCANNED);
        let Events { mut events, mut failure } = reader::read(&attempt.scanned);
        // What the scanner was shown instead of a character may be split by it; and behind the line
        // separators of Unicode it counts wrong.
        let floor = |at: usize| text.floor_char_boundary(at.min(text.len()));
        for event in &mut events {
            event.start_mark.index = floor(event.start_mark.index as usize) as u64;
            event.end_mark.index = floor(event.end_mark.index as usize) as u64;
        }
        if let Some(failure) = &mut failure {
            failure.at = floor(failure.at);
            failure.context_at = failure.context_at.map(floor);
        }
        let Some(failure) = failure else {
            let composed = attempt.compose(events);
            if composed.jinja.is_empty() || is_last || !attempt.mask_jinja(&composed.jinja) {
                return attempt.finish(composed);
            }
            continue;
        };
        let jinja = attempt.jinja_near(&events, &failure);
        if !jinja.is_empty() && !is_last && attempt.mask_jinja(&jinja) {
            continue;
        }
        let diagnosis = explain::diagnose(&attempt.scanned, &failure, &events);
        if !attempt.broken && attempt.problems.is_empty() {
            attempt.problems.push(diagnosis.problem);
        }
        attempt.broken = true;
        if is_last || !attempt.apply(&diagnosis.remedy, &failure) {
            let composed = attempt.compose(events);
            return attempt.finish(composed);
        }
    }
    Document::default()
}

struct Attempt<'a> {
    original: &'a str,
    scanned: String,
    /// In the order of the text.
    patches: Vec<Patch>,
    problems: Vec<Problem>,
    /// Something other than Jinja was in the way.
    broken: bool,
    /// End and indentation of the lines that were blanked last.
    blanked: Option<(usize, usize)>,
}

impl Attempt<'_> {
    fn compose(&self, events: Vec<Event>) -> Composed {
        compose::compose(events, &self.scanned, self.original, &self.patches)
    }

    fn finish(mut self, composed: Composed) -> Document {
        // Behind a syntax error dbt reads nothing, and what else is odd may come from the patches.
        if !self.broken {
            self.problems.extend(composed.problems);
            self.problems.sort_by_key(|it| it.range.start());
        }
        if self.original.starts_with('\u{feff}') {
            // No problem lies inside the byte order mark.
            let first = TextSize::of('\u{feff}');
            for problem in &mut self.problems {
                let range = problem.range;
                problem.range = TextRange::new(range.start().max(first), range.end().max(first));
            }
        }
        Document {
            root: composed.root,
            readable: self.problems.is_empty(),
            problems: self.problems,
            duplicates: composed.duplicates,
        }
    }

    /// Where Jinja without quotes may have led to a failure.
    fn jinja_near(&self, events: &[Event], failure: &reader::Failure) -> Vec<usize> {
        let found: Vec<usize> = events
            .iter()
            .filter(|it| {
                matches!(&it.data, EventData::MappingStart { style, .. }
                    if *style == MappingStyle::Flow)
            })
            .map(|it| it.start_mark.index as usize)
            .filter(|it| self.scanned.get(*it..).is_some_and(|rest| rest.starts_with("{{")))
            .collect();
        if !found.is_empty() {
            return found;
        }
        // The scanner looks ahead: it may fail before the event of the brace is out.
        [Some(failure.at), failure.context_at]
            .into_iter()
            .flatten()
            .find_map(|at| explain::unquoted_jinja(&self.scanned, at))
            .into_iter()
            .collect()
    }

    /// Makes text of Jinja expressions, and comments of statements that have a line to themselves.
    fn mask_jinja(&mut self, starts: &[usize]) -> bool {
        let mut masks: Vec<Patch> = Vec::new();
        for &start in starts {
            let end = explain::jinja_end(self.original, start);
            if masks.last().is_some_and(|it| it.end > start) || start >= end {
                continue;
            }
            let line = explain::line_of(&self.scanned, start);
            let alone = self.scanned[line.start..start].trim().is_empty()
                && self.scanned[end..explain::line_of(&self.scanned, end).end].trim().is_empty();
            let is_text = !alone || self.scanned[start..].starts_with("{{");
            let kind = if is_text { Kind::Text { opening: 0 } } else { Kind::Blank };
            masks.push(Patch { start, end, kind });
        }
        let mut bytes = std::mem::take(&mut self.scanned).into_bytes();
        let mut changed = false;
        for mask in &masks {
            if self.problems.len() < MAX_JINJA_PROBLEMS {
                let start = TextSize::from(mask.start as u32);
                let range = TextRange::new(start, TextSize::from(mask.end as u32));
                self.problems.push(Problem::new(
                    range,
                    "quote the Jinja expression: YAML takes `{` for the start of a mapping",
                ));
            }
            for byte in &mut bytes[mask.start..mask.end] {
                let replacement = match (mask.kind, *byte) {
                    (Kind::Blank, b'\n' | b'\r') => *byte,
                    (Kind::Blank, _) => b' ',
                    _ => b'J',
                };
                changed |= *byte != replacement;
                *byte = replacement;
            }
            if mask.kind == Kind::Blank {
                bytes[mask.start] = b'#';
            }
        }
        self.scanned = String::from_utf8(bytes).unwrap_or_default();
        // The masks take the place of what was patched there before.
        let mut next = 0;
        self.patches.retain(|old| {
            while masks.get(next).is_some_and(|it| it.end <= old.start) {
                next += 1;
            }
            masks.get(next).is_none_or(|it| old.end <= it.start)
        });
        self.patches.extend(masks);
        self.patches.sort_by_key(|it| it.start);
        changed
    }

    fn apply(&mut self, remedy: &Remedy, failure: &reader::Failure) -> bool {
        let done = match remedy {
            Remedy::Text { from, opening } => {
                let end = explain::text_end(&self.scanned, *from, *opening > 0);
                self.patch(*from, end, Kind::Text { opening: *opening })
            }
            Remedy::Blank { from } => {
                let end = explain::line_of(&self.scanned, *from).end;
                self.patch(*from, end, Kind::Blank)
            }
            Remedy::Tabs { at } => {
                let line = explain::line_of(&self.scanned, *at);
                let rest = &self.scanned[line.clone()];
                let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                self.scanned[line.start..line.start + blank].contains('\t')
                    && self.patch(line.start, line.start + blank, Kind::Blank)
            }
            Remedy::Characters => self.replace_forbidden(),
            Remedy::Line { at } => self.blank_lines(*at),
            Remedy::Key { at } => self.make_key(*at),
        };
        done || self.blank_lines(failure.at)
            || failure.context_at.is_some_and(|at| self.blank_lines(at))
    }

    /// Blanks a line; where the line above was blanked already, all that is indented under that.
    fn blank_lines(&mut self, at: usize) -> bool {
        let line = explain::line_of(&self.scanned, at);
        let text = &self.scanned[line.clone()];
        let indent = text.len() - text.trim_start().len();
        let mut end = line.end;
        let mut outer = indent;
        if let Some((blanked_end, blanked_indent)) = self.blanked
            && blanked_end <= line.start
            && self.scanned[blanked_end..line.start].trim().is_empty()
            && indent > blanked_indent
        {
            outer = blanked_indent;
            loop {
                let next = explain::line_of(&self.scanned, explain::next_line(&self.scanned, end));
                let text = &self.scanned[next.clone()];
                let indented = text.len() - text.trim_start().len() > blanked_indent;
                if next.end <= end || !(indented || text.trim().is_empty()) {
                    break;
                }
                end = next.end;
            }
        }
        self.blanked = Some((end, outer));
        self.patch(line.start, end, Kind::Blank)
    }

    /// `descr` becomes `desc:`; the tree gets the word as typed.
    fn make_key(&mut self, at: usize) -> bool {
        let line = explain::line_of(&self.scanned, at);
        let Some(word) = explain::half_key(&self.scanned[line.clone()]) else {
            return false;
        };
        let (start, end) = (line.start + word.start, line.start + word.end);
        // `name:value` gets its blank where the colon was.
        if self.scanned[end..].starts_with(':') {
            self.scanned.replace_range(end..end + 1, " ");
        }
        self.patch(start, end, Kind::Key)
    }

    fn replace_forbidden(&mut self) -> bool {
        let places: Vec<(usize, usize)> = self
            .scanned
            .char_indices()
            .filter(|(_, it)| !reader::is_allowed(*it))
            .map(|(at, it)| (at, at + it.len_utf8()))
            .collect();
        let mut bytes = std::mem::take(&mut self.scanned).into_bytes();
        for &(start, end) in &places {
            bytes[start..end].fill(b'?');
        }
        self.scanned = String::from_utf8(bytes).unwrap_or_default();
        !places.is_empty()
    }

    /// Overwrites a piece of what the scanner sees; false where that changes nothing.
    fn patch(&mut self, start: usize, end: usize, kind: Kind) -> bool {
        if start >= end {
            return false;
        }
        let mut replacement: String = self.scanned[start..end]
            .bytes()
            .map(|byte| match (kind, byte) {
                (Kind::Blank, b'\n' | b'\r') => byte as char,
                (Kind::Blank, _) => ' ',
                (Kind::Text { .. }, _) => 'J',
                (Kind::Key, byte) => byte as char,
            })
            .collect();
        if kind == Kind::Key {
            replacement.pop();
            replacement.push(':');
        }
        if self.scanned[start..end] == replacement {
            return false;
        }
        self.scanned.replace_range(start..end, &replacement);
        // Newer patches swallow what they cover and cut what they touch.
        self.patches.retain(|it| it.start < start || it.end > end);
        for patch in &mut self.patches {
            if patch.start < start && patch.end > start {
                patch.end = start;
            } else if patch.end > end && patch.start < end {
                patch.start = end;
            }
        }
        let place = self.patches.partition_point(|it| it.start < start);
        self.patches.insert(place, Patch { start, end, kind });
        true
    }
}
