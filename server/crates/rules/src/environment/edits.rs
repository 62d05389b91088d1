//! Edits of files whose lines are variables.

use base::{Db, File, TextRange, TextSize};
use syntax::dotenv::Entry;

use crate::Fix;

/// The consequence of mending a line that dbt stops at.
pub(crate) const COUNTS_AGAIN: &str = "this line and those below then count";

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

/// The value of a line in quotes that keep every character, for either engine; nothing where no kind
/// of quotes does, or where it takes in other variables.
pub(crate) fn quote(file: File, text: &str, entry: &Entry) -> Option<Fix> {
    let (range, value) = super::dotenv_syntax::first_line(text, entry);
    let (range, value) = match entry.value_range.contains_range(range) {
        true => (range, value),
        // A comment stands behind it.
        false => (entry.value_range, entry.raw_value(text)),
    };
    let quote = quote_for(value)?;
    let quoted = format!("{quote}{value}{quote}");
    Some(Fix::of(file, "Put the value in quotes", [(range, quoted)]).as_choice(COUNTS_AGAIN))
}

fn quote_for(value: &str) -> Option<char> {
    if value.is_empty() || value.contains('$') {
        return None;
    }
    if !value.contains(['"', '\\']) {
        return Some('"');
    }
    (!value.contains('\'')).then_some('\'')
}
