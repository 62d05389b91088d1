use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::backend::Backend;
use crate::lsp::from_proto;
use crate::main_loop::Event;

pub fn handle(backend: &Backend, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let Some(path) = from_proto::path(&document.uri) else { return };
    backend.send(Event::Opened {
        path,
        uri: document.uri.as_str().to_owned(),
        version: document.version,
        text: document.text,
    });
}
