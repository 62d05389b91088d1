use base::FilePath;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use rustc_hash::FxHashSet;

use crate::files;
use crate::log;
use crate::main_loop::{Event, Events};

/// Watches what no client watches for us: single folders, since a recursive watch would take in
/// `node_modules` and every virtual environment.
pub struct Watcher {
    watcher: RecommendedWatcher,
    watched: FxHashSet<FilePath>,
}

impl Watcher {
    /// Nothing where the system cannot watch; the client may still tell.
    pub fn new(events: Events) -> Option<Self> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if event.kind.is_access() {
                return;
            }
            let paths: Vec<FilePath> =
                event.paths.iter().filter_map(|it| files::path_of(it)).collect();
            if !paths.is_empty() {
                events.request(Event::FilesChanged(paths));
            }
        });
        match watcher {
            Ok(watcher) => Some(Self { watcher, watched: FxHashSet::default() }),
            Err(error) => {
                log::warn(format!("files cannot be watched: {error}"));
                None
            }
        }
    }

    pub fn watch(&mut self, folders: impl Iterator<Item = FilePath>) {
        for folder in folders {
            if !self.watched.contains(&folder) {
                let watched =
                    self.watcher.watch(folder.as_str().as_ref(), RecursiveMode::NonRecursive);
                // A folder that does not exist cannot be watched; it may come later.
                if watched.is_ok() {
                    self.watched.insert(folder);
                }
            }
        }
    }
}
