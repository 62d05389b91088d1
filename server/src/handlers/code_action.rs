use base::File;
use ide::Change;
use rules::RULES;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
};

use crate::backend::Backend;
use crate::lsp::capabilities::{FIX_ALL, FIX_PROJECT};
use crate::lsp::{from_proto, to_proto};
use crate::snapshot::Snapshot;

/// What an action keeps until the user picks it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Later {
    path: String,
    whole_project: bool,
    code: Option<String>,
    choices: bool,
}

pub async fn handle(
    backend: &Backend,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let Some(path) = from_proto::path(&params.text_document.uri) else { return Ok(None) };
    let only = params.context.only;
    let wants = move |kind: &CodeActionKind| wants(only.as_deref(), kind);
    let [fixes, file, project] =
        [CodeActionKind::QUICKFIX, FIX_ALL, FIX_PROJECT].map(|it| wants(&it));
    if !fixes && !file && !project {
        return Ok(Some(Vec::new()));
    }
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        if !snapshot.client.code_action_literals {
            return None;
        }
        let here = snapshot.file(&path);
        let mut actions: Vec<CodeAction> = Vec::new();
        if fixes {
            let start = super::position(snapshot, here, params.range.start).offset;
            let end = super::position(snapshot, here, params.range.end).offset.max(start);
            let found = ide::code_actions(&snapshot.db, here, base::TextRange::new(start, end));
            let kind = CodeActionKind::QUICKFIX;
            actions.extend(found.iter().filter_map(|it| action(snapshot, here, it, kind.clone())));
        }
        // Of these a client asks on its own: what would change nothing is no action.
        let all = [(file, FIX_ALL, false), (project, FIX_PROJECT, true)];
        for (_, kind, whole_project) in all.into_iter().filter(|it| it.0) {
            let offered = ide::fix_all_action(whole_project);
            actions.extend(action(snapshot, here, &offered, kind));
        }
        Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
    });
    answer.await
}

/// Whether somebody who asks for these kinds, each of which stands for all below it, gets this one.
/// Who asks for none in particular looks at a place.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let Some(only) = only else { return *kind == CodeActionKind::QUICKFIX };
    only.iter().any(|it| {
        let rest = kind.as_str().strip_prefix(it.as_str());
        rest.is_some_and(|rest| it.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    })
}

fn action(
    snapshot: &Snapshot,
    file: File,
    action: &ide::CodeAction,
    kind: CodeActionKind,
) -> Option<CodeAction> {
    let client = &snapshot.client;
    let later = kind != FIX_ALL && client.resolves_code_actions;
    let (edit, data) = match &action.change {
        Change::Edits(edits) => (Some(to_proto::action_edit(snapshot, edits, false)), None),
        // Many choices are never made without asking.
        Change::FixAll(all) if all.choices && !client.change_annotations => return None,
        Change::FixAll(all) if later => {
            let later = Later {
                path: file.path(&snapshot.db).to_string(),
                whole_project: all.whole_project,
                code: all.code.map(str::to_owned),
                choices: all.choices,
            };
            (None, Some(serde_json::to_value(later).ok()?))
        }
        // To look at a whole project takes time that nobody has while a cursor moves.
        Change::FixAll(all) if all.whole_project && all.code.is_some() => return None,
        Change::FixAll(all) => {
            let edits = ide::fix_all(&snapshot.db, file, all);
            if edits.is_empty() {
                return None;
            }
            (Some(to_proto::action_edit(snapshot, &edits, true)), None)
        }
    };
    let diagnostics = action.diagnostics.iter().map(|it| to_proto::diagnostic(snapshot, it));
    let diagnostics: Vec<_> = diagnostics.collect();
    Some(CodeAction {
        title: action.title.clone(),
        kind: Some(kind),
        diagnostics: (!diagnostics.is_empty()).then_some(diagnostics),
        edit,
        data,
        is_preferred: action.preferred.then_some(true),
        ..CodeAction::default()
    })
}

/// The edits of an action that the user has picked, as the texts are now.
pub async fn resolve(backend: &Backend, mut action: CodeAction) -> Result<CodeAction> {
    let later = action.data.clone().unwrap_or(Value::Null);
    let Ok(later) = serde_json::from_value::<Later>(later) else { return Ok(action) };
    let code = match &later.code {
        None => None,
        Some(name) => match RULES.iter().find(|it| it.name == name) {
            Some(rule) => Some(rule.name),
            None => return Ok(action),
        },
    };
    let path = base::FilePath::new(&later.path);
    let all = ide::FixAll { whole_project: later.whole_project, code, choices: later.choices };
    let answer = backend.ask(Some(path.clone()), move |snapshot| {
        let edits = ide::fix_all(&snapshot.db, snapshot.file(&path), &all);
        to_proto::action_edit(snapshot, &edits, true)
    });
    action.edit = Some(answer.await?);
    Ok(action)
}
