use std::thread;

use crossbeam_channel::{Receiver, Sender};

/// Jinja is evaluated recursively; its depth limits are set for stacks of this size.
pub const STACK_BYTES: usize = 16 << 20;

type Task = Box<dyn FnOnce() + Send>;

/// Who goes first where there are fewer cores than threads with something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    Urgent,
    Patient,
}

/// A few threads that take tasks in order. They end when the pool is dropped.
#[derive(Debug, Clone)]
pub struct Pool {
    tasks: Sender<Task>,
}

impl Pool {
    pub fn new(name: &str, threads: usize, haste: Haste) -> std::io::Result<Self> {
        let (tasks, queue): (Sender<Task>, Receiver<Task>) = crossbeam_channel::unbounded();
        for index in 0..threads {
            let queue = queue.clone();
            thread::Builder::new().name(format!("{name}-{index}")).stack_size(STACK_BYTES).spawn(
                move || {
                    if haste == Haste::Patient {
                        step_back();
                    }
                    queue.into_iter().for_each(|task| task());
                },
            )?;
        }
        Ok(Self { tasks })
    }

    pub fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        // The threads outlive every sender, so that there is always a receiver.
        let _ = self.tasks.send(Box::new(task));
    }
}

/// Lets other threads go first, where the system has such an order for single threads.
fn step_back() {
    #[cfg(target_os = "linux")]
    // One that may not step back works at the same speed as the others.
    let _ = rustix::process::nice(10);
}

/// How many threads make sense on this machine.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
