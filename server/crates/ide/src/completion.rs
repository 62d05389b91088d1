mod choose;
mod environment;
mod functions;
mod identifier;
mod macros;
mod models;
mod profile;
mod slot;
mod sources;
mod variables;

use base::{Db, FilePosition, TextRange};

use crate::hover::Teller;
use crate::place::{Place, package_at};
use crate::profile::is_under_secret_key;
use slot::{Slot, Wanted};

pub use choose::MAX_COMPLETIONS;
pub use models::completion_documentation;

/// One name that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    pub label: String,
    pub kind: CompletionKind,
    /// A word or two beside the label.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// Of a node, its unique id: [`completion_documentation`] has more to say of it.
    pub node: Option<String>,
    /// What the item replaces.
    pub range: TextRange,
    pub insert: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    Model,
    Source,
    Macro,
    Variable,
    EnvironmentVariable,
    Docs,
    Package,
    Keyword,
    /// A key of YAML.
    Key,
    Value,
}

/// The names that fit at a position, best first. Where there are [`MAX_COMPLETIONS`] of them there
/// may be more, and those that go with what is typed so far were preferred.
#[must_use]
pub fn completions(db: &dyn Db, position: FilePosition) -> Vec<CompletionItem> {
    if let Some(items) = environment::in_dotenv(db, position) {
        return items;
    }
    let found = || {
        let package = package_at(db, position.file)?;
        let place = Place::typed(db, position)?;
        let teller = Teller::new(db, package);
        let Some(slot) = Slot::at(&place) else {
            return identifier::complete(&teller, &place);
        };
        Some(match &slot.wanted {
            Wanted::Function { package } => functions::all(&teller, &slot, package.as_deref()),
            Wanted::Model { package: None } => models::of_all(&teller, &slot),
            Wanted::Model { package: Some(package) } => models::of_package(&teller, &slot, package),
            Wanted::Source => sources::sources(&teller, &slot),
            Wanted::SourceTable { source } => sources::tables(&teller, &slot, source),
            Wanted::EnvironmentVariable => environment::names(&teller, &slot),
            Wanted::Variable => variables::names(&teller, &slot),
            Wanted::Docs => variables::docs(&teller, &slot),
        })
    };
    let mut items = found().or_else(|| profile::complete(db, position)).unwrap_or_default();
    // What is put under a secret key is a secret, under whatever name it is known until then.
    if items.iter().any(|it| it.kind == CompletionKind::EnvironmentVariable)
        && is_under_secret_key(db, position)
    {
        for it in &mut items {
            let source = it.detail.as_deref().and_then(|it| it.rsplit_once(" · "));
            it.detail = source.map(|(_, source)| format!("***** · {source}"));
        }
    }
    items
}

#[cfg(test)]
mod tests;
