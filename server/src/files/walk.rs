use std::path::Path;
use std::sync::Arc;

use base::{Content, FilePath, Unreadable};
use ignore::{DirEntry, WalkBuilder};

use super::admission::{Admission, taken};

/// No project is deeper or larger; a tree of links can be.
const DEPTH_LIMIT: usize = 64;
const ENTRY_LIMIT: usize = 500_000;

#[derive(Debug, Default)]
pub struct Walked {
    /// Files still to be read.
    pub files: Vec<FilePath>,
    /// What needs no reading to be known as unreadable.
    pub unreadable: Vec<(FilePath, Content)>,
    /// Every folder that was entered.
    pub folders: Vec<FilePath>,
}

/// Everything at and below `start`, which is the root of the admission or lies below it.
pub fn walk(admission: &Arc<Admission>, start: &FilePath) -> Walked {
    let mut walked = Walked::default();
    let filter = Arc::clone(admission);
    let entries = WalkBuilder::new(start.as_str())
        .standard_filters(false)
        .follow_links(true)
        .max_depth(Some(DEPTH_LIMIT))
        .filter_entry(move |entry| {
            entry.depth() == 0
                || !entry.file_type().is_some_and(|it| it.is_dir())
                || path_of(entry.path()).is_some_and(|it| filter.enters(&it))
        })
        .build();
    for entry in entries.take(ENTRY_LIMIT) {
        match entry {
            Ok(entry) => take(admission, &entry, &mut walked),
            Err(error) => take_error(admission, &error, &mut walked),
        }
    }
    walked
}

/// Every admitted file below a folder, without a look into it.
#[must_use]
pub fn names_below(folder: &FilePath) -> Vec<FilePath> {
    let mut walked = walk(&Arc::new(Admission::new(folder)), folder);
    walked.files.extend(walked.unreadable.into_iter().map(|(path, _)| path));
    walked.files
}

fn take(admission: &Admission, entry: &DirEntry, walked: &mut Walked) {
    // A name that is not Unicode cannot be the name of anything in dbt.
    let Some(path) = path_of(entry.path()) else { return };
    // dbt enters a folder whatever its name is, `.sql` at the end included.
    if entry.file_type().is_some_and(|it| it.is_dir()) {
        walked.folders.push(path);
    } else if taken(&path) && !admission.ignores(&path) {
        walked.files.push(path);
    }
}

/// Links that lead nowhere or in a circle, and what may not be looked at.
fn take_error(admission: &Admission, error: &ignore::Error, walked: &mut Walked) {
    match error {
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            take_error(admission, err, walked);
        }
        ignore::Error::Partial(errors) => {
            for error in errors {
                take_error(admission, error, walked);
            }
        }
        ignore::Error::Loop { child, .. } => {
            if let Some(path) = path_of(child).filter(|it| !admission.ignores(it)) {
                walked.unreadable.push((path, Content::Unreadable(Unreadable::Link)));
            }
        }
        ignore::Error::WithPath { path, .. } => {
            let Some(path) = path_of(path) else { return };
            // A link without an extension may have meant a folder of models.
            let of_interest = taken(&path) || path.extension().is_empty();
            if of_interest && !admission.ignores(&path) {
                match super::read(&path) {
                    Content::Missing => {}
                    content => walked.unreadable.push((path, content)),
                }
            }
        }
        _ => {}
    }
}

pub fn path_of(path: &Path) -> Option<FilePath> {
    path.to_str().map(FilePath::new)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use expect_test::{Expect, expect};

    use super::*;

    fn check(files: &[(&str, &str)], expect: Expect) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match text.strip_prefix("-> ") {
                Some(target) => std::os::unix::fs::symlink(target, &path).unwrap(),
                None => fs::write(&path, text).unwrap(),
            }
        }
        let root = path_of(folder.path()).unwrap();
        let walked = walk(&Arc::new(Admission::new(&root)), &root);
        let mut lines: Vec<String> =
            walked
                .files
                .iter()
                .map(|it| it.relative_to(&root).unwrap().to_owned())
                .chain(walked.unreadable.iter().map(|(path, content)| {
                    format!("{} {content:?}", path.relative_to(&root).unwrap())
                }))
                .collect();
        lines.sort();
        expect.assert_eq(&(lines.join("\n") + "\n"));
    }

    #[test]
    fn a_project_is_walked_and_what_is_not_its_own_is_left_out() {
        check(
            &[
                ("dbt_project.yml", ""),
                (".env", ""),
                (".env.example", ""),
                (".gitignore", "*"),
                ("models/a.sql", ""),
                ("models/target/b.sql", ""),
                ("models/notes.txt", ""),
                ("target/compiled/a.sql", ""),
                ("dbt_packages/p/models/c.sql", ""),
                ("env/pyvenv.cfg", ""),
                ("env/lib/x.py", ""),
                ("node_modules/x.md", ""),
                ("packages/p/dbt_project.yml", ""),
                ("packages/p/target/d.sql", ""),
            ],
            expect![[r#"
                .env
                .env.example
                dbt_project.yml
                models/a.sql
                models/target/b.sql
                packages/p/dbt_project.yml
            "#]],
        );
    }

    #[test]
    fn dbtignore_hides_resources_but_not_the_project() {
        check(
            &[
                (".dbtignore", "*.yml\nscratch/\n{a,b}.sql\n"),
                ("dbt_project.yml", ""),
                ("models/schema.yml", ""),
                ("models/scratch/x.sql", ""),
                ("models/a.sql", ""),
            ],
            expect![[r#"
                .dbtignore
                dbt_project.yml
                models/a.sql
            "#]],
        );
    }

    #[test]
    fn links_that_lead_nowhere_are_named_and_circles_end() {
        check(
            &[
                ("models/a.sql", ""),
                ("models/circle", "-> ../models"),
                ("models/gone.sql", "-> nowhere.sql"),
                ("models/gone", "-> nowhere"),
                ("models/gone.txt", "-> nowhere"),
                ("models/b.sql/c.sql", ""),
                ("shared/d.sql", ""),
                ("models/shared", "-> ../shared"),
            ],
            expect![[r#"
                models/a.sql
                models/b.sql/c.sql
                models/circle Unreadable(Link)
                models/gone Unreadable(Link)
                models/gone.sql Unreadable(Link)
                models/shared/d.sql
                shared/d.sql
            "#]],
        );
    }
}
