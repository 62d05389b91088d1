use ide::Wanted;
use tower_lsp::jsonrpc::Result;

use crate::backend::Backend;
use crate::lsp::compiled::{Compiled, CompiledParams, WatchParams};
use crate::lsp::from_proto;
use crate::main_loop::{Event, Watched};

/// `tandem/compiled`: what dbt would run for a document as it stands in the editor.
pub async fn compiled(backend: &Backend, params: CompiledParams) -> Result<Option<Compiled>> {
    let Some(path) = from_proto::path(&params.text_document.uri) else { return Ok(None) };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let wanted = match (&params.node, params.position) {
            (Some(node), _) => Wanted::Id(node),
            (None, Some(position)) => {
                let file = snapshot.file(&path);
                Wanted::At(super::position(snapshot, file, position).offset)
            }
            (None, None) => Wanted::First,
        };
        Compiled::of(snapshot, &path, wanted)
    });
    answer.await
}

/// `tandem/watchCompiled`: from now on the client is told when one of these texts changes.
pub async fn watch(backend: &Backend, params: WatchParams) {
    let watched = params.documents.into_iter().filter_map(|it| {
        let path = from_proto::path(&it.uri)?;
        Some(Watched { path, uri: it.uri, node: it.node })
    });
    backend.send(Event::WatchCompiled(watched.collect()));
}
