use base::{Db, FilePosition, TextRange};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub range: TextRange,
    pub markdown: String,
}

#[must_use]
pub fn hover(_db: &dyn Db, _position: FilePosition) -> Option<Hover> {
    None
}
