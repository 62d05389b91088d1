use tower_lsp::ls_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability,
    CompletionOptions, DiagnosticOptions, DiagnosticServerCapabilities, HoverProviderCapability,
    OneOf, PositionEncodingKind, RenameOptions, ResourceOperationKind, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use crate::encoding::Encoding;

/// Everything safe in a file: what clients may do on their own when it is saved.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.tandem");
/// Everything safe in the project: only when somebody asks for it.
pub const FIX_PROJECT: CodeActionKind = CodeActionKind::new("source.tandem.fixProject");

/// What the client can do, as far as it matters to us.
#[derive(Debug, Clone, Default)]
pub struct Client {
    pub encoding: Encoding,
    /// The client asks for findings, so that they are not sent on our own account.
    pub pulls_diagnostics: bool,
    pub refreshes_diagnostics: bool,
    pub configuration: bool,
    pub registers_configuration: bool,
    pub progress: bool,
    pub watches_files: bool,
    pub document_changes: bool,
    pub creates_files: bool,
    pub definition_links: bool,
    pub code_action_literals: bool,
    /// The edit of an action may follow when the user picks it.
    pub resolves_code_actions: bool,
    /// Edits may say what they are for, and wait for the user to agree.
    pub change_annotations: bool,
    pub diagnostic_tags: bool,
    pub prepares_rename: bool,
    pub refreshes_inlay_hints: bool,
}

impl Client {
    #[must_use]
    pub fn new(capabilities: &ClientCapabilities) -> Self {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let window = capabilities.window.as_ref();
        let edit = workspace.and_then(|it| it.workspace_edit.as_ref());
        let encodings = capabilities.general.as_ref().and_then(|it| it.position_encodings.as_ref());
        let utf8 = encodings.is_some_and(|it| it.contains(&PositionEncodingKind::UTF8));
        let watched = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        let configured = workspace.and_then(|it| it.did_change_configuration.as_ref());
        let operations = edit.and_then(|it| it.resource_operations.as_ref());
        let diagnostics = workspace.and_then(|it| it.diagnostics.as_ref());
        Self {
            encoding: if utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            pulls_diagnostics: text.is_some_and(|it| it.diagnostic.is_some()),
            refreshes_diagnostics: diagnostics.and_then(|it| it.refresh_support) == Some(true),
            configuration: workspace.and_then(|it| it.configuration) == Some(true),
            registers_configuration: configured.and_then(|it| it.dynamic_registration)
                == Some(true),
            progress: window.and_then(|it| it.work_done_progress) == Some(true),
            watches_files: watched.and_then(|it| it.dynamic_registration) == Some(true),
            document_changes: edit.and_then(|it| it.document_changes) == Some(true),
            creates_files: operations.is_some_and(|it| it.contains(&ResourceOperationKind::Create)),
            definition_links: text
                .and_then(|it| it.definition.as_ref())
                .and_then(|it| it.link_support)
                == Some(true),
            code_action_literals: text
                .and_then(|it| it.code_action.as_ref())
                .is_some_and(|it| it.code_action_literal_support.is_some()),
            resolves_code_actions: text
                .and_then(|it| it.code_action.as_ref())
                .and_then(|it| it.resolve_support.as_ref())
                .is_some_and(|it| it.properties.iter().any(|it| it == "edit")),
            change_annotations: edit.is_some_and(|it| it.change_annotation_support.is_some()),
            prepares_rename: text
                .and_then(|it| it.rename.as_ref())
                .and_then(|it| it.prepare_support)
                == Some(true),
            refreshes_inlay_hints: workspace
                .and_then(|it| it.inlay_hint.as_ref())
                .and_then(|it| it.refresh_support)
                == Some(true),
            diagnostic_tags: text
                .and_then(|it| it.publish_diagnostics.as_ref())
                .is_some_and(|it| it.tag_support.is_some()),
        }
    }
}

fn rename(client: &Client) -> OneOf<bool, RenameOptions> {
    if !client.prepares_rename {
        return OneOf::Left(true);
    }
    OneOf::Right(RenameOptions {
        prepare_provider: Some(true),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    })
}

/// What we can do for such a client.
#[must_use]
pub fn server(client: &Client) -> ServerCapabilities {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    };
    let characters = ["'", "\"", "(", "."];
    let pull = DiagnosticOptions {
        identifier: Some("tandem".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        ..DiagnosticOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions {
                include_text: Some(false),
            })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(rename(client)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(characters.map(str::to_owned).to_vec()),
            resolve_provider: Some(true),
            ..CompletionOptions::default()
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL, FIX_PROJECT]),
            resolve_provider: Some(client.resolves_code_actions),
            ..CodeActionOptions::default()
        })),
        diagnostic_provider: client
            .pulls_diagnostics
            .then_some(DiagnosticServerCapabilities::Options(pull)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}
