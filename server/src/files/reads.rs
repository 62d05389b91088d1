use base::FilePath;
use rustc_hash::FxHashMap;

use super::apply::has_above;
use super::load::Load;

/// Several looks at the disk are under way at once and end in any order. Each has a number, by
/// which is told what a later event has made out of date: a text is never followed by an older one.
#[derive(Debug, Default)]
pub struct Reads {
    last: u64,
    under_way: usize,
    /// The newest look that an event at this path has led to. It covers all that is below.
    events: FxHashMap<FilePath, u64>,
    /// The newest look at all of a folder.
    folders: FxHashMap<FilePath, u64>,
}

impl Reads {
    /// What queries want, or a folder whose rules are others now.
    pub fn begin_load(&mut self, loads: &[Load]) -> u64 {
        let number = self.begin();
        for load in loads {
            if let Load::Folder(path) = load {
                self.folders.insert(path.clone(), number);
            }
        }
        number
    }

    /// Paths at which something happened.
    pub fn begin_refresh(&mut self, paths: &[FilePath]) -> u64 {
        let number = self.begin();
        self.events.extend(paths.iter().map(|it| (it.clone(), number)));
        number
    }

    fn begin(&mut self) -> u64 {
        self.last += 1;
        self.under_way += 1;
        self.last
    }

    /// To be called once for each look, after its result was used.
    pub fn end(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
        if self.under_way == 0 {
            self.events.clear();
            self.folders.clear();
        }
    }

    /// Whether something happened at or above a path since that look began. The look that followed
    /// tells what is there, or has told it.
    #[must_use]
    pub fn is_outdated(&self, number: u64, path: &FilePath) -> bool {
        number < self.last
            && has_above(path, |it| self.events.get(it).is_some_and(|newest| *newest > number))
    }

    /// Whether all of a folder is or was looked at again since that look began.
    #[must_use]
    pub fn is_folder_outdated(&self, number: u64, folder: &FilePath) -> bool {
        self.folders.get(folder).is_some_and(|newest| *newest > number)
    }
}
