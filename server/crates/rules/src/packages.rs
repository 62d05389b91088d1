//! Rules about `packages.yml` and `dependencies.yml`.

pub mod package_redirect;
pub mod package_without_v2;

use project::document;
use syntax::yaml::{Document, Node};

use crate::FileContext;

/// The entries under `packages`.
fn listed(document: &Document) -> &[Node] {
    document.get("packages").map_or(&[][..], |it| it.items())
}

fn packages_file(context: &FileContext<'_>) -> std::sync::Arc<Document> {
    document(context.db, context.file)
}
