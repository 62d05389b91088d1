use super::MainLoop;
use super::event::Event;
use super::query::{Outcome, guarded};
use crate::lsp::environment::Environment;
use crate::lsp::outbox::Outgoing;

/// Whether the client shows the variables, and what it was told of them last.
#[derive(Default)]
pub struct Shown {
    watched: bool,
    told: Option<Environment>,
}

impl MainLoop {
    pub(super) fn watch_environment(&mut self, watch: bool) {
        self.shown_environment.watched = watch;
        // Who looks again has forgotten what it saw.
        self.shown_environment.told = None;
        self.tell_environment();
    }

    /// Computes what is shown anew, when everything is at rest.
    pub(super) fn tell_environment(&self) {
        if !self.shown_environment.watched || !self.loading.started {
            return;
        }
        let (snapshot, context) = (self.snapshot(), self.context.clone());
        let generation = self.generation;
        self.all_files.spawn(move || {
            let made = guarded(&snapshot.db, || Environment::of(&snapshot));
            let missing = context.settling.missing(&snapshot.db);
            drop(snapshot);
            match (made, missing) {
                (_, Some(loads)) => context.events.result(Event::Unsettled { job: None, loads }),
                (Outcome::Done(made), None) => {
                    let made = Box::new(made);
                    context.events.result(Event::Environment { generation, made });
                }
                (Outcome::Panicked, None) => context.events.result(Event::Panicked),
                // Whoever changed something starts anew.
                (Outcome::Cancelled, None) => {}
            }
        });
    }

    pub(super) fn environment_made(&mut self, generation: u64, made: Environment) {
        let shown = &mut self.shown_environment;
        if generation == self.generation && shown.watched && shown.told.as_ref() != Some(&made) {
            shown.told = Some(made.clone());
            self.send(Outgoing::Environment(Box::new(made)));
        }
    }
}
