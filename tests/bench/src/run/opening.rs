//! Opening a project: how long until something useful, how long until all of it is checked.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tandem_tests::editor::{Editor, target};

use super::figures::{Figures, Measure, milliseconds};
use super::{Bench, questions, say};

struct Opening {
    definition: Option<f64>,
    diagnostics: Option<f64>,
    loaded: f64,
}

/// Nothing in memory and no cache of the server's; the files themselves are in the system's cache
/// from the second round on, and usually from the first, since they were just written.
pub(crate) fn cold(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let mut openings = Vec::new();
    for round in 0..bench.arguments.rounds.max(1) {
        say(&format!("  opening, round {}", round + 1));
        forget(bench)?;
        openings.push(opening(bench)?);
    }
    let collect =
        |part: fn(&Opening) -> Option<f64>| Measure::of(openings.iter().filter_map(part).collect());
    figures.add("cold: start → right definition in the open file", collect(|it| it.definition));
    figures.add("cold: start → diagnostics of the open file", collect(|it| it.diagnostics));
    figures.add("cold: start → whole project checked", collect(|it| Some(it.loaded)));
    Ok(())
}

/// The same again with whatever caches the last start left.
pub(crate) fn warm(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let mut samples = Vec::new();
    for _ in 0..bench.arguments.rounds.max(1) {
        samples.push(opening(bench)?.loaded);
    }
    figures.add("warm: start → whole project checked", Measure::of(samples));
    Ok(())
}

/// Asks, from the first useful answer on until everything is loaded, what a user would.
pub(crate) fn busy(bench: &Bench, figures: &mut Figures) -> Result<()> {
    const QUESTIONS: [(&str, &str); 3] = [
        ("definition while loading", "textDocument/definition"),
        ("hover while loading", "textDocument/hover"),
        ("completion while loading", "textDocument/completion"),
    ];
    let mut samples = [const { Vec::new() }; 3];
    let mut useless = 0;
    for _ in 0..bench.arguments.rounds.max(1) {
        forget(bench)?;
        let mut editor = bench.start()?;
        first_definition(bench, &mut editor)?;
        let (start, _) = bench.reference(&editor)?;
        let deadline = Instant::now() + editor.patience;
        while editor.wait_loaded(Duration::ZERO).is_err() && Instant::now() < deadline {
            for ((_, method), samples) in QUESTIONS.iter().zip(&mut samples) {
                let place = editor.place(&bench.file, start + 1)?;
                match questions::timed(&mut editor, method, place)? {
                    Some(sample) => samples.push(sample),
                    None => useless += 1,
                }
                editor.wait(Duration::from_millis(3), |_| None::<()>).ok();
            }
        }
    }
    for ((row, _), samples) in QUESTIONS.iter().zip(samples) {
        figures.add(row, Measure::of(samples));
    }
    figures.add("answers while loading that said nothing", Measure::Text(useless.to_string()));
    Ok(())
}

fn forget(bench: &Bench) -> Result<()> {
    for folder in [bench.folder.path().join("cache"), bench.project.root.join("target")] {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot empty {}", folder.display()))?;
        }
    }
    Ok(())
}

fn opening(bench: &Bench) -> Result<Opening> {
    let mut editor = bench.start()?;
    let definition = first_definition(bench, &mut editor)?;
    let loaded = editor.wait_loaded(editor.patience)?;
    // Whoever publishes for a clean file does so by now or shortly after.
    let published =
        editor.wait(Duration::from_secs(1), |editor| editor.published(&bench.file).map(|it| it.at));
    let started = editor.started;
    let since = |at: Instant| milliseconds(at.duration_since(started));
    // Nobody closes a project in the moment in which it is there: time to write down what helps.
    editor.wait(Duration::from_secs(1), |_| None::<()>).ok();
    Ok(Opening {
        definition: definition.map(since),
        diagnostics: published.ok().map(since),
        loaded: since(loaded),
    })
}

/// Asks until the answer is right: servers that load answer nothing or an error at first.
fn first_definition(bench: &Bench, editor: &mut Editor) -> Result<Option<Instant>> {
    let (start, _) = bench.reference(editor)?;
    let expected = bench.project.file(bench.parent);
    let deadline = Instant::now() + editor.patience;
    while Instant::now() < deadline {
        let place = editor.place(&bench.file, start + 1)?;
        let id = editor.send_request("textDocument/definition", place)?;
        let answer = editor.wait_answer(id)?;
        if answer.result.is_ok_and(|it| target(&it).as_deref() == Some(&*expected)) {
            return Ok(Some(answer.at));
        }
        editor.wait(Duration::from_millis(3), |_| None::<()>).ok();
    }
    Ok(None)
}

/// Proves that "checked" is no empty word: an error in a file that nobody opened must be shown.
pub(crate) fn planted(bench: &Bench, figures: &mut Figures) -> Result<()> {
    forget(bench)?;
    let row = "cold: start → planted error of an unopened file";
    let number = bench.project.models.len() - 1;
    let file = bench.project.file(number);
    let text = fs::read_to_string(&file)?;
    fs::write(&file, text.replacen("ref('", "ref('no_such_", 1))?;
    let mut editor = bench.start()?;
    let loaded = editor.wait_loaded(editor.patience);
    let found = editor.wait(Duration::from_secs(2), |editor| {
        editor.published(&file).filter(|it| !it.diagnostics.is_empty()).map(|it| it.at)
    });
    let others = editor
        .published_files()
        .filter(|(path, published)| **path != file && !published.diagnostics.is_empty())
        .count();
    fs::write(&file, text)?;
    loaded?;
    let measure = found
        .map_or(Measure::Never, |at| Measure::One(milliseconds(at.duration_since(editor.started))));
    figures.add(row, measure);
    // The generated project is clean: anything else that is said about it is a false alarm.
    figures.add("files with findings besides the planted one", Measure::Text(others.to_string()));
    Ok(())
}
