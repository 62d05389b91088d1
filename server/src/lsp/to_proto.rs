use std::collections::HashMap;
use std::str::FromStr;

use base::{Content, File, FilePath, LineColumn, TextRange, line_index};
use ide::CompletionKind;
use rules::{FileEdit, Severity};
use tower_lsp::ls_types as lsp;

use crate::snapshot::Snapshot;

pub fn position(position: LineColumn) -> lsp::Position {
    lsp::Position::new(position.line, position.column)
}

pub fn range(snapshot: &Snapshot, file: File, range: TextRange) -> lsp::Range {
    let (lines, text) = (line_index(&snapshot.db, file), file.text(&snapshot.db));
    let at = |offset| position(snapshot.client.encoding.position(&lines, text, offset));
    lsp::Range::new(at(range.start()), at(range.end()))
}

/// A file's address, spelled as the client spells it where it is open.
pub fn uri(snapshot: &Snapshot, path: &FilePath) -> Option<lsp::Uri> {
    let open = snapshot.open.get(path);
    open.and_then(|it| lsp::Uri::from_str(&it.uri).ok())
        .or_else(|| lsp::Uri::from_file_path(path.as_str()))
}

pub fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

pub fn diagnostic(snapshot: &Snapshot, finding: &rules::Diagnostic) -> lsp::Diagnostic {
    let tag = match finding.code {
        "unused-env-var" => Some(lsp::DiagnosticTag::UNNECESSARY),
        "config-data-path" | "config-source-path" => Some(lsp::DiagnosticTag::DEPRECATED),
        _ => None,
    };
    let tag = tag.filter(|_| snapshot.client.diagnostic_tags);
    lsp::Diagnostic {
        range: range(snapshot, finding.file, finding.range),
        severity: Some(severity(finding.severity)),
        code: Some(lsp::NumberOrString::String(finding.code.to_owned())),
        source: Some("tandem".to_owned()),
        message: finding.message.clone(),
        tags: tag.map(|it| vec![it]),
        ..lsp::Diagnostic::default()
    }
}

pub fn hover(snapshot: &Snapshot, file: File, hover: ide::Hover) -> lsp::Hover {
    lsp::Hover {
        contents: lsp::HoverContents::Markup(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: hover.markdown,
        }),
        range: Some(range(snapshot, file, hover.range)),
    }
}

pub fn definitions(
    snapshot: &Snapshot,
    file: File,
    definitions: &[ide::Definition],
) -> lsp::GotoDefinitionResponse {
    let links = definitions.iter().filter_map(|it| {
        Some(lsp::LocationLink {
            origin_selection_range: Some(range(snapshot, file, it.origin)),
            target_uri: uri(snapshot, it.file.path(&snapshot.db))?,
            target_range: range(snapshot, it.file, it.full_range.cover(it.range)),
            target_selection_range: range(snapshot, it.file, it.range),
        })
    });
    if snapshot.client.definition_links {
        return lsp::GotoDefinitionResponse::Link(links.collect());
    }
    let locations = links.map(|it| lsp::Location::new(it.target_uri, it.target_selection_range));
    lsp::GotoDefinitionResponse::Array(locations.collect())
}

pub fn location(snapshot: &Snapshot, place: base::FileRange) -> Option<lsp::Location> {
    let uri = uri(snapshot, place.file.path(&snapshot.db))?;
    Some(lsp::Location::new(uri, range(snapshot, place.file, place.range)))
}

