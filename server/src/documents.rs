use std::sync::Arc;

use base::{FilePath, LineColumn};
use ropey::{Rope, RopeSlice};
use rustc_hash::FxHashMap;

use crate::encoding::Encoding;

/// One change as the client tells it: the whole text where there is no range.
#[derive(Debug, Clone)]
pub struct Change {
    pub range: Option<(LineColumn, LineColumn)>,
    pub text: String,
}

/// A text that the editor holds.
#[derive(Debug)]
pub struct Document {
    rope: Rope,
}

impl Document {
    pub fn new(text: &str) -> Self {
        Self { rope: Rope::from_str(text) }
    }

    pub fn text(&self) -> Arc<str> {
        String::from(&self.rope).into()
    }

    /// Positions beyond a line's or the text's end mean that end.
    pub fn apply(&mut self, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            let Some((start, end)) = change.range else {
                self.rope = Rope::from_str(&change.text);
                continue;
            };
            let start = self.character(start, encoding);
            let end = self.character(end, encoding).max(start);
            if start < end {
                self.rope.remove(start..end);
            }
            if !change.text.is_empty() {
                self.rope.insert(start, &change.text);
            }
        }
    }

    fn character(&self, position: LineColumn, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_chars();
        }
        let text = without_end(self.rope.line(line));
        let column = position.column as usize;
        let (within, before) = match encoding {
            Encoding::Utf8 => {
                let within = text.byte_to_char(column.min(text.len_bytes()));
                (within, text.char_to_byte(within))
            }
            Encoding::Utf16 => {
                let within = text.utf16_cu_to_char(column.min(text.len_utf16_cu()));
                (within, text.char_to_utf16_cu(within))
            }
        };
        // A column inside of a character means the one after it, as in `LineIndex`.
        let inside = before < column && within < text.len_chars();
        self.rope.line_to_char(line) + within + usize::from(inside)
    }
}

fn without_end(line: RopeSlice<'_>) -> RopeSlice<'_> {
    let mut length = line.len_chars();
    while length > 0 && matches!(line.char(length - 1), '\n' | '\r') {
        length -= 1;
    }
    line.slice(..length)
}

/// What a reader has to know of an open file.
#[derive(Debug, Clone)]
pub struct Open {
    /// As the client spells it.
    pub uri: Arc<str>,
    pub version: i32,
}

/// All open files. Cheap to clone.
pub type OpenFiles = Arc<FxHashMap<FilePath, Open>>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> Change {
        let at = |(line, column)| LineColumn { line, column };
        Change { range: Some((at(start), at(end))), text: text.to_owned() }
    }

    #[test]
    fn changes_build_on_each_other() {
        let mut document = Document::new("select 😀x\r\nfrom a\n");
        document.apply(
            vec![
                change((0, 9), (0, 10), "y"),
                change((1, 5), (9, 0), "b"),
                change((1, 9), (1, 9), "!"),
            ],
            Encoding::Utf16,
        );
        assert_eq!(&*document.text(), "select 😀y\r\nfrom b!");
    }

    #[test]
    fn columns_may_count_bytes() {
        let mut document = Document::new("é1\n2");
        document.apply(vec![change((0, 2), (0, 3), "x")], Encoding::Utf8);
        assert_eq!(&*document.text(), "éx\n2");
    }

    proptest! {
        #[test]
        fn a_rope_and_the_line_index_agree(
            text in "[a\u{e9}\u{1f600}\r\n\u{2028}]{0,30}",
            start in (0u32..5, 0u32..8),
            length in 0u32..6,
        ) {
            let end = (start.0, start.1 + length);
            let lines = base::LineIndex::new(&text);
            let at = |(line, column)| LineColumn { line, column };
            let offset = |it| usize::from(Encoding::Utf16.offset(&lines, &text, at(it)));
            let mut expected = text.clone();
            expected.replace_range(offset(start)..offset(end), "|");
            let mut document = Document::new(&text);
            document.apply(vec![change(start, end, "|")], Encoding::Utf16);
            prop_assert_eq!(&*document.text(), expected);
        }
    }
}
