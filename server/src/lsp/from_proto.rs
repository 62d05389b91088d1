use base::{FilePath, LineColumn};
use tower_lsp::ls_types::{
    InitializeParams, Position, TextDocumentContentChangeEvent, Uri, WorkspaceFolder,
};

use crate::documents::Change;
use crate::files;

/// The path of a file on disk; nothing for texts that live elsewhere.
pub fn path(uri: &Uri) -> Option<FilePath> {
    let file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    let path = uri.to_file_path().filter(|_| file)?;
    files::path_of(&path)
}

pub fn position(position: Position) -> LineColumn {
    LineColumn { line: position.line, column: position.character }
}

pub fn change(change: TextDocumentContentChangeEvent) -> Change {
    let range = change.range.map(|it| (position(it.start), position(it.end)));
    Change { range, text: change.text }
}

pub fn folders(folders: &[WorkspaceFolder]) -> Vec<FilePath> {
    folders.iter().filter_map(|it| path(&it.uri)).collect()
}

/// The folders that the editor has open; older clients name one, in one of two ways.
#[allow(deprecated)]
pub fn opened_folders(params: &InitializeParams) -> Vec<FilePath> {
    if let Some(opened) = &params.workspace_folders {
        return folders(opened);
    }
    let root = params.root_uri.as_ref().and_then(path);
    let root = root.or_else(|| params.root_path.as_deref().map(FilePath::new));
    root.into_iter().collect()
}
