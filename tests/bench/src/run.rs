//! Drives language servers through the same work, each on a fresh copy of the same project.

mod budgets;
mod figures;
mod opening;
mod questions;
mod report;
mod typing;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use tandem_tests::editor::{Editor, Launch, Options};
use tandem_tests::{memory, program, storm};
use tempfile::TempDir;

use self::figures::{Figures, Measure};
pub(crate) use self::figures::{milliseconds, quantile};
pub(crate) use self::report::aligned;
use crate::generate::{Project, generate};

#[derive(Args)]
pub(crate) struct RunArguments {
    /// How many models the generated project has.
    #[arg(long, default_value_t = 1000)]
    models: usize,
    /// A server to measure, as a command; `tcp:COMMAND {port}` for one that connects to a port.
    /// Give several to see ratios; without any, the release build of `tandem` is measured.
    #[arg(long = "server", value_name = "COMMAND")]
    servers: Vec<String>,
    /// How often the project is opened with nothing in memory, and how often a file is saved.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many keystrokes of each kind, and as many questions of each kind.
    #[arg(long, default_value_t = 400)]
    edits: usize,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// How many seconds the project may take to open.
    #[arg(long, default_value_t = 120)]
    patience: u64,
    /// Print the end of each server's own log to standard error.
    #[arg(long)]
    log: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(arguments: &RunArguments) -> Result<()> {
    let servers = launches(&arguments.servers)?;
    let mut results = Vec::new();
    for (name, launch) in servers {
        say(&format!("measuring {name}"));
        let figures = measure(&launch, arguments).with_context(|| format!("measuring {name}"))?;
        results.push((name, figures));
    }
    let text = match arguments.format {
        Format::Text => report::text(arguments.models, &results),
        Format::Json => report::json(arguments.models, &results)?,
    };
    io::stdout().write_all(text.as_bytes()).context("cannot write the report")
}

fn launches(commands: &[String]) -> Result<Vec<(String, Launch)>> {
    if !commands.is_empty() {
        return commands.iter().map(|it| Ok((it.clone(), Launch::parse(it)?))).collect();
    }
    let path = program::beside_us()?;
    if !path.is_file() {
        bail!(
            "there is no `{}`: build it with `cargo build --release -p tandem`, or name a server \
             with --server",
            path.display()
        );
    }
    let words = vec![path.to_string_lossy().into_owned(), "lsp".to_owned()];
    Ok(vec![("tandem lsp".to_owned(), Launch::Pipe(words))])
}

/// Everything one server is measured on.
struct Bench<'a> {
    launch: &'a Launch,
    project: Project,
    /// Keeps the project on disk while it is measured.
    folder: TempDir,
    arguments: &'a RunArguments,
    /// The file a user has open: a mart, so that much lies behind it.
    file: PathBuf,
    /// The model whose name stands in the first `ref` of that file.
    parent: usize,
}

impl Bench<'_> {
    fn options(&self) -> Options {
        let mut options = Options::new(self.launch.clone(), &self.project.root);
        let cache = self.folder.path().join("cache");
        options.environment =
            vec![("XDG_CACHE_HOME".to_owned(), cache.to_string_lossy().into_owned())];
        options.patience = Duration::from_secs(self.arguments.patience);
        options
    }

    fn start(&self) -> Result<Editor> {
        let mut editor = Editor::start(&self.options())?;
        editor.open(&self.file)?;
        Ok(editor)
    }

    /// Where the name inside the first `ref` of the open file starts, and the name.
    fn reference(&self, editor: &Editor) -> Result<(usize, &str)> {
        let name = self.project.models[self.parent].0.as_str();
        Ok((editor.find(&self.file, &format!("('{name}')"))? + 2, name))
    }
}

fn measure(launch: &Launch, arguments: &RunArguments) -> Result<Figures> {
    // Resolved, since servers answer with resolved paths and ours are compared with theirs.
    let folder = tempfile::tempdir().context("cannot make a folder for the project")?;
    let root = folder.path().canonicalize()?.join("project");
    let project = generate(arguments.models, &root)?;
    let opened = arguments.models * 9 / 10;
    let parent = *project.parents[opened].first().context("the opened model reads nothing")?;
    let file = project.file(opened);
    let bench = Bench { launch, project, folder, arguments, file, parent };

    let mut figures = Figures::default();
    opening::cold(&bench, &mut figures)?;
    opening::warm(&bench, &mut figures)?;
    opening::busy(&bench, &mut figures)?;
    opening::planted(&bench, &mut figures)?;

    let mut editor = bench.start()?;
    editor.wait_loaded(editor.patience)?;
    std::thread::sleep(Duration::from_secs(1));
    editor.catch_up();
    let process = editor.process_id();
    if let Some(usage) = memory::usage(process) {
        figures.add("memory, settled after opening", Measure::Bytes(usage.resident));
    }
    say("  typing");
    typing::keystrokes(&bench, &mut editor, &mut figures)?;
    typing::saves(&bench, &mut editor, &mut figures)?;
    typing::renames(&bench, &mut editor, &mut figures)?;
    typing::callers(&bench, &mut editor, &mut figures)?;
    typing::variables(&bench, &mut editor, &mut figures)?;
    say("  questions");
    questions::ask(&bench, &mut editor, &mut figures)?;
    questions::shifted(&bench, &mut editor, &mut figures)?;
    say("  storm");
    weather(&bench, &mut editor, &mut figures)?;
    if let Some(usage) = memory::usage(process) {
        figures.add("memory, at the end", Measure::Bytes(usage.resident));
        figures.add("memory, peak", Measure::Bytes(usage.peak));
    }
    let farewell = match editor.shut_down() {
        Ok(status) => status.to_string(),
        Err(error) => format!("{error:#}"),
    };
    figures.add("shutdown", Measure::Text(farewell));
    if arguments.log {
        say(&editor.log());
    }
    Ok(figures)
}

fn weather(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let (_, name) = bench.reference(editor)?;
    // Other models take turns inside the `ref`; the one that stands there comes first.
    let mut models = vec![(name.to_owned(), bench.project.file(bench.parent))];
    for number in (0..bench.project.models.len()).step_by(bench.project.models.len() / 50 + 1) {
        if number != bench.parent {
            models.push((bench.project.models[number].0.clone(), bench.project.file(number)));
        }
    }
    let before = std::time::Instant::now();
    let file: &Path = &bench.file;
    let verdict = storm::storm(editor, file, &models, bench.arguments.edits)?;
    let spent = before.elapsed();
    figures.add(
        "edit storm, each edit with a definition",
        Measure::One(spent.as_secs_f64() * 1e3 / bench.arguments.edits.max(1) as f64),
    );
    let mut words = format!("{} of {} right", verdict.right, verdict.asked);
    for (count, what) in [
        (verdict.stale, "stale"),
        (verdict.wrong, "wrong"),
        (verdict.refused, "refused"),
        (verdict.refused_at_rest, "refused at rest"),
    ] {
        if count > 0 {
            words.push_str(&format!(", {count} {what}"));
        }
    }
    figures.add("edit storm, answers", Measure::Text(words));
    for fault in &verdict.faults {
        say(&format!("  {fault}"));
    }
    Ok(())
}

/// Progress, where it does not mix with the report.
pub(crate) fn say(line: &str) {
    // A closed standard error is no reason to stop measuring.
    let _ = writeln!(io::stderr(), "{line}");
}
