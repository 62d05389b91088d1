use tower_lsp::ls_types::DidChangeWorkspaceFoldersParams;

use crate::backend::Backend;
use crate::lsp::from_proto;
use crate::main_loop::Event;

pub fn handle(backend: &Backend, params: &DidChangeWorkspaceFoldersParams) {
    let added = from_proto::folders(&params.event.added);
    let removed = from_proto::folders(&params.event.removed);
    backend.send(Event::FoldersChanged { added, removed });
}
