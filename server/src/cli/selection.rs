use anyhow::bail;
use base::{File, Project, RootDatabase};
use rustc_hash::FxHashSet;

use super::flags::ProjectFlags;
use super::session::Session;

/// Of these files those that `--select` and `--exclude` leave: the files of nodes, and whatever
/// lies at or below a path.
pub fn selected(
    session: &mut Session,
    projects: &[Project],
    flags: &ProjectFlags,
    mut files: Vec<File>,
) -> anyhow::Result<Vec<File>> {
    if !flags.select.is_empty() {
        let meant = meant(session, projects, &flags.select, &files)?;
        files.retain(|it| meant.contains(it));
    }
    if !flags.exclude.is_empty() {
        let meant = meant(session, projects, &flags.exclude, &files)?;
        files.retain(|it| !meant.contains(it));
    }
    Ok(files)
}

fn meant(
    session: &mut Session,
    projects: &[Project],
    words: &[String],
    files: &[File],
) -> anyhow::Result<FxHashSet<File>> {
    let mut meant = FxHashSet::default();
    for word in words.iter().flat_map(|it| it.split_whitespace()) {
        if word.contains(['+', '@', ',', '*']) {
            bail!("`{word}`: graph operators and unions are not understood yet");
        }
        let named = session.settle(|db| {
            let words = [word.to_owned()];
            // With several projects a word need name something in one of them only.
            let nodes =
                projects.iter().filter_map(|it| ::compile::select(db, *it, &words, &[]).ok());
            let mut named: FxHashSet<File> = nodes.flatten().map(|it| it.file(db)).collect();
            let below = |it: &&File| projects.iter().any(|root| is_below(db, *root, **it, word));
            named.extend(files.iter().filter(below));
            named
        })?;
        if named.is_empty() {
            bail!("nothing is named `{word}`: no node, file, folder or tag");
        }
        meant.extend(named);
    }
    Ok(meant)
}

fn is_below(db: &RootDatabase, project: Project, file: File, word: &str) -> bool {
    let path = word.strip_prefix("path:").unwrap_or(word);
    let is_path = path.len() < word.len() || path.contains('/') || path.contains('.');
    is_path && file.path(db).is_below(&project.root(db).join(path.trim_end_matches('/')))
}
