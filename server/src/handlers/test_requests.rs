//! Requests for tests of the whole server: there only when `TANDEM_TEST_REQUESTS` is 1.

use base::Db;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::TextDocumentIdentifier;

use crate::backend::Backend;
use crate::lsp::from_proto;

/// `tandem/test/methods`: our own methods, as they are registered.
pub async fn methods(_: &Backend) -> Result<Vec<&'static str>> {
    Ok(crate::serve::METHODS.to_vec())
}

/// `tandem/test/panic`: what happens when a request meets a fault of ours.
pub async fn panic(backend: &Backend) -> Result<()> {
    #[allow(clippy::panic)]
    backend.ask(None, |_| panic!("asked to")).await
}

/// `tandem/test/text`: a file's text as the server has it.
pub async fn text(backend: &Backend, file: TextDocumentIdentifier) -> Result<Option<String>> {
    let Some(path) = from_proto::path(&file.uri) else { return Ok(None) };
    let answer = backend.ask(None, move |snapshot| {
        let file = snapshot.file(&path);
        file.exists(&snapshot.db).then(|| file.text(&snapshot.db).to_owned())
    });
    answer.await
}

/// `tandem/test/files`: what is below a folder as the server has it.
pub async fn files(backend: &Backend, folder: TextDocumentIdentifier) -> Result<Vec<String>> {
    let Some(path) = from_proto::path(&folder.uri) else { return Ok(Vec::new()) };
    let answer = backend.ask(None, move |snapshot| {
        let files = snapshot.db.folder(&path).files(&snapshot.db).iter();
        let relative = files.filter_map(|it| it.path(&snapshot.db).relative_to(&path));
        relative.map(str::to_owned).collect()
    });
    answer.await
}
