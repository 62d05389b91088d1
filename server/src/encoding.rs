use base::{LineColumn, LineIndex, TextSize};

/// What the client counts a line's columns in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
}

impl Encoding {
    pub fn position(self, lines: &LineIndex, text: &str, offset: TextSize) -> LineColumn {
        match self {
            Self::Utf8 => lines.utf8(offset),
            Self::Utf16 => lines.utf16(text, offset),
        }
    }

    pub fn offset(self, lines: &LineIndex, text: &str, position: LineColumn) -> TextSize {
        match self {
            Self::Utf8 => lines.offset_utf8(text, position),
            Self::Utf16 => lines.offset_utf16(text, position),
        }
    }
}
