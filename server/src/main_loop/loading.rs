use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use base::{Db, FilePath, Project};
use rustc_hash::FxHashSet;
use salsa::{Durability, Setter};
use serde_json::Value;

use super::event::{Event, Start};
use super::{MainLoop, sweep};
use crate::config::EditorSettings;
use crate::engine;
use crate::files::{self, Counter, Load, Loaded, Reads, Standing};
use crate::log;
use crate::lsp::outbox::{Outgoing, Progress};
use crate::timings::{Phase, Spent};
use crate::watcher::Watcher;

/// A client that does not answer for its settings in this time gets the defaults.
const SETTINGS_PATIENCE: Duration = Duration::from_secs(1);
/// File systems note the time of a change as coarsely as this.
const MODIFICATION_ROUNDING: Duration = Duration::from_secs(2);
/// How often progress is reported.
const PROGRESS_STEP: Duration = Duration::from_millis(100);

#[derive(Default)]
pub struct Loading {
    pub started: bool,
    /// Results were thrown away because something was still to be read.
    pub recheck: bool,
    pub settings_deadline: Option<Instant>,
    /// Paths that changed on disk and are still to be looked at.
    pub batch: BTreeSet<FilePath>,
    pub batch_due: Option<Instant>,
    pub reads: Reads,
    /// Nothing was read before; a little earlier, since file systems round.
    ready_at: Option<SystemTime>,
    /// How often projects were looked for, and the newest such look that looked for all of them and
    /// has come to its end.
    discoveries: u64,
    discovered: u64,
    files_read: Arc<Counter>,
    progress: Option<(i32, ProgressState)>,
    next_token: i32,
    reported_at: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProgressState {
    Asked,
    Shown,
}

impl Loading {
    /// What was read from the disk, and how long that took.
    pub fn read_timings(&self) -> Vec<(Phase, Spent)> {
        self.files_read.timings.spent()
    }
}

impl MainLoop {
    pub(super) fn begin(&mut self, start: Start) {
        self.client = Arc::new(start.client);
        self.folders = start.folders;
        self.trusted = start.trusted;
        log::info(format!("{} folders, trusted: {}", self.folders.len(), start.trusted));
    }

    pub(super) fn ready(&mut self) {
        self.loading.started = true;
        self.loading.ready_at = SystemTime::now().checked_sub(MODIFICATION_ROUNDING);
        if self.client.watches_files {
            self.send(Outgoing::WatchFiles);
        }
        if self.client.registers_configuration && self.client.configuration {
            self.send(Outgoing::WatchSettings);
        }
        self.watcher = Watcher::new(self.context.events.clone());
        // A project may be made in a folder that holds none: its own entries are told, no more.
        self.watch_folders(self.folders.clone());
        self.show_progress();
        self.discover();
    }

    /// Looks for projects from every opened folder and file.
    pub(super) fn discover(&mut self) {
        let below = self.folders.clone();
        let above: Vec<FilePath> =
            self.folders.iter().chain(self.documents.keys()).cloned().collect();
        self.discover_from(below, above, true);
    }

    pub(super) fn discover_above(&mut self, path: FilePath) {
        self.discover_from(Vec::new(), vec![path], false);
    }

    fn discover_from(&mut self, below: Vec<FilePath>, above: Vec<FilePath>, all: bool) {
        self.context.settling.begin();
        self.loading.discoveries += 1;
        let number = self.loading.discoveries;
        let events = self.context.events.clone();
        rayon::spawn(move || {
            let roots = catch_unwind(|| {
                let below = below.iter().flat_map(files::projects_below);
                let roots: BTreeSet<FilePath> =
                    below.chain(above.iter().filter_map(files::project_above)).collect();
                roots.into_iter().collect()
            });
            events.result(Event::Discovered { number, roots: roots.unwrap_or_default(), all });
        });
    }

    pub(super) fn discovered(&mut self, number: u64, roots: Vec<FilePath>, all: bool) {
        // Who looked later and was quicker knows better.
        if number > self.loading.discovered {
            if all {
                self.loading.discovered = number;
            }
            self.set_projects(roots, all);
        }
        self.context.settling.end();
        self.loading.recheck = true;
    }

