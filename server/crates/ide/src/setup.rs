//! Helpers for a new colleague's machine, made from what the project itself says: each is an edit
//! of one file that leaves everything else in it alone, and does nothing a second time.

mod contributing;
mod dev_container;
mod facts;
mod make;
mod update;

use base::{Content, Db, File, Project, TextEdit, apply};

pub use update::update_command;

use facts::Facts;

/// What can be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupHelper {
    DevContainer,
    Makefile,
    Justfile,
    Contributing,
}

/// The change of one file, which need not exist.
#[derive(Debug, Clone)]
pub struct Setup {
    pub file: File,
    /// Nothing where all is there already.
    pub edits: Vec<TextEdit>,
    /// What a person should know about it.
    pub notes: Vec<String>,
}

impl Setup {
    /// The text of the file after the change.
    #[must_use]
    pub fn after(&self, db: &dyn Db) -> String {
        apply(self.file.text(db), &self.edits)
    }
}

#[must_use]
pub fn setup(db: &dyn Db, project: Project, helper: SetupHelper) -> Setup {
    let facts = Facts::of(db, project);
    let file = place(db, &facts, helper);
    let unreadable = matches!(file.content(db), Content::Unreadable(_));
    if unreadable {
        let notes = vec![format!("{} cannot be read, so it is left alone", file.path(db))];
        return Setup { file, edits: Vec::new(), notes };
    }
    let text = file.text(db);
    let (edits, notes) = match helper {
        SetupHelper::DevContainer => dev_container::edits(text, &facts.from(file.path(db))),
        SetupHelper::Makefile => make::makefile(text, &facts),
        SetupHelper::Justfile => make::justfile(text, &facts),
        SetupHelper::Contributing => contributing::edits(text, &facts.from(file.path(db))),
    };
    Setup { file, edits, notes }
}

/// The file that is there, in the project or in the root of the repository; else where it belongs.
fn place(db: &dyn Db, facts: &Facts, helper: SetupHelper) -> File {
    let (names, at_root): (&[&str], bool) = match helper {
        SetupHelper::DevContainer => {
            (&[".devcontainer/devcontainer.json", ".devcontainer.json"], true)
        }
        SetupHelper::Makefile => (&["Makefile", "makefile", "GNUmakefile"], false),
        SetupHelper::Justfile => (&["justfile", "Justfile", ".justfile"], false),
        SetupHelper::Contributing => (&["CONTRIBUTING.md", "contributing.md"], true),
    };
    let folders = if at_root { vec![&facts.root, &facts.repository] } else { vec![&facts.root] };
    let all =
        folders.iter().flat_map(|folder| names.iter().map(|name| db.file(&folder.join(name))));
    let there = all.into_iter().find(|it| it.exists(db));
    let folder = if at_root { &facts.repository } else { &facts.root };
    there.unwrap_or_else(|| db.file(&folder.join(names.first().copied().unwrap_or_default())))
}

/// The line end that a text has; of an empty one, the usual one.
fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Something of its own behind a text: a blank line between them, lines ended as there.
fn appended(text: &str, part: &str) -> TextEdit {
    let end = line_end(text);
    let between = match text {
        "" => String::new(),
        it if it.ends_with(&format!("{end}{end}")) => String::new(),
        it if it.ends_with('\n') => end.to_owned(),
        _ => format!("{end}{end}"),
    };
    let part = part.replace('\n', end);
    let offset = base::TextSize::of(text);
    TextEdit::insert(offset, format!("{between}{part}"))
}

#[cfg(test)]
mod tests;
