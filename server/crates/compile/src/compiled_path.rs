use base::{Db, Project};
use project::{original_path, package_facts, package_name, packages};
use semantic::{Node, NodeKind, resource_path};

/// Where dbt puts the SQL of a node, below its target folder, as dbt writes the path.
#[must_use]
pub fn compiled_path(db: &dyn Db, node: Node) -> Option<String> {
    let package = node.package(db);
    let file = match node.kind(db) {
        NodeKind::Seed | NodeKind::Snapshot => return None,
        NodeKind::Operation => "./dbt_project.yml".to_owned(),
        _ => original_path(db, package, node.file(db).path(db)),
    };
    let path = resource_path(db, node);
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    // What is not a file of its own lies in a folder with the name of its file.
    let path = if name(&file) == name(&path) { file } else { format!("{file}/{path}") };
    Some(format!("compiled/{}/{path}", package_name(db, package)))
}

/// The folder that dbt writes to, as it is written in flags or in the project file.
#[must_use]
pub fn target_path(db: &dyn Db, project: Project) -> String {
    let root = || {
        let packages = packages(db, project);
        packages.first().map(|it| package_facts(db, *it).paths.target.clone())
    };
    project.settings(db).target_path.clone().or_else(root).unwrap_or_default()
}
