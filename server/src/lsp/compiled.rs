//! `tandem/compiled` and its companions; `docs/lsp-extensions.md` is their page.

use base::{FilePath, LineIndex, TextRange, line_index};
use ide::{CompiledText, Wanted, compiled_text, is_on_disk};
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{Position, Range, TextDocumentIdentifier, Uri};

use super::to_proto;
use crate::snapshot::Snapshot;

/// `tandem/compiledChanged`
#[derive(Debug)]
pub enum CompiledChanged {}

impl Notification for CompiledChanged {
    type Params = Changed;
    const METHOD: &'static str = "tandem/compiledChanged";
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Changed {
    /// As the client spelled it.
    pub uri: Uri,
    /// Nothing where dbt compiles nothing of the document any more.
    pub compiled: Option<Compiled>,
}

/// What `tandem/compiled` is asked with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompiledParams {
    pub text_document: TextDocumentIdentifier,
    /// Which of several nodes of the document is meant: that at this place,
    pub position: Option<Position>,
    /// or that with this unique id.
    pub node: Option<String>,
}

/// `tandem/watchCompiled`: everything whose compiled text is shown just now.
#[derive(Debug, Clone, Deserialize)]
pub struct WatchParams {
    pub documents: Vec<WatchedDocument>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct WatchedDocument {
    pub uri: Uri,
    pub node: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compiled {
    pub uri: Uri,
    /// The version of the document, where it is open.
    pub version: Option<i32>,
    /// The unique id of the node.
    pub node: String,
    pub name: String,
    pub language: String,
    pub relation: Option<String>,
    pub text: String,
    pub holes: Vec<Hole>,
    pub problems: Vec<Problem>,
    pub map: Map,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hole {
    /// In the compiled text; empty.
    pub range: Range,
    /// In the document.
    pub template: Range,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// In the document.
    pub range: Range,
    pub message: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// For each stretch of the text, in order: line and character of its start and end, line and
    /// character of start and end in the document, 1 where both are the same letters, and which of
    /// the origins it has, counted from 1.
    pub segments: Vec<[u32; 10]>,
    pub origins: Vec<Vec<Origin>>,
}

/// What the document only leads to: the text of a macro, an ephemeral model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    pub uri: Uri,
    pub range: Range,
    /// The macro.
    pub name: Option<String>,
}

impl Compiled {
    pub fn of(snapshot: &Snapshot, path: &FilePath, wanted: Wanted<'_>) -> Option<Self> {
        let file = snapshot.file(path);
        let found = compiled_text(&snapshot.db, file, wanted)?;
        let uri = to_proto::uri(snapshot, path)?;
        let template = |range| to_proto::range(snapshot, file, range);
        let lines = LineIndex::new(&found.text);
        let at = |offset| {
            to_proto::position(snapshot.client.encoding.position(&lines, &found.text, offset))
        };
        let holes = found.holes.iter().map(|it| Hole {
            range: Range::new(at(it.offset), at(it.offset)),
            template: template(it.template),
            reason: it.reason.clone(),
        });
        let problems = found
            .problems
            .iter()
            .map(|it| Problem { range: template(it.range), message: it.message.clone() });
        Some(Self {
            version: snapshot.open.get(path).map(|it| it.version),
            node: found.unique_id.clone(),
            name: found.name.clone(),
            language: found.language.to_owned(),
            relation: found.relation.clone(),
            holes: holes.collect(),
            problems: problems.collect(),
            map: map(snapshot, file, &found, |range| {
                Range::new(at(range.start()), at(range.end()))
            }),
            uri,
            text: found.text,
        })
    }

    /// Whether a client that has the other one need not be told.
    pub fn shows_the_same(&self, other: &Self) -> bool {
        // The version may be another one: that of a text that was changed and changed back.
        let Self { uri, version: _, node, name, language, relation, text, holes, problems, map } =
            self;
        (uri, node, name, language, relation)
            == (&other.uri, &other.node, &other.name, &other.language, &other.relation)
            && (text, holes, problems, map)
                == (&other.text, &other.holes, &other.problems, &other.map)
    }
}

fn map(
    snapshot: &Snapshot,
    file: base::File,
    found: &CompiledText,
    shown: impl Fn(TextRange) -> Range,
) -> Map {
    let db = &snapshot.db;
    let (lines, text) = (line_index(db, file), file.text(db));
    let encoding = snapshot.client.encoding;
    let mut map = Map::default();
    for it in &found.segments {
        let to = shown(it.range);
        let (start, end) = (
            encoding.position(&lines, text, it.template.start()),
            encoding.position(&lines, text, it.template.end()),
        );
        let frames = it.frames.iter().filter(|it| is_on_disk(db, found.node, it.file));
        let origin: Vec<Origin> = frames
            .filter_map(|it| {
                Some(Origin {
                    uri: to_proto::uri(snapshot, it.file.path(db))?,
                    range: to_proto::range(snapshot, it.file, it.range),
                    name: it.macro_name.clone(),
                })
            })
            .collect();
        let number = if origin.is_empty() {
            0
        } else {
            if map.origins.last() != Some(&origin) {
                map.origins.push(origin);
            }
            u32::try_from(map.origins.len()).unwrap_or_default()
        };
        map.segments.push([
            to.start.line,
            to.start.character,
            to.end.line,
            to.end.character,
            start.line,
            start.column,
            end.line,
            end.column,
            u32::from(it.verbatim),
            number,
        ]);
    }
    map
}
