use std::sync::Arc;

use base::{Db, File, FilePath, RootDatabase};

use crate::documents::OpenFiles;
use crate::lsp::capabilities::Client;

/// The project as it is at one moment. Held only while something is computed: whoever changes the
/// project waits until all snapshots are gone.
#[derive(Clone)]
pub struct Snapshot {
    pub db: RootDatabase,
    pub open: OpenFiles,
    pub client: Arc<Client>,
    /// Whether the user trusts the opened folders.
    pub trusted: bool,
}

impl Snapshot {
    pub fn file(&self, path: &FilePath) -> File {
        self.db.file(path)
    }
}
