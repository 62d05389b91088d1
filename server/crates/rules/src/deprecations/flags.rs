//! Flags of the root project that rules are about.

use project::{Origin, document};
use syntax::yaml::Entry;

use crate::{FileContext, FileKind};

/// The pairs under `flags` with a value of yes or no; none but in the root project does dbt read.
pub(super) fn flags(context: &FileContext<'_>) -> Vec<(Entry, bool)> {
    let is_root = context.package.origin(context.db) == Origin::Root;
    if context.kind != FileKind::ProjectFile || !is_root {
        return Vec::new();
    }
    let document = document(context.db, context.file);
    let flags = document.get("flags").map_or(&[][..], |it| it.entries());
    let flags = flags.iter().filter(|it| !it.overridden && !it.is_merge);
    flags.filter_map(|it| Some((it.clone(), it.value.as_bool()?))).collect()
}

/// The pair of a flag that is switched off.
pub(super) fn switched_off(context: &FileContext<'_>, name: &str) -> Option<Entry> {
    let mut flags = flags(context).into_iter();
    flags.find(|(it, on)| !on && it.key.as_str() == Some(name)).map(|(it, _)| it)
}
