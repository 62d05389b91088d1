//! `parse` of Tandem, of dbt Core and of the v2 engine on the same generated project, one after the
//! other on the same machine: what counts is how many times faster, so all run here and now.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tandem_tests::{memory, program};

use crate::generate::generate;
use crate::run::{aligned, milliseconds, quantile, say};

#[derive(Args)]
pub(crate) struct CompareArguments {
    /// How many models the generated project has.
    #[arg(long, default_value_t = 10_000)]
    models: usize,
    /// The program of dbt Core, for instance `venv/bin/dbt`.
    #[arg(long)]
    core: Option<PathBuf>,
    /// The program of the v2 engine.
    #[arg(long)]
    v2: Option<PathBuf>,
    /// The program of Tandem; without it, the one that lies beside the benchmark.
    #[arg(long)]
    tandem: Option<PathBuf>,
    /// How often Tandem and the v2 engine parse; dbt Core parses once.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

struct Parser {
    name: &'static str,
    program: PathBuf,
    rounds: usize,
    options: &'static [&'static str],
    /// How many times faster Tandem has to be.
    times: Option<f64>,
}

#[derive(Default)]
struct Parsed {
    milliseconds: Vec<f64>,
    /// Time of the processor, all of its cores together, which other work on the machine does not
    /// change much.
    processor: Vec<f64>,
    /// The most memory that one of the runs took.
    peak: u64,
    /// How many models and data tests the manifest names.
    nodes: Option<(usize, usize)>,
}

pub(crate) fn compare(arguments: &CompareArguments) -> Result<()> {
    let tandem = match &arguments.tandem {
        Some(program) => program.clone(),
        None => program::beside_us()?,
    };
    let rounds = arguments.rounds.max(1);
    // Ours prints the manifest unless it is told where to write it.
    let options = &["--target-path", "target"][..];
    let mut parsers =
        vec![Parser { name: "tandem parse", program: tandem, rounds, options, times: None }];
    let mut add = |name, program: &Option<PathBuf>, rounds, options, times| {
        if let Some(program) = program.clone() {
            parsers.push(Parser { name, program, rounds, options, times: Some(times) });
        }
    };
    // A first parse: nothing of an earlier one is there, and nothing of it is wanted.
    add("dbt Core, first parse", &arguments.core, 1, &["--no-partial-parse"][..], 30.0);
    add("v2 engine, first parse", &arguments.v2, rounds, &[][..], 4.0);
    let folder = tempfile::tempdir().context("cannot make a folder for the project")?;
    let mut results = Vec::new();
    for parser in &parsers {
        say(&format!("measuring {}", parser.name));
        let mut parsed = Parsed::default();
        for round in 0..parser.rounds {
            // Each round has a project and a home of its own, so that no cache helps anybody.
            let place = folder.path().join(format!("{}_{round}", results.len()));
            generate(arguments.models, &place.join("project"))?;
            parse(parser, &place, &mut parsed)
                .with_context(|| format!("running {}", parser.name))?;
            fs::remove_dir_all(&place)?;
        }
        results.push(parsed);
    }
    io::stdout()
        .write_all(table(arguments.models, &parsers, &results).as_bytes())
        .context("cannot write the table")
}

