use std::sync::atomic::{AtomicUsize, Ordering};

use base::RootDatabase;

use crate::files::{self, Load};

/// Whether the database holds everything that queries have asked for. An answer that was computed
/// before that can be wrong: a model whose folder was not read yet would be unknown.
#[derive(Debug, Default)]
pub struct Settling {
    pending: AtomicUsize,
}

impl Settling {
    pub fn begin(&self) {
        self.pending.fetch_add(1, Ordering::SeqCst);
    }

    pub fn end(&self) {
        // One end per beginning: it cannot fall below zero.
        self.pending.fetch_sub(1, Ordering::SeqCst);
    }

    pub fn is_settled(&self) -> bool {
        self.pending.load(Ordering::SeqCst) == 0
    }

    /// To be asked after a computation: nothing when its result stands, else what is to be loaded,
    /// which may be under way already. What is handed out counts as begun; it is taken under a
    /// count of its own, lest somebody else sees neither the wish nor the work.
    pub fn missing(&self, db: &RootDatabase) -> Option<Vec<Load>> {
        self.begin();
        let loads = files::wanted(db);
        if !loads.is_empty() {
            return Some(loads);
        }
        self.end();
        (!self.is_settled()).then(Vec::new)
    }
}
