//! Seeds: the header's columns and the first row that does not fit it.
//!
//! Fields are cut as Python's `csv` cuts them in its default dialect. Nothing is kept of the rows
//! but for unit tests.

use text_size::{TextRange, TextSize};

use crate::Problem;

pub const COMMA: char = ',';

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// With quotes.
    pub range: TextRange,
}

/// A row with another number of values than the header has columns. dbt Core fills up a short row
/// and refuses a long one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaggedRow {
    /// The row, or its first line where a quoted value spans several.
    pub range: TextRange,
    /// Counted from zero, in the file.
    pub line: u32,
    pub values: usize,
    pub columns: usize,
}

impl RaggedRow {
    pub fn is_long(&self) -> bool {
        self.values > self.columns
    }

    pub fn problem(&self) -> Problem {
        let count = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            _ => format!("{count} {noun}s"),
        };
        let (values, columns) = (count(self.values, "value"), count(self.columns, "column"));
        Problem::new(self.range, format!("this row has {values}, but the header has {columns}"))
    }
}

/// The columns of a seed; reads only the header.
pub fn header(text: &str, delimiter: char) -> Vec<Column> {
    let mut fields = Fields::new(text, delimiter);
    let mut columns = Vec::new();
    while let Some(field) = fields.next_of_row() {
        columns
            .push(Column { name: unquoted(&text[field.start..field.end]), range: field.range() });
    }
    columns
}

/// The values of every row, the header's first. Empty lines are no rows.
pub fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut fields = Fields::new(text, delimiter);
    let mut rows = Vec::new();
    loop {
        let mut row = Vec::new();
        while let Some(field) = fields.next_of_row() {
            row.push(unquoted(&text[field.start..field.end]));
        }
        if !row.is_empty() {
            rows.push(row);
        }
        if !fields.next_row() {
            return rows;
        }
    }
}

/// The first row that is longer or shorter than the header. Empty lines are no rows.
pub fn ragged_row(text: &str, delimiter: char) -> Option<RaggedRow> {
    let mut fields = Fields::new(text, delimiter);
    let mut columns = 0;
    while fields.next_of_row().is_some() {
        columns += 1;
    }
    while fields.next_row() {
        let (start, line) = (fields.at, fields.line);
        let mut values = 0;
        let mut end = start;
        while let Some(field) = fields.next_of_row() {
            values += 1;
            end = field.end;
        }
        if values != columns && values > 0 {
            let first_line = text[start..end].split(['\n', '\r']).next().unwrap_or("");
            let range = range(start, start + first_line.len());
            return Some(RaggedRow { range, line, values, columns });
        }
    }
    None
}

/// A quoted value that the file ends in.
pub fn unclosed_quote(text: &str, delimiter: char) -> Option<Problem> {
    let mut fields = Fields::new(text, delimiter);
    loop {
        while let Some(field) = fields.next_of_row() {
            if field.is_open {
                let first_line = text[field.start..].split(['\n', '\r']).next().unwrap_or("");
                let range = range(field.start, field.start + first_line.len());
                return Some(Problem::new(range, "this quote is never closed"));
            }
        }
        if !fields.next_row() {
            return None;
        }
    }
}

struct Field {
    start: usize,
    end: usize,
    is_open: bool,
}

impl Field {
    fn range(&self) -> TextRange {
        range(self.start, self.end)
    }
}

struct Fields<'a> {
    text: &'a str,
    delimiter: char,
    at: usize,
    line: u32,
    row_done: bool,
}

impl<'a> Fields<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let row_done = text[at..].is_empty() || text[at..].starts_with(['\n', '\r']);
        Self { text, delimiter, at, line: 0, row_done }
    }

    /// Moves behind the line end.
    fn next_row(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let length = match rest.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        self.row_done =
            self.text[self.at..].starts_with(['\n', '\r']) || self.at == self.text.len();
        true
    }

    fn next_of_row(&mut self) -> Option<Field> {
        if self.row_done {
            return None;
        }
        let start = self.at;
        // A quote counts only where the value starts; what follows the closing one still belongs
        // to the value.
        let mut quoted = self.text[start..].starts_with('"');
        let mut at = start + usize::from(quoted);
        let mut characters = self.text[at..].char_indices().peekable();
        let base = at;
        at = self.text.len();
        self.row_done = true;
        while let Some((offset, character)) = characters.next() {
            if quoted {
                match character {
                    '"' if characters.next_if(|it| it.1 == '"').is_none() => quoted = false,
                    '\n' => self.line += 1,
                    '\r' if characters.peek().is_none_or(|it| it.1 != '\n') => self.line += 1,
                    _ => {}
                }
            } else if character == self.delimiter {
                at = base + offset;
                self.at = at + character.len_utf8();
                self.row_done = false;
                return Some(Field { start, end: at, is_open: false });
            } else if matches!(character, '\n' | '\r') {
                at = base + offset;
                break;
            }
        }
        self.at = at;
        Some(Field { start, end: at, is_open: quoted })
    }
}

