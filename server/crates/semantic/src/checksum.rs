use base::Db;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::{Node, NodeKind};

/// Larger seeds are known by their path.
const MAX_SEED: usize = 1 << 20;

/// The checksum that dbt Core writes for a node: of the file, stripped at both ends.
pub(crate) fn checksum(db: &dyn Db, node: Node) -> Json {
    let text = node.file(db).text(db);
    if node.kind(db) == NodeKind::Seed && text.len() >= MAX_SEED {
        let path = node.file(db).path(db);
        let path = project::original_path(db, node.package(db), path);
        return json!({"name": "path", "checksum": path});
    }
    json!({"name": "sha256", "checksum": sha256(text.trim())})
}

pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|it| format!("{it:02x}")).collect()
}
