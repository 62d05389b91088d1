use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::backend::Backend;
use crate::lsp::from_proto;
use crate::main_loop::Event;

/// What happened to a file is not believed but looked up: events come late and out of order.
pub fn handle(backend: &Backend, params: &DidChangeWatchedFilesParams) {
    let paths = params.changes.iter().filter_map(|it| from_proto::path(&it.uri));
    backend.send(Event::FilesChanged(paths.collect()));
}
