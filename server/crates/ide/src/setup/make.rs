use base::TextEdit;

use super::appended;
use super::facts::Facts;

/// Of a hand-written `dev` nobody knows what it is for.
const NAMES: [&str; 2] = ["dev", "dbt-dev"];
const ABOUT: &str = "# Brings dbt up to date and tests the connection.";

/// A target that updates the engine, then runs `dbt debug`.
pub(super) fn makefile(text: &str, facts: &Facts) -> (Vec<TextEdit>, Vec<String>) {
    let known = targets(text);
    let prefix = recipe_prefix(text);
    let lines = [facts.update.clone(), facts.dbt("debug")];
    match choose(text, &known, &lines, "make") {
        Err(note) => (Vec::new(), vec![note]),
        Ok((name, notes)) => {
            let recipe: String = lines.iter().map(|it| format!("{prefix}{it}\n")).collect();
            let part = format!("{ABOUT}\n.PHONY: {name}\n{name}:\n{recipe}");
            (vec![appended(text, &part)], notes)
        }
    }
}

/// The same as a recipe of `just`.
pub(super) fn justfile(text: &str, facts: &Facts) -> (Vec<TextEdit>, Vec<String>) {
    let known = targets(text);
    let lines = [facts.update.clone(), facts.dbt("debug")];
    match choose(text, &known, &lines, "just") {
        Err(note) => (Vec::new(), vec![note]),
        Ok((name, notes)) => {
            let recipe: String = lines.iter().map(|it| format!("    {it}\n")).collect();
            (vec![appended(text, &format!("{ABOUT}\n{name}:\n{recipe}"))], notes)
        }
    }
}

/// The name of a target that is not there yet, or why none is needed.
fn choose(
    text: &str,
    known: &[(&str, String)],
    lines: &[String],
    program: &str,
) -> Result<(&'static str, Vec<String>), String> {
    for (name, recipe) in known.iter().filter(|(name, _)| NAMES.contains(name)) {
        if lines.iter().all(|line| recipe.contains(line.as_str())) {
            return Err(format!("`{program} {name}` updates dbt and tests the connection already"));
        }
    }
    let is_known = |name: &str| known.iter().any(|(it, _)| *it == name);
    let Some(name) = NAMES.into_iter().find(|it| !is_known(it)) else {
        return Err(format!(
            "`{}` and `{}` are there and do something else; they are left alone",
            NAMES[0], NAMES[1]
        ));
    };
    let mut notes = Vec::new();
    if name != NAMES[0] {
        notes.push(format!("`{}` is there and left alone; the new target is `{name}`", NAMES[0]));
    }
    if text.contains(".ONESHELL") {
        notes.push("with .ONESHELL the commands run in one shell".to_owned());
    }
    Ok((name, notes))
}

/// Each target with its recipe.
fn targets(text: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut of_last = 0;
    for line in text.lines() {
        let line = line.trim_end();
        let is_rule = !line.starts_with([' ', '\t', '#']) && !line.is_empty();
        match line.split_once(':').filter(|(_, rest)| is_rule && !rest.starts_with('=')) {
            Some((names, _)) => {
                // A recipe of just may have parameters behind its name.
                let names = names.split_whitespace().filter(|it| !it.starts_with(['.', '@']));
                let before = found.len();
                found.extend(names.map(|it| (it, String::new())));
                of_last = found.len() - before;
            }
            None if is_rule => of_last = 0,
            None => {
                let start = found.len() - of_last;
                for (_, recipe) in found.iter_mut().skip(start).take(RULE_LIMIT) {
                    recipe.push_str(line.trim_start());
                    recipe.push('\n');
                }
            }
        }
    }
    found
}

/// Of a rule for more targets than that, the others have no recipe here.
const RULE_LIMIT: usize = 16;

/// What stands in front of a command: a tab, or what the file says.
fn recipe_prefix(text: &str) -> char {
    let said =
        text.lines().filter_map(|it| it.trim_start().strip_prefix(".RECIPEPREFIX")).next_back();
    let said = said.map(|it| it.trim_start().trim_start_matches([':', '?']));
    let said = said.and_then(|it| it.strip_prefix('='));
    said.and_then(|it| it.trim().chars().next()).unwrap_or('\t')
}
