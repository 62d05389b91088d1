use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverParams};

use crate::backend::Backend;
use crate::lsp::to_proto;

pub async fn handle(backend: &Backend, params: HoverParams) -> Result<Option<Hover>> {
    let params = params.text_document_position_params;
    let Some(path) = super::path(&params) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let position = super::position(snapshot, file, params.position);
        ide::hover(&snapshot.db, position).map(|it| to_proto::hover(snapshot, file, it))
    });
    answer.await
}
