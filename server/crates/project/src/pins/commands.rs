use std::collections::BTreeMap;

use base::range;

use super::requirement_text::{Mention, bare, lines, mentions, pinned};
use super::{PinnedPackage, TextPin};
use crate::version::VersionRange;

/// Commands that install packages.
const INSTALLERS: [&str; 8] = [
    "pip install",
    "pip3 install",
    "uv add",
    "uv tool install",
    "pipx install",
    "poetry add",
    "conda install",
    "mamba install",
];

/// What commands install, in a Makefile, a Dockerfile, the YAML of a pipeline.
pub(super) fn pins(text: &str) -> Vec<TextPin> {
    let variables = assignments(text);
    let mut found = Vec::new();
    // Whether the line goes on with what the one before it installs.
    let mut installs = false;
    for (start, line) in lines(text) {
        let install =
            INSTALLERS.iter().filter_map(|it| line.find(it).map(|at| at + it.len())).min();
        let from = if installs { Some(0) } else { install };
        for mention in mentions(line) {
            if let Some(pin) = pinned(line, &mention, &variables) {
                found.push(pin.at(start));
            } else if from.is_some_and(|it| it <= mention.start) && is_word(line, &mention) {
                found.push(bare(line, &mention).at(start));
            }
        }
        found.extend(own_installer(line, &variables).map(|it| it.at(start)));
        installs = line.ends_with('\\') && (installs || install.is_some());
    }
    found
}

/// Whether a name stands alone, and names neither an image nor a file nor a program to run.
fn is_word(line: &str, mention: &Mention) -> bool {
    let after = line.get(mention.end..).unwrap_or_default();
    let command = line.get(..mention.start).unwrap_or_default();
    let ends_before = command.rfind(['&', '|']).or_else(|| command.rfind("; "));
    let of_another =
        ends_before.is_some_and(|it| !INSTALLERS.iter().any(|name| command[it..].contains(name)));
    !mention.in_path
        && !of_another
        && (after.is_empty() || after.starts_with(['"', '\'', ' ', ',', '[', '\\']))
}

/// dbt's own installer and updater: `curl …/install.sh | sh -s -- --version 2.0.1`,
/// `dbt system update`.
fn own_installer(line: &str, variables: &BTreeMap<&str, &str>) -> Option<TextPin> {
    let script = line.find("getdbt.com").filter(|_| line.contains("install.sh"));
    let start = script.or_else(|| line.find("dbt system update"))?;
    let rest = line.get(start..)?;
    let rest = rest.split("&&").next().unwrap_or(rest).trim_end().trim_end_matches('\\').trim_end();
    let version = rest.split_once("--version").map(|(_, it)| it.trim_start_matches([' ', '=']));
    let version = version.and_then(|it| it.split_whitespace().next());
    let version = version.map(|it| it.trim_matches(['"', '\'']));
    let allowed = match version {
        None | Some("latest" | "canary" | "dev") => Some(VersionRange::default()),
        Some(it) => match it.strip_prefix('$') {
            Some(name) => {
                let value = variables.get(name.trim_matches(['{', '}', '(', ')']));
                value.and_then(|it| VersionRange::parse(it))
            }
            None => VersionRange::parse(it),
        },
    };
    let end = start + rest.len();
    Some(TextPin {
        range: range(start, end),
        package: PinnedPackage::Dbt,
        text: rest.to_owned(),
        allowed,
    })
}

/// `ARG DBT_VERSION=1.8.2`, `DBT_VERSION: "1.8.2"`, `DBT_VERSION := 1.8.2`: the first of each name.
fn assignments(text: &str) -> BTreeMap<&str, &str> {
    let mut found = BTreeMap::new();
    for (_, line) in lines(text) {
        let line = line.trim_start();
        let line = ["ARG ", "ENV ", "export ", "- "]
            .iter()
            .find_map(|it| line.strip_prefix(it))
            .unwrap_or(line);
        let end = line.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(0);
        let (name, rest) = line.split_at(end);
        let value = rest.trim_start().trim_start_matches(['?', ':']);
        let value = value.strip_prefix('=').unwrap_or(value).trim();
        let value = value.trim_matches(['"', '\'']);
        let is_version = value.starts_with(|it: char| it.is_ascii_digit())
            || value.starts_with(['=', '>', '<', '~']);
        if !name.is_empty() && rest.len() > value.len() && is_version {
            found.entry(name).or_insert(value);
        }
    }
    found
}
