//! `.env` files: what stands in them, and what each engine reads of it.
//!
//! dbt v2 reads with the `dotenvy` grammar and stops silently at the first bad line; dbt Core 1.12
//! reads with python-dotenv, whose grammar is another one. The entries and problems here follow
//! v2; what Core makes of the same text is kept beside them.

mod core;
mod lines;
mod value;

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use text_size::{TextRange, TextSize};

pub use value::{Part, Quote};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dotenv {
    /// Every assignment in the file's order, also those v2 does not get to.
    pub entries: Vec<Entry>,
    pub problems: Vec<Problem>,
    /// From `#` to the end of the line.
    pub comments: Vec<TextRange>,
    core: Vec<core::Binding>,
    /// Lines that Core passes over with a warning.
    pub core_problems: Vec<Problem>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// dbt v2: nothing from the first bad line on, the first of equal names.
    Dotenvy,
    /// dbt Core 1.12: bad lines left out, the last of equal names.
    PythonDotenv,
}

/// A line that sets a variable, for one of the grammars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    pub name: &'a str,
    pub name_range: TextRange,
    /// Counted from zero.
    pub line: u32,
}

/// `NAME=value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub name_range: TextRange,
    /// As written, with quotes and without a comment behind it.
    pub value_range: TextRange,
    /// What v2 puts together for the value.
    pub parts: Vec<Part>,
    pub quote: Quote,
    /// `export NAME=value`
    pub export: bool,
    /// Counted from zero.
    pub line: u32,
    /// v2 never reads this entry: it stands on or after a bad line.
    pub lost: bool,
}

/// A line that an engine cannot read, or reads as something nobody meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub range: TextRange,
    pub message: String,
    /// The variables v2 does not see because of this line, its own included.
    pub lost: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// No name, or no `=` behind it.
    Name,
    /// A blank in a value without quotes.
    Blank,
    Escape,
    /// `${` without its end.
    Brace,
    /// A quote that nothing closes.
    OpenQuote,
    /// A quote that a later line closes: v2 goes on behind it.
    Swallowed,
    /// A blank at the end of a file without a last line end.
    LastBlank,
    Nul,
    /// For python-dotenv.
    NotRead,
}

/// Reads any text, in time linear in it.
pub fn parse(text: &str) -> Dotenv {
    let (core, core_problems) = core::parse(text);
    let mut dotenv = Dotenv { core, core_problems, ..Dotenv::default() };
    let mut stopped = false;
    // (problem, entries before its line): what is lost is known at the end.
    let mut losses = Vec::new();
    for line in lines::lines(text, &mut dotenv.comments) {
        match line {
            lines::Line::Entry(mut entry, swallowed) => {
                entry.lost = stopped;
                if let Some(problem) = swallowed {
                    dotenv.problems.push(problem);
                }
                dotenv.entries.push(entry);
            }
            lines::Line::Bad { entry, problem } => {
                stopped = true;
                losses.push((dotenv.problems.len(), dotenv.entries.len()));
                dotenv.problems.push(problem);
                dotenv.entries.extend(entry.map(|it| Entry { lost: true, ..it }));
            }
        }
    }
    report_losses(&mut dotenv, &losses);
    dotenv
}

/// Names that are read before the first bad line are not lost by it.
fn report_losses(dotenv: &mut Dotenv, losses: &[(usize, usize)]) {
    let read: FxHashSet<&str> =
        dotenv.entries.iter().filter(|it| !it.lost).map(|it| it.name.as_str()).collect();
    // Behind many bad lines only the first few need their lists: each is as long as the file.
    for &(problem, first) in losses.iter().take(20) {
        let mut seen = FxHashSet::default();
        let lost: Vec<String> = dotenv.entries[first..]
            .iter()
            .map(|it| it.name.as_str())
            .filter(|name| !read.contains(name) && seen.insert(*name))
            .map(str::to_owned)
            .collect();
        if let Some(problem) = dotenv.problems.get_mut(problem) {
            problem.lost = lost;
        }
    }
}

/// The variables v2 takes from the file: the first of equal names, nothing from the first bad line
/// on. `process` is the environment dbt is started with, which comes first in `$NAME`. A name that
/// `process` has too is listed all the same: which of the two wins is for the caller to say.
pub fn values_v2(
    dotenv: &Dotenv,
    process: &dyn Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    let mut values: Vec<(String, String)> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut budget = value::MAX_EXPANDED;
    for entry in dotenv.entries.iter().take_while(|it| !it.lost) {
        if places.contains_key(entry.name.as_str()) {
            continue;
        }
        let value = value::expand(&entry.parts, &mut budget, &|name| {
            // Reading puts each variable into the process environment at once.
            process(name).map(Cow::Owned).or_else(|| {
                let place = *places.get(name)?;
                values.get(place).map(|(_, value)| Cow::Borrowed(value.as_str()))
            })
        });
        places.insert(&entry.name, values.len());
        values.push((entry.name.clone(), value));
    }
    values
}

