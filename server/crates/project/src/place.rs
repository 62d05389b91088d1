use std::borrow::Cow;

use base::{Db, FilePath};

use crate::{Package, Paths, package_facts};

/// Where dbt finds a file: a folder as the project file writes it, and the path below that. Folders
/// may lie above the project, `../shared`, or anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    pub folder: &'a str,
    pub below: &'a str,
}

/// The first of these folders that holds a file.
#[must_use]
pub fn place_in<'a>(
    root: &FilePath,
    path: &'a FilePath,
    folders: impl IntoIterator<Item = &'a String>,
) -> Option<Place<'a>> {
    folders.into_iter().find_map(|folder| {
        let below = below(root, path, folder)?;
        Some(Place { folder, below })
    })
}

/// The path of a file below a folder that is written relative to a package.
pub(crate) fn below<'a>(root: &FilePath, path: &'a FilePath, folder: &str) -> Option<&'a str> {
    match plain(folder) {
        Some(plain) => path.relative_to(root)?.strip_prefix(plain)?.strip_prefix('/'),
        None => path.relative_to(&root.join(folder)),
    }
    .filter(|it| !it.is_empty())
}

/// The path of a file as dbt writes it, `original_file_path`: the folder as it is written, then the
/// path below it.
pub fn original_path(db: &dyn Db, package: Package, path: &FilePath) -> String {
    let root = package.root(db);
    let facts = package_facts(db, package);
    written_path(root, path, &facts.paths).into_owned()
}

fn written_path<'a>(root: &FilePath, path: &'a FilePath, paths: &Paths) -> Cow<'a, str> {
    // Where a folder is written plainly, that is the path below the package.
    let odd = paths.listed().filter(|it| !is_written_plainly(it));
    let found = odd.filter_map(|it| Some((it, below(root, path, it)?))).next();
    match found {
        Some(("", below)) => Cow::Borrowed(below),
        Some((folder, below)) => Cow::Owned(format!("{}/{below}", folder.trim_end_matches('/'))),
        None => Cow::Borrowed(path.relative_to(root).unwrap_or(path.as_str())),
    }
}

/// The folders outside of a package in which dbt looks for its resources; none lies in another.
#[must_use]
pub fn outside_folders(db: &dyn Db, package: Package) -> Vec<FilePath> {
    let root = package.root(db);
    let facts = package_facts(db, package);
    let odd = facts.paths.listed().filter(|it| plain(it).is_none());
    let outside = odd.map(|it| root.join(it)).filter(|it| !it.is_below(root));
    // Nobody keeps models in the root of the disk or in a whole home folder: reading that would
    // take for ever.
    let home = db.machine().home(db);
    let whole = |it: &FilePath| home.as_ref().is_some_and(|home| home.is_below(it));
    let mut folders: Vec<FilePath> =
        outside.filter(|it| it.parent().is_some() && !whole(it)).collect();
    folders.sort();
    folders.dedup_by(|it, before| it.is_below(before));
    folders
}

fn is_written_plainly(folder: &str) -> bool {
    plain(folder).is_some_and(|it| it.len() == folder.trim_end_matches('/').len())
}

/// A folder without what does not change where it is; nothing where its parts have to be looked at.
fn plain(folder: &str) -> Option<&str> {
    let plain = folder.trim_start_matches("./").trim_end_matches('/');
    let is_odd = |part: &str| matches!(part, "" | "." | "..");
    (!plain.split('/').any(is_odd) && !plain.contains([':', '\\'])).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folder: &str, path: &str, below_it: Option<&str>, written: &str) {
        let root = FilePath::new("/w/p");
        let path = FilePath::new(path);
        assert_eq!(below(&root, &path, folder), below_it);
        let paths = Paths { models: vec![folder.to_owned()], ..Paths::default() };
        assert_eq!(written_path(&root, &path, &paths), written);
    }

    #[test]
    fn paths_are_written_as_the_project_file_writes_their_folders() {
        check("models", "/w/p/models/a/b.sql", Some("a/b.sql"), "models/a/b.sql");
        check("models/", "/w/p/models/b.sql", Some("b.sql"), "models/b.sql");
        check("./models", "/w/p/models/b.sql", Some("b.sql"), "./models/b.sql");
        check(".", "/w/p/models/b.sql", Some("models/b.sql"), "./models/b.sql");
        check("../shared/", "/w/shared/x/b.sql", Some("x/b.sql"), "../shared/x/b.sql");
        check("../../v", "/v/b.sql", Some("b.sql"), "../../v/b.sql");
        check("/v", "/v/b.sql", Some("b.sql"), "/v/b.sql");
        check("a/../models", "/w/p/models/b.sql", Some("b.sql"), "a/../models/b.sql");
    }

    #[test]
    fn other_folders_hold_other_files() {
        check("models", "/w/p/models2/b.sql", None, "models2/b.sql");
        check("../shared", "/w/p/models/b.sql", None, "models/b.sql");
        check("../shared", "/w/shared2/b.sql", None, "/w/shared2/b.sql");
        check("../shared", "/w/shared", None, "/w/shared");
    }
}
