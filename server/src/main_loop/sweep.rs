use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base::{Db, File};
use rustc_hash::FxHashSet;

use super::MainLoop;
use super::event::{Event, Listed};
use super::query::{Outcome, guarded};
use crate::findings::Findings;
use crate::log;
use crate::lsp::ext::{PhaseReport, TimingsReport};
use crate::lsp::outbox::Outgoing;
use crate::pool;
use crate::timings::{Phase, Spent, Timings};

/// So long nothing may change before all other files are looked at.
pub const QUIET: Duration = Duration::from_millis(25);
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
    /// Whether any pass ever came to its end.
    pub was_complete: bool,
    /// Whether findings changed that the client could be asked to fetch.
    pub news: bool,
    /// Whether something else than typing changed since the last pass.
    pub from_outside: bool,
    /// Counts first through the files that are read, then through those that are checked.
    cursor: Arc<AtomicUsize>,
    /// How many files are read before the first is checked.
    read_first: usize,
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
        total: usize,
        files: FxHashSet<File>,
        stopped: bool,
    },
}

impl Sweep {
    pub fn done(&self) -> usize {
        match &self.state {
            State::Checking { total, .. } => {
                self.cursor.load(Ordering::Relaxed).saturating_sub(self.read_first).min(*total)
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
        self.back.spawn(move || {
            let listed = guarded(&snapshot.db, || {
                let db = &snapshot.db;
                let projects = db.workspace().projects(db);
                Listed {
                    files: projects.iter().flat_map(|it| ide::files_to_check(db, *it)).collect(),
                    projects: projects
                        .iter()
                        .map(|it| (*it, ide::project_status(db, *it)))
                        .collect(),
                }
            });
            let missing = context.settling.missing(&snapshot.db);
            drop(snapshot);
            let event = match (listed, &missing) {
                (Outcome::Done(listed), None) => Event::Listed { generation, listed },
                (Outcome::Panicked, _) => {
                    context.events.result(Event::Panicked);
                    Event::SweepStopped { generation }
                }
                _ => Event::SweepStopped { generation },
            };
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
        let mut seen = FxHashSet::default();
        let files: Arc<[File]> = listed.files.into_iter().filter(|it| seen.insert(*it)).collect();
        let workers = pool::cores();
        self.sweep.cursor = Arc::default();
        self.sweep.timings = Arc::default();
        let first = !self.sweep.was_complete;
        let read_first = if first { files.len() } else { 0 };
        self.sweep.read_first = read_first;
        self.sweep.state =
            State::Checking { workers, total: files.len(), files: seen, stopped: false };
        let known: Arc<FxHashSet<File>> = Arc::new(self.found.keys().copied().collect());
        for _ in 0..workers {
            let known = Arc::clone(&known);
            let (snapshot, context) = (self.snapshot(), self.context.clone());
            let (files, cursor) = (Arc::clone(&files), Arc::clone(&self.sweep.cursor));
            let timings = Arc::clone(&self.sweep.timings);
            self.back.spawn(move || {
                let mut portion = Vec::new();
                let next = || {
                    let count = cursor.fetch_add(1, Ordering::Relaxed);
                    let reads = count < read_first;
                    let place = if reads { count } else { count - read_first };
                    files.get(place).map(|file| (file, reads))
                };
                while let Some((file, reads)) = next() {
                    // Most files have no findings and had none: nothing is made of them.
                    let found = guarded(&snapshot.db, || {
                        if reads {
                            timings.read(&snapshot.db, *file);
                            return None;
                        }
                        if first {
                            timings.render(&snapshot.db, *file);
                        }
                        let check = || ide::diagnostics(&snapshot.db, *file).is_empty();
                        let clean = timings.of(Phase::Check, file.path(&snapshot.db), check);
                        let told = known.contains(file);
                        (!clean || told).then(|| Findings::of(&snapshot, *file))
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
                    if portion.len() >= PORTION && context.settling.is_settled() {
                        let findings = std::mem::take(&mut portion);
                        let finished = false;
                        context.events.result(Event::Swept { generation, findings, finished });
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
        let (files, stopped) = (std::mem::take(files), *stopped);
        self.sweep.state = State::Idle;
        if stopped {
            self.sweep_again();
            return;
        }
        self.sweep.complete = true;
        if !self.sweep.was_complete {
            self.sweep.opening = self.sweep.timings.spent();
        }
        // Questions before the first pass waited for it: there is nothing to ask again.
        self.sweep.news &= self.sweep.was_complete;
        self.sweep.was_complete = true;
        self.forget_others(&files);
        self.sweep.from_outside = false;
        self.end_progress();
        self.watch_files();
        if std::mem::take(&mut self.sweep.news) && self.client.refreshes_diagnostics {
            self.send(Outgoing::RefreshDiagnostics);
        }
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

    /// Files that are no part of a project any more have no findings any more.
    fn forget_others(&mut self, swept: &FxHashSet<File>) {
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
