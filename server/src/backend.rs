use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base::FilePath;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionParams, CodeActionResponse, CompletionItem, CompletionParams,
    CompletionResponse, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReportResult, GotoDefinitionParams, GotoDefinitionResponse, Hover,
    HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams,
    Location, PrepareRenameResponse, ReferenceParams, RenameParams, TextDocumentPositionParams,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceEdit,
};

use crate::handlers;
use crate::main_loop::{Event, Events, Failure, Query};
use crate::snapshot::Snapshot;

/// What the protocol talks to. Each handler sends its event before it waits for anything, so that
/// the main loop sees everything in the order in which the client said it.
pub struct Backend {
    pub events: Events,
    /// Set by `shutdown`: the exit that follows was asked for.
    pub shut_down: Arc<AtomicBool>,
}

impl Backend {
    pub fn send(&self, event: Event) {
        self.events.request(event);
    }

    /// Sends a question about the state of now, and gives its answer to be awaited.
    pub fn ask<T, C>(
        &self,
        document: Option<FilePath>,
        compute: C,
    ) -> impl Future<Output = Result<T>> + Send + use<T, C>
    where
        T: Send + 'static,
        C: Fn(&Snapshot) -> T + Send + 'static,
    {
        let (query, answer) = Query::new(document, compute);
        self.send(Event::Query(Box::new(query)));
        async move {
            match answer.await {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(Failure::ContentModified)) => Err(Error::content_modified()),
                Ok(Err(Failure::Internal)) | Err(_) => Err(Error::internal_error()),
            }
        }
    }
}

#[rustfmt::skip]
impl LanguageServer for Backend {
    async fn initialize(&self, it: InitializeParams) -> Result<InitializeResult> { Ok(handlers::lifecycle::initialize(self, &it)) }
    async fn initialized(&self, _: InitializedParams) { self.send(Event::Ready); }
    async fn shutdown(&self) -> Result<()> { self.shut_down.store(true, Ordering::SeqCst); Ok(()) }

    async fn did_open(&self, it: DidOpenTextDocumentParams) { handlers::did_open::handle(self, it); }
    async fn did_change(&self, it: DidChangeTextDocumentParams) { handlers::did_change::handle(self, it); }
    async fn did_save(&self, _: DidSaveTextDocumentParams) {}
    async fn did_close(&self, it: DidCloseTextDocumentParams) { handlers::did_close::handle(self, &it); }
    async fn did_change_watched_files(&self, it: DidChangeWatchedFilesParams) { handlers::did_change_watched_files::handle(self, &it); }
    async fn did_change_workspace_folders(&self, it: DidChangeWorkspaceFoldersParams) { handlers::did_change_workspace_folders::handle(self, &it); }
    async fn did_change_configuration(&self, it: DidChangeConfigurationParams) { self.send(Event::SettingsChanged(it.settings)); }

    async fn hover(&self, it: HoverParams) -> Result<Option<Hover>> { handlers::hover::handle(self, it).await }
    async fn goto_definition(&self, it: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> { handlers::definition::handle(self, it).await }
    async fn references(&self, it: ReferenceParams) -> Result<Option<Vec<Location>>> { handlers::references::handle(self, it).await }
    async fn prepare_rename(&self, it: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> { handlers::rename::prepare(self, it).await }
    async fn rename(&self, it: RenameParams) -> Result<Option<WorkspaceEdit>> { handlers::rename::handle(self, it).await }
    async fn inlay_hint(&self, it: InlayHintParams) -> Result<Option<Vec<InlayHint>>> { handlers::inlay_hint::handle(self, it).await }
    async fn completion(&self, it: CompletionParams) -> Result<Option<CompletionResponse>> { handlers::completion::handle(self, it).await }
    async fn completion_resolve(&self, it: CompletionItem) -> Result<CompletionItem> { handlers::completion::resolve(self, it).await }
    async fn code_action(&self, it: CodeActionParams) -> Result<Option<CodeActionResponse>> { handlers::code_action::handle(self, it).await }
    async fn code_action_resolve(&self, it: CodeAction) -> Result<CodeAction> { handlers::code_action::resolve(self, it).await }
    async fn diagnostic(&self, it: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> { handlers::diagnostic::handle(self, it).await }
    async fn workspace_diagnostic(&self, it: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> { handlers::workspace_diagnostic::handle(self, it).await }
}
