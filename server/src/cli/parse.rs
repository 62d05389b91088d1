use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use clap::Args;
use serde_json::Value as Json;

use super::Outcome;
use super::compile::write_file;
use super::flags::ProjectFlags;
use super::report;
use super::session::Session;
use super::timings;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project; the one that the current folder lies in by default.
    dir: Option<String>,
    /// Says on standard error what took how long, and the slowest files.
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    flags: ProjectFlags,
}

/// With a target path the manifest is written there; without one it is counted what it holds.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let flags = &arguments.flags;
    let session = Session::open(arguments.dir.as_deref(), flags, machine)?;
    let project = session.main_project()?;
    if arguments.timings {
        let files = timings::files(session, &[project])?;
        timings::look_at(session, &files);
    }
    let (manifest, text) = session.written_manifest(project, &[])?;
    if arguments.timings {
        let manifest = Some(text.len());
        timings::report(
            session,
            &timings::Done { manifest, selected: true, ..timings::Done::of(flags) },
        );
    }
    if let Some(target_path) = &flags.target_path {
        let folder = session.working_folder.join(target_path);
        let path = Path::new(folder.as_str()).join("manifest.json");
        write_file(&path, &text)?;
    } else {
        let mut out = anstream::stdout().lock();
        report::no_reader(writeln!(out, "{}", summary(&manifest)))?;
    }
    // The process ends here: to free a large project piece by piece takes longer than to read it.
    std::mem::forget((manifest, text));
    Ok(Outcome::Clean)
}

/// `5 models, 2 sources, 120 macros`.
fn summary(manifest: &Json) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut count = |name, number| match counts.iter_mut().find(|(it, _)| *it == name) {
        Some((_, sum)) => *sum += number,
        None => counts.push((name, number)),
    };
    let section = |key: &str| manifest.get(key).and_then(Json::as_object);
    let mut types: Vec<&str> = section("nodes")
        .into_iter()
        .flatten()
        .filter_map(|(_, it)| it.get("resource_type")?.as_str())
        .collect();
    types.sort_unstable();
    types.into_iter().for_each(|it| count(it, 1));
    for (key, name) in [
        ("sources", "source"),
        ("exposures", "exposure"),
        ("metrics", "metric"),
        ("semantic_models", "semantic model"),
        ("saved_queries", "saved query"),
        ("unit_tests", "unit test"),
        ("functions", "function"),
        ("groups", "group"),
        ("macros", "macro"),
        ("disabled", "disabled"),
    ] {
        count(name, section(key).map_or(0, serde_json::Map::len));
    }
    let mut text = String::new();
    for (name, number) in counts.into_iter().filter(|(_, it)| *it > 0) {
        let separator = if text.is_empty() { "" } else { ", " };
        let ending = match name {
            "disabled" => String::new(),
            _ if number == 1 => String::new(),
            "analysis" => "analyses".to_owned(),
            _ => match name.strip_suffix('y') {
                Some(stem) => format!("{stem}ies"),
                None => format!("{name}s"),
            },
        };
        let name = if ending.is_empty() { name } else { &ending };
        // Writing into a text cannot fail.
        let _ = write!(text, "{separator}{number} {name}");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_a_manifest_holds() {
        let manifest = json!({
            "nodes": {
                "a": {"resource_type": "model"}, "b": {"resource_type": "analysis"},
                "c": {"resource_type": "model"}, "d": {"resource_type": "analysis"},
            },
            "saved_queries": {"a": {}, "b": {}}, "sources": {"a": {}}, "macros": {},
            "disabled": {"x": [], "y": []},
        });
        assert_eq!(
            super::summary(&manifest),
            "2 analyses, 2 models, 1 source, 2 saved queries, 2 disabled"
        );
    }
}
