use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
};

use crate::backend::Backend;
use crate::lsp::{from_proto, to_proto};

pub async fn handle(
    backend: &Backend,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let Some(path) = from_proto::path(&params.text_document.uri) else { return Ok(None) };
    if params.context.only.as_ref().is_some_and(|kinds| !kinds.iter().any(wants_quick_fixes)) {
        return Ok(Some(Vec::new()));
    }
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        if !snapshot.client.code_action_literals {
            return None;
        }
        let file = snapshot.file(&path);
        let start = super::position(snapshot, file, params.range.start).offset;
        let end = super::position(snapshot, file, params.range.end).offset.max(start);
        let actions = ide::code_actions(&snapshot.db, file, base::TextRange::new(start, end));
        let actions = actions.iter().map(|it| to_proto::code_action(snapshot, it));
        Some(actions.map(CodeActionOrCommand::CodeAction).collect())
    });
    answer.await
}

/// A kind stands for all kinds below it; the empty one for all there are.
fn wants_quick_fixes(kind: &CodeActionKind) -> bool {
    kind.as_str().is_empty() || *kind == CodeActionKind::QUICKFIX
}
