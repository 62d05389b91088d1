use text_size::TextRange;

/// What a reader could not make sense of, where it stands, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    pub range: TextRange,
    pub message: String,
}

impl Problem {
    pub fn new(range: TextRange, message: impl Into<String>) -> Self {
        Self { range, message: message.into() }
    }
}
