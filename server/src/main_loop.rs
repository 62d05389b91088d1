//! One thread owns the database. Everything that happens arrives here as an event, in order; what
//! takes time is done elsewhere and comes back as an event.

mod changes;
mod env_command;
mod environment;
mod event;
mod git;
mod loading;
mod previews;
mod publishing;
mod query;
mod running;
mod settling;
mod status;
mod sweep;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{File, FilePath, Project, RootDatabase, Settings};
use crossbeam_channel::never;
use rustc_hash::FxHashMap;

use crate::config::EditorSettings;
use crate::documents::{Document, OpenFiles};
use crate::files;
use crate::findings::Findings;
use crate::lsp::capabilities::Client;
use crate::lsp::ext::Status;
use crate::lsp::outbox::{Outbox, Outgoing};
use crate::machine::Captured;
use crate::pool::{self, Haste, Pool};
use crate::remembered::Store;
use crate::snapshot::Snapshot;
use crate::watcher::Watcher;

#[cfg(test)]
pub use event::events as test_events;
pub use event::{Event, Events, Start, WorkspacePull};
pub use previews::Watched;
pub use query::{Failure, Outcome, Query, guarded};

use event::{Inbox, events};
use loading::Loading;
use previews::Previews;
use query::{Context, Job};
use running::Running;
use settling::Settling;
use sweep::Sweep;

pub struct MainLoop {
    db: RootDatabase,
    inbox: Inbox,
    context: Context,
    outbox: Outbox,
    store: Store,
    /// What a client asks and waits for; nothing else may stand in its way.
    questions: Pool,
    /// The findings and the compiled SQL of what is open.
    open_files: Pool,
    /// What can wait.
    all_files: Pool,

    client: Arc<Client>,
    /// The folders that the editor has open.
    folders: Vec<FilePath>,
    documents: FxHashMap<FilePath, (File, Document)>,
    open: OpenFiles,
    /// Every project ever found; those of now stand in the workspace.
    projects: BTreeMap<FilePath, Project>,
    /// Flags that the process environment sets.
    flags: Settings,
    editor: FxHashMap<FilePath, EditorSettings>,
    /// What a client sends that cannot be asked.
    sent: EditorSettings,
    /// What engines said of themselves, by their programs.
    answers: BTreeMap<FilePath, crate::engine::Answer>,
    watcher: Option<Watcher>,
    loading: Loading,

    /// Counts the changes; what was computed for an older one is out of date.
    generation: u64,
    parked: Vec<Box<dyn Job>>,
    running: Arc<Running>,
    sweep: Sweep,
    found: FxHashMap<File, Findings>,
    pulls: Vec<WorkspacePull>,
    previews: Previews,
    /// Whether the user trusts the opened folders: programs are run only there.
    trusted: bool,
    git: git::Asking,
    commands: env_command::Commands,
    shown_environment: environment::Shown,
    status: status::Known,
    sent_status: Option<Status>,
}

/// The thread's end of the wire and the handle for everybody else.
pub fn start(machine: Captured, outbox: Outbox) -> std::io::Result<Events> {
    let (events, inbox) = events();
    let mut db = RootDatabase::default();
    let flags = crate::cli::flags::from_environment(&machine.environment);
    let store = Store::of(&machine.environment);
    machine.set(&mut db);
    let context = Context { events: events.clone(), settling: Arc::new(Settling::default()) };
    let main_loop = MainLoop {
        db,
        inbox,
        context,
        outbox,
        store,
        questions: Pool::new("question", pool::cores().max(4), Haste::Urgent)?,
        open_files: Pool::new("open", 2, Haste::Urgent)?,
        all_files: Pool::new("check", pool::cores(), Haste::Patient)?,
        client: Arc::default(),
        folders: Vec::new(),
        documents: FxHashMap::default(),
        open: OpenFiles::default(),
        projects: BTreeMap::new(),
        flags,
        editor: FxHashMap::default(),
        sent: EditorSettings::default(),
        answers: BTreeMap::new(),
        watcher: None,
        loading: Loading::default(),
        generation: 0,
        parked: Vec::new(),
        running: Arc::default(),
        sweep: Sweep::default(),
        found: FxHashMap::default(),
        pulls: Vec::new(),
        previews: Previews::default(),
        trusted: false,
        git: git::Asking::default(),
        commands: env_command::Commands::default(),
        shown_environment: environment::Shown::default(),
        status: status::Known::default(),
        sent_status: None,
    };
    std::thread::Builder::new()
        .name("main-loop".to_owned())
        .stack_size(pool::STACK_BYTES)
        .spawn(move || main_loop.run())?;
    Ok(events)
}

impl MainLoop {
    fn run(mut self) {
        loop {
            match self.next() {
                Ok(Some(event)) => self.handle(event),
                Ok(None) => {}
                Err(()) => return,
            }
            self.turn();
        }
    }

