//! Moving pairs one level down: `values: …` to `arguments: {values: …}`.

use rustc_hash::FxHashSet;

use super::super::{Entry, Mapping, Node, Style, Value};
use super::block::Lines;
use super::{Edit, Editor, flow, range};

/// Pairs of a mapping, by key, and where they go: the key of a mapping, and keys in that.
pub struct Move<'a> {
    pub keys: &'a [&'a str],
    pub into: &'a [&'a str],
}

/// Where pairs go: behind those of a mapping that is there, under keys that are not.
struct Target<'a> {
    into: Option<&'a Entry>,
    missing: Vec<&'a str>,
}

impl Editor<'_> {
    /// Moves pairs under other keys of the same mapping, with their comments. A key that is not
    /// there yet is made where the first of its pairs stood. Keys that the mapping lacks are passed
    /// over; no edits where nothing is to move.
    pub fn move_entries(&self, mapping: &Node, moves: &[Move<'_>]) -> Option<Vec<Edit>> {
        let pairs = self.own_mapping(mapping)?;
        let mut moved = FxHashSet::default();
        let mut plan = Vec::new();
        for step in moves {
            let (first, deeper) = step.into.split_first()?;
            let found: Vec<usize> = (0..pairs.entries.len())
                .filter(|index| {
                    let name = pairs.entries[*index].key.as_str();
                    name.is_some_and(|it| it != *first && step.keys.contains(&it))
                })
                .filter(|index| moved.insert(*index))
                .collect();
            if !found.is_empty() {
                plan.push((*first, deeper, found));
            }
        }
        let mut edits = Vec::new();
        for (into, deeper, found) in &plan {
            let child = pairs.entries.iter().rposition(|it| it.key.as_str() == Some(*into));
            // What is itself on its way elsewhere cannot take anything in.
            if child.is_some_and(|it| moved.contains(&it)) {
                return None;
            }
            let entries: Vec<&Entry> = found.iter().map(|it| &pairs.entries[*it]).collect();
            let child = child.map(|it| &pairs.entries[it]);
            // What others share would change for them too, and what `<<` brings in would be hidden.
            let place = match child {
                Some(child) => self.descend(child, deeper)?,
                None if pairs.contains_key(into) => return None,
                None => Target { into: None, missing: [&[*into], *deeper].concat() },
            };
            if mapping.style == Style::Flow {
                self.move_in_flow(mapping, pairs, found, &place, &mut edits)?;
            } else {
                self.move_in_block(&entries, &place, &mut edits)?;
            }
        }
        if mapping.style != Style::Flow {
            self.fill_gap_behind_dash(pairs, &moved, &plan, &mut edits)?;
        }
        joined(edits)
    }

    /// Follows keys down from a pair as far as they are there.
    fn descend<'n>(&self, child: &'n Entry, keys: &[&'n str]) -> Option<Target<'n>> {
        let (mut into, mut missing) = (child, keys);
        while !self.is_shared(&into.value) {
            let inner = into.value.as_mapping();
            let Some((key, rest)) = missing.split_first() else {
                return Some(Target { into: Some(into), missing: Vec::new() });
            };
            let entries = inner.map_or(&[][..], |it| &it.entries);
            match entries.iter().rev().find(|it| it.key.as_str() == Some(*key)) {
                Some(next) => (into, missing) = (next, rest),
                None if inner.is_some_and(|it| it.contains_key(key)) => return None,
                None => return Some(Target { into: Some(into), missing: missing.to_vec() }),
            }
        }
        None
    }

    fn move_in_block(
        &self,
        entries: &[&Entry],
        place: &Target<'_>,
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        let lines: Option<Vec<Lines>> = entries.iter().map(|it| self.lines_of(it)).collect();
        let lines = lines?;
        let first = lines.first()?;
        let is_risky = |it: &Lines| {
            self.would_lengthen_text(it) || self.hold_kept_breaks(it) || self.is_open_end(it.end)
        };
        if lines.iter().any(is_risky) {
            return None;
        }
        let missing = &place.missing;
        let Some(child) = place.into else {
            let text = self.lines_under(missing, &lines, first.column);
            let text = if first.own_line { &text } else { text.trim_start() }.to_owned();
            edits.push((range(first.with_comments, first.end), self.with_end_of(first.end, text)));
            edits.extend(lines[1..].iter().map(|it| self.removed(it)));
            return Some(());
        };
        match &child.value.value {
            Value::Mapping(inner) if child.value.style == Style::Flow => {
                self.append_to_braces(entries, &lines, missing, child, inner, edits)?;
            }
            Value::Mapping(inner) => {
                let last = self.lines_of(inner.entries.last()?)?;
                if self.would_lengthen_text(&last) || self.is_open_end(last.end) {
                    return None;
                }
                self.append_lines(missing, &lines, last.end, last.column, edits);
            }
            Value::Null if child.value.range.is_empty() => {
                let own = self.lines_of(child)?;
                if self.is_open_end(own.end) {
                    return None;
                }
                self.append_lines(missing, &lines, own.end, own.column + self.step, edits);
            }
            _ => return None,
        }
        edits.extend(lines.iter().filter(|it| it.own_line).map(|it| self.removed(it)));
        Some(())
    }

    fn append_lines(
        &self,
        keys: &[&str],
        lines: &[Lines],
        at: usize,
        column: usize,
        edits: &mut Vec<Edit>,
    ) {
        let body = self.lines_under(keys, lines, column);
        edits.push((range(at, at), self.on_lines_after(at, &body)));
    }

    /// Pairs under new keys, the first of which stands at a column.
    fn lines_under(&self, keys: &[&str], lines: &[Lines], column: usize) -> String {
        let mut column = column;
        let mut body = Vec::new();
        for key in keys {
            body.push(format!("{}{key}:", " ".repeat(column)));
            column += self.step;
        }
        body.extend(lines.iter().map(|it| self.moved_lines(it, column)));
        body.join(self.line_end)
    }

    /// `config: {a: b}` takes more pairs between its braces when they are short, and is unfolded to
    /// lines when they are not.
    fn append_to_braces(
        &self,
        entries: &[&Entry],
        lines: &[Lines],
        missing: &[&str],
        child: &Entry,
        inner: &Mapping,
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        let braces = child.value.source(self.text);
        let fits = entries.iter().zip(lines).all(|(entry, lines)| {
            let whole = self.text[lines.with_comments..lines.end].trim();
            whole == self.source(entry) && fits_braces(entry, whole)
        });
        if fits {
            let sources: Vec<&str> = entries.iter().map(|it| self.source(it)).collect();
            let sources = flow::under(missing, &sources.join(", "));
            edits.push(match inner.entries.last() {
                Some(last) => flow::insertion(last, false, &sources),
                None => {
                    let at = flow::inside(self.text, &child.value);
                    (range(at, at), sources)
                }
            });
            return Some(());
        }
        if braces.contains(['#', '\n'])
            || child.value.anchor().is_some()
            || child.value.tag().is_some()
        {
            return None;
        }
        let own = self.lines_of(child)?;
        if self.is_open_end(own.end) {
            return None;
        }
        let column = own.column + self.step;
        let pad = " ".repeat(column);
        let mut body: Vec<String> = Vec::new();
        for entry in &inner.entries {
            if entry.key.alias().is_some() {
                return None;
            }
            // Between braces `"a":b` and `a` alone are pairs; on a line they are not.
            let pair =
                format!("{}: {}", entry.key.source(self.text), entry.value.source(self.text));
            body.push(format!("{pad}{}", pair.trim_end()));
        }
        body.push(self.lines_under(missing, lines, column));
        // A comment behind the braces stays on the key's line.
        let before = &self.text[..usize::from(child.value.range.start())];
        let start = before.trim_end_matches(' ').len();
        edits.push((range(start, child.value.range.end().into()), String::new()));
        let text = self.on_lines_after(own.end, &body.join(self.line_end));
        edits.push((range(own.end, own.end), text));
        Some(())
    }

    fn move_in_flow(
        &self,
        mapping: &Node,
        pairs: &Mapping,
        found: &[usize],
        place: &Target<'_>,
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        // Comments between braces belong to whatever their author had in mind.
        if mapping.source(self.text).contains('#') {
            return None;
        }
        let sources: Vec<&str> = found.iter().map(|it| self.source(&pairs.entries[*it])).collect();
        let sources = flow::under(&place.missing, &sources.join(", "));
        let removed = match place.into {
            None => {
                let first = &pairs.entries[*found.first()?];
                edits.push((first.range(), sources));
                &found[1..]
            }
            Some(child) => {
                let inner = self.own_mapping(&child.value)?;
                edits.push(match inner.entries.last() {
                    Some(last) => flow::insertion(last, false, &sources),
                    None => {
                        let at = flow::inside(self.text, &child.value);
                        (range(at, at), sources)
                    }
                });
                found
            }
        };
        for index in removed {
            let own = pairs.entries[*index].range();
            // Always the comma in front, so that no two removals meet; the first pair has none.
            edits.push(match index.checked_sub(1) {
                Some(before) => {
                    let start = pairs.entries[before].range().end();
                    (range(start.into(), own.end().into()), String::new())
                }
                None => {
                    let next = pairs.entries.get(1)?.key.range.start();
                    (range(own.start().into(), next.into()), String::new())
                }
            });
        }
        Some(())
    }

    /// `- first: x` moved away leaves the dash: what remains moves up to it.
    fn fill_gap_behind_dash(
        &self,
        pairs: &Mapping,
        moved: &FxHashSet<usize>,
        plan: &[(&str, &[&str], Vec<usize>)],
        edits: &mut Vec<Edit>,
    ) -> Option<()> {
        let Some(first) = pairs.entries.first().filter(|_| moved.contains(&0)) else {
            return Some(());
        };
        let own = self.lines_of(first)?;
        let starts_new = plan.iter().any(|(into, _, found)| {
            found.first() == Some(&0)
                && !pairs.entries.iter().any(|it| it.key.as_str() == Some(*into))
        });
        if own.own_line || starts_new {
            return Some(());
        }
        let rest = (1..pairs.entries.len()).find(|it| !moved.contains(it))?;
        // Pairs between that go too, or that were replaced, would be cut twice.
        if rest != 1 {
            return None;
        }
        let next = self.lines_of(&pairs.entries[rest])?;
        let content = self.text[own.end..].trim_start_matches([' ', '\r', '\n']);
        let up_to = self.text.len() - content.len();
        edits.push((range(own.start, up_to.max(own.end).min(next.end)), String::new()));
        Some(())
    }

    fn source(&self, entry: &Entry) -> &str {
        let range = entry.range();
        &self.text[usize::from(range.start())..usize::from(range.end())]
    }

    /// The lines of a pair at another column, without the last line end.
    fn moved_lines(&self, lines: &Lines, column: usize) -> String {
        let text = &self.text[lines.with_comments..lines.end];
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let deeper = " ".repeat(column.saturating_sub(lines.column));
        let mut out = String::new();
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                out.push('\n');
            } else if !lines.own_line {
                out += &" ".repeat(lines.column);
            }
            if !line.trim_end_matches('\r').is_empty() {
                out += &deeper;
            }
            out += line;
        }
        out
    }

    fn removed(&self, lines: &Lines) -> Edit {
        (range(lines.with_comments, lines.end), String::new())
    }

    /// Lines that take the place of others, which end with a line end unless the file does not.
    fn with_end_of(&self, end: usize, text: String) -> String {
        if self.text[..end].ends_with('\n') { format!("{text}{}", self.line_end) } else { text }
    }
}

/// Whether a plain text means the same between brackets or braces.
pub fn fits_flow(plain: &str) -> bool {
    !plain.contains([',', '?', '[', ']', '{', '}'])
}

/// Whether a pair written on a line means the same between braces.
fn fits_braces(entry: &Entry, source: &str) -> bool {
    let flat = |node: &Node| match node.style {
        Style::Block | Style::Literal | Style::Folded => false,
        Style::Plain => fits_flow(node.scalar_text().unwrap_or("")),
        _ => true,
    };
    !source.contains(['\n', '#'])
        && flat(&entry.key)
        && flat(&entry.value)
        && entry.key.alias().is_none()
        && !entry.value.range.is_empty()
}

/// Sorted, with neighbours made one; nothing if two of them overlap.
fn joined(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut joined: Vec<Edit> = Vec::new();
    for (next, text) in edits {
        match joined.last_mut() {
            Some((last, before)) if last.end() == next.start() => {
                *last = last.cover(next);
                before.push_str(&text);
            }
            Some((last, _)) if last.end() > next.start() => return None,
            _ => joined.push((next, text)),
        }
    }
    Some(joined)
}
