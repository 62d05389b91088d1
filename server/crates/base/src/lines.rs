use std::sync::Arc;

use text_size::{TextRange, TextSize};

use crate::{Db, File, tree};

/// Where the lines of a text begin. `\n`, `\r\n` and a lone `\r` end a line, as the protocol says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Box<[u32]>,
    ascii: bool,
    len: u32,
}

/// A position counted from zero; what `column` counts is said by the function that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

impl LineIndex {
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
        }
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self { starts: starts.into(), ascii: text.is_ascii(), len }
    }

    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    #[must_use]
    pub fn line_of(&self, offset: TextSize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= u32::from(offset));
        u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The line with its end.
    #[must_use]
    pub fn line_range(&self, line: u32) -> TextRange {
        let at = |line: usize| self.starts.get(line).copied().unwrap_or(self.len);
        let line = line as usize;
        TextRange::new(TextSize::new(at(line)), TextSize::new(at(line + 1)))
    }

    /// Columns in bytes.
    #[must_use]
    pub fn utf8(&self, offset: TextSize) -> LineColumn {
        let line = self.line_of(offset);
        let column = u32::from(offset) - u32::from(self.line_range(line).start());
        LineColumn { line, column }
    }

    /// Columns in UTF-16 code units.
    #[must_use]
    pub fn utf16(&self, text: &str, offset: TextSize) -> LineColumn {
        self.wide(text, offset, |it| u32::try_from(it.len_utf16()).unwrap_or(1))
    }

    /// Columns in characters.
    #[must_use]
    pub fn characters(&self, text: &str, offset: TextSize) -> LineColumn {
        self.wide(text, offset, |_| 1)
    }

    fn wide(&self, text: &str, offset: TextSize, width: fn(char) -> u32) -> LineColumn {
        let position = self.utf8(offset);
        if self.ascii {
            return position;
        }
        let start = usize::from(self.line_range(position.line).start());
        let before = text.get(start..usize::from(offset)).unwrap_or_default();
        LineColumn { line: position.line, column: before.chars().map(width).sum() }
    }

    /// The offset of a position whose columns are bytes; past the end of a line is its end.
    #[must_use]
    pub fn offset_utf8(&self, text: &str, position: LineColumn) -> TextSize {
        self.offset(text, position, |it| u32::try_from(it.len_utf8()).unwrap_or(1))
    }

    /// The offset of a position whose columns are UTF-16 code units.
    #[must_use]
    pub fn offset_utf16(&self, text: &str, position: LineColumn) -> TextSize {
        self.offset(text, position, |it| u32::try_from(it.len_utf16()).unwrap_or(1))
    }

    fn offset(&self, text: &str, position: LineColumn, width: fn(char) -> u32) -> TextSize {
        let range = self.line_range(position.line);
        let line =
            text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default();
        let line = line.trim_end_matches(['\n', '\r']);
        let mut column = 0;
        for (index, character) in line.char_indices() {
            if column >= position.column {
                return range.start() + TextSize::new(u32::try_from(index).unwrap_or(u32::MAX));
            }
            column += width(character);
        }
        range.start() + TextSize::new(u32::try_from(line.len()).unwrap_or(u32::MAX))
    }
}

/// The lines of a file; of an empty text where it cannot be read.
pub fn line_index(db: &dyn Db, file: File) -> Arc<LineIndex> {
    tree(db, file, |text| LineIndex::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_line_ends() {
        let index = LineIndex::new("a\nb\r\nc\rd\u{2028}e");
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.utf8(TextSize::new(5)), LineColumn { line: 2, column: 0 });
    }

    #[test]
    fn columns_count_units() {
        let text = "a\n😀é|";
        let index = LineIndex::new(text);
        let bar = TextSize::new(8);
        assert_eq!(index.utf16(text, bar).column, 3);
        assert_eq!(index.characters(text, bar).column, 2);
        assert_eq!(index.offset_utf16(text, LineColumn { line: 1, column: 3 }), bar);
        assert_eq!(index.offset_utf16(text, LineColumn { line: 1, column: 99 }), TextSize::new(9));
        assert_eq!(index.offset_utf16(text, LineColumn { line: 9, column: 0 }), TextSize::new(9));
    }

    proptest! {
        #[test]
        fn offset_and_position_are_inverse(text in "[a\u{e9}\u{1f600}\r\n]{0,40}") {
            let index = LineIndex::new(&text);
            for (offset, _) in text.char_indices() {
                // The `\n` of `\r\n` is behind the end of the line that both end.
                if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                    continue;
                }
                let offset = TextSize::new(u32::try_from(offset).unwrap());
                prop_assert_eq!(index.offset_utf16(&text, index.utf16(&text, offset)), offset);
                prop_assert_eq!(index.offset_utf8(&text, index.utf8(offset)), offset);
            }
        }
    }
}
