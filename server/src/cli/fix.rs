use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use base::{Content, Db, File, FilePath, TextEdit, apply, nearest};
use clap::Args;
use ide::{Mended, WantedFixes, combined_fixes};
use rules::{Diagnostic, RULES, Scope};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Outcome;
use super::flags::WhichProject;
use super::report;
use super::report::diff;
use super::session::Session;
use crate::files::{self, Loaded};
use crate::machine::Captured;
use crate::write;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project, or a folder of projects; the one that the current folder lies in by default.
    dir: Option<String>,
    /// Only findings of these rules.
    #[arg(long, short, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    select: Vec<String>,
    /// Shows what would change, and changes nothing.
    #[arg(long)]
    diff: bool,
    /// Also makes fixes that change what the project means, and says what each changes.
    #[arg(long = "unsafe")]
    choices: bool,
    /// Changes nothing, and fails where there is something to fix.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    project: WhichProject,
}

/// Fixes that overlap are made one after the other; more rounds than this means that two rules
/// work against each other.
const ROUND_LIMIT: usize = 200;

pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let codes = codes(&arguments.select)?;
    let flags = arguments.project.flags();
    let session = Session::open(arguments.dir.as_deref(), &flags, machine)?;
    session.ask_git();
    let mut work = Work::default();
    // First what changes nothing, so that a choice is made on as little as possible.
    work.fix(session, WantedFixes { codes: &codes, choices: false })?;
    if arguments.choices {
        work.fix(session, WantedFixes { codes: &codes, choices: true })?;
    }
    let mut out = anstream::stdout().lock();
    let shown = |path: &FilePath| {
        path.relative_to(&session.working_folder).unwrap_or(path.as_str()).to_owned()
    };
    let changed = work.changed(&session.db);
    if arguments.diff {
        for change in &changed {
            let path = shown(&change.path);
            let text = diff::unified(path.trim_start_matches('/'), &change.before, &change.after);
            let secrets = ide::project_of(&session.db, change.file)
                .map(|it| project::secrets(&session.db, it))
                .unwrap_or_default();
            report::no_reader(out.write_all(project::mask(&text, &secrets).as_bytes()))?;
        }
    }
    let mut failed = 0;
    if !arguments.diff && !arguments.check {
        for change in &changed {
            if let Err(error) = change.write() {
                failed += 1;
                report::complain(&format!("{}: {error:#}", shown(&change.path)));
            }
        }
    }
    for line in &work.said {
        report::warn(line);
    }
    for (path, codes) in &work.counts {
        if !arguments.diff {
            let all: Vec<String> =
                codes.iter().map(|(code, count)| format!("{count} {code}")).collect();
            report::no_reader(writeln!(out, "{}: {}", shown(path), all.join(", ")))?;
        }
    }
    report::note(&work.summary(arguments, changed.len()));
    if failed > 0 {
        bail!("{failed} files could not be written");
    }
    let fails = arguments.check && !changed.is_empty();
    Ok(if fails { Outcome::Found } else { Outcome::Clean })
}

/// The rules that are meant; a word that names none is a mistake.
fn codes(words: &[String]) -> anyhow::Result<Vec<&'static str>> {
    let words = words.iter().filter(|it| !it.is_empty());
    words
        .map(|word| {
            let known = RULES.iter().find(|it| it.name == word || it.event == Some(word));
            let Some(rule) = known else {
                match nearest(word, RULES.iter().map(|it| it.name)) {
                    Some(meant) => bail!("there is no rule `{word}`; `{meant}` perhaps"),
                    None => bail!("there is no rule `{word}`"),
                }
            };
            Ok(rule.name)
        })
        .collect()
}

