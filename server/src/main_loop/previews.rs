use base::FilePath;
use ide::Wanted;
use tower_lsp::ls_types::Uri;

use super::MainLoop;
use super::event::Event;
use super::query::{Outcome, guarded};
use crate::lsp::compiled::{Changed, Compiled};
use crate::lsp::outbox::Outgoing;

/// A document whose compiled text the client shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub path: FilePath,
    /// As the client spells it.
    pub uri: Uri,
    /// Which of several nodes, by its unique id.
    pub node: Option<String>,
}

/// What the client shows, with what it was last told.
#[derive(Default)]
pub struct Previews {
    shown: Vec<(Watched, Option<Option<Box<Compiled>>>)>,
}

impl MainLoop {
    pub(super) fn watch_compiled(&mut self, watched: Vec<Watched>) {
        let mut before = std::mem::take(&mut self.previews.shown);
        self.previews.shown = watched
            .into_iter()
            .map(|it| {
                let known = before.iter().position(|(known, _)| *known == it);
                let told = known.and_then(|index| before.swap_remove(index).1);
                (it, told)
            })
            .collect();
        self.compile_previews();
    }

    /// Compiles what is shown anew. The findings of what is typed come first: they are under way.
    pub(super) fn compile_previews(&self) {
        if self.previews.shown.is_empty() || !self.loading.started {
            return;
        }
        let watched: Vec<Watched> = self.previews.shown.iter().map(|(it, _)| it.clone()).collect();
        let (snapshot, context) = (self.snapshot(), self.context.clone());
        let generation = self.generation;
        self.open_files.spawn(move || {
            let mut made = Vec::with_capacity(watched.len());
            for it in watched {
                let wanted = it.node.as_deref().map_or(Wanted::First, Wanted::Id);
                match guarded(&snapshot.db, || Compiled::of(&snapshot, &it.path, wanted)) {
                    Outcome::Done(compiled) => made.push((it, compiled.map(Box::new))),
                    Outcome::Panicked => context.events.result(Event::Panicked),
                    // Whoever changed something starts anew.
                    Outcome::Cancelled => return,
                }
            }
            let missing = context.settling.missing(&snapshot.db);
            drop(snapshot);
            context.events.result(match missing {
                Some(loads) => Event::Unsettled { job: None, loads },
                None => Event::Compiled { generation, made },
            });
        });
    }

    /// Tells the client what is another text than it has.
    pub(super) fn compiled(
        &mut self,
        generation: u64,
        made: Vec<(Watched, Option<Box<Compiled>>)>,
    ) {
        if generation != self.generation {
            return;
        }
        for (watched, compiled) in made {
            let shown = self.previews.shown.iter_mut().find(|(it, _)| *it == watched);
            let Some((_, told)) = shown else { continue };
            let same = match (&told, &compiled) {
                (Some(Some(told)), Some(compiled)) => told.shows_the_same(compiled),
                (Some(None), None) => true,
                _ => false,
            };
            if same {
                continue;
            }
            *told = Some(compiled.clone());
            let compiled = compiled.map(|it| *it);
            self.send(Outgoing::Compiled(Box::new(Changed { uri: watched.uri, compiled })));
        }
    }
}