    fn set_projects(&mut self, roots: Vec<FilePath>, all: bool) {
        let mut now: BTreeSet<FilePath> = roots.into_iter().collect();
        if !all {
            now.extend(self.workspace_roots());
        }
        let fresh = now.iter().any(|it| !self.projects.contains_key(it));
        let mut projects: Vec<Project> = Vec::with_capacity(now.len());
        for root in now {
            let settings = self.settings_of(&root);
            let db = &self.db;
            let project = *self.projects.entry(root.clone()).or_insert_with(|| {
                Project::builder(root, Arc::new(settings)).durability(Durability::MEDIUM).new(db)
            });
            projects.push(project);
        }
        if **self.db.workspace().projects(&self.db) != *projects {
            let workspace = self.db.workspace();
            let medium = Durability::MEDIUM;
            workspace.set_projects(&mut self.db).with_durability(medium).to(projects.into());
        }
        if fresh {
            self.ask_git();
            self.pull_settings();
        }
    }

    pub(super) fn workspace_roots(&self) -> Vec<FilePath> {
        let projects = self.db.workspace().projects(&self.db).iter();
        projects.map(|it| it.root(&self.db).clone()).collect()
    }

    pub(super) fn pull_settings(&mut self) {
        let roots = self.workspace_roots();
        if !self.client.configuration || roots.is_empty() {
            return;
        }
        if self.loading.settings_deadline.is_none() {
            self.context.settling.begin();
        }
        self.loading.settings_deadline = Some(Instant::now() + SETTINGS_PATIENCE);
        self.send(Outgoing::PullSettings(roots));
    }

    pub(super) fn settings(&mut self, settings: Vec<(FilePath, Value)>) {
        for (root, section) in settings {
            let (settings, wrong) = EditorSettings::read(&section);
            wrong.into_iter().for_each(log::warn);
            self.editor.insert(root, settings);
        }
        self.apply_settings();
        if self.loading.settings_deadline.take().is_some() {
            self.context.settling.end();
        }
    }

    pub(super) fn apply_settings(&mut self) {
        self.run_env_commands();
        if self.client.refreshes_inlay_hints {
            self.send(Outgoing::RefreshInlayHints);
        }
        for project in self.db.workspace().projects(&self.db).to_vec() {
            let settings = self.settings_of(project.root(&self.db));
            if **project.settings(&self.db) != settings {
                let medium = Durability::MEDIUM;
                project.set_settings(&mut self.db).with_durability(medium).to(Arc::new(settings));
                self.loading.recheck = true;
            }
        }
    }

    fn settings_of(&self, root: &FilePath) -> base::Settings {
        let sent = self.editor.get(root).unwrap_or(&self.sent);
        let machine = self.db.machine();
        let mut engines = engine::find(&engine::Search {
            root,
            environment: machine.environment(&self.db),
            home: machine.home(&self.db).as_ref(),
            setting: sent.dbt_path.as_deref(),
        });
        for engine in &mut engines {
            if let Some(answer) = engine.program.as_ref().and_then(|it| self.answers.get(it)) {
                engine::learn(engine, answer.clone());
            }
        }
        base::Settings { engines, ..sent.for_project(root, &self.flags) }
    }

    /// Looks on the side; the caller has begun a count.
    pub(super) fn load(&mut self, loads: Vec<Load>) {
        self.load_and(loads, |_| ());
    }

    fn load_and(&mut self, loads: Vec<Load>, then: fn(&[Loaded])) {
        let events = self.context.events.clone();
        let counter = Arc::clone(&self.loading.files_read);
        let number = self.loading.reads.begin_load(&loads);
        rayon::spawn(move || {
            let loaded = catch_unwind(|| {
                let loaded = files::load(loads, &counter);
                then(&loaded);
                loaded
            });
            events.result(Event::Loaded { number, loaded: loaded.unwrap_or_default() });
        });
    }

    pub(super) fn reload_folder(&mut self, path: FilePath) {
        if self.db.known_folders().iter().any(|it| *it.path(&self.db) == path) {
            self.context.settling.begin();
            // Texts are compared with those that are known, by the thread that nobody may hold up.
            self.load_and(vec![Load::Folder(path)], files::read_ahead);
        }
    }

