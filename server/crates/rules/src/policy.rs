//! Which findings a team wants to hear of, and how loud: `tandem.toml`, comments in the files, and
//! dbt's own `warn_error_options`. The same for editors and the command line.

mod dbt_warnings;
pub(crate) mod invalid_tandem_file;
mod suppression;
pub(crate) mod unused_suppression;

use std::sync::Arc;

use base::{Db, File, Project, line_index};
use project::{TandemFile, owner_of, tandem_file};

use crate::{Diagnostic, Severity};
use dbt_warnings::{Told, warnings};
use invalid_tandem_file::INVALID_TANDEM_FILE;
use suppression::suppressions;

/// What is left of the findings of a file, and the comments that silence nothing.
pub(crate) fn heard(
    db: &dyn Db,
    project: Project,
    file: File,
    found: Arc<[Diagnostic]>,
) -> Arc<[Diagnostic]> {
    let policy = tandem_file(db, project);
    let comments = suppressions(db, file);
    let told = warnings(db, project);
    if *policy == TandemFile::default() && comments.is_empty() && told.is_default() {
        return found;
    }
    let path = owner_of(db, file).and_then(|_| file.path(db).relative_to(project.root(db)));
    if path.is_some_and(|it| policy.excludes(it)) {
        return Arc::from([]);
    }
    let lines = line_index(db, file);
    let mut used = vec![false; comments.len()];
    let mut heard: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for it in found.iter() {
        let is_named = |name: &str| name == it.code || it.event == Some(name);
        if policy.ignore.iter().any(|it| is_named(&it.name)) && it.code != INVALID_TANDEM_FILE.name
        {
            continue;
        }
        let line = lines.line_of(it.range.start());
        let mut is_silent = false;
        for (index, comment) in comments.iter().enumerate() {
            if comment.lines.contains(&line) && is_named(&comment.name) {
                used[index] = true;
                is_silent = true;
            }
        }
        let severity = policy.severity.iter().rev().find(|(rule, _)| is_named(&rule.name));
        let severity = match severity.map(|it| it.1.as_str()) {
            Some("off") => continue,
            Some(word) => Severity::named(word).unwrap_or(it.severity),
            None => match it.event.map(|event| told.of(event)) {
                Some(Told::Not) => continue,
                // What dbt only warns of, and stops at here.
                Some(Told::Error) if it.severity == Severity::Warning => Severity::Error,
                _ => it.severity,
            },
        };
        if !is_silent {
            heard.push(Diagnostic { severity, ..it.clone() });
        }
    }
    let unused = comments.iter().zip(used).filter(|it| !it.1).map(|it| it.0);
    heard.extend(unused.filter_map(|it| unused_suppression::finding(&policy, file, it)));
    heard.sort_by_key(|it| (it.range.start(), it.range.end(), it.code));
    heard.into()
}

#[cfg(test)]
mod tests;
