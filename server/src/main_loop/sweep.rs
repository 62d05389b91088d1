use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base::{Db, File, FilePath, RootDatabase};
use memchr::memmem::Finder;
use rayon::prelude::*;
use rules::Scope;
use rustc_hash::{FxHashMap, FxHashSet};
use salsa::Database as _;

use super::MainLoop;
use super::event::{Event, Listed};
use super::query::{Context, Outcome, guarded};
use crate::findings::Findings;
use crate::log;
use crate::lsp::ext::{PhaseReport, TimingsReport};
use crate::lsp::outbox::Outgoing;
use crate::pool;
use crate::timings::{Phase, Spent, Timings};

/// So long nothing may change before all other files are looked at.
pub const QUIET: Duration = Duration::from_millis(25);
/// More files at once are a change of the whole project.
const TOUCHED: usize = 16;
/// So long nothing may change before what was found is written down, but for the first time.
const REST: Duration = Duration::from_secs(10);
/// Findings are handed over in portions, so that the first are on screen before the last are known.
const PORTION: usize = 64;

/// The pass over all files of all projects. A change abandons it; what was computed stays computed,
/// so that the next one is quick.
#[derive(Default)]
pub struct Sweep {
    /// When the next one may start.
    pub due: Option<Instant>,
    pub state: State,
    /// Whether every file was looked at since the last change.
    pub complete: bool,
    /// Whether the findings of all files were ever known.
    pub was_complete: bool,
    /// Whether any pass ever came to its end.
    was_swept: bool,
    /// When what was found is written down.
    pub remember_at: Option<Instant>,
    /// The names of files that were made or taken away since the last pass, and of variables that
    /// `.env` sets otherwise: whoever speaks of them is looked at first.
    pub touched: BTreeSet<String>,
    /// Whether findings changed that the client could be asked to fetch.
    pub news: bool,
    /// Whether something else than typing changed since the last pass.
    pub from_outside: bool,
    /// Counts first through the files that are looked at beforehand, then through all of them.
    cursor: Arc<AtomicUsize>,
    /// How many files are looked at before the pass over all of them.
    beforehand: usize,
    /// Of the pass that is under way, or of the last one.
    timings: Arc<Timings>,
    /// Of the first pass.
    opening: Vec<(Phase, Spent)>,
}

#[derive(Default)]
pub enum State {
    #[default]
    Idle,
    Listing,
    Checking {
        workers: usize,
        files: Arc<[File]>,
        stopped: bool,
    },
}

/// What is done with files before the pass over all of them.
#[derive(Clone, Copy)]
enum Ahead {
    /// All are read.
    Read,
    /// Those that a change speaks of are checked.
    Check,
}

impl Sweep {
    pub fn done(&self) -> usize {
        match &self.state {
            State::Checking { files, .. } => {
                let looked_at = self.cursor.load(Ordering::Relaxed);
                looked_at.saturating_sub(self.beforehand).min(files.len())
            }
            _ => 0,
        }
    }
}

impl MainLoop {
    pub(super) fn can_sweep(&self) -> bool {
        self.loading.started
            && matches!(self.sweep.state, State::Idle)
            && self.context.settling.is_settled()
    }

    pub(super) fn sweep_when_due(&mut self) {
        if !self.can_sweep() || self.sweep.due.is_none_or(|it| it > Instant::now()) {
            return;
        }
        self.sweep.due = None;
        self.sweep.complete = false;
        self.sweep.state = State::Listing;
        let (snapshot, context) = (self.snapshot(), self.context.clone());
        let generation = self.generation;
        // Only a project that was just opened is remembered better than known.
        let store = (!self.sweep.was_complete).then(|| self.store.clone());
        let touched = std::mem::take(&mut self.sweep.touched);
        self.all_files.spawn(move || {
            let listed = guarded(&snapshot.db, || {
                let db = &snapshot.db;
                let projects = db.workspace().projects(db);
                let mut seen = FxHashSet::default();
                let all = projects.iter().flat_map(|it| ide::files_to_check(db, *it));
                let mut files: Vec<File> = all.filter(|it| seen.insert(*it)).collect();
                let urgent = bring_forward(db, &mut files, &touched);
                Listed {
                    files: files.into(),
                    urgent,
                    projects: projects
                        .iter()
                        .map(|it| (*it, ide::project_status(db, *it)))
                        .collect(),
                    remembered: None,
                }
            });
            let missing = context.settling.missing(&snapshot.db);
            let event = match (listed, &missing) {
                (Outcome::Done(mut listed), None) => {
                    let recalled = store.and_then(|it| it.recall(&snapshot.db));
                    listed.remembered = recalled.map(|all| {
                        let known = all.into_iter().filter_map(|(file, it)| Some((file, it?)));
                        known.map(|(file, it)| Findings::made_of(&snapshot, file, &it)).collect()
                    });
                    Event::Listed { generation, listed }
                }
                (Outcome::Panicked, _) => {
                    context.events.result(Event::Panicked);
                    Event::SweepStopped { generation }
                }
                _ => Event::SweepStopped { generation },
            };
            drop(snapshot);
            if let Some(loads) = missing {
                context.events.result(Event::Unsettled { job: None, loads });
            }
            context.events.result(event);
        });
    }

