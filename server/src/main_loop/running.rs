use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How many questions of the client are being answered just now.
#[derive(Default)]
pub struct Running {
    count: Mutex<usize>,
    ended: Condvar,
}

/// One of them, for as long as it lives.
pub struct Ticket(Arc<Running>);

impl Running {
    pub fn ticket(self: &Arc<Self>) -> Ticket {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Ticket(Arc::clone(self))
    }

    /// Waits a moment for all of them to end. Most take less than that: letting them finish spares
    /// the user a refusal, and the edit that waits is not late for it.
    pub fn let_finish(&self, patience: Duration) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether the time was enough does not matter: what is left is cancelled.
        drop(self.ended.wait_timeout_while(count, patience, |count| *count > 0));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut count = self.0.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(1);
        self.0.ended.notify_all();
    }
}
