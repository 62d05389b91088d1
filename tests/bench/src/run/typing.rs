//! Changing a file: by typing, by saving, by renaming it on disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tandem_tests::editor::Editor;
use tandem_tests::memory;

use super::Bench;
use super::figures::{Figures, Measure, milliseconds};
use crate::generate::HUB;

/// Where a letter breaks something: right behind the words, in a file that is open.
struct Spot {
    file: PathBuf,
    at: usize,
}

/// What one row is about: as many places as there are, visited in turn.
struct Kind {
    row: &'static str,
    spots: Vec<Spot>,
}

/// Types a letter that breaks something and takes it away again, each time waiting for diagnostics
/// of that text, so that every sample is a fresh publish. Some keystrokes come at once, some after
/// a rest in which the server has gone on to check the files behind.
pub(crate) fn keystrokes(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let processor = memory::usage(editor.process_id()).map(|it| it.processor);
    let mut all = Vec::new();
    let mut files = BTreeSet::new();
    let mut missed = 0;
    for kind in kinds(bench, editor)? {
        let mut samples = Vec::new();
        let missed_before = missed;
        for number in 0..bench.arguments.edits.next_multiple_of(2) {
            let spot = &kind.spots[number / 2 % kind.spots.len()];
            match keystroke(editor, spot, number % 2 == 0, samples.is_empty())? {
                Some(sample) => samples.push(sample),
                None => missed += 1,
            }
            if samples.is_empty() && missed == missed_before + 2 {
                break;
            }
            let rest = Duration::from_millis([0, 0, 0, 20, 100][number % 5]);
            editor.wait(rest, |_| None::<()>).ok();
        }
        files.extend(kind.spots.iter().map(|it| it.file.clone()));
        all.extend_from_slice(&samples);
        figures.add(kind.row, Measure::of(samples));
        editor.wait(Duration::from_secs(1), |_| None::<()>).ok();
    }
    let edits = all.len();
    figures.add("keystroke → diagnostics, all of these", Measure::of(all));
    figures.add("files typed in", Measure::Text(files.len().to_string()));
    if let Some(at_first) = processor
        && let Some(usage) = memory::usage(editor.process_id())
        && edits > 0
    {
        let spent = (usage.processor - at_first) as f64 / edits as f64;
        figures.add("processor time per keystroke", Measure::One(spent));
    }
    if missed > 0 && edits > 0 {
        figures.add("keystrokes without diagnostics", Measure::Text(missed.to_string()));
    }
    Ok(())
}

fn kinds(bench: &Bench, editor: &mut Editor) -> Result<Vec<Kind>> {
    let project = &bench.project;
    let leaves: Vec<PathBuf> =
        project.leaves().into_iter().take(FILES).map(|it| project.file(it)).collect();
    let yaml = fs::read_to_string(&project.big_yaml)?;
    let names: Vec<usize> =
        yaml.match_indices("- unique\n").map(|it| it.0 + "- unique".len()).collect();
    Ok(vec![
        Kind {
            row: "keystroke → diagnostics, leaf models",
            spots: leaves
                .iter()
                .map(|it| spot(editor, it, "ref('", "')"))
                .collect::<Result<_>>()?,
        },
        Kind {
            row: "keystroke → diagnostics, the model that many read",
            spots: vec![spot(editor, &project.file(HUB), "source('", "')")?],
        },
        Kind {
            row: "keystroke → diagnostics, the macro that many call",
            spots: vec![spot(editor, &project.hub_macro, "endmacro", " %}")?],
        },
        Kind {
            row: "keystroke → diagnostics, the YAML file of many models",
            spots: {
                opened(editor, &project.big_yaml)?;
                names.iter().map(|at| Spot { file: project.big_yaml.clone(), at: *at }).collect()
            },
        },
    ])
}

/// How many leaf models are open: with the hub, the macro and the YAML file more than fifty files.
const FILES: usize = 50;

/// In front of `end`, where it follows `start` first.
fn spot(editor: &mut Editor, file: &Path, start: &str, end: &str) -> Result<Spot> {
    opened(editor, file)?;
    let from = editor.find(file, start)?;
    let length = editor.text(file)?[from..].find(end).context("the words do not end")?;
    Ok(Spot { file: file.to_owned(), at: from + length })
}

pub(crate) fn opened(editor: &mut Editor, file: &Path) -> Result<()> {
    if editor.text(file).is_err() {
        editor.open(file)?;
        editor.diagnostics(file).ok();
    }
    Ok(())
}