    /// Results come before requests, so that nobody waits in a circle.
    fn next(&self) -> Result<Option<Event>, ()> {
        if let Ok(event) = self.inbox.results.try_recv() {
            return Ok(Some(event));
        }
        let timeout = self.wakes_at().map(|at| at.saturating_duration_since(Instant::now()));
        let timer = timeout.map_or_else(never, crossbeam_channel::after);
        crossbeam_channel::select! {
            recv(self.inbox.results) -> event => event.map(Some).map_err(|_| ()),
            recv(self.inbox.requests) -> event => event.map(Some).map_err(|_| ()),
            recv(timer) -> _ => Ok(None),
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Start(start) => self.begin(*start),
            Event::Ready => self.ready(),
            Event::Opened { path, uri, version, text } => self.opened(path, uri, version, &text),
            Event::Changed { path, version, changes } => self.edited(&path, version, changes),
            Event::Closed(path) => self.closed(&path),
            Event::FilesChanged(paths) => {
                if paths.iter().any(crate::git::concerns) {
                    self.ask_git();
                }
                self.forget_watched(&paths);
                self.files_changed(paths);
            }
            Event::Overlooked(paths) => self.files_changed(paths),
            Event::FoldersChanged { added, removed } => self.folders_changed(added, &removed),
            Event::SettingsChanged(sent) => self.settings_changed(&sent),
            Event::Query(job) => self.query(job),
            Event::Timings(reply) => {
                // Whoever asked may be gone.
                let _ = reply.send(self.timings());
            }
            Event::EnginesAsked(answers) => {
                self.answers.extend(answers);
                self.apply_settings();
            }
            Event::WatchCompiled(watched) => self.watch_compiled(watched),
            Event::Compiled { generation, made } => self.compiled(generation, made),
            Event::PullWorkspace(pull) => self.pulls.push(pull),
            Event::Unsettled { job, loads } => self.unsettled(job, loads),
            Event::Cancelled(job) => self.submit_again(job),
            Event::Discovered { number, roots, all } => self.discovered(number, roots, all),
            Event::Loaded { number, loaded } => self.loaded(number, loaded),
            Event::Refreshed { number, refreshed } => self.refreshed(number, refreshed),
            Event::Settings(settings) => self.settings(settings),
            Event::Commanded { root, line, result } => self.commanded(&root, &line, result),
            Event::WatchEnvironment(watch) => self.watch_environment(watch),
            Event::Environment { generation, made } => self.environment_made(generation, *made),
            Event::Git(answers) => self.git_answered(answers),
            Event::Found { generation, findings } => self.found(generation, findings),
            Event::Listed { generation, listed } => self.listed(generation, listed),
            Event::Swept { generation, findings, finished } => {
                self.swept(generation, findings, finished);
            }
            Event::SweepStopped { generation } => self.sweep_stopped(generation),
            Event::ProgressReady(token) => self.progress_ready(token),
            Event::Panicked => self.panicked(),
        }
    }

    /// What follows from the state after each event.
    fn turn(&mut self) {
        let loads = files::wanted(&self.db);
        if !loads.is_empty() {
            self.context.settling.begin();
            self.load(loads);
        }
        self.check_deadlines();
        if self.context.settling.is_settled() {
            self.settled();
        }
        self.answer_pulls();
        self.send_status();
    }

    fn wakes_at(&self) -> Option<Instant> {
        let sweep = self.sweep.due.filter(|_| self.can_sweep());
        let remember = self.sweep.remember_at.filter(|_| self.can_sweep());
        [
            sweep,
            remember,
            self.loading.settings_deadline,
            self.loading.batch_due,
            self.progress_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            db: self.db.clone(),
            open: Arc::clone(&self.open),
            client: Arc::clone(&self.client),
            trusted: self.trusted,
        }
    }

    fn query(&mut self, mut job: Box<dyn Job>) {
        let version = job.document().and_then(|it| self.open.get(it)).map(|it| it.version);
        job.pin(version);
        self.submit(job);
    }

    fn submit(&self, job: Box<dyn Job>) {
        let (snapshot, context) = (self.snapshot(), self.context.clone());
        let ticket = self.running.ticket();
        self.questions.spawn(move || {
            job.run(snapshot, &context);
            drop(ticket);
        });
    }

    /// After a change, or after waiting. An answer is still wanted when the text is the one that
    /// the client had in mind.
    fn submit_again(&self, job: Box<dyn Job>) {
        let version = job.document().and_then(|it| self.open.get(it)).map(|it| it.version);
        if job.pinned() == version {
            self.submit(job);
        } else {
            job.fail(Failure::ContentModified);
        }
    }

    fn unsettled(&mut self, job: Option<Box<dyn Job>>, loads: Vec<files::Load>) {
        match job {
            Some(job) => self.parked.push(job),
            None => self.loading.recheck = true,
        }
        if !loads.is_empty() {
            self.load(loads);
        }
    }

    /// Nothing is wanted from the disk any more: what waited for it can go on.
    fn settled(&mut self) {
        for job in std::mem::take(&mut self.parked) {
            self.submit_again(job);
        }
        if std::mem::take(&mut self.loading.recheck) {
            self.changed(None);
        }
        self.sweep_when_due();
        self.remember_when_due();
    }

    /// A new state of the project: everything shown is to be looked at again, the file that is
    /// being typed first.
    fn changed(&mut self, typed: Option<File>) {
        self.generation += 1;
        self.sweep.remember_at = None;
        // Whoever types goes on typing; other changes come alone.
        let quiet = if typed.is_some() { sweep::QUIET } else { Duration::ZERO };
        self.sweep.due = Some(Instant::now() + quiet);
        self.sweep.from_outside |= typed.is_none();
        if self.context.settling.is_settled() {
            self.check_open(typed);
            self.compile_previews();
        } else {
            self.loading.recheck = true;
        }
    }

    fn send(&self, outgoing: Outgoing) {
        // The connection may be gone already; then nobody is left to tell.
        let _ = self.outbox.send(outgoing);
    }
}
