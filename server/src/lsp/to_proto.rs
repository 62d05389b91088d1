use std::collections::HashMap;
use std::str::FromStr;

use base::{Content, File, FilePath, LineColumn, TextRange, line_index};
use ide::{ActionEdit, Choice, CompletionKind};
use rules::{FileEdit, Severity};
use rustc_hash::FxHashMap;
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

/// The edits of an action, with what each chooses. Of many the user has to agree to each first,
/// where the client can ask; who picks one by its title has agreed.
pub fn action_edit(snapshot: &Snapshot, edits: &[ActionEdit], confirm: bool) -> lsp::WorkspaceEdit {
    let mut choices: Vec<&Choice> = edits.iter().filter_map(|it| it.choice.as_ref()).collect();
    choices.sort();
    choices.dedup();
    let id = |choice: &Choice| format!("choice-{}", choices.partition_point(|it| *it < choice));
    let annotations = choices.iter().map(|it| {
        let annotation = annotation(&it.label, it.description.clone());
        (id(it), lsp::ChangeAnnotation { needs_confirmation: Some(confirm), ..annotation })
    });
    let edits = edits.iter().map(|it| (&it.edit, it.choice.as_ref().map(id)));
    annotated_edit(snapshot, edits, annotations.collect())
}

fn annotation(label: &str, description: Option<String>) -> lsp::ChangeAnnotation {
    lsp::ChangeAnnotation { label: label.to_owned(), needs_confirmation: Some(true), description }
}

/// An edit that the client shows before it makes it.
pub fn previewed_edit(snapshot: &Snapshot, edits: &[FileEdit], label: &str) -> lsp::WorkspaceEdit {
    const ID: &str = "setup";
    let edits = edits.iter().map(|it| (it, Some(ID.to_owned())));
    let annotations = HashMap::from([(ID.to_owned(), annotation(label, None))]);
    annotated_edit(snapshot, edits, annotations)
}

pub fn workspace_edit(snapshot: &Snapshot, edits: &[FileEdit]) -> lsp::WorkspaceEdit {
    annotated_edit(snapshot, edits.iter().map(|it| (it, None)), HashMap::new())
}

/// Versioned where the client can: an edit of a text that moved on is refused, not misplaced. All
/// edits of a file are one step to undo.
fn annotated_edit<'a>(
    snapshot: &Snapshot,
    edits: impl Iterator<Item = (&'a FileEdit, Option<String>)>,
    annotations: HashMap<String, lsp::ChangeAnnotation>,
) -> lsp::WorkspaceEdit {
    type Annotated = (lsp::TextEdit, Option<String>);
    let mut files: Vec<(File, Vec<Annotated>)> = Vec::new();
    let mut places: FxHashMap<File, usize> = FxHashMap::default();
    for (it, annotation) in edits {
        let edit = lsp::TextEdit {
            range: range(snapshot, it.file, it.edit.range),
            new_text: it.edit.text.clone(),
        };
        let place = *places.entry(it.file).or_insert(files.len());
        if place == files.len() {
            files.push((it.file, Vec::new()));
        }
        files[place].1.push((edit, annotation));
    }
    let path = |file: File| file.path(&snapshot.db);
    if !snapshot.client.document_changes {
        let changes = files.into_iter().filter_map(|(file, edits)| {
            Some((uri(snapshot, path(file))?, edits.into_iter().map(|it| it.0).collect()))
        });
        return lsp::WorkspaceEdit {
            changes: Some(changes.collect::<HashMap<_, _>>()),
            ..lsp::WorkspaceEdit::default()
        };
    }
    let annotates = snapshot.client.change_annotations && !annotations.is_empty();
    let mut operations = Vec::new();
    for (file, edits) in files {
        let Some(uri) = uri(snapshot, path(file)) else { continue };
        if snapshot.client.creates_files && *file.content(&snapshot.db) == Content::Missing {
            let options =
                lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
            let annotation_id = edits.first().and_then(|it| it.1.clone()).filter(|_| annotates);
            let create =
                lsp::CreateFile { uri: uri.clone(), options: Some(options), annotation_id };
            operations.push(lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(create)));
        }
        let version = snapshot.open.get(path(file)).map(|it| it.version);
        let edits = edits.into_iter().map(|(text_edit, annotation)| match annotation {
            Some(annotation_id) if annotates => {
                lsp::OneOf::Right(lsp::AnnotatedTextEdit { text_edit, annotation_id })
            }
            _ => lsp::OneOf::Left(text_edit),
        });
        operations.push(lsp::DocumentChangeOperation::Edit(lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.collect(),
        }));
    }
    lsp::WorkspaceEdit {
        document_changes: Some(lsp::DocumentChanges::Operations(operations)),
        change_annotations: annotates.then_some(annotations),
        ..lsp::WorkspaceEdit::default()
    }
}
