use tower_lsp::ls_types::DidChangeTextDocumentParams;

use crate::backend::Backend;
use crate::lsp::from_proto;
use crate::main_loop::Event;

pub fn handle(backend: &Backend, params: DidChangeTextDocumentParams) {
    let Some(path) = from_proto::path(&params.text_document.uri) else { return };
    let version = params.text_document.version;
    let changes = params.content_changes.into_iter().map(from_proto::change).collect();
    backend.send(Event::Changed { path, version, changes });
}