/// What makes a finding the same one in the next round, when its place has moved.
type Key = (File, &'static str, String, String);

fn key(db: &dyn Db, (finding, fix): Mended<'_>) -> Key {
    let text = finding.file.text(db);
    let (start, end) = (usize::from(finding.range.start()), usize::from(finding.range.end()));
    let around = text.get(start..end).unwrap_or_default().to_owned();
    (finding.file, finding.code, format!("{}\n{}", finding.message, fix.title), around)
}

#[derive(Default)]
struct Work {
    /// The texts of before, of files that have changed.
    before: BTreeMap<FilePath, (File, Option<Arc<str>>)>,
    /// What was mended, by file and rule.
    counts: BTreeMap<FilePath, BTreeMap<&'static str, usize>>,
    made: usize,
    choices_left: usize,
    left: usize,
    withdrawn: FxHashSet<Key>,
    /// What the user has to know.
    said: Vec<String>,
}

impl Work {
    /// Makes fixes until there are none.
    fn fix(&mut self, session: &mut Session, wanted: WantedFixes<'_>) -> anyhow::Result<()> {
        let mut texts: FxHashSet<(File, u64)> = FxHashSet::default();
        for _ in 0..ROUND_LIMIT {
            let findings = findings(session)?;
            let db = &session.db;
            let mut fixes = Vec::new();
            (self.choices_left, self.left) = (0, 0);
            for finding in &findings {
                match wanted.of(finding).map(|fix| (finding, fix)) {
                    Some(it) if !self.withdrawn.contains(&key(db, it)) => {
                        if let Some(foreign) = ide::foreign_file(db, it.1) {
                            let path = foreign.path(db);
                            let why = format!("its fix changes {path}, which is not the project's");
                            self.withdraw(db, it, &why);
                            self.left += 1;
                        } else {
                            fixes.push(it);
                        }
                    }
                    _ if finding.fix.is_some() => self.choices_left += 1,
                    _ => self.left += 1,
                }
            }
            let combined = combined_fixes(db, fixes);
            for it in &combined.withdrawn {
                self.withdraw(db, *it, "the file could not be read any more then");
            }
            let mut edits: FxHashMap<File, Vec<TextEdit>> = FxHashMap::default();
            for (it, _) in combined.edits {
                edits.entry(it.file).or_default().push(it.edit);
            }
            let mut loaded = Vec::new();
            for (file, edits) in edits {
                let after = apply(file.text(db), &edits);
                if !texts.insert((file, rustc_hash_of(&after))) {
                    // Two rules undo each other's work.
                    for it in combined.made.iter().filter(|it| it.0.file == file) {
                        self.withdraw(db, *it, "another fix would undo it");
                    }
                    continue;
                }
                let path = file.path(db).clone();
                let text = match file.content(db) {
                    Content::Text(text) => Some(Arc::clone(text)),
                    Content::Missing | Content::Unreadable(_) => None,
                };
                self.before.entry(path.clone()).or_insert((file, text));
                loaded.push(Loaded::File(path, Content::Text(after.into())));
            }
            for (finding, fix) in &combined.made {
                self.count(db, finding, fix);
            }
            if loaded.is_empty() && combined.withdrawn.is_empty() {
                return Ok(());
            }
            files::apply_loaded(&mut session.db, loaded, &|_| false);
        }
        self.said.push(format!("stopped after {ROUND_LIMIT} rounds with fixes left to make"));
        Ok(())
    }

    fn count(&mut self, db: &dyn Db, finding: &Diagnostic, fix: &rules::Fix) {
        let path = finding.file.path(db);
        self.made += 1;
        *self.counts.entry(path.clone()).or_default().entry(finding.code).or_default() += 1;
        if let Some(consequence) = &fix.consequence {
            let line = base::line_index(db, finding.file).line_of(finding.range.start()) + 1;
            let line = format!("{path}:{line}: {}: {consequence}", fix.title);
            let secrets = ide::project_of(db, finding.file).map(|it| project::secrets(db, it));
            self.said.push(project::mask(&line, &secrets.unwrap_or_default()));
        }
    }

    fn withdraw(&mut self, db: &dyn Db, it: Mended<'_>, why: &str) {
        if self.withdrawn.insert(key(db, it)) {
            let path = it.0.file.path(db);
            self.said.push(format!("{path}: [{}] is left: {why}", it.0.code));
        }
    }

    fn changed(&self, db: &dyn Db) -> Vec<Change> {
        let all = self.before.iter().map(|(path, (file, before))| Change {
            path: path.clone(),
            file: *file,
            is_new: before.is_none(),
            before: before.as_deref().unwrap_or_default().to_owned(),
            after: file.text(db).to_owned(),
        });
        all.filter(|it| it.before != it.after).collect()
    }

    fn summary(&self, arguments: &Arguments, files: usize) -> String {
        let plural = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            count => format!("{count} {one}s"),
        };
        let does = if arguments.diff || arguments.check { "to fix" } else { "fixed" };
        let mut summary = match self.made {
            0 => "nothing to fix".to_owned(),
            made => format!("{} {does} in {}", plural(made, "finding"), plural(files, "file")),
        };
        if self.choices_left > 0 {
            let how = if arguments.choices { "" } else { " (--unsafe makes the first)" };
            summary += &format!(", {} left to choose{how}", plural(self.choices_left, "fix"));
        }
        if self.left > 0 {
            summary += &format!(", {} left to mend by hand", plural(self.left, "finding"));
        }
        summary.replace("fixs", "fixes")
    }
}

fn rustc_hash_of(text: &str) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Every finding of every project, in the order of the files.
fn findings(session: &mut Session) -> anyhow::Result<Vec<Diagnostic>> {
    let projects = session.projects();
    let lists = session
        .settle(|db| projects.iter().map(|it| ide::files_to_check(db, *it)).collect::<Vec<_>>())?;
    let mut seen = FxHashSet::default();
    let files: Vec<File> = lists.into_iter().flatten().filter(|it| seen.insert(*it)).collect();
    session.prime_each(&files);
    let (found, failed) = session.settle_each(
        &files,
        |db, file| ide::diagnostics(db, file, Scope::Project),
        |db, file| format!("{} could not be checked", file.path(db)),
    );
    if failed > 0 {
        bail!("{failed} files could not be checked because of an internal error");
    }
    Ok(found.iter().flat_map(|it| it.iter().cloned()).collect())
}

/// A file that is different now.
struct Change {
    path: FilePath,
    file: File,
    is_new: bool,
    before: String,
    after: String,
}

impl Change {
    fn write(&self) -> anyhow::Result<()> {
        let on_disk = files::read(&self.path);
        let is_as_read = match &on_disk {
            Content::Text(text) => !self.is_new && **text == *self.before,
            Content::Missing => self.is_new,
            Content::Unreadable(_) => false,
        };
        if !is_as_read {
            bail!("it has changed meanwhile, and is left as it is");
        }
        let path = Path::new(self.path.as_str());
        let is_private = path.file_name().is_some_and(|it| it == ".env");
        let write = if is_private { write::replace } else { write::replace_shared };
        write(path, self.after.as_bytes()).context("it cannot be written")
    }
}
