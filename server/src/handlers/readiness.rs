use base::Db;
use tower_lsp::jsonrpc::Result;

use crate::backend::Backend;
use crate::readiness::ReadinessReport;

/// `tandem/readiness`: how far each project is from dbt v2.
pub async fn handle(backend: &Backend) -> Result<Vec<ReadinessReport>> {
    let answer = backend.ask(None, |snapshot| {
        let db = &snapshot.db;
        let projects = db.workspace().projects(db).iter();
        let found = projects.map(|it| ReadinessReport::of(db, *it, &ide::readiness(db, *it, None)));
        found.collect()
    });
    answer.await
}
