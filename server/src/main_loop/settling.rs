use std::sync::{Mutex, MutexGuard, PoisonError};

use base::RootDatabase;

use crate::files::{self, Load};

/// Whether the database holds everything that queries have asked for. An answer that was computed
/// before that can be wrong: a model whose folder was not read yet would be unknown.
#[derive(Debug, Default)]
pub struct Settling {
    /// How many pieces of work are under way that bring something into the database.
    pending: Mutex<usize>,
}

impl Settling {
    pub fn begin(&self) {
        *self.pending() += 1;
    }

    pub fn end(&self) {
        let mut pending = self.pending();
        *pending = pending.saturating_sub(1);
    }

    pub fn is_settled(&self) -> bool {
        *self.pending() == 0
    }

    /// To be asked after a computation: nothing when its result stands, else what is to be loaded,
    /// which may be under way already. What is handed out counts as begun; nobody can look between
    /// the wish and the work.
    pub fn missing(&self, db: &RootDatabase) -> Option<Vec<Load>> {
        let mut pending = self.pending();
        let loads = files::wanted(db);
        if !loads.is_empty() {
            *pending += 1;
            return Some(loads);
        }
        (*pending > 0).then(Vec::new)
    }

    fn pending(&self) -> MutexGuard<'_, usize> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
