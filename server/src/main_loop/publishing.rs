use base::File;
use rules::Scope;

use super::MainLoop;
use super::event::Event;
use super::query::{Outcome, guarded};
use crate::findings::Findings;
use crate::lsp::outbox::Outgoing;

impl MainLoop {
    /// Looks at the open files, the one being typed first. A client that asks for findings itself
    /// is not told.
    pub(super) fn check_open(&self, typed: Option<File>) {
        if self.client.pulls_diagnostics || !self.loading.started || self.documents.is_empty() {
            return;
        }
        let others = self.documents.values().map(|(file, _)| *file);
        let files: Vec<File> =
            typed.into_iter().chain(others.filter(|it| Some(*it) != typed)).collect();
        let (snapshot, context) = (self.snapshot(), self.context.clone());
        let generation = self.generation;
        self.open_files.spawn(move || {
            for file in files {
                match guarded(&snapshot.db, || Findings::of(&snapshot, file, Scope::File)) {
                    Outcome::Done(findings) => {
                        if let Some(loads) = context.settling.missing(&snapshot.db) {
                            drop(snapshot);
                            context.events.result(Event::Unsettled { job: None, loads });
                            return;
                        }
                        context.events.result(Event::Found { generation, findings });
                    }
                    Outcome::Panicked => context.events.result(Event::Panicked),
                    // Whoever changed something starts anew.
                    Outcome::Cancelled => return,
                }
            }
        });
    }

    pub(super) fn found(&mut self, generation: u64, findings: Findings) {
        if generation == self.generation {
            self.publish(findings, true);
        }
    }

    /// Tells the client what it does not know yet: other findings, or that a new version of an open
    /// text has the same.
    pub(super) fn publish(&mut self, findings: Findings, versioned: bool) {
        let before = self.found.get(&findings.file);
        let same = match before {
            Some(before) => before.items == findings.items,
            None => findings.items.is_empty(),
        };
        let same_version = !versioned || before.is_some_and(|it| it.version == findings.version);
        if same && same_version {
            return;
        }
        let open = self.documents.contains_key(&findings.path);
        // After typing, a client that asks does so for the open files on its own.
        self.sweep.news |= !same && (!open || self.sweep.from_outside);
        if !self.client.pulls_diagnostics
            && let Some(uri) = findings.uri.clone()
        {
            let items = findings.items.to_vec();
            self.send(Outgoing::Publish { uri, version: findings.version, items });
        }
        if findings.items.is_empty() && !open {
            self.found.remove(&findings.file);
        } else {
            self.found.insert(findings.file, findings);
        }
    }

    /// Answers `workspace/diagnostic` as soon as every file was looked at.
    pub(super) fn answer_pulls(&mut self) {
        let current =
            self.sweep.complete && self.sweep.due.is_none() && self.context.settling.is_settled();
        if self.pulls.is_empty() || !current {
            return;
        }
        for pull in std::mem::take(&mut self.pulls) {
            let _ = pull.reply.send(self.found.values().cloned().collect());
        }
    }
}
