use std::hash::{Hash, Hasher};
use std::sync::Arc;

use base::{File, FilePath, Project};
use rules::{Diagnostic, Scope, Severity};
use rustc_hash::FxHasher;
use tower_lsp::ls_types as lsp;

use crate::lsp::to_proto;
use crate::snapshot::Snapshot;

/// The findings of one file as the client gets them.
#[derive(Debug, Clone)]
pub struct Findings {
    pub file: File,
    pub path: FilePath,
    pub uri: Option<lsp::Uri>,
    /// The version of the text they are about, where it is open.
    pub version: Option<i32>,
    pub project: Option<Project>,
    pub errors: usize,
    pub warnings: usize,
    pub items: Arc<Vec<lsp::Diagnostic>>,
}

impl Findings {
    pub fn of(snapshot: &Snapshot, file: File, scope: Scope) -> Self {
        Self::made_of(snapshot, file, &ide::diagnostics(&snapshot.db, file, scope))
    }

    pub fn made_of(snapshot: &Snapshot, file: File, diagnostics: &[Diagnostic]) -> Self {
        let db = &snapshot.db;
        let path = file.path(db).clone();
        let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
        // Only files with findings count for a project; most have none.
        let project = if diagnostics.is_empty() { None } else { ide::project_of(db, file) };
        Self {
            file,
            uri: to_proto::uri(snapshot, &path),
            version: snapshot.open.get(&path).map(|it| it.version),
            path,
            project,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            items: Arc::new(
                diagnostics.iter().map(|it| to_proto::diagnostic(snapshot, it)).collect(),
            ),
        }
    }

    /// Whether a node of the file reads itself.
    pub fn has_circle(&self) -> bool {
        let code = |it: &lsp::Diagnostic| matches!(&it.code, Some(lsp::NumberOrString::String(it)) if it == "ref-cycle");
        self.items.iter().any(code)
    }

    /// The same for the same findings, whenever they are asked for.
    pub fn result_id(&self) -> String {
        result_id(&self.items)
    }
}

fn result_id(items: &[lsp::Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    for it in items {
        let (start, end) = (it.range.start, it.range.end);
        (start.line, start.character, end.line, end.character).hash(&mut hasher);
        format!("{:?} {:?}", it.severity, it.code).hash(&mut hasher);
        it.message.hash(&mut hasher);
    }
    format!("{:x}-{}", hasher.finish(), items.len())
}
