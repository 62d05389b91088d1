use base::Db;
use tower_lsp::jsonrpc::Result;

use crate::backend::Backend;
use crate::doctor::DiagnosisReport;

/// `tandem/doctor`: how each project stands on this machine.
pub async fn handle(backend: &Backend) -> Result<Vec<DiagnosisReport>> {
    let answer = backend.ask(None, |snapshot| {
        let db = &snapshot.db;
        let projects = db.workspace().projects(db).iter();
        let found =
            projects.map(|it| DiagnosisReport::of(it.root(db).as_str(), ide::diagnose(db, *it)));
        found.collect()
    });
    answer.await
}
