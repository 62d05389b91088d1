use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{Content, FilePath};
use rustc_hash::FxHashSet;
use serde_json::Value;
use syntax::dotenv;

use super::MainLoop;
use super::event::Event;
use crate::config::{EditorSettings, SECTION};
use crate::documents::{Change, Document, Open};
use crate::files::{self, PROJECT_FILE, Refreshed, Standing};
use crate::log;
use crate::lsp::outbox::Outgoing;

/// So long file events are gathered.
const BATCH: Duration = Duration::from_millis(5);
/// So long an edit waits for the answers to questions before it.
const QUESTION_PATIENCE: Duration = Duration::from_millis(3);

impl MainLoop {
    pub(super) fn opened(&mut self, path: FilePath, uri: String, version: i32, text: &str) {
        let file = self.db.intern_file(&path);
        let new = *file.content(&self.db) == Content::Missing;
        let document = Document::new(text);
        let content = files::from_editor(document.text());
        self.db.type_content(file, content);
        self.documents.insert(path.clone(), (file, document));
        let open = Open { uri: uri.into(), version };
        Arc::make_mut(&mut self.open).insert(path.clone(), open);
        if new {
            self.add_to_folders(&path);
        }
        let known = self.workspace_roots().iter().any(|it| path.is_below(it));
        if !known {
            self.discover_above(path);
        }
        self.changed(Some(file));
    }

    /// The hot path: from here to the findings of this file nothing else may happen.
    pub(super) fn edited(&mut self, path: &FilePath, version: i32, changes: Vec<Change>) {
        let Some((file, document)) = self.documents.get_mut(path) else {
            log::warn(format!("a change of {path}, which is not open"));
            return;
        };
        self.running.let_finish(QUESTION_PATIENCE);
        document.apply(changes, self.client.encoding);
        let (file, content) = (*file, files::from_editor(document.text()));
        let before = self.dotenv(path);
        self.db.type_content(file, content);
        self.touch_variables(path, before);
        if let Some(open) = Arc::make_mut(&mut self.open).get_mut(path) {
            open.version = version;
        }
        self.changed(Some(file));
        self.refresh_inlay_hints([path]);
    }

