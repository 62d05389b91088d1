use base::{Db, File, FilePosition, TextRange};

/// Where a name is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name as it stands at the position asked about.
    pub origin: TextRange,
    pub file: File,
    /// The name in the definition; the file's start where it has none.
    pub range: TextRange,
    /// The whole definition.
    pub full_range: TextRange,
}

#[must_use]
pub fn definition(_db: &dyn Db, _position: FilePosition) -> Vec<Definition> {
    Vec::new()
}
