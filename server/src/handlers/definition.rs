use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse};

use crate::backend::Backend;
use crate::lsp::to_proto;

pub async fn handle(
    backend: &Backend,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let params = params.text_document_position_params;
    let Some(path) = super::path(&params) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let position = super::position(snapshot, file, params.position);
        let found = ide::definition(&snapshot.db, position);
        (!found.is_empty()).then(|| to_proto::definitions(snapshot, file, &found))
    });
    answer.await
}