    /// What stands behind calls in one file comes from another one.
    pub(super) fn refresh_inlay_hints<'a>(&self, changed: impl IntoIterator<Item = &'a FilePath>) {
        let shows = changed.into_iter().any(|it| matches!(it.name(), ".env" | "profiles.yml"));
        if shows && self.client.refreshes_inlay_hints {
            self.send(Outgoing::RefreshInlayHints);
        }
    }

    /// From now on the disk's text counts again, or that there is none.
    pub(super) fn closed(&mut self, path: &FilePath) {
        if self.documents.remove(path).is_none() {
            return;
        }
        let closed = Arc::make_mut(&mut self.open).remove(path);
        // An editor that changes a text without showing it asks about no other file then.
        self.sweep.news |= closed.is_some_and(|it| it.version > 1);
        self.refresh(vec![path.clone()]);
        // The findings stay, but are about no version any more.
        self.changed(None);
    }

    /// Only what is known or could belong to a known folder is looked at: a build writes thousands
    /// of files into `target`.
    pub(super) fn files_changed(&mut self, paths: Vec<FilePath>) {
        let mut known: Vec<FilePath> =
            self.db.known_folders().into_iter().map(|it| it.path(&self.db).clone()).collect();
        known.extend(self.folders.iter().cloned());
        let concerns = |path: &FilePath| {
            self.db.known_file(path).is_some()
                || path.name() == PROJECT_FILE
                || known.iter().any(|it| path.is_below(it) && !beside_the_point(it, path))
        };
        let paths: Vec<FilePath> = paths.into_iter().filter(concerns).collect();
        if paths.is_empty() {
            return;
        }
        if self.loading.batch.is_empty() {
            self.context.settling.begin();
            self.loading.batch_due = Some(Instant::now() + BATCH);
        }
        self.loading.batch.extend(paths);
    }

    /// One pass for all that came in a short time: a switch of branches is thousands of events.
    pub(super) fn take_batch(&mut self) {
        self.loading.batch_due = None;
        let paths: Vec<FilePath> = std::mem::take(&mut self.loading.batch).into_iter().collect();
        let roots = self.workspace_roots();
        let holds_project = |path: &FilePath| roots.iter().any(|root| root.is_below(path));
        if paths.iter().any(|it| it.name() == PROJECT_FILE || holds_project(it)) {
            // A project came or went, or a folder that holds one. What a new folder holds is seen
            // when it has been looked at.
            self.discover();
        }
        for path in paths.iter().filter(|it| it.name() == ".dbtignore") {
            if let Some(folder) = path.parent() {
                self.reload_folder(folder);
            }
        }
        self.refresh(paths);
        self.context.settling.end();
    }

    fn refresh(&mut self, paths: Vec<FilePath>) {
        self.context.settling.begin();
        let folders: Vec<FilePath> =
            self.db.known_folders().into_iter().map(|it| it.path(&self.db).clone()).collect();
        let known: Vec<FilePath> =
            self.db.known_files().into_iter().map(|it| it.path(&self.db).clone()).collect();
        let number = self.loading.reads.begin_refresh(&paths);
        let events = self.context.events.clone();
        rayon::spawn(move || {
            let known = known.into_iter().collect();
            let refreshed = catch_unwind(|| files::refresh(paths, &known, &folders));
            let refreshed = refreshed.unwrap_or_default();
            events.result(Event::Refreshed { number, refreshed });
        });
    }

    pub(super) fn refreshed(&mut self, number: u64, refreshed: Vec<Refreshed>) {
        if refreshed.iter().any(Refreshed::is_folder) {
            self.discover();
        }
        let stems = refreshed.iter().map(|it| it.path.stem());
        let stems = stems.filter(|it| !it.is_empty() && !it.starts_with('.'));
        self.sweep.touched.extend(stems.map(str::to_owned));
        let changed: Vec<FilePath> = refreshed.iter().map(|it| it.path.clone()).collect();
        let dotenvs: Vec<_> =
            changed.iter().filter_map(|it| Some((it, self.dotenv(it)?))).collect();
        let documents = &self.documents;
        let is_open = |path: &FilePath| documents.contains_key(path);
        let standing = Standing { is_open: &is_open, reads: &self.loading.reads, number };
        let folders = files::apply_refreshed(&mut self.db, refreshed, &standing);
        self.loading.reads.end();
        for (path, before) in dotenvs {
            self.touch_variables(path, Some(before));
        }
        self.refresh_inlay_hints(&changed);
        let fresh = self.watch_folders(folders);
        self.look_again(fresh);
        self.context.settling.end();
        self.loading.recheck = true;
    }

    /// The text of a file that sets variables.
    fn dotenv(&self, path: &FilePath) -> Option<String> {
        let file = self.db.known_file(path).filter(|_| path.name() == ".env")?;
        Some(file.text(&self.db).to_owned())
    }

    /// Who reads a variable that was changed is looked at first.
    fn touch_variables(&mut self, path: &FilePath, before: Option<String>) {
        if let (Some(before), Some(after)) = (before, self.dotenv(path)) {
            self.sweep.touched.extend(dotenv::changed(&before, &after));
        }
    }

    /// What was written into new folders before they were watched was told by nobody.
    fn look_again(&mut self, folders: Vec<FilePath>) {
        let all: FxHashSet<FilePath> = folders.iter().cloned().collect();
        let inside = |it: &FilePath| it.parent().is_some_and(|it| all.contains(&it));
        let highest: Vec<FilePath> = folders.into_iter().filter(|it| !inside(it)).collect();
        if !highest.is_empty() {
            self.refresh(highest);
        }
    }

    /// A file that exists in the editor only.
    fn add_to_folders(&mut self, path: &FilePath) {
        let Some(file) = self.db.known_file(path) else { return };
        let covering = files::covering_folders(&self.db, path);
        for folder in self.db.known_folders() {
            if covering.contains(folder.path(&self.db)) {
                let mut members = folder.files(&self.db).to_vec();
                members.push(file);
                self.db.set_folder(folder, members, files::durability(path));
            }
        }
    }

    pub(super) fn folders_changed(&mut self, added: Vec<FilePath>, removed: &[FilePath]) {
        self.folders.retain(|it| !removed.contains(it));
        self.folders.extend(added.iter().cloned());
        self.watch_folders(added);
        self.discover();
    }

    pub(super) fn settings_changed(&mut self, sent: &Value) {
        if self.client.configuration {
            self.pull_settings();
            return;
        }
        let section = sent.get(SECTION).unwrap_or(&Value::Null);
        let (settings, wrong) = EditorSettings::read(section);
        wrong.into_iter().for_each(log::warn);
        self.sent = settings;
        self.apply_settings();
    }
}

/// Below a folder of this kind nothing is a project's own.
fn beside_the_point(root: &FilePath, path: &FilePath) -> bool {
    let below = path.relative_to(root).unwrap_or_default();
    let parts: Vec<&str> = below.split('/').collect();
    let skipped = |it: &&str| matches!(*it, ".git" | "node_modules" | ".venv" | "__pycache__");
    parts.iter().any(skipped) || matches!(parts.first(), Some(&("target" | "logs")))
}
