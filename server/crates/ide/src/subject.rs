//! What stands at a position: the one thing that hover and definition speak about.

mod call;
mod names;

use base::{Db, FilePosition, TextRange};
use project::Package;
use semantic::{Macro, Node};

use crate::place::{Place, package_at};

/// A subject and where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub range: TextRange,
    /// The package whose file this is.
    pub package: Package,
    pub subject: Subject,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    Ref {
        package: Option<String>,
        name: String,
        version: Option<String>,
    },
    /// A function of the database.
    Function {
        package: Option<String>,
        name: String,
    },
    Source {
        source: String,
        table: String,
    },
    /// A source without one of its tables.
    SourceGroup {
        source: String,
    },
    EnvironmentVariable {
        name: String,
        default: Option<String>,
    },
    /// A line of `.env` or `.env.example`.
    EnvironmentLine {
        name: String,
    },
    Variable {
        name: String,
        default: Option<String>,
    },
    Macro(Macro),
    Docs {
        package: Option<String>,
        name: String,
    },
    /// The name of a package, as in `ref('package', 'model')`.
    Package(Package),
    /// What properties name.
    Node(Node),
    /// `require-dbt-version`
    RequiredVersion,
    /// What the file itself holds: `this`, `config(…)`.
    This(Node),
}

/// What stands at a position of a file of a project.
pub(crate) fn subject_at(db: &dyn Db, position: FilePosition) -> Option<Found> {
    let package = package_at(db, position.file)?;
    let name = position.file.path(db).name();
    if name == ".env" || name.starts_with(".env.") {
        return names::in_dotenv(db, package, position);
    }
    if name == "dbt_project.yml"
        && let Some(range) = names::required_version(db, position)
    {
        return Some(Found { range, package, subject: Subject::RequiredVersion });
    }
    if let Some(place) = Place::at(db, position)
        && let Some((range, subject)) = call::subject(db, package, position.file, &place)
    {
        return Some(Found { range: place.to_file(range), package, subject });
    }
    names::in_properties(db, package, position)
}
