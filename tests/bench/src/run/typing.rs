//! Changing a file: by typing, by saving, by renaming it on disk.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use tandem_tests::editor::Editor;
use tandem_tests::memory;

use super::Bench;
use super::figures::{Figures, Measure, milliseconds};

/// Types a letter that breaks a `ref` and takes it away again, each time waiting for diagnostics
/// of that text, so that every sample is a fresh publish.
pub(crate) fn keystrokes(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let row = "keystroke → diagnostics";
    let file = &bench.file;
    let (start, name) = bench.reference(editor)?;
    let end = start + name.len();
    let baseline = findings(editor, file);
    let processor = memory::usage(editor.process_id()).map(|it| it.processor);
    let mut samples = Vec::new();
    let mut missed = 0;
    for number in 0..bench.arguments.edits {
        let broken = number % 2 == 0;
        let before = sequence(editor, file);
        let sent = Instant::now();
        let version = if broken {
            editor.edit(file, end..end, "q")?
        } else {
            editor.edit(file, end..end + 1, "")?
        };
        let patience = Duration::from_secs(if samples.is_empty() { 3 } else { 10 });
        match wait_for(editor, file, before, Some(version), baseline, broken, patience) {
            Some(at) => samples.push(milliseconds(at.duration_since(sent))),
            None => missed += 1,
        }
        if samples.is_empty() && missed == 2 {
            break;
        }
    }
    let edits = samples.len();
    if let Some(at_first) = processor
        && let Some(usage) = memory::usage(editor.process_id())
        && edits > 0
    {
        let spent = (usage.processor - at_first) as f64 / edits as f64;
        figures.add("processor time per keystroke", Measure::One(spent));
    }
    figures.add(row, Measure::of(samples));
    if missed > 0 && edits > 0 {
        figures.add("keystrokes without diagnostics", Measure::Text(missed.to_string()));
    }
    // An odd number of edits leaves the letter there.
    if bench.arguments.edits % 2 == 1 && edits > 0 {
        editor.edit(file, end..end + 1, "")?;
    }
    Ok(())
}

/// The same with every change written to disk and saved, for servers that look only then.
pub(crate) fn saves(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let file = &bench.file;
    let (start, name) = bench.reference(editor)?;
    let end = start + name.len();
    editor.save(file)?;
    editor.wait(Duration::from_secs(1), |_| None::<()>).ok();
    let baseline = findings(editor, file);
    let (mut appears, mut clears) = (Vec::new(), Vec::new());
    for _ in 0..bench.arguments.rounds {
        for broken in [true, false] {
            let before = sequence(editor, file);
            let sent = Instant::now();
            if broken {
                editor.edit(file, end..end, "q")?;
            } else {
                editor.edit(file, end..end + 1, "")?;
            }
            editor.save(file)?;
            let patience = Duration::from_secs(30);
            let at = wait_for(editor, file, before, None, baseline, broken, patience);
            let samples = if broken { &mut appears } else { &mut clears };
            samples.extend(at.map(|it| milliseconds(it.duration_since(sent))));
            // What a server does after it has shown the result is not part of the next sample.
            editor.wait(Duration::from_millis(300), |_| None::<()>).ok();
        }
        if appears.is_empty() {
            break;
        }
    }
    figures.add("save → error appears", Measure::of(appears));
    figures.add("save → error clears", Measure::of(clears));
    Ok(())
}

/// Renames a model on disk: the files that read it, which nobody has open, break and mend.
pub(crate) fn renames(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let opened = bench.project.models.iter().position(|it| bench.file.ends_with(&it.1));
    let reader = (0..bench.project.models.len())
        .find(|number| Some(*number) != opened && !bench.project.parents[*number].is_empty());
    let Some(reader) = reader else { return Ok(()) };
    let renamed = bench.project.file(bench.project.parents[reader][0]);
    let reader = bench.project.file(reader);
    let stem = renamed.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let elsewhere = renamed.with_file_name(format!("{stem}_renamed.sql"));
    let baseline = findings(editor, &reader);
    let (mut breaks, mut mends) = (Vec::new(), Vec::new());
    for _ in 0..bench.arguments.rounds {
        for broken in [true, false] {
            let (from, to) = if broken { (&renamed, &elsewhere) } else { (&elsewhere, &renamed) };
            let before = sequence(editor, &reader);
            fs::rename(from, to)?;
            let sent = Instant::now();
            editor.files_changed(&[(from.clone(), 3), (to.clone(), 1)])?;
            let patience = Duration::from_secs(15);
            let at = wait_for(editor, &reader, before, None, baseline, broken, patience);
            let samples = if broken { &mut breaks } else { &mut mends };
            samples.extend(at.map(|it| milliseconds(it.duration_since(sent))));
            editor.wait(Duration::from_millis(300), |_| None::<()>).ok();
        }
        if breaks.is_empty() {
            break;
        }
    }
    figures.add("model renamed → error in a file that reads it", Measure::of(breaks));
    figures.add("model renamed back → that error clears", Measure::of(mends));
    Ok(())
}

fn findings(editor: &Editor, file: &Path) -> usize {
    editor.published(file).map_or(0, |it| it.diagnostics.len())
}

fn sequence(editor: &mut Editor, file: &Path) -> u64 {
    editor.catch_up();
    editor.published(file).map_or(0, |it| it.sequence)
}

/// When diagnostics that are newer, about this version and of the expected kind arrived.
fn wait_for(
    editor: &mut Editor,
    file: &Path,
    before: u64,
    version: Option<i64>,
    baseline: usize,
    broken: bool,
    patience: Duration,
) -> Option<Instant> {
    editor
        .wait(patience, |editor| {
            editor
                .published(file)
                .filter(|it| it.sequence > before)
                .filter(|it| version.is_none() || it.version.is_none() || it.version == version)
                .filter(|it| (it.diagnostics.len() > baseline) == broken)
                .map(|it| it.at)
        })
        .ok()
}
