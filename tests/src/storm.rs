//! Many edits with questions between them, and a verdict on every answer.
//!
//! The text moves up and down and the name inside one `ref` keeps changing, so an answer tells
//! which text it is about.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::editor::{Answer, Editor, target};

/// What became of the questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub asked: usize,
    /// About the text as it was when we asked, the newest that the server had seen.
    pub right: usize,
    /// About a text that was older than the question.
    pub stale: usize,
    /// Nothing, or a place that no text of ours ever named.
    pub wrong: usize,
    /// Given up because more edits followed: allowed.
    pub refused: usize,
    /// Given up although nothing followed: the user would see an empty answer.
    pub refused_at_rest: usize,
    /// The first few answers that should not be: what was asked about and what was said.
    pub faults: Vec<String>,
}

struct Question {
    id: i64,
    /// How many edits came before.
    number: usize,
    /// The number of the model that the `ref` named when we asked.
    name: usize,
}

/// Makes `edits` edits around the `ref` of `file` that names the first of `models`.
pub fn storm(
    editor: &mut Editor,
    file: &Path,
    models: &[(String, PathBuf)],
    edits: usize,
) -> Result<Verdict> {
    let (first, _) = models.first().context("a storm needs models to name")?;
    let mut start = editor.find(file, &format!("('{first}')"))? + 2;
    let mut name = 0;
    let mut verdict = Verdict::default();
    let mut open = VecDeque::new();
    let note = "-- a line that comes and goes\n";
    for number in 0..edits {
        match number % 4 {
            1 => {
                editor.edit(file, 0..0, note)?;
                start += note.len();
            }
            3 => {
                editor.edit(file, 0..note.len(), "")?;
                start -= note.len();
            }
            _ => {
                let next = (name + 1) % models.len();
                let end = start + models[name].0.len();
                editor.edit(file, start..end, &models[next].0)?;
                name = next;
            }
        }
        let place = editor.place(file, start + 1)?;
        let id = editor.send_request("textDocument/definition", place)?;
        open.push_back(Question { id, number, name });
        verdict.asked += 1;
        // Most questions are overtaken by the next edit; every fifth is answered in peace.
        if number % 5 == 4 || number + 1 == edits {
            while let Some(question) = open.pop_front() {
                let at_rest = open.is_empty();
                let answer = editor.wait_answer(question.id)?;
                judge(&answer, &question, at_rest, models, &mut verdict);
            }
        }
    }
    Ok(verdict)
}

fn judge(
    answer: &Answer,
    question: &Question,
    at_rest: bool,
    models: &[(String, PathBuf)],
    verdict: &mut Verdict,
) {
    let fault = match &answer.result {
        Err(error) => {
            // Content modified, cancelled by the server, cancelled.
            let refused = matches!(error["code"].as_i64(), Some(-32802..=-32800));
            match (refused, at_rest) {
                (true, false) => {
                    verdict.refused += 1;
                    return;
                }
                (true, true) => verdict.refused_at_rest += 1,
                (false, _) => verdict.wrong += 1,
            }
            error
        }
        Ok(result) => {
            let path = target(result);
            let named = models.iter().position(|model| Some(&model.1) == path.as_ref());
            match named {
                Some(it) if it == question.name => {
                    verdict.right += 1;
                    return;
                }
                Some(_) => verdict.stale += 1,
                None => verdict.wrong += 1,
            }
            result
        }
    };
    if verdict.faults.len() < 5 {
        let rest = if at_rest { ", at rest" } else { "" };
        let number = question.number;
        verdict.faults.push(format!("edit {number}, `{}`{rest}: {fault}", models[question.name].0));
    }
}
