use std::sync::Arc;

use base::{Db, File, FilePath, Project};
use rustc_hash::FxHashSet;
use syntax::yaml::Node;

use crate::{definition_files, document, outside_folders, package_facts, project_file};

/// One dbt project as another sees it: the root project itself, a package, an upstream project.
#[salsa::interned(unsafe(no_lifetime), revisions = usize::MAX, debug)]
pub struct Package {
    #[returns(copy)]
    pub project: Project,
    #[returns(ref)]
    pub root: FilePath,
    #[returns(copy)]
    pub origin: Origin,
}

/// How a package came to be part of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    Root,
    /// `local:` in `packages.yml`: read from its own folder, installed or not.
    Local,
    /// Found where packages are installed.
    Installed,
    /// `projects:` in `dependencies.yml`, found as a checkout beside the project.
    Upstream,
    /// Macros of dbt or of an adapter, read from an installed dbt.
    Engine,
    /// Macros of dbt or of an adapter as they are written here.
    Library,
}

impl Package {
    /// The `dbt_project.yml` of this package.
    pub fn file(self, db: &dyn Db) -> File {
        db.file(&self.root(db).join("dbt_project.yml"))
    }

    /// Whether the user works on it: findings in other people's code are not shown.
    pub fn is_own(self, db: &dyn Db) -> bool {
        matches!(self.origin(db), Origin::Root | Origin::Local)
    }

    /// Whether it is one of dbt's own.
    pub fn is_internal(self, db: &dyn Db) -> bool {
        matches!(self.origin(db), Origin::Engine | Origin::Library)
    }
}

/// The root project first, then its packages in the order they are listed and found.
#[salsa::tracked(returns(clone))]
pub fn packages(db: &dyn Db, project: Project) -> Arc<[Package]> {
    let root = Package::new(db, project, project.root(db).clone(), Origin::Root);
    let mut found = vec![root];
    let mut names: FxHashSet<Arc<str>> = FxHashSet::default();
    names.insert(package_name(db, root));
    // Local packages may list local packages of their own.
    let mut next = 0;
    while let Some(package) = found.get(next).copied() {
        next += 1;
        for path in local_paths(db, package) {
            let folder = package.root(db).join(&path);
            if found.iter().any(|it| *it.root(db) == folder) {
                continue;
            }
            let local = Package::new(db, project, folder, Origin::Local);
            if local.file(db).exists(db) && names.insert(package_name(db, local)) {
                found.push(local);
            }
        }
    }
    for folder in installed_folders(db, root) {
        let installed = Package::new(db, project, folder, Origin::Installed);
        if names.insert(package_name(db, installed)) {
            found.push(installed);
        }
    }
    for name in upstream_names(db, project) {
        if names.contains(name.as_str()) {
            continue;
        }
        let folders = [name.clone(), name.replace('_', "-")];
        for folder in folders {
            let upstream = Package::new(
                db,
                project,
                project.root(db).join("..").join(&folder),
                Origin::Upstream,
            );
            if upstream.file(db).exists(db) && *package_name(db, upstream) == *name {
                names.insert(package_name(db, upstream));
                found.push(upstream);
                break;
            }
        }
    }
    found.into()
}

/// The folders of installed packages whose name is already taken, each with the folder that has it:
/// dbt refuses to go on then. A local package counts once, installed or not.
pub fn duplicate_packages(db: &dyn Db, project: Project) -> Vec<(FilePath, FilePath)> {
    let all = packages(db, project);
    let Some(root) = all.first().copied() else { return Vec::new() };
    let mut found = Vec::new();
    for folder in installed_folders(db, root) {
        let installed = Package::new(db, project, folder.clone(), Origin::Installed);
        let name = package_name(db, installed);
        let first = all.iter().find(|it| *package_name(db, **it) == *name);
        let other = first.filter(|it| {
            **it != installed && matches!(it.origin(db), Origin::Root | Origin::Installed)
        });
        found.extend(other.map(|it| (folder, it.root(db).clone())));
    }
    found
}

/// The folders of installed packages that dbt cannot use, each with what is wrong.
pub fn unusable_packages(db: &dyn Db, project: Project) -> Vec<(FilePath, &'static str)> {
    let Some(root) = packages(db, project).first().copied() else { return Vec::new() };
    let mut found = Vec::new();
    for folder in installed_folders(db, root) {
        let installed = Package::new(db, project, folder.clone(), Origin::Installed);
        let document = document(db, installed.file(db));
        let name = document.root.as_ref().and_then(|it| it.get("name"));
        if !document.readable {
            found.push((folder, "has a `dbt_project.yml` that is no YAML"));
        } else if name.is_none() {
            found.push((folder, "has no `name` in its `dbt_project.yml`"));
        }
    }
    found
}

/// The name in the package's `dbt_project.yml`, else that of its folder.
#[salsa::tracked(returns(clone))]
pub fn package_name(db: &dyn Db, package: Package) -> Arc<str> {
    let facts = project_file(db, package.file(db));
    facts.name.clone().unwrap_or_else(|| package.root(db).name().into())
}

/// The innermost package of a project that a file lies in, else the first that looks for its
/// resources where the file is.
pub fn package_of(db: &dyn Db, project: Project, file: File) -> Option<Package> {
    let path = file.path(db);
    let all = packages(db, project);
    let around = all.iter().filter(|it| path.is_below(it.root(db)));
    let inner = around.max_by_key(|it| it.root(db).as_str().len());
    let looks = |it: &Package| outside_folders(db, *it).iter().any(|it| path.is_below(it));
    inner.copied().or_else(|| all.iter().copied().find(looks)).or_else(|| {
        // A pipeline or a dev container in the root of the repository.
        let files = definition_files(db, project);
        let root = || all.iter().copied().find(|it| it.origin(db) == Origin::Root);
        let holds_commands = || {
            crate::command_names().contains(&path.name())
                && crate::command_files(db, project).contains(&file)
        };
        (files.iter().any(|it| it.file == file) || holds_commands()).then(root)?
    })
}

