use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use base::FilePath;
use tokio::sync::oneshot;

use super::event::{Event, Events};
use super::settling::Settling;
use crate::snapshot::Snapshot;

/// Why a request has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The text moved on.
    ContentModified,
    /// A panic, which is a fault of ours.
    Internal,
}

/// What a pool task needs besides a snapshot.
#[derive(Clone)]
pub struct Context {
    pub events: Events,
    pub settling: Arc<Settling>,
}

/// A request that can be started again when a change or a wish for a file comes between.
pub trait Job: Send {
    fn document(&self) -> Option<&FilePath>;
    /// Notes the version of the document that the request is about.
    fn pin(&mut self, version: Option<i32>);
    fn pinned(&self) -> Option<i32>;
    fn run(self: Box<Self>, snapshot: Snapshot, context: &Context);
    fn fail(self: Box<Self>, failure: Failure);
}

pub struct Query<T> {
    document: Option<FilePath>,
    version: Option<i32>,
    rounds: u8,
    compute: Box<dyn Fn(&Snapshot) -> T + Send>,
    reply: oneshot::Sender<Result<T, Failure>>,
}

/// So often a query may ask for something new; more is a query that never settles.
const ROUND_LIMIT: u8 = 64;

impl<T: Send + 'static> Query<T> {
    pub fn new(
        document: Option<FilePath>,
        compute: impl Fn(&Snapshot) -> T + Send + 'static,
    ) -> (Self, oneshot::Receiver<Result<T, Failure>>) {
        let (reply, answer) = oneshot::channel();
        let compute = Box::new(compute);
        (Self { document, version: None, rounds: 0, compute, reply }, answer)
    }
}

impl<T: Send + 'static> Job for Query<T> {
    fn document(&self) -> Option<&FilePath> {
        self.document.as_ref()
    }

    fn pin(&mut self, version: Option<i32>) {
        self.version = version;
    }

    fn pinned(&self) -> Option<i32> {
        self.version
    }

    fn run(mut self: Box<Self>, snapshot: Snapshot, context: &Context) {
        // The client cancelled, or is gone.
        if self.reply.is_closed() {
            return;
        }
        match guarded(&snapshot.db, || (self.compute)(&snapshot)) {
            Outcome::Done(value) => {
                let missing = context.settling.missing(&snapshot.db);
                // Before the reply: a writer may be waiting for it.
                drop(snapshot);
                match missing {
                    Some(loads) if self.rounds < ROUND_LIMIT => {
                        self.rounds += 1;
                        context.events.result(Event::Unsettled { job: Some(self), loads });
                        return;
                    }
                    Some(loads) => context.events.result(Event::Unsettled { job: None, loads }),
                    None => {}
                }
                let _ = self.reply.send(Ok(value));
            }
            Outcome::Cancelled => {
                drop(snapshot);
                context.events.result(Event::Cancelled(self));
            }
            Outcome::Panicked => {
                drop(snapshot);
                context.events.result(Event::Panicked);
                self.fail(Failure::Internal);
            }
        }
    }

    fn fail(self: Box<Self>, failure: Failure) {
        // Whoever does not listen any more needs no failure.
        let _ = self.reply.send(Err(failure));
    }
}

pub enum Outcome<T> {
    Done(T),
    /// A change came; a new try sees the new state.
    Cancelled,
    Panicked,
}

/// Runs a computation on a snapshot and tells a cancellation from a panic.
pub fn guarded<T>(db: &dyn salsa::Database, compute: impl FnOnce() -> T) -> Outcome<T> {
    let caught =
        catch_unwind(AssertUnwindSafe(|| salsa::Cancelled::catch(AssertUnwindSafe(compute))));
    match caught {
        Ok(Ok(value)) => Outcome::Done(value),
        // Another thread did not finish what this one waited for. When a change is pending, that
        // thread was cancelled, and so are we.
        Ok(Err(salsa::Cancelled::PropagatedPanic)) if !is_change_pending(db) => Outcome::Panicked,
        Ok(Err(_)) => Outcome::Cancelled,
        Err(_) => Outcome::Panicked,
    }
}

fn is_change_pending(db: &dyn salsa::Database) -> bool {
    salsa::Cancelled::catch(AssertUnwindSafe(|| db.unwind_if_revision_cancelled())).is_err()
}