pub fn inlay_hint(snapshot: &Snapshot, file: File, hint: ide::InlayHint) -> lsp::InlayHint {
    lsp::InlayHint {
        position: range(snapshot, file, TextRange::empty(hint.offset)).start,
        label: lsp::InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::InlayHintTooltip::MarkupContent(lsp::MarkupContent {
            kind: lsp::MarkupKind::Markdown,
            value: hint.tooltip,
        })),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

/// One of the items that stand in for the text of a range.
pub fn completion(
    range: lsp::Range,
    index: usize,
    item: ide::CompletionItem,
) -> lsp::CompletionItem {
    let kind = match item.kind {
        CompletionKind::Model => lsp::CompletionItemKind::CLASS,
        CompletionKind::Source => lsp::CompletionItemKind::STRUCT,
        CompletionKind::Macro => lsp::CompletionItemKind::FUNCTION,
        CompletionKind::Variable => lsp::CompletionItemKind::VARIABLE,
        CompletionKind::EnvironmentVariable => lsp::CompletionItemKind::CONSTANT,
        CompletionKind::Docs => lsp::CompletionItemKind::REFERENCE,
        CompletionKind::Package => lsp::CompletionItemKind::MODULE,
        CompletionKind::Keyword => lsp::CompletionItemKind::KEYWORD,
        CompletionKind::Key => lsp::CompletionItemKind::PROPERTY,
        CompletionKind::Value => lsp::CompletionItemKind::VALUE,
    };
    lsp::CompletionItem {
        label: item.label,
        kind: Some(kind),
        detail: item.detail,
        documentation: item.documentation.map(documentation),
        data: item.node.map(serde_json::Value::String),
        sort_text: Some(format!("{index:05}")),
        text_edit: Some(lsp::CompletionTextEdit::Edit(lsp::TextEdit {
            range,
            new_text: item.insert,
        })),
        ..lsp::CompletionItem::default()
    }
}

pub fn documentation(value: String) -> lsp::Documentation {
    let kind = lsp::MarkupKind::Markdown;
    lsp::Documentation::MarkupContent(lsp::MarkupContent { kind, value })
}

pub fn code_action(snapshot: &Snapshot, action: &ide::CodeAction) -> lsp::CodeAction {
    let diagnostics = action.diagnostics.iter().map(|it| diagnostic(snapshot, it));
    lsp::CodeAction {
        title: action.title.clone(),
        kind: Some(lsp::CodeActionKind::QUICKFIX),
        diagnostics: Some(diagnostics.collect()),
        edit: Some(workspace_edit(snapshot, &action.edits)),
        is_preferred: action.preferred.then_some(true),
        ..lsp::CodeAction::default()
    }
}

/// An edit that the client shows before it makes it.
pub fn previewed_edit(snapshot: &Snapshot, edits: &[FileEdit], label: &str) -> lsp::WorkspaceEdit {
    const ID: &str = "setup";
    let mut edit = workspace_edit(snapshot, edits);
    let Some(lsp::DocumentChanges::Operations(operations)) = &mut edit.document_changes else {
        return edit;
    };
    for operation in operations {
        match operation {
            lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(create)) => {
                create.annotation_id = Some(ID.to_owned());
            }
            lsp::DocumentChangeOperation::Op(_) => {}
            lsp::DocumentChangeOperation::Edit(it) => {
                for edit in &mut it.edits {
                    if let lsp::OneOf::Left(text_edit) = edit {
                        let (text_edit, annotation_id) = (text_edit.clone(), ID.to_owned());
                        *edit =
                            lsp::OneOf::Right(lsp::AnnotatedTextEdit { text_edit, annotation_id });
                    }
                }
            }
        }
    }
    let annotation = lsp::ChangeAnnotation {
        label: label.to_owned(),
        needs_confirmation: Some(true),
        description: None,
    };
    edit.change_annotations = Some(HashMap::from([(ID.to_owned(), annotation)]));
    edit
}

/// Versioned where the client can: an edit of a text that moved on is refused, not misplaced.
pub fn workspace_edit(snapshot: &Snapshot, edits: &[FileEdit]) -> lsp::WorkspaceEdit {
    let mut files: Vec<(File, Vec<lsp::TextEdit>)> = Vec::new();
    for it in edits {
        let edit = lsp::TextEdit {
            range: range(snapshot, it.file, it.edit.range),
            new_text: it.edit.text.clone(),
        };
        match files.iter_mut().find(|(file, _)| *file == it.file) {
            Some((_, edits)) => edits.push(edit),
            None => files.push((it.file, vec![edit])),
        }
    }
    let path = |file: File| file.path(&snapshot.db);
    if !snapshot.client.document_changes {
        let changes =
            files.into_iter().filter_map(|(file, edits)| Some((uri(snapshot, path(file))?, edits)));
        return lsp::WorkspaceEdit {
            changes: Some(changes.collect::<HashMap<_, _>>()),
            ..lsp::WorkspaceEdit::default()
        };
    }
    let mut operations = Vec::new();
    for (file, edits) in files {
        let Some(uri) = uri(snapshot, path(file)) else { continue };
        if snapshot.client.creates_files && *file.content(&snapshot.db) == Content::Missing {
            let options =
                lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
            let create =
                lsp::CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
            operations.push(lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(create)));
        }
        let version = snapshot.open.get(path(file)).map(|it| it.version);
        operations.push(lsp::DocumentChangeOperation::Edit(lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(lsp::OneOf::Left).collect(),
        }));
    }
    lsp::WorkspaceEdit {
        document_changes: Some(lsp::DocumentChanges::Operations(operations)),
        ..lsp::WorkspaceEdit::default()
    }
}
