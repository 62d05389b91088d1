use base::{Db, Project};
use project::packages;
use semantic::{Node, all_nodes, is_enabled};

/// Words that name nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is named `{word}`: no node, file, folder or tag{}", .hint)]
pub struct NoSuchNode {
    word: String,
    hint: &'static str,
}

impl NoSuchNode {
    fn new(word: &str) -> Self {
        let has_operator =
            word.starts_with(['+', '@']) || word.ends_with('+') || word.contains(',');
        let hint = if has_operator || word.starts_with("state:") || word.starts_with("config.") {
            "; names, paths, `tag:`, `package:` and `fqn:` are understood, graph operators are not yet"
        } else {
            ""
        };
        Self { word: word.to_owned(), hint }
    }
}

/// The enabled nodes that `--select` and `--exclude` leave, in the order of the project. A word is
/// a node's name or unique id, a path of a file or folder, `path:`, `tag:`, `package:` or `fqn:`.
pub fn select(
    db: &dyn Db,
    project: Project,
    select: &[String],
    exclude: &[String],
) -> Result<Vec<Node>, NoSuchNode> {
    let mut all = Vec::new();
    for package in packages(db, project).iter() {
        if package.origin(db) != project::Origin::Upstream {
            all.extend(all_nodes(db, *package).into_iter().filter(|it| is_enabled(db, *it)));
        }
    }
    if !select.is_empty() {
        for word in words(select) {
            if !all.iter().any(|it| matches(db, *it, word)) {
                return Err(NoSuchNode::new(word));
            }
        }
        all.retain(|it| words(select).any(|word| matches(db, *it, word)));
    }
    all.retain(|it| !words(exclude).any(|word| matches(db, *it, word)));
    Ok(all)
}

fn words(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().flat_map(|it| it.split_whitespace())
}

fn matches(db: &dyn Db, node: Node, word: &str) -> bool {
    let path = || {
        let path = node.file(db).path(db);
        path.relative_to(node.package(db).root(db)).unwrap_or(path.as_str()).to_owned()
    };
    let below = |folder: &str| {
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        let path = path();
        path == folder || path.strip_prefix(folder).is_some_and(|it| it.starts_with('/'))
    };
    if let Some(folder) = word.strip_prefix("path:") {
        return below(folder);
    }
    if let Some(tag) = word.strip_prefix("tag:") {
        let config = semantic::config(db, node);
        let tags = config.get("tags").and_then(|it| it.as_array());
        return tags.is_some_and(|it| it.iter().any(|it| it.as_str() == Some(tag)));
    }
    if let Some(package) = word.strip_prefix("package:") {
        return *project::package_name(db, node.package(db)) == *package;
    }
    let name = word.strip_prefix("fqn:").unwrap_or(word);
    let fqn = semantic::fqn(db, node);
    node.name(db) == name
        || node.display_name(db) == name
        || node.unique_id(db) == name
        || node.file(db).path(db).name() == name
        || (name.contains('/') && below(name))
        || fqn.join(".") == name
        || fqn.join(".").starts_with(&format!("{name}."))
        || fqn[1..].join(".").starts_with(&format!("{name}."))
}
