//! Keys of `dbt_project.yml` that no longer choose where dbt writes.

use project::{Json, document, package_facts};
use syntax::yaml::edit::Editor;

use super::edits;
use crate::{FileContext, Findings, Fix};

pub(super) struct RemovedPath {
    pub(super) key: &'static str,
    /// Where dbt writes when nothing is said; said out loud, nobody minds.
    pub(super) default: &'static str,
    pub(super) variable: &'static str,
    pub(super) option: &'static str,
}

pub(super) fn check(findings: &mut Findings<'_>, context: &FileContext<'_>, removed: &RemovedPath) {
    let RemovedPath { key, default, variable, option } = removed;
    let facts = package_facts(context.db, context.package);
    if facts.data.get(key).is_none_or(|it| it.as_str() == Some(default)) {
        return;
    }
    let document = document(context.db, context.file);
    let Some(root) = &document.root else { return };
    let entries = root.entries().iter().filter(|it| !it.overridden);
    let Some(entry) = entries.rev().find(|it| it.key.as_str() == Some(key)) else { return };
    let path = facts.data.get(key).and_then(Json::as_str).unwrap_or("the same folder");
    let message = format!(
        "`{key}` does not belong into `dbt_project.yml` any more: the variable `{variable}` or the option `{option}` chooses the folder"
    );
    let editor = Editor::new(context.file.text(context.db), &document);
    let edits = edits::sound(&editor, entry, editor.remove_entry(root, entry));
    let fix = edits.map(|it| {
        let consequence =
            format!("dbt then writes to `{default}`, unless `{variable}` names `{path}`");
        Fix::of(context.file, format!("Remove `{key}`"), it).as_choice(consequence)
    });
    let severity = findings.refused_by_v2();
    findings.add_with_fixes(severity, entry.key.range, message, fix.into_iter().collect());
}
