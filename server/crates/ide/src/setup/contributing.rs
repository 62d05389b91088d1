use base::{TextEdit, range};

use super::facts::Facts;
use super::{appended, line_end};

const BEGIN: &str =
    "<!-- local setup: written by `tandem setup contributing`, which replaces it -->";
const END: &str = "<!-- end of local setup -->";

/// A section for new colleagues between two comments; it is written anew where it is there.
pub(super) fn edits(text: &str, facts: &Facts) -> (Vec<TextEdit>, Vec<String>) {
    let section = section(facts);
    if let Some(start) = text.find(BEGIN) {
        let rest = text.get(start..).unwrap_or_default();
        let Some(end) = rest.find(END) else {
            return (
                Vec::new(),
                vec!["the end of its section on local setup is missing".to_owned()],
            );
        };
        let place = range(start, start + end + END.len());
        let section = section.trim_end().replace('\n', line_end(text));
        if text.get(start..start + end + END.len()) == Some(section.as_str()) {
            return (Vec::new(), vec!["its section on local setup is up to date".to_owned()]);
        }
        return (vec![TextEdit::replace(place, section)], Vec::new());
    }
    let heading = text.lines().find(|it| {
        it.starts_with('#') && it.trim_start_matches('#').trim().eq_ignore_ascii_case("local setup")
    });
    if heading.is_some() {
        return (
            Vec::new(),
            vec!["it has a section on local setup, which is left alone".to_owned()],
        );
    }
    if text.is_empty() {
        let title = format!("# Contributing to {}\n\n{section}", facts.name);
        return (vec![TextEdit::insert(0.into(), title)], Vec::new());
    }
    (vec![appended(text, &section)], Vec::new())
}

fn section(facts: &Facts) -> String {
    let mut steps = Vec::new();
    if let Some(folder) = &facts.below {
        steps.push(format!("Go to the project: `cd {folder}`."));
    }
    if facts.has_dev_container {
        steps.push(
            "Open the repository in its dev container, or work on your own machine.".to_owned(),
        );
    }
    let install = if facts.update == "dbt system update" {
        "Install dbt v2 with its own installer; `dbt system update` brings it up to date."
            .to_owned()
    } else {
        format!("Install dbt, or bring it up to date: `{}`.", facts.update)
    };
    steps.push(install);
    if let Some(example) = facts.example {
        steps.push(format!(
            "Copy `{example}` to `.env` and fill in your own values. It stays out of git."
        ));
    }
    if !facts.variables.is_empty() {
        let names: Vec<String> = facts.variables.iter().map(|it| format!("`{it}`")).collect();
        steps.push(format!(
            "Read without a default, to be set as far as your target needs them: {}.",
            names.join(", ")
        ));
    }
    let profile = facts.profile.as_deref().unwrap_or(&facts.name);
    let place = if facts.profile_at_home {
        "`~/.dbt/profiles.yml`"
    } else {
        "the project's `profiles.yml`"
    };
    let target = facts.target.as_ref().map_or_else(String::new, |it| format!(", target `{it}`"));
    let adapter = facts.adapter.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
    steps.push(format!("The connection{adapter} is profile `{profile}`{target} in {place}."));
    if facts.has_packages {
        steps.push(format!("Install the packages: `{}`.", facts.dbt("deps")));
    }
    let debug = facts.dbt("debug");
    steps.push(if facts.has_makefile {
        format!("Test the connection: `{debug}`.")
    } else {
        format!("Test the connection: `{debug}`. Then build what you change.")
    });
    let steps: String =
        steps.iter().enumerate().map(|(index, it)| format!("{}. {it}\n", index + 1)).collect();
    format!("{BEGIN}\n\n## Local setup\n\n{steps}\n{END}\n")
}