    pub(super) fn listed(&mut self, generation: u64, listed: Listed) {
        self.status.set_projects(listed.projects);
        if generation != self.generation {
            self.sweep.state = State::Idle;
            return;
        }
        let first = !self.sweep.was_swept;
        if let Some(remembered) = listed.remembered {
            self.recalled(remembered);
        }
        let files = listed.files;
        let workers = pool::cores();
        self.sweep.cursor = Arc::default();
        self.sweep.timings = Arc::default();
        let ahead = if first { Ahead::Read } else { Ahead::Check };
        let beforehand = if first { files.len() } else { listed.urgent };
        self.sweep.beforehand = beforehand;
        self.sweep.state = State::Checking { workers, files: Arc::clone(&files), stopped: false };
        let known: Arc<FxHashMap<File, bool>> =
            Arc::new(self.found.iter().map(|(file, it)| (*file, it.has_circle())).collect());
        for _ in 0..workers {
            let known = Arc::clone(&known);
            let (snapshot, context) = (self.snapshot(), self.context.clone());
            let (files, cursor) = (Arc::clone(&files), Arc::clone(&self.sweep.cursor));
            let timings = Arc::clone(&self.sweep.timings);
            self.all_files.spawn(move || {
                let mut portion = Vec::new();
                let mut handed = false;
                let next = || {
                    let count = cursor.fetch_add(1, Ordering::Relaxed);
                    let ahead = (count < beforehand).then_some(ahead);
                    let place = if ahead.is_some() { count } else { count - beforehand };
                    files.get(place).map(|file| (file, ahead))
                };
                while let Some((file, ahead)) = next() {
                    if ahead.is_none() && !handed {
                        handed = true;
                        hand_over(&context, generation, &mut portion);
                    }
                    let circle = known.get(file).copied();
                    // Most files have no findings and had none: nothing is made of them.
                    let found = guarded(&snapshot.db, || {
                        let scope = match ahead {
                            Some(Ahead::Read) => {
                                timings.prime(&snapshot.db, *file);
                                return None;
                            }
                            // Circles wait for the whole, unless one is on screen.
                            Some(Ahead::Check) if circle == Some(true) => Scope::File,
                            Some(Ahead::Check) => Scope::Apart,
                            None => Scope::Project,
                        };
                        if first {
                            timings.render(&snapshot.db, *file);
                        }
                        let check = || ide::diagnostics(&snapshot.db, *file, scope).is_empty();
                        let clean = timings.of(Phase::Check, file.path(&snapshot.db), check);
                        (!clean || circle.is_some()).then(|| Findings::of(&snapshot, *file, scope))
                    });
                    match found {
                        Outcome::Done(findings) => portion.extend(findings),
                        Outcome::Panicked => {
                            log::error(format!("checking {} failed", file.path(&snapshot.db)));
                            context.events.result(Event::Panicked);
                        }
                        Outcome::Cancelled => {
                            drop(snapshot);
                            context.events.result(Event::SweepStopped { generation });
                            return;
                        }
                    }
                    if portion.len() >= PORTION {
                        hand_over(&context, generation, &mut portion);
                    }
                }
                let missing = context.settling.missing(&snapshot.db);
                drop(snapshot);
                context.events.result(match missing {
                    None => Event::Swept { generation, findings: portion, finished: true },
                    Some(loads) => {
                        context.events.result(Event::Unsettled { job: None, loads });
                        Event::SweepStopped { generation }
                    }
                });
            });
        }
    }

    pub(super) fn swept(&mut self, generation: u64, findings: Vec<Findings>, finished: bool) {
        if generation == self.generation {
            for it in findings {
                self.publish(it, false);
            }
        }
        if finished {
            self.worker_ended(generation == self.generation);
        }
    }

    pub(super) fn sweep_stopped(&mut self, _generation: u64) {
        if matches!(self.sweep.state, State::Listing) {
            self.sweep.state = State::Idle;
            self.sweep_again();
        } else {
            self.worker_ended(false);
        }
    }

