use std::sync::Arc;

use base::{Db, File, FilePath, Project};

use crate::{Origin, Package, profile};

mod library;

/// Where our own library lies: no disk has this path.
const LIBRARY_ROOT: &str = "/tandem:library";

/// The adapters that an adapter builds on, nearest first: their macros hold for it too.
#[must_use]
pub fn adapter_parents(adapter: &str) -> &'static [&'static str] {
    match adapter {
        "redshift" | "materialize" | "greenplum" | "risingwave" | "cratedb" => &["postgres"],
        "databricks" => &["spark"],
        "synapse" => &["fabric"],
        _ => &[],
    }
}

/// The packages of macros that come with dbt and with the target's adapter: the adapter's own
/// first, dbt's last. Each is read from the installed dbt where that has it, else it is our own.
///
/// They are no part of `packages`: nothing in them is a node or gets a finding.
#[salsa::tracked(returns(clone))]
pub fn internal_packages(db: &dyn Db, project: Project) -> Arc<[Package]> {
    let profile = profile(db, project);
    let adapter = profile.adapter.as_deref();
    let parents = adapter.map(adapter_parents).unwrap_or_default();
    let adapters = adapter.into_iter().chain(parents.iter().copied());
    let folders = adapters.chain(["global_project"]);
    folders.filter_map(|it| internal_package(db, project, it)).collect()
}

fn internal_package(db: &dyn Db, project: Project, folder: &str) -> Option<Package> {
    if let Some(include) = project.settings(db).engine().and_then(|it| it.include.as_ref()) {
        let installed = Package::new(db, project, include.join(folder), Origin::Engine);
        if installed.file(db).exists(db) {
            return Some(installed);
        }
    }
    let library = Package::new(
        db,
        project,
        FilePath::new(&format!("{LIBRARY_ROOT}/{folder}")),
        Origin::Library,
    );
    (!library_files(db, library).is_empty()).then_some(library)
}

/// The files of a package of our own library.
pub(crate) fn library_files(db: &dyn Db, package: Package) -> Arc<[File]> {
    let root = package.root(db);
    let files = library::FILES.iter().filter(|it| it.folder == root.name());
    files.map(|it| db.embedded_file(&root.join(it.path), it.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_of_the_library_is_a_project_with_macros() {
        for file in library::FILES {
            let is_here = |path: &str| {
                library::FILES.iter().any(|it| it.folder == file.folder && it.path == path)
            };
            assert!(is_here("dbt_project.yml"), "{}", file.folder);
            assert!(file.path == "dbt_project.yml" || file.path.starts_with("macros/"));
        }
    }
}
