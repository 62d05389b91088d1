//! Where the time goes: by phase, and in which files.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base::{File, FilePath, RootDatabase};
use serde::Serialize;

/// What is done with a file, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// From the disk.
    Read,
    /// Text into trees.
    Parse,
    /// Templates into what they call and what they write.
    Render,
    /// Findings, besides what the other phases have made already.
    Check,
    /// The SQL that dbt would run.
    Compile,
}

impl Phase {
    pub const ALL: [Phase; 5] =
        [Phase::Read, Phase::Parse, Phase::Render, Phase::Check, Phase::Compile];

    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Render => "render",
            Self::Check => "check",
            Self::Compile => "compile",
        }
    }
}

/// So many of the slowest files are kept.
const SLOWEST: usize = 5;

/// One phase, over all files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent {
    pub files: usize,
    /// Of all cores together.
    pub total: Duration,
    /// Slowest first.
    pub slowest: Vec<(FilePath, Duration)>,
}

impl Spent {
    fn add(&mut self, path: &FilePath, took: Duration) {
        self.files += 1;
        self.total += took;
        self.keep(path, took);
    }

    fn keep(&mut self, path: &FilePath, took: Duration) {
        if self.slowest.len() == SLOWEST && self.slowest.last().is_some_and(|it| it.1 >= took) {
            return;
        }
        // A file that is looked at again counts with the longest time.
        if let Some(known) = self.slowest.iter().position(|it| it.0 == *path) {
            if self.slowest[known].1 >= took {
                return;
            }
            self.slowest.remove(known);
        }
        let at = self.slowest.partition_point(|it| it.1 >= took);
        self.slowest.insert(at, (path.clone(), took));
        self.slowest.truncate(SLOWEST);
    }
}

/// Collects from all threads.
#[derive(Debug, Default)]
pub struct Timings {
    phases: Mutex<[Spent; 5]>,
}

impl Timings {
    pub fn add(&self, phase: Phase, path: &FilePath, took: Duration) {
        let mut phases = self.phases.lock().unwrap_or_else(PoisonError::into_inner);
        phases[phase as usize].add(path, took);
    }

    pub fn of<T>(&self, phase: Phase, path: &FilePath, compute: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let value = compute();
        self.add(phase, path, began.elapsed());
        value
    }

    /// Each phase in which something was done.
    pub fn spent(&self) -> Vec<(Phase, Spent)> {
        let phases = self.phases.lock().unwrap_or_else(PoisonError::into_inner);
        let all = Phase::ALL.into_iter().zip(phases.iter().cloned());
        all.filter(|(_, it)| it.files > 0).collect()
    }

    /// Asks for what a file says on its own.
    pub fn prime(&self, db: &RootDatabase, file: File) {
        self.of(Phase::Parse, file.path(db), || semantic::prime(db, file));
    }

    /// Does with a file what findings need, phase by phase. What files share counts for the first.
    pub fn look_at(&self, db: &RootDatabase, file: File) {
        self.of(Phase::Parse, file.path(db), || {
            if matches!(file.path(db).extension(), "sql" | "md") {
                semantic::template(db, file);
            }
        });
        self.render(db, file);
    }

    /// Renders what a file holds.
    pub fn render(&self, db: &RootDatabase, file: File) {
        self.of(Phase::Render, file.path(db), || {
            let Some(package) = project::owner_of(db, file) else { return };
            for node in semantic::nodes_in(db, package, file) {
                drop(semantic::parsed(db, node));
            }
        });
    }

    /// For people.
    pub fn report(&self, shown: impl Fn(&FilePath) -> String) -> String {
        let mut text = String::from("timings, of all cores together:\n");
        for (phase, spent) in self.spent() {
            let (name, total) = (phase.name(), milliseconds(spent.total));
            let files = (phase == Phase::Read).then(|| format!("  {} files", spent.files));
            let _ = writeln!(text, "  {name:<7}{total:>10} ms{}", files.unwrap_or_default());
            for (path, took) in &spent.slowest {
                if *took >= WORTH_TELLING {
                    let _ =
                        writeln!(text, "         {:>8} ms  {}", milliseconds(*took), shown(path));
                }
            }
        }
        text
    }
}

/// Files below that are slow for nobody.
const WORTH_TELLING: Duration = Duration::from_micros(500);

pub fn milliseconds(took: Duration) -> String {
    format!("{:.1}", took.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_are_kept() {
        let timings = Timings::default();
        for (index, took) in [30u64, 900, 20, 50, 7_000, 60, 40, 800].into_iter().enumerate() {
            let path = FilePath::new(&format!("/p/{index}.sql"));
            timings.add(Phase::Render, &path, Duration::from_micros(took));
        }
        timings.add(Phase::Render, &FilePath::new("/p/1.sql"), Duration::from_micros(700));
        let spent = timings.spent();
        let [(Phase::Render, spent)] = spent.as_slice() else { panic!("{spent:?}") };
        assert_eq!((spent.files, spent.total), (9, Duration::from_micros(9_600)));
        let slowest: Vec<u128> = spent.slowest.iter().map(|it| it.1.as_micros()).collect();
        assert_eq!(slowest, [7_000, 900, 800, 60, 50]);
        let report = timings.report(|it| it.name().to_owned());
        assert!(report.contains("render        9.6 ms\n"), "{report}");
        assert!(report.contains("7.0 ms  4.sql") && !report.contains("5.sql"), "{report}");
    }
}
