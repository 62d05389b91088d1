//! Findings as a terminal or another program gets them.

mod annotations;
pub mod diff;
mod excerpt;
mod fingerprint;
mod json;
mod junit;
mod sarif;
mod text;

use std::cmp::Ordering;
use std::fmt;
use std::io::{self, Write};

use base::{FilePath, Project, RootDatabase, line_index};
use clap::ValueEnum;
use rules::{Diagnostic, Severity};

use excerpt::Excerpt;
pub use fingerprint::fingerprints;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: one line and an excerpt per finding, a summary last.
    #[default]
    Text,
    /// One object per line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// Annotations of Azure Pipelines.
    Azure,
}

/// How paths are shortened.
pub struct Context {
    pub working_folder: FilePath,
    pub home: Option<FilePath>,
}

/// A finding with everything that is written of it. Every text in it is masked.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub code: &'static str,
    pub event: Option<&'static str>,
    pub severity: Severity,
    /// As in the project; absolute where it lies elsewhere.
    pub file: String,
    /// As one would open it from here.
    pub file_from_here: String,
    path: FilePath,
    /// Counted from one, columns in characters; the end is exclusive.
    pub start: (u32, u32),
    pub end: (u32, u32),
    pub message: String,
    pub fix: Option<Fix>,
    pub project: String,
    pub excerpt: Option<Excerpt>,
}

/// The first of the ways to mend a finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    /// What then changes, where the fix is a choice.
    pub consequence: Option<String>,
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.consequence {
            Some(consequence) => write!(f, "{} ({consequence})", self.title),
            None => f.write_str(&self.title),
        }
    }
}

impl Finding {
    pub fn new(
        db: &RootDatabase,
        context: &Context,
        finding: &Diagnostic,
        project: Option<Project>,
    ) -> Self {
        let path = finding.file.path(db);
        let (text, lines) = (finding.file.text(db), line_index(db, finding.file));
        let place = |offset| {
            let at = lines.characters(text, offset);
            (at.line + 1, at.column + 1)
        };
        let secrets = project.map(|it| project::secrets(db, it)).unwrap_or_default();
        let masked = |text: &str| project::mask(text, &secrets);
        let root = project.map(|it| it.root(db));
        let elsewhere = || with_home(path, context.home.as_ref());
        let inside = |folder: &FilePath| path.relative_to(folder).map(str::to_owned);
        Self {
            code: finding.code,
            event: finding.event,
            severity: finding.severity,
            file: root.and_then(inside).unwrap_or_else(elsewhere),
            file_from_here: inside(&context.working_folder).unwrap_or_else(elsewhere),
            path: path.clone(),
            start: place(finding.range.start()),
            end: place(finding.range.end()),
            message: masked(&finding.message),
            fix: finding.fix.as_ref().map(|it| Fix {
                title: masked(&it.title),
                consequence: it.consequence.as_deref().map(masked),
            }),
            project: project.map(|it| ide::project_status(db, it).name).unwrap_or_default(),
            excerpt: Excerpt::new(path, text, &lines, finding.range, &secrets),
        }
    }
}

impl Finding {
    pub fn path(&self) -> &FilePath {
        &self.path
    }
}

impl PartialOrd for Finding {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Finding {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |it: &Self| (it.path.clone(), it.start, it.end);
        key(self)
            .cmp(&key(other))
            .then_with(|| (self.code, &self.message).cmp(&(other.code, &other.message)))
    }
}

pub fn write(format: Format, findings: &[Finding], checked: usize) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let written = match format {
        Format::Text => text::write(&mut out, findings, checked),
        Format::Json => json::write(&mut out, findings),
        Format::Sarif => sarif::write(&mut out, findings),
        Format::Junit => junit::write(&mut out, findings),
        Format::Github => annotations::github(&mut out, findings),
        Format::Gitlab => annotations::gitlab(&mut out, findings),
        Format::Azure => annotations::azure(&mut out, findings),
    };
    no_reader(written.and_then(|()| out.flush()))
}

/// Findings that accompany a command whose own output is something else.
pub fn write_to_error(findings: &[Finding]) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut out = anstream::stderr().lock();
    text::write(&mut out, findings, 0).and_then(|()| out.flush())
}

/// What the user should know about what was done, on standard error.
pub fn warn(message: &str) {
    let _ = writeln!(anstream::stderr(), "warning: {message}");
}

/// What was done, on standard error.
pub fn note(message: &str) {
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// What the command could not do, on standard error.
pub fn complain(message: &str) {
    let _ = writeln!(anstream::stderr(), "error: {message}");
}

/// Whoever closed the pipe has read enough.
pub fn no_reader(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// `~` for the home folder.
fn with_home(path: &FilePath, home: Option<&FilePath>) -> String {
    let below = home.and_then(|it| path.relative_to(it));
    below.map_or_else(|| path.to_string(), |it| format!("~/{it}"))
}
