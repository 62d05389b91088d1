use text_size::{TextRange, TextSize};

/// One replacement of a stretch of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    pub range: TextRange,
    pub text: String,
}

impl TextEdit {
    #[must_use]
    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    #[must_use]
    pub fn insert(offset: TextSize, text: impl Into<String>) -> Self {
        Self { range: TextRange::empty(offset), text: text.into() }
    }

    #[must_use]
    pub fn delete(range: TextRange) -> Self {
        Self { range, text: String::new() }
    }
}

/// The text after all edits, whose ranges speak of the text before. Of two edits that overlap the
/// one that starts first is applied and the other is left out; equal edits count once.
#[must_use]
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|it| (it.range.start(), it.range.end()));
    sorted.dedup();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        let (start, end) = (usize::from(edit.range.start()), usize::from(edit.range.end()));
        if start < done {
            continue;
        }
        let (Some(before), true) =
            (text.get(done..start), text.is_char_boundary(end.min(text.len())))
        else {
            continue;
        };
        out.push_str(before);
        out.push_str(&edit.text);
        done = end.min(text.len());
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range;

    #[test]
    fn edits_speak_of_the_old_text() {
        let edits = [
            TextEdit::replace(range(6, 11), "dbt"),
            TextEdit::insert(TextSize::new(0), "> "),
            TextEdit::delete(range(5, 6)),
        ];
        assert_eq!(apply("hello world!", &edits), "> hellodbt!");
    }

    #[test]
    fn overlapping_edits_do_not_corrupt() {
        let edits = [TextEdit::replace(range(0, 4), "a"), TextEdit::replace(range(2, 6), "b")];
        assert_eq!(apply("012345", &edits), "a45");
    }
}