fn unquoted(field: &str) -> String {
    let Some(inner) = field.strip_prefix('"') else {
        return field.to_owned();
    };
    let mut out = String::new();
    let mut open = true;
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        if open && character == '"' {
            open = characters.next_if_eq(&'"').is_some();
            if !open {
                continue;
            }
        }
        out.push(character);
    }
    out
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::from(start as u32), TextSize::from(end.max(start) as u32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        header(text, COMMA).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn the_header_is_cut_as_python_does() {
        assert_eq!(names("id,name\n1,2\n"), ["id", "name"]);
        assert_eq!(
            names("\u{feff}id,\"a,b\",\"c\"\"d\"e,f\"g\r\n"),
            ["id", "a,b", "c\"de", "f\"g"]
        );
        assert_eq!(names("\"a\nb\",c"), ["a\nb", "c"]);
        assert_eq!(names("a,,b,"), ["a", "", "b", ""]);
        assert_eq!(names(" a , \"b\" "), [" a ", " \"b\" "]);
        assert_eq!(names(""), [""; 0]);
        assert_eq!(names("\nid\n"), [""; 0]);
        let text = "\u{feff}id,\"naïve\"\n";
        let range = header(text, COMMA)[1].range;
        assert_eq!(&text[range.start().into()..range.end().into()], "\"naïve\"");
        assert_eq!(header("a;b", ';').len(), 2);
    }

    #[test]
    fn rows_are_cut_as_python_does() {
        let text = "\u{feff}a,b\r\n1,\"x\ny\"\n\n,\n\"\"\"q\"\"\"";
        let expected = [vec!["a", "b"], vec!["1", "x\ny"], vec!["", ""], vec!["\"q\""]];
        assert_eq!(rows(text, COMMA), expected);
        assert_eq!(rows("", COMMA), Vec::<Vec<String>>::new());
    }

    #[test]
    fn the_first_ragged_row_is_found() {
        let found = |text: &str| {
            ragged_row(text, COMMA).map(|it| {
                let row = text[it.range.start().into()..it.range.end().into()].to_owned();
                (row, it.line, it.values, it.is_long())
            })
        };
        assert_eq!(found("a,b\n1,2\n\n3,4\n"), None);
        assert_eq!(found("a,b\n1,\"x\n,y\"\n3,4,5\n6\n"), Some(("3,4,5".to_owned(), 3, 3, true)));
        assert_eq!(found("a,b\r\n1,2\r\n3\r\n"), Some(("3".to_owned(), 2, 1, false)));
        assert_eq!(found("a,b\n1,2,\"x\ny\"\n"), Some(("1,2,\"x".to_owned(), 1, 3, true)));
        assert_eq!(found("a,b"), None);
        let row = ragged_row("a\n1,2", COMMA).unwrap();
        assert_eq!(row.problem().message, "this row has 2 values, but the header has 1 column");
    }

    #[test]
    fn a_quote_that_stays_open_is_found() {
        assert_eq!(unclosed_quote("a,b\n\"1\",2\n", COMMA), None);
        let problem = unclosed_quote("a,b\n1,\"2\n3,4\n", COMMA).unwrap();
        assert_eq!(problem.range, range(6, 8));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a,\"\r\né\u{feff}]{0,30}") {
            for column in header(&text, COMMA) {
                prop_assert!(text.get(column.range.start().into()..column.range.end().into()).is_some());
            }
            if let Some(row) = ragged_row(&text, COMMA) {
                prop_assert!(text.get(row.range.start().into()..row.range.end().into()).is_some());
            }
            unclosed_quote(&text, COMMA);
        }
    }
}
