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
        let items = ide::completions(&snapshot.db, position).into_iter().enumerate();
        let items = items.map(|(index, it)| to_proto::completion(snapshot, file, index, it));
        // The whole list: the client narrows it down while the user types on.
        let list = CompletionList { is_incomplete: false, items: items.collect() };
        Some(CompletionResponse::List(list))
    });
    answer.await
}
