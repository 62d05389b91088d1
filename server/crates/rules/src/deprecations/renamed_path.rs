//! Keys of `dbt_project.yml` that have another name now.

use project::document;
use syntax::yaml::edit::Editor;
use syntax::yaml::{Entry, Node};

use super::{edits, list};
use crate::{FileContext, Findings, Fix};

/// Finds a key under its old name. Renaming says the same to dbt; both names at once it refuses,
/// so joining them is the user's choice.
pub(super) fn check(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    old_name: &str,
    new_name: &str,
) {
    let document = document(context.db, context.file);
    let Some(root) = &document.root else { return };
    let editor = Editor::new(context.file.text(context.db), &document);
    let other = root.as_mapping().and_then(|it| it.entry(new_name));
    for entry in root.entries().iter().filter(|it| it.key.as_str() == Some(old_name)) {
        let fact = format!("`{old_name}` is called `{new_name}` now");
        match other {
            None => {
                let title = format!("Rename to `{new_name}`");
                let edits = Some(editor.rename_key(entry, new_name)).filter(|it| !it.is_empty());
                let fix = edits.map(|it| Fix::of(context.file, title, it));
                findings.add_with_fix(entry.key.range, fact, fix);
            }
            Some(other) => {
                let fix = join(context, &editor, root, entry, other).map(|edits| {
                    Fix::of(context.file, format!("Join with `{new_name}`"), edits)
                        .as_choice("dbt then reads the folders of both")
                });
                let message = format!("{fact}, which is set too: dbt refuses both at once");
                findings.add_with_fix(entry.key.range, message, fix);
            }
        }
    }
}

/// Puts the items of the old list behind those of the new one. Comments on them would get lost.
fn join(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    root: &Node,
    old: &Entry,
    new: &Entry,
) -> Option<Vec<syntax::yaml::edit::Edit>> {
    let text = context.file.text(context.db);
    let is_own = root.entries().iter().any(|it| it.key.range == new.key.range);
    if !is_own || editor.is_shared(&new.value) || editor.has_comments(old) {
        return None;
    }
    let added = list::missing_items(text, &old.value, &new.value)?;
    let mut edits = editor.remove_entry(root, old)?;
    edits.extend(list::append(text, &new.value, &added)?);
    edits::sound(editor, old, Some(edits))
}
