use std::collections::BTreeMap;

use base::{Content, Db, File, TextEdit, TextRange, TextSize, apply};
use project::owner_of;
use rules::{Diagnostic, FileEdit, Fix};
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::{dotenv, jinja, python, yaml};

/// Which fixes of a finding are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct WantedFixes<'a> {
    /// Rules; every rule where there are none.
    pub codes: &'a [&'a str],
    /// Also those that change what the project means.
    pub choices: bool,
}

impl WantedFixes<'_> {
    /// The fix of a finding that is to be made: a safe one, else the best choice.
    #[must_use]
    pub fn of<'d>(&self, finding: &'d Diagnostic) -> Option<&'d Fix> {
        if !self.codes.is_empty() && !self.codes.contains(&finding.code) {
            return None;
        }
        let mut fixes = finding.fix.iter().chain(&finding.alternatives);
        let best = finding.fix.as_ref().filter(|_| self.choices);
        fixes.find(|it| it.is_safe()).or(best)
    }
}

/// A finding with the way in which it is mended.
pub type Mended<'a> = (&'a Diagnostic, &'a Fix);

/// Fixes put together so that none gets in the way of another and every text stays sound.
#[derive(Debug, Default)]
pub struct CombinedFixes<'a> {
    pub made: Vec<Mended<'a>>,
    /// They overlap with one that is made: for another time.
    pub waiting: Vec<Mended<'a>>,
    /// They would leave a text that cannot be read any more.
    pub withdrawn: Vec<Mended<'a>>,
    /// What is made, with the place in `made` of the first fix that asks for it.
    pub edits: Vec<(FileEdit, usize)>,
}

/// The file that a fix changes though the user works on none of it: outside of the project, or of a
/// package that was installed.
#[must_use]
pub fn foreign_file(db: &dyn Db, fix: &Fix) -> Option<File> {
    let files = fix.edits.iter().map(|it| it.file);
    files.into_iter().find(|file| {
        let path = file.path(db);
        !match owner_of(db, *file) {
            Some(package) => package.is_own(db) && path.is_below(package.root(db)),
            None => db.workspace().projects(db).iter().any(|it| path.is_below(it.root(db))),
        }
    })
}

/// Puts fixes together, the first of those that exclude each other first.
#[must_use]
pub fn combined_fixes<'a>(
    db: &dyn Db,
    fixes: impl IntoIterator<Item = Mended<'a>>,
) -> CombinedFixes<'a> {
    let mut combined = CombinedFixes::default();
    let mut taken: FxHashMap<File, Taken<'a>> = FxHashMap::default();
    for (finding, fix) in fixes {
        let edits = by_file(fix);
        let is_free = edits.iter().all(|(file, edits)| {
            taken.get(file).is_none_or(|it| it.has(edits) || it.has_room(finding.code, edits))
        });
        if !is_free {
            combined.waiting.push((finding, fix));
            continue;
        }
        for (file, edits) in edits {
            taken.entry(file).or_default().take(finding.code, edits);
        }
        combined.made.push((finding, fix));
    }
    keep_sound(db, &mut combined);
    let mut seen = FxHashSet::default();
    let made = combined.made.iter().enumerate();
    let edits = made.flat_map(|(index, (_, fix))| fix.edits.iter().map(move |it| (it, index)));
    let edits = edits.filter(|(it, _)| seen.insert((it.file, &it.edit)));
    combined.edits = keep_ends(db, edits.map(|(it, index)| (it.clone(), index)).collect());
    combined
}

/// The same edits, so that a text that does not end its last line does not do so afterwards: what
/// stood in the last line may move up, or away.
pub(crate) fn keep_ends(db: &dyn Db, mut edits: Vec<(FileEdit, usize)>) -> Vec<(FileEdit, usize)> {
    edits.sort_by(|(a, _), (b, _)| {
        let place = |it: &FileEdit| (it.edit.range.start(), it.edit.range.end());
        a.file.path(db).cmp(b.file.path(db)).then_with(|| place(a).cmp(&place(b)))
    });
    let mut kept = Vec::with_capacity(edits.len());
    for it in edits.chunk_by(|(a, _), (b, _)| a.file == b.file) {
        let file = it[0].0.file;
        let text = file.text(db);
        let end = TextSize::of(text);
        // Those that touch each other at the end of the text are one.
        let mut touching: Vec<&(FileEdit, usize)> = Vec::new();
        for it in it.iter().rev() {
            let next = touching.last().map_or(end, |next| next.0.edit.range.start());
            if it.0.edit.range.end() != next {
                break;
            }
            touching.push(it);
        }
        kept.extend(it[..it.len() - touching.len()].iter().cloned());
        let Some(first) = touching.last() else { continue };
        let start = first.0.edit.range.start();
        let mut last: String = touching.iter().rev().map(|it| it.0.edit.text.as_str()).collect();
        let mut from = usize::from(start);
        // Elsewhere the end of a line may be what the fix is about.
        let is_yaml = matches!(file.path(db).extension(), "yml" | "yaml");
        if is_yaml && !text.is_empty() && !text.ends_with(['\n', '\r']) {
            if last.is_empty() {
                from = without_line_end(&text[..from]).len();
            } else {
                last.truncate(without_line_end(&last).len());
            }
        }
        let edit = TextEdit { range: TextRange::new(TextSize::of(&text[..from]), end), text: last };
        kept.push((FileEdit { file, edit }, first.1));
    }
    kept
}

fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn by_file(fix: &Fix) -> Vec<(File, Vec<&TextEdit>)> {
    let mut files: Vec<(File, Vec<&TextEdit>)> = Vec::new();
    for it in &fix.edits {
        match files.iter_mut().find(|(file, _)| *file == it.file) {
            Some((_, edits)) => edits.push(&it.edit),
            None => files.push((it.file, vec![&it.edit])),
        }
    }
    files
}

/// The places of a file that fixes have taken, from start to end.
#[derive(Default)]
struct Taken<'a> {
    edits: BTreeMap<u32, u32>,
    made: FxHashSet<&'a TextEdit>,
    /// From the first to the last edit of a fix: two rules that work on one object must not, say,
    /// both give it a `config`. Fixes of one rule know of each other.
    stretches: FxHashMap<&'a str, BTreeMap<u32, u32>>,
}

impl<'a> Taken<'a> {
    /// Findings of one object often share a fix.
    fn has(&self, edits: &[&TextEdit]) -> bool {
        edits.iter().all(|it| self.made.contains(*it))
    }

    fn has_room(&self, code: &str, edits: &[&TextEdit]) -> bool {
        let stretch = stretch(edits);
        let others = self.stretches.iter().filter(|(other, _)| **other != code);
        edits.iter().all(|it| {
            let (start, end) = (u32::from(it.range.start()), u32::from(it.range.end()));
            // Also where they only touch: which comes first would be anybody's guess.
            let before = self.edits.range(..=end).next_back();
            before.is_none_or(|(_, other)| *other < start)
        }) && { others }.all(|(_, stretches)| {
            let before = stretches.range(..=u32::from(stretch.end())).next_back();
            before.is_none_or(|(_, end)| *end < u32::from(stretch.start()))
        })
    }

    fn take(&mut self, code: &'a str, edits: Vec<&'a TextEdit>) {
        let stretch = stretch(&edits);
        let stretches = self.stretches.entry(code).or_default();
        // Stretches of one rule may overlap: they become one.
        let (mut start, mut end) = (u32::from(stretch.start()), u32::from(stretch.end()));
        while let Some((from, to)) =
            stretches.range(..=end).next_back().map(|it| (*it.0, *it.1)).filter(|it| it.1 >= start)
        {
            stretches.remove(&from);
            (start, end) = (start.min(from), end.max(to));
        }
        stretches.insert(start, end);
        for it in edits {
            let end = self.edits.entry(it.range.start().into()).or_default();
            *end = (*end).max(it.range.end().into());
            self.made.insert(it);
        }
    }
}

fn stretch(edits: &[&TextEdit]) -> TextRange {
    let all = edits.iter().map(|it| it.range).reduce(TextRange::cover);
    all.unwrap_or_default()
}

/// Where a text would not be sound any more, half of its fixes wait, until the one is found that
/// breaks it.
fn keep_sound(db: &dyn Db, combined: &mut CombinedFixes<'_>) {
    let all = std::mem::take(&mut combined.made);
    let mut of_file: FxHashMap<File, Vec<usize>> = FxHashMap::default();
    for (index, (_, fix)) in all.iter().enumerate() {
        for (file, _) in by_file(fix) {
            of_file.entry(file).or_default().push(index);
        }
    }
    let mut is_out = vec![false; all.len()];
    let mut to_look_at: Vec<File> = of_file.keys().copied().collect();
    while let Some(file) = to_look_at.pop() {
        let mut left = of_file.get(&file).cloned().unwrap_or_default();
        left.retain(|it| !is_out[*it]);
        let edits = left.iter().flat_map(|it| &all[*it].1.edits).filter(|it| it.file == file);
        let edits: Vec<TextEdit> = edits.map(|it| it.edit.clone()).collect();
        if edits.is_empty() || is_sound(db, file, &edits) {
            continue;
        }
        let half = left.len() / 2;
        let is_one = left.iter().all(|it| all[*it].1.edits == all[left[0]].1.edits);
        let (out, place) = if is_one {
            (&left[..], &mut combined.withdrawn)
        } else {
            // Those that share the fix of the first one go with it or stay with it.
            let last = &all[left[half.max(1)]].1.edits;
            let cut = left.iter().position(|it| all[*it].1.edits == *last).unwrap_or(half);
            (&left[cut.max(1)..], &mut combined.waiting)
        };
        for index in out {
            is_out[*index] = true;
            place.push(all[*index]);
            // Their other files have lost something too.
            to_look_at.extend(by_file(all[*index].1).into_iter().map(|(file, _)| file));
        }
        to_look_at.push(file);
    }
    combined.made =
        { all.into_iter().zip(is_out) }.filter_map(|(it, out)| (!out).then_some(it)).collect();
}

/// Whether a text has no more that cannot be read after some edits than before.
fn is_sound(db: &dyn Db, file: File, edits: &[TextEdit]) -> bool {
    let before = match file.content(db) {
        Content::Text(text) => text,
        Content::Missing => "",
        Content::Unreadable(_) => return false,
    };
    let after = apply(before, edits);
    let path = file.path(db);
    let problems: fn(&str) -> usize = match path.extension() {
        "yml" | "yaml" => |text| {
            let document = yaml::parse(text);
            document.problems.len() + document.duplicate_keys().len()
        },
        "py" => |text| usize::from(python::parse(text).problem.is_some()),
        "sql" => |text| jinja::parse(text).problems.len(),
        _ if path.name().starts_with(".env") => |text| dotenv::parse(text).problems.len(),
        _ => return true,
    };
    let found = problems(&after);
    found == 0 || found <= problems(before)
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