fn parse(parser: &Parser, place: &Path, parsed: &mut Parsed) -> Result<()> {
    let root = place.join("project");
    let home = place.join("home");
    fs::create_dir_all(&home)?;
    let log = fs::File::create(place.join("log"))?;
    let mut command = Command::new(&parser.program);
    command
        .current_dir(&root)
        .arg("parse")
        .args(parser.options)
        .args(["--project-dir", "."])
        .envs(variables(&root)?)
        .env("DBT_PROFILES_DIR", &root)
        .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        .env("HOME", &home)
        .env("XDG_CACHE_HOME", home.join("cache"))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    let before = Instant::now();
    let mut processor = 0;
    let mut child =
        command.spawn().with_context(|| format!("cannot start {}", parser.program.display()))?;
    // The system counts itself; it only has to be read before the process is gone.
    let status = loop {
        if let Some(usage) = memory::usage(child.id()) {
            parsed.peak = parsed.peak.max(usage.peak);
            processor = processor.max(usage.processor);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    parsed.milliseconds.push(milliseconds(before.elapsed()));
    parsed.processor.push(processor as f64);
    if !status.success() {
        let log = fs::read_to_string(place.join("log")).unwrap_or_default();
        let end: Vec<&str> = log.lines().rev().take(20).collect();
        let end: Vec<&str> = end.into_iter().rev().collect();
        bail!("it failed with {status}; its output ends:\n{}", end.join("\n"));
    }
    if parsed.nodes.is_none() {
        parsed.nodes = nodes(&root.join("target/manifest.json"));
    }
    Ok(())
}

/// What stands in `.env`, which dbt Core does not read.
fn variables(root: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(root.join(".env"))?;
    let pairs = text.lines().filter(|it| !it.starts_with('#')).filter_map(|it| it.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Proves that the work was done.
fn nodes(manifest: &Path) -> Option<(usize, usize)> {
    #[derive(Deserialize)]
    struct Manifest {
        nodes: HashMap<String, IgnoredAny>,
    }
    // Its names only: a benchmark that takes a gigabyte would be a load of its own.
    let manifest = BufReader::new(fs::File::open(manifest).ok()?);
    let manifest: Manifest = serde_json::from_reader(manifest).ok()?;
    let count = |kind: &str| manifest.nodes.keys().filter(|it| it.starts_with(kind)).count();
    Some((count("model."), count("test.")))
}

fn table(models: usize, parsers: &[Parser], results: &[Parsed]) -> String {
    let mut rows = vec![
        [
            &format!("{models} models"),
            "seconds, each run",
            "of the processor",
            "peak memory",
            "models and tests",
            "times ours",
            "budget",
            "",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let ours = quantile(&results[0].milliseconds, 0.5);
    for (parser, parsed) in parsers.iter().zip(results) {
        let seconds = |of: &[f64]| {
            let shown: Vec<String> = of.iter().map(|it| format!("{:.2}", it / 1e3)).collect();
            shown.join(" ")
        };
        let nodes = match parsed.nodes {
            Some((models, tests)) => format!("{models} + {tests}"),
            None => "no manifest".to_owned(),
        };
        let mut row = vec![
            parser.name.to_owned(),
            seconds(&parsed.milliseconds),
            seconds(&parsed.processor),
            format!("{:.0} MB", parsed.peak as f64 / 1e6),
            nodes,
        ];
        if let Some(times) = parser.times {
            let ratio = quantile(&parsed.milliseconds, 0.5) / ours;
            let verdict = if ratio >= times { "met" } else { "MISSED" };
            row.extend([format!("{ratio:.1}×"), format!("≥ {times}×"), verdict.to_owned()]);
        }
        rows.push(row);
    }
    let mut text = aligned(&rows);
    text.push_str("\nRatios compare medians.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_below_the_budget_is_missed() {
        let parser =
            |name, times| Parser { name, program: PathBuf::new(), rounds: 1, options: &[], times };
        let parsed = |seconds: f64, nodes| Parsed {
            milliseconds: vec![seconds * 1e3],
            processor: vec![seconds * 1e3],
            peak: 100_000_000,
            nodes,
        };
        let parsers = [
            parser("tandem parse", None),
            parser("dbt Core, first parse", Some(30.0)),
            parser("v2 engine, first parse", Some(4.0)),
        ];
        let results = [parsed(2.0, Some((10, 3))), parsed(80.0, Some((10, 3))), parsed(7.0, None)];
        let table = table(10, &parsers, &results);
        assert!(table.contains("40.0×"), "{table}");
        assert_eq!(table.matches("met").count(), 1, "{table}");
        assert_eq!(table.matches("MISSED").count(), 1, "{table}");
        assert!(table.contains("no manifest"), "{table}");
    }
}
