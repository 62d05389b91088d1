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

    /// Gives the folders that were not watched before.
    pub fn watch(&mut self, folders: impl Iterator<Item = FilePath>) -> Vec<FilePath> {
        let mut fresh = Vec::new();
        for folder in folders {
            if self.watched.contains(&folder) {
                continue;
            }
            let watched = self.watcher.watch(folder.as_str().as_ref(), RecursiveMode::NonRecursive);
            // A folder that does not exist cannot be watched; it may come later.
            if watched.is_ok() {
                self.watched.insert(folder.clone());
                fresh.push(folder);
            }
        }
        fresh
    }

    /// To be told of everything that happened. The system watches a folder, not its name: what is
    /// made again in the place of one that is gone has to be watched anew, and all that is below.
    pub fn forget(&mut self, paths: &[FilePath]) {
        let known = paths.iter().filter(|it| self.watched.contains(*it));
        let changed: FxHashSet<&str> = known.map(FilePath::as_str).collect();
        if changed.is_empty() {
            return;
        }
        let lost = self.watched.extract_if(|it| files::has_above(it, |it| changed.contains(it)));
        for folder in lost {
            // The system may have let go of it already.
            let _ = self.watcher.unwatch(folder.as_str().as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::main_loop::test_events;

    #[test]
    fn a_folder_that_is_made_again_is_watched_again() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| FilePath::new(folder.path().join(path).to_str().unwrap());
        let (events, inbox) = test_events();
        let mut watcher = Watcher::new(events).unwrap();
        let make = || fs::create_dir_all(at("a/b").as_str()).unwrap();
        let all = [at("a"), at("a/b")];
        make();
        assert_eq!(watcher.watch(all.clone().into_iter()), all);
        assert!(watcher.watch(all.clone().into_iter()).is_empty());
        // Moved away, so that nobody says anything about what is below.
        fs::rename(at("a").as_str(), at("old").as_str()).unwrap();
        make();
        watcher.forget(&[at("elsewhere")]);
        assert!(watcher.watch(all.clone().into_iter()).is_empty());
        watcher.forget(&[at("a")]);
        assert_eq!(watcher.watch(all.clone().into_iter()), all);
        fs::write(at("a/b/c.sql").as_str(), "").unwrap();
        loop {
            let Event::FilesChanged(paths) =
                inbox.requests.recv_timeout(Duration::from_secs(20)).unwrap()
            else {
                continue;
            };
            if paths.contains(&at("a/b/c.sql")) {
                return;
            }
        }
    }
}