    pub(super) fn loaded(&mut self, number: u64, loaded: Vec<Loaded>) {
        let documents = &self.documents;
        let is_open = |path: &FilePath| documents.contains_key(path);
        let standing = Standing { is_open: &is_open, reads: &self.loading.reads, number };
        let folders = files::apply_read(&mut self.db, loaded, &standing);
        self.loading.reads.end();
        let fresh = self.watch_folders(folders);
        self.find_overlooked(fresh);
        self.context.settling.end();
        self.loading.recheck = true;
    }

    pub(super) fn check_deadlines(&mut self) {
        let now = Instant::now();
        if self.loading.settings_deadline.is_some_and(|it| it <= now) {
            log::warn("the client does not answer for its settings; defaults are used");
            self.loading.settings_deadline = None;
            self.context.settling.end();
            self.loading.recheck = true;
        }
        if self.loading.batch_due.is_some_and(|it| it <= now) {
            self.take_batch();
        }
        if self.progress_due().is_some_and(|it| it <= now) {
            self.report_progress(now);
        }
    }

    /// Folders that the client does not watch for us. Gives those that are new to the watcher.
    pub(super) fn watch_folders(&mut self, folders: Vec<FilePath>) -> Vec<FilePath> {
        let client_watches = self.client.watches_files;
        let opened = &self.folders;
        let Some(watcher) = &mut self.watcher else { return Vec::new() };
        let ours = folders
            .into_iter()
            .filter(|folder| !client_watches || !opened.iter().any(|it| folder.is_below(it)));
        watcher.watch(ours)
    }

    /// Single files outside of the opened folders, such as `profiles.yml`, lie in folders that
    /// nobody walks.
    pub(super) fn watch_files(&mut self) {
        let files = self.db.known_files();
        let parents: FxHashSet<&str> =
            files.iter().filter_map(|it| it.path(&self.db).and_above().nth(1)).collect();
        let parents = parents.into_iter().map(FilePath::new).collect();
        let fresh = self.watch_folders(parents);
        self.find_overlooked(fresh);
    }

    pub(super) fn forget_watched(&mut self, paths: &[FilePath]) {
        if let Some(watcher) = &mut self.watcher {
            watcher.forget(paths);
        }
    }

    /// Between the reading of a folder and the watching of it something may have happened. Only
    /// what is that new is looked at again.
    fn find_overlooked(&self, folders: Vec<FilePath>) {
        let Some(since) = self.loading.ready_at.filter(|_| !folders.is_empty()) else { return };
        let events = self.context.events.clone();
        rayon::spawn(move || {
            let changed = catch_unwind(|| files::changed_since(&folders, since));
            events.result(Event::Overlooked(changed.unwrap_or_default()));
        });
    }

    /// Asks for a place to show progress; it is used if it comes before the work is done.
    fn show_progress(&mut self) {
        if self.client.progress && self.loading.progress.is_none() {
            self.loading.next_token += 1;
            let token = self.loading.next_token;
            self.loading.progress = Some((token, ProgressState::Asked));
            self.send(Outgoing::CreateProgress(token));
        }
    }

    pub(super) fn progress_ready(&mut self, token: i32) {
        if self.loading.progress != Some((token, ProgressState::Asked)) {
            return;
        }
        self.loading.progress = Some((token, ProgressState::Shown));
        self.send(Outgoing::Progress(token, Progress::Begin));
    }

    pub(super) fn progress_due(&self) -> Option<Instant> {
        let (_, state) = self.loading.progress?;
        (state == ProgressState::Shown)
            .then(|| self.loading.reported_at.map_or_else(Instant::now, |it| it + PROGRESS_STEP))
    }

    fn report_progress(&mut self, now: Instant) {
        let Some((token, ProgressState::Shown)) = self.loading.progress else { return };
        self.loading.reported_at = Some(now);
        let (message, percentage) = match &self.sweep.state {
            sweep::State::Checking { files, .. } => {
                let (done, total) = (self.sweep.done(), files.len());
                let percentage = u32::try_from(done * 100 / total.max(1)).ok();
                (format!("Checked {done} of {total} files"), percentage)
            }
            _ => {
                let read = self.loading.files_read.files();
                (format!("Read {read} files"), None)
            }
        };
        self.send(Outgoing::Progress(token, Progress::Report { message, percentage }));
    }

    pub(super) fn end_progress(&mut self) {
        if let Some((token, state)) = self.loading.progress.take()
            && state == ProgressState::Shown
        {
            self.send(Outgoing::Progress(token, Progress::End));
        }
    }
}
