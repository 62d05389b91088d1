use rules::Scope;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
};

use crate::backend::Backend;
use crate::findings::Findings;
use crate::lsp::from_proto;

pub async fn handle(
    backend: &Backend,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let Some(path) = from_proto::path(&params.text_document.uri) else {
        return Ok(report(None, Vec::new()));
    };
    // Findings are wanted of the newest text, whatever text was asked about: no document is given.
    let answer = backend.ask(None, move |snapshot| {
        let findings = Findings::of(snapshot, snapshot.file(&path), Scope::File);
        (findings.result_id(), findings.items.to_vec())
    });
    let (result_id, items) = answer.await?;
    if params.previous_result_id.as_deref() == Some(&result_id) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id };
        return Ok(DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: unchanged,
        })
        .into());
    }
    Ok(report(Some(result_id), items))
}

fn report(
    result_id: Option<String>,
    items: Vec<tower_lsp::ls_types::Diagnostic>,
) -> DocumentDiagnosticReportResult {
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    })
    .into()
}
