use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CompletionItem, CompletionList, CompletionParams, CompletionResponse};

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
        // All of them take the place of the same text.
        let range = items.first().map(|it| to_proto::range(snapshot, file, it.range));
        let range = range.unwrap_or_default();
        let items = items.into_iter().enumerate();
        let items = items.map(|(index, it)| to_proto::completion(range, index, it)).collect();
        let list = CompletionList { is_incomplete, items };
        Some(CompletionResponse::List(list))
    });
    answer.await
}

/// What there is to read about the item that the user looks at.
pub async fn resolve(backend: &Backend, mut item: CompletionItem) -> Result<CompletionItem> {
    let Some(node) = item.data.as_ref().and_then(Value::as_str).map(str::to_owned) else {
        return Ok(item);
    };
    let answer =
        backend.ask(None, move |snapshot| ide::completion_documentation(&snapshot.db, &node));
    item.documentation = answer.await?.map(to_proto::documentation);
    Ok(item)
}
