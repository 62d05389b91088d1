use std::collections::HashMap;
use std::str::FromStr;

use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    FullDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::backend::Backend;
use crate::findings::Findings;
use crate::main_loop::{Event, WorkspacePull};

/// Every file with findings, and those that had some when the client last asked: files without
/// findings before and now need no words.
pub async fn handle(
    backend: &Backend,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    let (reply, answer) = oneshot::channel();
    backend.send(Event::PullWorkspace(WorkspacePull { reply }));
    let mut known: HashMap<String, String> = params
        .previous_result_ids
        .into_iter()
        .map(|it| (it.uri.as_str().to_owned(), it.value))
        .collect();
    let found = answer.await.map_err(|_| Error::internal_error())?;
    let mut items: Vec<WorkspaceDocumentDiagnosticReport> =
        found.iter().filter_map(|it| report(it, &mut known)).collect();
    items.extend(known.into_keys().filter_map(|uri| full(Uri::from_str(&uri).ok()?, None)));
    Ok(WorkspaceDiagnosticReport { items }.into())
}

fn report(
    findings: &Findings,
    known: &mut HashMap<String, String>,
) -> Option<WorkspaceDocumentDiagnosticReport> {
    let uri = findings.uri.clone()?;
    let result_id = findings.result_id();
    let version = findings.version.map(i64::from);
    match known.remove(uri.as_str()) {
        Some(before) if before == result_id => Some(
            WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                    result_id,
                },
            }
            .into(),
        ),
        None if findings.items.is_empty() => None,
        _ => full(uri, Some(findings)),
    }
}

fn full(uri: Uri, findings: Option<&Findings>) -> Option<WorkspaceDocumentDiagnosticReport> {
    let report = FullDocumentDiagnosticReport {
        result_id: findings.map(Findings::result_id),
        items: findings.map(|it| it.items.to_vec()).unwrap_or_default(),
    };
    let version = findings.and_then(|it| it.version).map(i64::from);
    Some(
        WorkspaceFullDocumentDiagnosticReport {
            uri,
            version,
            full_document_diagnostic_report: report,
        }
        .into(),
    )
}