    fn worker_ended(&mut self, well: bool) {
        let State::Checking { workers, files, stopped, .. } = &mut self.sweep.state else { return };
        *workers -= 1;
        *stopped |= !well;
        if *workers > 0 {
            return;
        }
        let (files, stopped) = (Arc::clone(files), *stopped);
        self.sweep.state = State::Idle;
        if stopped {
            self.sweep_again();
            return;
        }
        self.sweep.complete = true;
        self.clear_away();
        self.tell_environment();
        if !self.sweep.was_swept {
            self.sweep.opening = self.sweep.timings.spent();
        }
        // Questions before the first pass waited for it: there is nothing to ask again.
        self.sweep.news &= self.sweep.was_complete;
        self.sweep.was_complete = true;
        let rest = if self.sweep.was_swept { REST } else { Duration::ZERO };
        self.sweep.was_swept = true;
        self.sweep.remember_at = Some(Instant::now() + rest);
        self.forget_others(&files);
        self.sweep.from_outside = false;
        self.end_progress();
        self.watch_files();
        if std::mem::take(&mut self.sweep.news) && self.client.refreshes_diagnostics {
            self.send(Outgoing::RefreshDiagnostics);
        }
    }

    /// The same files had these findings before. They are told at once; the pass that follows only
    /// makes ready what the first edit will need.
    fn recalled(&mut self, remembered: Vec<Findings>) {
        for it in remembered {
            self.publish(it, false);
        }
        self.sweep.complete = true;
        self.sweep.was_complete = true;
        self.sweep.news = false;
        self.end_progress();
        self.send_status();
    }

    /// Writes down what was found, once nothing has changed for a while.
    pub(super) fn remember_when_due(&mut self) {
        let is_due = self.sweep.remember_at.is_some_and(|it| it <= Instant::now());
        if !is_due || !self.can_sweep() {
            return;
        }
        self.sweep.remember_at = None;
        if !self.sweep.complete {
            return;
        }
        let found = self.found.values().filter(|it| !it.items.is_empty());
        let found: Vec<File> = found.map(|it| it.file).collect();
        let (snapshot, store) = (self.snapshot(), self.store.clone());
        self.all_files.spawn(move || {
            // A change has other findings.
            let _ = guarded(&snapshot.db, || store.remember(&snapshot.db, &found));
        });
    }

    fn sweep_again(&mut self) {
        self.sweep.due.get_or_insert_with(|| Instant::now() + QUIET);
    }

    /// What took how long: reading so far, the first pass, the last one.
    pub(super) fn timings(&self) -> TimingsReport {
        let phases = |spent: &[(Phase, Spent)]| spent.iter().map(PhaseReport::new).collect();
        TimingsReport {
            reading: phases(&self.loading.read_timings()),
            opening: phases(&self.sweep.opening),
            last: phases(&self.sweep.timings.spent()),
        }
    }

    /// Frees what the last change replaced. The next one would do so first of all, while somebody
    /// waits for what it brings.
    fn clear_away(&mut self) {
        // Whoever still computes would be stopped.
        let is_alone = Arc::strong_count(&self.open) == 1;
        if is_alone {
            self.db.trigger_lru_eviction();
        }
    }

    /// Files that are no part of a project any more have no findings any more.
    fn forget_others(&mut self, swept: &[File]) {
        let swept: FxHashSet<File> = swept.iter().copied().collect();
        let gone = self.found.iter().filter(|(file, findings)| {
            !swept.contains(*file) && !self.documents.contains_key(&findings.path)
        });
        for mut findings in gone.map(|(_, it)| it.clone()).collect::<Vec<_>>() {
            findings.items = Arc::default();
            (findings.errors, findings.warnings) = (0, 0);
            self.publish(findings, false);
        }
    }
}

/// Before the end of the pass, unless something is missing that may make them others.
fn hand_over(context: &Context, generation: u64, portion: &mut Vec<Findings>) {
    if !portion.is_empty() && context.settling.is_settled() {
        let (findings, finished) = (std::mem::take(portion), false);
        context.events.result(Event::Swept { generation, findings, finished });
    }
}

/// Puts the files first whose text has one of the names in it, and those that have such a name;
/// tells how many those are.
fn bring_forward(db: &RootDatabase, files: &mut Vec<File>, names: &BTreeSet<String>) -> usize {
    if names.is_empty() || names.len() > TOUCHED {
        return 0;
    }
    let finders: Vec<Finder<'_>> = names.iter().map(|it| Finder::new(it.as_bytes())).collect();
    let texts: Vec<(&FilePath, &str)> = files.iter().map(|it| (it.path(db), it.text(db))).collect();
    let is_urgent = |(path, text): &(&FilePath, &str)| {
        let spoken_of = |it: &Finder<'_>| it.find(text.as_bytes()).is_some();
        names.contains(path.stem()) || finders.iter().any(spoken_of)
    };
    let urgent: Vec<bool> = texts.par_iter().map(is_urgent).collect();
    let mut urgent = urgent.into_iter();
    let (urgent, others): (Vec<File>, Vec<File>) =
        files.iter().partition(|_| urgent.next() == Some(true));
    // The shortest first: so most of them are known soonest.
    *files = urgent;
    files.sort_by_key(|it| it.text(db).len());
    let count = files.len();
    files.extend(others);
    count
}
