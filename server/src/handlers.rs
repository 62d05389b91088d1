//! One file per method: the protocol's words in, an event or a question out.

pub mod code_action;
pub mod compiled;
pub mod completion;
pub mod definition;
pub mod diagnostic;
pub mod did_change;
pub mod did_change_watched_files;
pub mod did_change_workspace_folders;
pub mod did_close;
pub mod did_open;
pub mod doctor;
pub mod environment;
pub mod hover;
pub mod inlay_hint;
pub mod lifecycle;
pub mod profile_init;
pub mod readiness;
pub mod references;
pub mod rename;
pub mod targets;
pub mod test_requests;
pub mod timings;
pub mod versions;
pub mod workspace_diagnostic;

use base::{File, FilePosition, line_index};
use tower_lsp::ls_types::{Position, TextDocumentPositionParams};

use crate::lsp::from_proto;
use crate::snapshot::Snapshot;

/// Where the client points, as the text stands in this snapshot.
fn position(snapshot: &Snapshot, file: File, position: Position) -> FilePosition {
    let (lines, text) = (line_index(&snapshot.db, file), file.text(&snapshot.db));
    let position = from_proto::position(position);
    FilePosition { file, offset: snapshot.client.encoding.offset(&lines, text, position) }
}

fn path(params: &TextDocumentPositionParams) -> Option<base::FilePath> {
    from_proto::path(&params.text_document.uri)
}
