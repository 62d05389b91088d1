//! Asking about a place in the open file.

use std::time::Instant;

use anyhow::Result;
use serde_json::Value;
use tandem_tests::editor::{Editor, target};

use super::Bench;
use super::figures::{Figures, Measure, milliseconds};
use super::typing::opened;

pub(crate) fn ask(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    // In many files in turn: an answer that was given before is no measure.
    let mut places = Vec::new();
    for leaf in bench.project.leaves().into_iter().take(50) {
        let file = bench.project.file(leaf);
        opened(editor, &file)?;
        places.push(editor.place(&file, editor.find(&file, "ref('")? + "ref('".len())?);
    }
    for (row, method) in
        [("definition", "textDocument/definition"), ("hover", "textDocument/hover")]
    {
        let mut samples = Vec::new();
        for number in 0..bench.arguments.edits {
            samples.extend(timed(editor, method, places[number % places.len()].clone())?);
        }
        figures.add(row, Measure::of(samples));
    }
    let (start, name) = bench.reference(editor)?;
    let length = name.len();
    // A letter is typed or deleted before each question, as a user who narrows a list does.
    let end = start + length;
    let mut samples = Vec::new();
    let mut shorter = false;
    let last = editor.text(&bench.file)?[end - 1..end].to_owned();
    for _ in 0..bench.arguments.edits {
        let at = if shorter { end } else { end - 1 };
        let sent = Instant::now();
        if shorter {
            editor.edit(&bench.file, end - 1..end - 1, &last)?;
        } else {
            editor.edit(&bench.file, end - 1..end, "")?;
        }
        shorter = !shorter;
        let place = editor.place(&bench.file, at)?;
        let id = editor.send_request("textDocument/completion", place)?;
        let answer = editor.wait_answer(id)?;
        if answer.result.is_ok_and(|it| !is_empty(&it)) {
            samples.push(milliseconds(answer.at.duration_since(sent)));
        }
    }
    if shorter {
        editor.edit(&bench.file, end - 1..end - 1, &last)?;
    }
    figures.add("completion in ref('…') after a keystroke", Measure::of(samples));
    Ok(())
}

/// The time of one answer; none when the server answers nothing.
pub(crate) fn timed(editor: &mut Editor, method: &str, params: Value) -> Result<Option<f64>> {
    let sent = Instant::now();
    let id = editor.send_request(method, params)?;
    let answer = editor.wait_answer(id)?;
    let useful = answer.result.is_ok_and(|it| !is_empty(&it));
    Ok(useful.then(|| milliseconds(answer.at.duration_since(sent))))
}

fn is_empty(answer: &Value) -> bool {
    let items = answer.get("items").unwrap_or(answer);
    items.is_null() || items.as_array().is_some_and(Vec::is_empty)
}

/// Whether an unsaved edit that moves all lines is noticed.
pub(crate) fn shifted(bench: &Bench, editor: &mut Editor, figures: &mut Figures) -> Result<()> {
    let lines = "-- one\n-- two\n-- three\n";
    editor.edit(&bench.file, 0..0, lines)?;
    let (start, _) = bench.reference(editor)?;
    let place = editor.place(&bench.file, start + 1)?;
    let id = editor.send_request("textDocument/definition", place)?;
    let answer = editor.wait_answer(id)?;
    let expected = bench.project.file(bench.parent);
    let right = answer.result.is_ok_and(|it| target(&it) == Some(expected));
    let verdict = if right { "right" } else { "wrong" };
    figures.add("definition after an unsaved edit that moves lines", Measure::Text(verdict.into()));
    editor.edit(&bench.file, 0..lines.len(), "")?;
    Ok(())
}
