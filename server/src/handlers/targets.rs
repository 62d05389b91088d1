use base::FilePath;
use tower_lsp::jsonrpc::Result;

use crate::backend::Backend;
use crate::lsp::ext::{Targets, TargetsParams};

/// `tandem/targets`: what a project's target can be.
pub async fn handle(backend: &Backend, params: TargetsParams) -> Result<Option<Targets>> {
    let root = FilePath::new(&params.root);
    let answer = backend.ask(None, move |snapshot| {
        let db = &snapshot.db;
        let projects = base::Db::workspace(db).projects(db);
        let project = projects.iter().find(|it| *it.root(db) == root)?;
        Some(Targets::new(ide::targets(db, *project)))
    });
    answer.await
}
