use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Location, ReferenceParams};

use crate::backend::Backend;
use crate::lsp::to_proto;

pub async fn handle(backend: &Backend, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let with_declaration = params.context.include_declaration;
    let params = params.text_document_position;
    let Some(path) = super::path(&params) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let file = snapshot.file(&path);
        let position = super::position(snapshot, file, params.position);
        let found = ide::references(&snapshot.db, position, with_declaration);
        let locations = found.iter().filter_map(|it| to_proto::location(snapshot, *it));
        (!found.is_empty()).then(|| locations.collect())
    });
    answer.await
}
