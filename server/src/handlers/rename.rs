use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit,
};

use crate::backend::Backend;
use crate::lsp::to_proto;

pub async fn prepare(
    backend: &Backend,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let Some(path) = super::path(&params) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let position = super::position(snapshot, file, params.position);
        ide::prepare_rename(&snapshot.db, position).map(|found| {
            found.map(|it| PrepareRenameResponse::RangeWithPlaceholder {
                range: to_proto::range(snapshot, file, it.range),
                placeholder: it.name,
            })
        })
    });
    answer.await?.map_err(refused)
}

pub async fn handle(backend: &Backend, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let new_name = params.new_name;
    let params = params.text_document_position;
    let Some(path) = super::path(&params) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let position = super::position(snapshot, file, params.position);
        let edits = ide::rename(&snapshot.db, position, &new_name)?;
        Ok((!edits.is_empty()).then(|| to_proto::workspace_edit(snapshot, &edits)))
    });
    answer.await?.map_err(refused)
}

/// The client shows the words to the user.
fn refused(why: ide::RenameRefused) -> Error {
    const REQUEST_FAILED: i64 = -32803;
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: why.0.into(), data: None }
}