/// The innermost root project that a file belongs to, with the package that it lies in.
pub fn owner_of(db: &dyn Db, file: File) -> Option<Package> {
    let path = file.path(db);
    let projects = db.workspace().projects(db);
    let inside = projects.iter().filter(|it| path.is_below(it.root(db)));
    let inner = inside.max_by_key(|it| it.root(db).as_str().len());
    match inner {
        Some(project) => package_of(db, *project, file),
        // A package outside every project's folder, such as `local: ../shared`, or a folder that
        // a project lists.
        None => projects.iter().find_map(|it| package_of(db, *it, file)),
    }
}

/// The files below a package and in the folders outside of it that it lists, sorted by path.
#[salsa::tracked(returns(clone))]
pub fn package_files(db: &dyn Db, package: Package) -> Arc<[File]> {
    let inside = inside_files(db, package);
    let outside = outside_folders(db, package);
    if outside.is_empty() {
        return inside;
    }
    let outside = outside.iter().flat_map(|it| db.folder(it).files(db).iter().copied());
    let mut files: Vec<File> = inside.iter().copied().chain(outside).collect();
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    files.dedup();
    files.into()
}

fn inside_files(db: &dyn Db, package: Package) -> Arc<[File]> {
    match package.origin(db) {
        Origin::Installed => {
            let root = package.root(db);
            let Some(parent) = root.parent() else { return Arc::from([]) };
            let files = db.folder(&parent).files(db);
            files.iter().copied().filter(|it| it.path(db).is_below(root)).collect()
        }
        Origin::Library => crate::internal::library_files(db, package),
        Origin::Root | Origin::Local | Origin::Upstream | Origin::Engine => {
            Arc::clone(db.folder(package.root(db)).files(db))
        }
    }
}

fn local_paths(db: &dyn Db, package: Package) -> Vec<String> {
    let mut paths = Vec::new();
    for name in ["packages.yml", "dependencies.yml"] {
        let file = db.file(&package.root(db).join(name));
        let document = document(db, file);
        let listed = document.root.as_ref().and_then(|it| it.get("packages"));
        let listed = listed.and_then(|it| it.as_sequence()).unwrap_or_default();
        paths.extend(listed.iter().filter_map(|it| Some(it.get("local")?.as_str()?.to_owned())));
    }
    paths
}

/// The names under `projects:` in `dependencies.yml`.
pub fn upstream_names(db: &dyn Db, project: Project) -> Vec<String> {
    let file = db.file(&project.root(db).join("dependencies.yml"));
    let document = document(db, file);
    let listed = document.root.as_ref().and_then(|it| it.get("projects"));
    let listed = listed.and_then(|it| it.as_sequence()).unwrap_or_default();
    listed.iter().filter_map(|it| Some(it.get("name")?.as_str()?.to_owned())).collect()
}

/// Listed packages that `dbt deps` has not installed, as `packages.yml` spells them. Those of local
/// packages count too: the root project installs them.
#[salsa::tracked(returns(clone))]
pub fn uninstalled_packages(db: &dyn Db, project: Project) -> Arc<[Arc<str>]> {
    let all = packages(db, project);
    let mut listed: Vec<Arc<str>> = Vec::new();
    for package in all.iter().filter(|it| it.is_own(db)) {
        for name in listed_packages(db, *package) {
            if !listed.contains(&name) {
                listed.push(name);
            }
        }
    }
    let installed: Vec<Package> =
        all.iter().copied().filter(|it| it.origin(db) == Origin::Installed).collect();
    // A repository may hold a package of any name: then it is the number that counts, as in dbt.
    let is_enough = installed.len() >= listed.len();
    let is_installed = |written: &str| {
        let plain = |it: &str| it.trim_end_matches(".git").replace('-', "_");
        let last = plain(written.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(""));
        installed.iter().any(|it| {
            let names = [plain(&package_name(db, *it)), plain(it.root(db).name())];
            names.iter().any(|it| *it == last || last.strip_prefix("dbt_") == Some(it))
        })
    };
    let is_of_hub = |it: &str| it.split('/').count() == 2 && !it.contains([':', '.']);
    listed.retain(|it| !is_installed(it) && (is_of_hub(it) || !is_enough));
    listed.into()
}

/// What `packages:` lists for installing: names of the hub and addresses, as they are spelled.
fn listed_packages(db: &dyn Db, package: Package) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    for file in ["packages.yml", "dependencies.yml"] {
        let document = document(db, db.file(&package.root(db).join(file)));
        let listed = document.root.as_ref().and_then(|it| it.get("packages"));
        let entries = listed.map_or(&[][..], |it| it.items());
        names.extend(
            entries.iter().filter_map(listed_name).filter_map(|it| it.as_str().map(Arc::from)),
        );
    }
    names
}

/// What an entry of `packages:` names; nothing for a local package.
#[must_use]
pub fn listed_name(entry: &Node) -> Option<&Node> {
    let keys = ["package", "git", "private", "tarball"];
    keys.iter().find_map(|it| entry.get(it))
}

fn installed_folders(db: &dyn Db, root: Package) -> Vec<FilePath> {
    let path = root.root(db).join(&package_facts(db, root).paths.packages_install);
    let files = db.folder(&path).files(db);
    let markers = files.iter().filter(|it| {
        it.path(db)
            .relative_to(&path)
            .is_some_and(|it| it.ends_with("/dbt_project.yml") && it.matches('/').count() == 1)
    });
    markers.filter_map(|it| it.path(db).parent()).collect()
}
