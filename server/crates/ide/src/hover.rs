mod cloud;
mod columns;
mod environment;
mod macros;
mod node;
mod profile;
mod rule;
mod source;
mod text;
mod variable;

use base::{Db, FilePosition, TextRange};
use semantic::{Resolution, nodes_in, resolve_function, resolve_ref, written_refs};

use crate::lookup::{docs_block, docs_text};
use crate::subject::{Found, Subject, subject_at};
use text::{code, join_paragraphs};

pub(crate) use environment::{shown_value, source as source_of_value};
pub(crate) use text::{Teller, shorten, value_text};
pub(crate) use variable::origin as variable_origin;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub range: TextRange,
    pub markdown: String,
}

/// What is known of the thing at a position. Holds no secret.
#[must_use]
pub fn hover(db: &dyn Db, position: FilePosition) -> Option<Hover> {
    let Some(found) = subject_at(db, position) else {
        return profile::hover(db, position).or_else(|| cloud::hover(db, position));
    };
    let teller = Teller::new(db, found.package);
    let mut markdown = tell(&teller, &found)?;
    if matches!(found.subject, Subject::Ref { .. }) && is_not_taken(db, position, &found) {
        let note = "dbt does not take this branch when it parses: no dependency comes from here.";
        markdown = join_paragraphs([markdown, note.to_owned()]);
    }
    // What was put together may hold a secret that none of its parts held.
    Some(Hover { range: found.range, markdown: teller.mask(&markdown) })
}

/// Whether a `ref` stands in a branch that parsing does not take.
fn is_not_taken(db: &dyn Db, position: FilePosition, found: &Found) -> bool {
    if position.file.path(db).extension() != "sql" {
        return false;
    }
    nodes_in(db, found.package, position.file).into_iter().any(|node| {
        let written = written_refs(db, node);
        written.iter().any(|it| !it.taken && it.range.contains_inclusive(position.offset))
    })
}

fn tell(teller: &Teller<'_>, found: &Found) -> Option<String> {
    let db = teller.db;
    Some(match &found.subject {
        Subject::Ref { package, name, version } => {
            let version = version.as_deref();
            let resolution = resolve_ref(db, found.package, package.as_deref(), name, version);
            node::reference(teller, package.as_deref(), name, &resolution)
        }
        Subject::Function { package, name } => {
            match resolve_function(db, found.package, package.as_deref(), name) {
                Resolution::Node(node) | Resolution::Disabled(node) => node::function(teller, node),
                _ => format!("No function of the database is named {}.", code(name)),
            }
        }
        Subject::Node(node) => node::as_read(teller, *node),
        Subject::This(node) => node::as_written(teller, *node),
        Subject::Source { source, table } => source::table(teller, source, table),
        Subject::SourceGroup { source } => source::group(teller, source),
        Subject::EnvironmentVariable { name, default } => {
            environment::variable(teller, name, default.as_deref())
        }
        Subject::EnvironmentLine { name } => environment::line(teller, name),
        Subject::Variable { name, default } => variable::variable(teller, name, default.as_deref()),
        Subject::Macro(found) => macros::macro_(teller, *found),
        Subject::Docs { package, name } => {
            match docs_block(db, found.package, package.as_deref(), name) {
                Some(block) => join_paragraphs([
                    docs_text(db, block),
                    format!("Docs block of {}", code(&teller.path(block.file))),
                ]),
                None => format!("No docs block is named {}.", code(name)),
            }
        }
        Subject::Package(package) => node::package(teller, *package),
        Subject::RequiredVersion => crate::versions::told(db, teller.project),
    })
}

#[cfg(test)]
mod tests;
