use std::borrow::Cow;
use std::sync::Arc;

use base::{Db, File, FilePath};
use syntax::yaml::{self, Node};

use super::{Definition, pairs};

/// `containerEnv` and `remoteEnv`; the second wins inside the editor's own processes.
pub fn definitions(text: &str) -> Vec<Definition> {
    let document = read(text);
    let mut found = Vec::new();
    for key in ["containerEnv", "remoteEnv"] {
        pairs(document.get(key), key, &mut found);
    }
    found
}

/// The compose files that a dev container names, each with the service that it is.
#[salsa::tracked(returns(clone))]
pub fn compose_files(db: &dyn Db, file: File) -> Arc<[(FilePath, String)]> {
    let document = read(file.text(db));
    let Some(service) = document.get("service").and_then(Node::as_str) else {
        return Arc::from([]);
    };
    let Some(files) = document.get("dockerComposeFile") else { return Arc::from([]) };
    let Some(folder) = file.path(db).parent() else { return Arc::from([]) };
    let names = files.as_str().into_iter().chain(files.items().iter().filter_map(Node::as_str));
    names.map(|it| (folder.join(it), service.to_owned())).collect()
}

/// `environment` of one service of docker-compose.
pub fn of_service(root: Option<&Node>, service: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    let environment = root.and_then(|it| it.get_path(&["services", service, "environment"]));
    pairs(environment, service, &mut found);
    found
}

/// A `devcontainer.json`: JSON is YAML, but for its comments.
#[must_use]
pub fn read(text: &str) -> yaml::Document {
    yaml::parse(&without_comments(text))
}

/// Blanks in place of comments, so that every offset stays.
pub fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            (b'/', Some(b'/')) => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    bytes[at] = b' ';
                    at += 1;
                }
            }
            (b'/', Some(b'*')) => {
                let rest = &bytes[at + 2..];
                let end = rest.windows(2).position(|it| it == b"*/");
                let end = end.map_or(bytes.len(), |it| at + it + 4);
                for byte in &mut bytes[at..end] {
                    if *byte != b'\n' {
                        *byte = b' ';
                    }
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    // Only whole comments were replaced, which begin and end between characters.
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}