/// The time until diagnostics of the text with, or again without, the letter are there.
fn keystroke(editor: &mut Editor, spot: &Spot, broken: bool, first: bool) -> Result<Option<f64>> {
    let before = sequence(editor, &spot.file);
    // The project is clean: what is found is found because of the letter.
    let sent = Instant::now();
    let version = if broken {
        editor.edit(&spot.file, spot.at..spot.at, "q")?
    } else {
        editor.edit(&spot.file, spot.at..spot.at + 1, "")?
    };
    let patience = Duration::from_secs(if first { 3 } else { 10 });
    let at = wait_for(editor, &spot.file, before, Some(version), 0, broken, patience);
    Ok(at.map(|it| milliseconds(it.duration_since(sent))))
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

/// Renames models on disk: the files that read them, which nobody has open, break and mend. The
/// time is that until the last of them has.
pub(crate) fn renames(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let project = &bench.project;
    let ordinary =
        (1..project.models.len()).find(|it| (2..10).contains(&project.readers(*it).len()));
    for (which, model) in [("a model", ordinary), ("the model that many read", Some(HUB))] {
        let Some(model) = model else { continue };
        let readers: Vec<PathBuf> = project
            .readers(model)
            .into_iter()
            .map(|it| project.file(it))
            .filter(|it| editor.text(it).is_err())
            .collect();
        let renamed = project.file(model);
        // What is open stays, whatever becomes of the file.
        if editor.text(&renamed).is_ok() {
            editor.close(&renamed)?;
        }
        let stem = renamed.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let elsewhere = renamed.with_file_name(format!("{stem}_renamed.sql"));
        let (mut breaks, mut mends) = (Vec::new(), Vec::new());
        for _ in 0..bench.arguments.rounds {
            for broken in [true, false] {
                let (from, to) =
                    if broken { (&renamed, &elsewhere) } else { (&elsewhere, &renamed) };
                fs::rename(from, to)?;
                let sent = Instant::now();
                editor.files_changed(&[(from.clone(), 3), (to.clone(), 1)])?;
                let at = all_of(editor, &readers, broken);
                let samples = if broken { &mut breaks } else { &mut mends };
                samples.extend(at.map(|it| milliseconds(it.duration_since(sent))));
                editor.wait(Duration::from_millis(500), |_| None::<()>).ok();
            }
            if breaks.is_empty() {
                break;
            }
        }
        let row = format!("{which} renamed → error in all {} files that read it", readers.len());
        figures.add(&row, Measure::of(breaks));
        figures.add(&format!("{which} renamed back → all those errors clear"), Measure::of(mends));
    }
    Ok(())
}

/// A variable that many models read leaves `.env` and comes back, as another program writes it.
pub(crate) fn variables(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    const NAME: &str = "SHOP_TEAM";
    let project = &bench.project;
    let mut readers = Vec::new();
    for number in 0..project.models.len() {
        let file = project.file(number);
        if editor.text(&file).is_err() && fs::read_to_string(&file)?.contains(NAME) {
            readers.push(file);
        }
    }
    let dotenv = project.root.join(".env");
    let with = fs::read_to_string(&dotenv)?;
    let without = with.replace(NAME, "SHOP_CREW");
    let (mut breaks, mut mends) = (Vec::new(), Vec::new());
    for _ in 0..bench.arguments.rounds {
        for broken in [true, false] {
            fs::write(&dotenv, if broken { &without } else { &with })?;
            let sent = Instant::now();
            editor.files_changed(&[(dotenv.clone(), 2)])?;
            let at = all_of(editor, &readers, broken);
            let samples = if broken { &mut breaks } else { &mut mends };
            samples.extend(at.map(|it| milliseconds(it.duration_since(sent))));
            editor.wait(Duration::from_millis(500), |_| None::<()>).ok();
        }
        if breaks.is_empty() {
            break;
        }
    }
    let row = format!("a variable leaves .env → error in all {} files that read it", readers.len());
    figures.add(&row, Measure::of(breaks));
    figures.add("a variable comes back to .env → all those errors clear", Measure::of(mends));
    Ok(())
}

/// Types in the name of the macro that many call: the models that call it, which nobody has
/// open, break and mend. The time is that until the last of them has.
pub(crate) fn callers(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let project = &bench.project;
    // Its name changes, so that nobody finds it any more.
    let spot = spot(editor, &project.hub_macro, "macro region_label", "(")?;
    let mut callers = Vec::new();
    for number in 0..project.models.len() {
        let file = project.file(number);
        if editor.text(&file).is_err() && fs::read_to_string(&file)?.contains("region_label(") {
            callers.push(file);
        }
    }
    let (mut breaks, mut mends) = (Vec::new(), Vec::new());
    for _ in 0..bench.arguments.rounds {
        for broken in [true, false] {
            let sent = Instant::now();
            if broken {
                editor.edit(&spot.file, spot.at..spot.at, "q")?;
            } else {
                editor.edit(&spot.file, spot.at..spot.at + 1, "")?;
            }
            let at = all_of(editor, &callers, broken);
            let samples = if broken { &mut breaks } else { &mut mends };
            samples.extend(at.map(|it| milliseconds(it.duration_since(sent))));
            editor.wait(Duration::from_millis(500), |_| None::<()>).ok();
        }
        if breaks.is_empty() {
            break;
        }
    }
    let row =
        format!("a macro's name typed in → error in all {} files that call it", callers.len());
    figures.add(&row, Measure::of(breaks));
    figures.add("a macro's name put right → all those errors clear", Measure::of(mends));
    Ok(())
}

/// When the last of these files got an error, or lost it.
fn all_of(editor: &mut Editor, files: &[PathBuf], broken: bool) -> Option<Instant> {
    let mut last = None;
    for file in files {
        let at = editor.wait(Duration::from_secs(15), |editor| match editor.published(file) {
            Some(it) => (it.diagnostics.is_empty() != broken).then_some(it.at),
            None => None,
        });
        last = last.max(Some(at.ok()?));
    }
    last
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
