use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CompletionList, CompletionParams, CompletionResponse};

use crate::backend::Backend;
use crate::lsp::to_proto;

pub async fn handle(
    backend: &Backend,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>> {
    let params = params.text_document_position;
    let Some(path) = super::path(&params) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let position = super::position(snapshot, file, params.position);
        let items = ide::completions(&snapshot.db, position);
        // The client narrows a whole list down while the user types on; of a cut one it asks again.
        let is_incomplete = items.len() >= ide::MAX_COMPLETIONS;
        let items = items
            .into_iter()
            .enumerate()
            .map(|(index, it)| to_proto::completion(snapshot, file, index, it));
        let list = CompletionList { is_incomplete, items: items.collect() };
        Some(CompletionResponse::List(list))
    });
    answer.await
}
