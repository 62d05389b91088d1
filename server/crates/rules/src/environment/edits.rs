//! Edits of files whose lines are variables.

use base::{Db, File, TextRange, TextSize};

use crate::Fix;

/// Lines at the end of a file, in its own line ends; the file is created where it does not exist.
pub(crate) fn append(db: &dyn Db, file: File, title: impl Into<String>, lines: &str) -> Fix {
    let text = file.text(db);
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with(['\n', '\r']) { "" } else { end };
    let added = format!("{gap}{}{end}", lines.replace('\n', end));
    Fix::of(file, title, [(TextRange::empty(TextSize::of(text)), added)])
}

/// The lines that a stretch lies on, with the line end behind them.
pub(crate) fn whole_lines(text: &str, range: TextRange) -> TextRange {
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    let start = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let end = text[end..].find('\n').map_or(text.len(), |it| end + it + 1);
    base::range(start, end)
}

/// What stands for a whole file.
pub(crate) fn first_line(text: &str) -> TextRange {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    base::range(0, end)
}
