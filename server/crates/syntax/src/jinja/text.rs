//! The file between its tags: text, comments, raw blocks, white space control.

use super::parser::Parser;
use super::token::{TagKind, is_space, range};
use super::tree::*;

/// Why the reading of a body stopped.
pub(super) enum Stop {
    /// At a tag that ends or divides the block: its name, where it opens, what follows its name.
    Tag { word: &'static str, open: usize, after: usize },
    /// At the end of the text, or at an end tag that belongs to an outer block.
    Missing,
}

struct TagStart<'a> {
    strip: bool,
    word: &'a str,
    after_word: usize,
}

impl<'a> Parser<'a> {
    /// Reads statements up to one of `ends`.
    pub(super) fn body(&mut self, ends: &'static [&'static str]) -> (Body, Stop) {
        let mut statements = Vec::new();
        let stop = loop {
            let Some((open, second)) = self.next_opener(self.at) else {
                self.push_text(self.at, self.text.len(), &mut statements);
                self.at = self.text.len();
                break Stop::Missing;
            };
            let sign = self.text.as_bytes().get(open + 2).copied().unwrap_or(0);
            let text_end = if sign == b'-' { self.trim_end(self.at, open) } else { open };
            self.push_text(self.at, text_end, &mut statements);
            self.at = open;
            match second {
                b'#' => statements.push(self.comment(open)),
                b'{' => {
                    let content = open + 2 + usize::from(matches!(sign, b'-' | b'+'));
                    statements.push(self.output(open, content));
                }
                _ => {
                    if let Some((statement, raw_text)) = self.raw(open) {
                        self.push_text(raw_text.0, raw_text.1, &mut statements);
                        statements.push(statement);
                        continue;
                    }
                    let start = self.tag_start(open);
                    if let Some(word) = ends.iter().find(|it| **it == start.word) {
                        break Stop::Tag { word, open, after: start.after_word };
                    }
                    if self.open.iter().any(|it| it.ends.contains(&start.word)) {
                        break Stop::Missing;
                    }
                    let statement = self.statement(open, start.word, start.after_word);
                    statements.push(statement);
                }
            }
        };
        let start = self.template.bodies.len() as u32;
        let len = statements.len() as u32;
        self.template.bodies.append(&mut statements);
        (Body(Run { start, len }), stop)
    }

    fn next_opener(&self, from: usize) -> Option<(usize, u8)> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(found) = bytes.get(at..).and_then(|it| it.iter().position(|it| *it == b'{'))
        {
            let open = at + found;
            match bytes.get(open + 1) {
                Some(&second @ (b'{' | b'%' | b'#')) => return Some((open, second)),
                Some(_) => at = open + 1,
                None => return None,
            }
        }
        None
    }

    fn trim_end(&self, start: usize, end: usize) -> usize {
        self.text.get(start..end).map_or(end, |it| start + it.trim_end_matches(is_space).len())
    }

    /// Text as statements. A carriage return never reaches the output: before a newline it is
    /// left out, alone it becomes one.
    fn push_text(&mut self, start: usize, end: usize, statements: &mut Vec<StmtId>) {
        let Some(text) = self.text.get(start..end) else { return };
        let mut from = start;
        for (index, _) in text.match_indices('\r') {
            let at = start + index;
            if from < at {
                let piece = range(from, at);
                statements.push(self.stmt(Stmt::Text, piece, piece));
            }
            from = at + 1;
            if !self.text[from..].starts_with('\n') {
                let piece = range(at, at + 1);
                statements.push(self.stmt(Stmt::Newline, piece, piece));
            } else if from == end {
                // The newline belongs to the tag that follows.
                return;
            }
        }
        if from < end {
            let piece = range(from, end);
            statements.push(self.stmt(Stmt::Text, piece, piece));
        }
    }

    fn comment(&mut self, open: usize) -> StmtId {
        let bytes = self.text.as_bytes();
        let found = if open < self.no_comment_end_from {
            self.text.get(open + 2..).and_then(|it| it.find("#}")).map(|it| open + 2 + it)
        } else {
            None
        };
        let end = match found {
            Some(close) => {
                let strip = close > open + 2 && bytes[close - 1] == b'-';
                self.at = if strip { self.skip_space(close + 2) } else { close + 2 };
                close + 2
            }
            // Jinja misses the end only when something follows.
            None if open + 2 == self.text.len() => {
                self.at = open + 2;
                self.at
            }
            None => {
                self.no_comment_end_from = self.no_comment_end_from.min(open);
                self.problem(range(open, open + 2), "Missing end of comment tag");
                // The comment takes its line; what follows is read as if it were closed there.
                let line = &self.text[open..];
                self.at = open + line.find(['\n', '\r']).unwrap_or(line.len());
                self.at
            }
        };
        self.stmt(Stmt::Comment, range(open, end), range(open, end))
    }

    fn output(&mut self, open: usize, content: usize) -> StmtId {
        use super::expression::TupleOf;
        let problems = self.template.problems.len();
        let (value, end) = self.tag(open, content, TagKind::Variable, |parser| {
            parser.tuple(TupleOf::Expressions, false, &[])
        });
        self.at = end.resume;
        let full = range(open, end.end);
        let kind = if self.template.problems.len() > problems {
            Stmt::Error(Some(value))
        } else {
            Stmt::Output(value)
        };
        self.stmt(kind, full, full)
    }

    fn tag_start(&self, open: usize) -> TagStart<'a> {
        let bytes = self.text.as_bytes();
        let sign = bytes.get(open + 2).copied().unwrap_or(0);
        let content = open + 2 + usize::from(matches!(sign, b'-' | b'+'));
        let start = self.skip_space(content);
        let len = self.text[start..]
            .find(|it: char| !(it.is_alphanumeric() || it == '_'))
            .unwrap_or(self.text.len() - start);
        TagStart {
            strip: sign == b'-',
            word: &self.text[start..start + len],
            after_word: start + len,
        }
    }

    /// `{% raw %} … {% endraw %}`: the statement and the text in between.
    fn raw(&mut self, open: usize) -> Option<(StmtId, (usize, usize))> {
        let start = self.tag_start(open);
        if start.word != "raw" {
            return None;
        }
        let (text_start, tag_end) = self.end_of_plain_tag(start.after_word, false)?;
        let mut at = text_start;
        let mut found = None;
        if open < self.no_endraw_from {
            while let Some(position) = self.text[at..].find("{%") {
                let close = at + position;
                let end = self.tag_start(close);
                if end.word == "endraw"
                    && let Some((resume, close_end)) = self.end_of_plain_tag(end.after_word, true)
                {
                    found = Some((close, end.strip, resume, close_end));
                    break;
                }
                at = close + 2;
            }
        }
        let tag = range(open, tag_end);
        if text_start == self.text.len() {
            self.at = text_start;
            return Some((self.stmt(Stmt::Comment, tag, tag), (text_start, text_start)));
        }
        let Some((close, strip, resume, close_end)) = found else {
            self.no_endraw_from = self.no_endraw_from.min(open);
            self.problem(tag, "Missing end of raw directive");
            self.at = text_start;
            return Some((self.stmt(Stmt::Error(None), tag, tag), (text_start, text_start)));
        };
        let text_end = if strip { self.trim_end(text_start, close) } else { close };
        self.at = resume;
        // Nothing is left to do for the tags themselves; the statement keeps their place.
        let full = range(open, close_end);
        Some((self.stmt(Stmt::Comment, full, tag), (text_start, text_end)))
    }

    fn end_of_plain_tag(&self, after: usize, plus_allowed: bool) -> Option<(usize, usize)> {
        let at = self.skip_space(after);
        let rest = &self.text[at..];
        if rest.starts_with("%}") {
            Some((at + 2, at + 2))
        } else if rest.starts_with("-%}") {
            Some((self.skip_space(at + 3), at + 3))
        } else if plus_allowed && rest.starts_with("+%}") {
            Some((at + 3, at + 3))
        } else {
            None
        }
    }
}
