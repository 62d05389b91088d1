use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{InlayHint, InlayHintParams};

use crate::backend::Backend;
use crate::lsp::{from_proto, to_proto};

pub async fn handle(backend: &Backend, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let Some(path) = from_proto::path(&params.text_document.uri) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let start = super::position(snapshot, file, params.range.start).offset;
        let end = super::position(snapshot, file, params.range.end).offset.max(start);
        let hints = ide::inlay_hints(&snapshot.db, file, base::TextRange::new(start, end));
        Some(hints.into_iter().map(|it| to_proto::inlay_hint(snapshot, file, it)).collect())
    });
    answer.await
}