/// The variables dbt Core 1.12 takes from the file: the last of equal names, bad lines left out.
pub fn values_core(
    dotenv: &Dotenv,
    process: &dyn Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    core::values(&dotenv.core, process)
}

/// The variables that one text sets to something else than the other does, for either engine.
pub fn changed(before: &str, after: &str) -> BTreeSet<String> {
    let (before, after) = (parse(before), parse(after));
    let process = |_: &str| None;
    let mut changed = BTreeSet::new();
    for grammar in [Grammar::Dotenvy, Grammar::PythonDotenv] {
        let values = |it: &Dotenv| -> FxHashSet<(String, String)> {
            it.values(grammar, &process).into_iter().collect()
        };
        let (before, after) = (values(&before), values(&after));
        changed.extend(before.symmetric_difference(&after).map(|(name, _)| name.clone()));
    }
    changed
}

impl Dotenv {
    /// What an engine takes from the file; see [`values_v2`] and [`values_core`].
    pub fn values(
        &self,
        grammar: Grammar,
        process: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<(String, String)> {
        match grammar {
            Grammar::Dotenvy => values_v2(self, process),
            Grammar::PythonDotenv => values_core(self, process),
        }
    }

    /// The lines that set a variable, those included that another line of the same name hides, but
    /// not those that the engine does not get to.
    pub fn settings(&self, grammar: Grammar) -> Vec<Setting<'_>> {
        match grammar {
            Grammar::Dotenvy => {
                let read = self.entries.iter().take_while(|it| !it.lost);
                read.map(|it| Setting { name: &it.name, name_range: it.name_range, line: it.line })
                    .collect()
            }
            Grammar::PythonDotenv => {
                let read = self.core.iter().filter(|it| it.value.is_some());
                read.map(|it| Setting { name: &it.name, name_range: it.name_range, line: it.line })
                    .collect()
            }
        }
    }

    /// The lines that set one variable, the one that counts first.
    pub fn settings_of(&self, grammar: Grammar, name: &str) -> Vec<Setting<'_>> {
        let mut settings = self.settings(grammar);
        settings.retain(|it| it.name == name);
        if grammar == Grammar::PythonDotenv {
            settings.reverse();
        }
        settings
    }

    /// The first line at which dbt ends before it began.
    pub fn crash(&self, grammar: Grammar) -> Option<TextRange> {
        match grammar {
            Grammar::Dotenvy => {
                let stop = self.problems.iter().find(|it| it.kind.stops())?;
                (stop.kind == ProblemKind::Nul).then_some(stop.range)
            }
            Grammar::PythonDotenv => Some(self.core.iter().find(|it| it.crashes())?.name_range),
        }
    }

    /// Every name that a value takes in, for either engine: `(NAME, the name in its value)`.
    pub fn substitutions(&self) -> impl Iterator<Item = (&str, &str)> {
        let v2 = self.entries.iter().flat_map(|it| it.substitutions().map(|to| (&*it.name, to)));
        let core = self.core.iter().flat_map(|it| {
            let value = it.value.as_deref().unwrap_or("");
            core::substitutions(value).map(|to| (&*it.name, to))
        });
        v2.chain(core)
    }

    /// What a line says itself, without what it takes in: `(NAME, text)`, for either engine. It may
    /// be a secret.
    pub fn literal_texts(&self) -> impl Iterator<Item = (&str, String)> {
        let v2 = self.entries.iter().map(|it| (&*it.name, it.literal_text()));
        let core = self.core.iter().filter_map(|it| Some((&*it.name, it.value.clone()?)));
        v2.chain(core)
    }

    /// The entries of a name in the file's order.
    pub fn entries_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |it| it.name == name)
    }

    /// The entry v2 takes the name's value from.
    pub fn entry_v2(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|it| !it.lost && it.name == name)
    }

    /// The entry whose name or value is at an offset.
    pub fn entry_at(&self, offset: TextSize) -> Option<&Entry> {
        self.entries.iter().find(|it| {
            it.name_range.contains_inclusive(offset) || it.value_range.contains_inclusive(offset)
        })
    }
}

impl ProblemKind {
    /// Whether v2 reads nothing from here on.
    pub fn stops(self) -> bool {
        !matches!(self, Self::Swallowed | Self::NotRead)
    }
}

impl Entry {
    /// The variables that the line puts into its value.
    pub fn substitutions(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|it| match it {
            // v2 takes all of `${X:-y}` for a name; for Core it reads `X`.
            Part::Variable { name, .. } => {
                Some(name.split_once(':').map_or(name.as_str(), |(name, _)| name))
            }
            Part::Text(_) => None,
        })
    }

    fn literal_text(&self) -> String {
        let texts = self.parts.iter().filter_map(|it| match it {
            Part::Text(text) => Some(text.as_str()),
            Part::Variable { .. } => None,
        });
        texts.collect()
    }

    pub fn range(&self) -> TextRange {
        self.name_range.cover(self.value_range)
    }

    /// The value as written. It may be a secret.
    pub fn raw_value<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.value_range.start().into()..self.value_range.end().into()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests;
