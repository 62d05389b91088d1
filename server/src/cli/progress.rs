use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error for work that takes long enough to wonder about; nothing where nobody
/// looks.
pub struct Progress {
    started: Instant,
    shown: bool,
    bar: Mutex<Option<ProgressBar>>,
    done: Arc<AtomicUsize>,
}

const PATIENCE: Duration = Duration::from_millis(400);

impl Progress {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            shown: std::io::stderr().is_terminal(),
            bar: Mutex::default(),
            done: Arc::default(),
        }
    }

    pub fn begin(&self) {
        self.done.store(0, Ordering::Relaxed);
    }

    /// One file more is done.
    pub fn step(&self, total: usize) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.shown || !done.is_multiple_of(16) || self.started.elapsed() < PATIENCE {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message("Checking");
            bar
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }

    pub fn end(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
