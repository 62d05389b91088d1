use std::sync::Arc;

use base::{Db, File, TextRange, TextSize, tree};
use project::document;
use syntax::jinja::{DefinitionKind, Template};
use syntax::yaml;

use crate::{Node, NodeKind};

/// The tree of a file with Jinja in it: one for the editor and for rendering.
pub fn template(db: &dyn Db, file: File) -> Arc<Template> {
    tree(db, file, |text| syntax::jinja::parse(text))
}

/// A stretch of Jinja in a file: the whole of a model, or one scalar of YAML.
#[derive(Debug, Clone)]
pub struct JinjaText {
    pub template: Arc<Template>,
    scalar: Option<Arc<yaml::Node>>,
}

impl JinjaText {
    /// A range of the template as a range of the file.
    #[must_use]
    pub fn to_file(&self, range: TextRange) -> TextRange {
        self.scalar.as_ref().map_or(range, |it| it.source_range(range))
    }

    /// A place in the file as a place in the template, where it lies in it.
    #[must_use]
    pub fn from_file(&self, offset: TextSize) -> Option<TextSize> {
        match &self.scalar {
            Some(scalar) => scalar.value_offset(offset),
            None => Some(offset),
        }
    }

    #[must_use]
    pub fn is_scalar(&self) -> bool {
        self.scalar.is_some()
    }
}

/// All Jinja of a file, in the order of the text.
pub fn jinja_texts(db: &dyn Db, file: File) -> Arc<Vec<JinjaText>> {
    match file.path(db).extension() {
        "sql" | "md" => Arc::new(vec![JinjaText { template: template(db, file), scalar: None }]),
        "yml" | "yaml" => tree(db, file, |_| scalars(&document(db, file))),
        _ => Arc::default(),
    }
}

fn scalars(document: &yaml::Document) -> Vec<JinjaText> {
    let with_jinja = document
        .nodes()
        .filter(|it| it.as_str().is_some_and(|it| it.contains("{{") || it.contains("{%")));
    let mut texts: Vec<JinjaText> = with_jinja
        .map(|it| JinjaText {
            template: Arc::new(syntax::jinja::parse(it.as_str().unwrap_or_default())),
            scalar: Some(Arc::new(it.clone())),
        })
        .collect();
    texts.sort_by_key(|it| it.scalar.as_ref().map(|it| it.range.start()));
    texts
}

/// The Jinja around a place of a file, with that place in it.
pub fn jinja_at(db: &dyn Db, file: File, offset: TextSize) -> Option<(JinjaText, TextSize)> {
    jinja_texts(db, file).iter().find_map(|it| Some((it.clone(), it.from_file(offset)?)))
}

/// The body of a snapshot block: where it begins in its file, and its text.
fn snapshot_body(db: &dyn Db, node: Node) -> Option<(usize, String)> {
    let whole = template(db, node.file(db));
    let blocks = whole.definitions().map(|(_, it)| it);
    let block = blocks
        .filter(|it| it.kind == DefinitionKind::Snapshot)
        .find(|it| whole.name(it.name) == node.name(db))?;
    let text = whole.source();
    let (start, end) = (usize::from(block.tag.end()), usize::from(block.range.end()));
    let body = text.get(start..end)?;
    // The end tag is the last one; a block that is not closed reaches to the end of the file.
    let (body, strips_end) = match body.rfind("{%") {
        Some(tag) if body[tag..].contains("endsnapshot") => {
            (&body[..tag], body[tag..].starts_with("{%-"))
        }
        _ => (body, false),
    };
    // The block's tags may strip what is next to them.
    let strips_start = text.get(..start).is_some_and(|it| it.ends_with("-%}"));
    let cut = if strips_start { body.len() - body.trim_start().len() } else { 0 };
    let body = &body[cut..];
    let body = if strips_end { body.trim_end() } else { body };
    Some((start + cut, body.to_owned()))
}

/// The body of a snapshot block with nothing else, in its place.
#[salsa::tracked(returns(clone), no_eq, lru = 64)]
fn snapshot_template(db: &dyn Db, node: Node) -> Option<Arc<Template>> {
    let (start, body) = snapshot_body(db, node)?;
    // Blanks keep every offset as it is in the file.
    Some(Arc::new(syntax::jinja::parse(&format!("{:start$}{body}", ""))))
}

/// How much of a node's template, and of the text that it renders to, only stands there to keep
/// the offsets of the file.
#[must_use]
pub fn template_offset(db: &dyn Db, node: Node) -> usize {
    match node.kind(db) {
        NodeKind::Snapshot if is_block(db, node) => snapshot_body(db, node).map_or(0, |it| it.0),
        _ => 0,
    }
}

/// Whether a snapshot is a block of a SQL file, and not an item of YAML.
fn is_block(db: &dyn Db, node: Node) -> bool {
    node.file(db).path(db).extension() == "sql"
}

/// The template that is rendered for a node; nothing for one that has none.
pub fn node_template(db: &dyn Db, node: Node) -> Option<Arc<Template>> {
    match node.kind(db) {
        // The text of a function is a template in Python too.
        NodeKind::Model | NodeKind::Analysis | NodeKind::SingularTest | NodeKind::Function => {
            Some(template(db, node.file(db)))
        }
        NodeKind::Snapshot if is_block(db, node) => snapshot_template(db, node),
        NodeKind::Snapshot | NodeKind::GenericTest | NodeKind::Operation => {
            Some(Arc::new(syntax::jinja::parse(&raw_code(db, node))))
        }
        NodeKind::PythonModel | NodeKind::Seed => None,
    }
}

/// What dbt keeps as a node's code: the file without white space around it, the body of a block,
/// or what YAML stands for.
#[must_use]
pub fn raw_code(db: &dyn Db, node: Node) -> String {
    match node.kind(db) {
        NodeKind::Model
        | NodeKind::PythonModel
        | NodeKind::Analysis
        | NodeKind::SingularTest
        | NodeKind::Function => node.file(db).text(db).trim().to_owned(),
        NodeKind::Snapshot if is_block(db, node) => {
            snapshot_body(db, node).map_or_else(String::new, |it| it.1)
        }
        NodeKind::Snapshot => {
            let patch = crate::node_patch(db, node);
            let relation = patch.as_ref().and_then(|it| it.patch.text("relation"));
            relation.map_or_else(String::new, |it| format!("select * from {{{{ {it} }}}}"))
        }
        NodeKind::GenericTest => {
            crate::generic_test(db, node).map_or_else(String::new, |it| it.raw_code())
        }
        NodeKind::Operation => crate::operation_sql(db, node).unwrap_or_default(),
        NodeKind::Seed => String::new(),
    }
}
