use tower_lsp::ls_types::DidCloseTextDocumentParams;

use crate::backend::Backend;
use crate::lsp::from_proto;
use crate::main_loop::Event;

pub fn handle(backend: &Backend, params: &DidCloseTextDocumentParams) {
    if let Some(path) = from_proto::path(&params.text_document.uri) {
        backend.send(Event::Closed(path));
    }
}
