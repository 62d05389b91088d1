use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ::compile::IndirectSelection;
use anyhow::{Context, bail};
use base::{Building, FilePath, Project};
use clap::Args;
use project::Origin;
use rules::{Diagnostic, Scope, Severity};
use rustc_hash::FxHashSet;
use salsa::Setter;
use semantic::Node;

use super::Outcome;
use super::flags::ProjectFlags;
use super::report::{self, Finding};
use super::selection::{self, Manner};
use super::session::Session;
use super::timings;
use crate::machine::Captured;
use crate::timings::Phase;

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

/// Without a target path the SQL of the one selected node goes to standard output and nothing is
/// written; with one, compiled files and a manifest are.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let flags = &arguments.flags;
    let session = Session::open(arguments.dir.as_deref(), flags, machine)?;
    let project = session.main_project()?;
    let selected = selected(session, project, flags)?;
    if flags.target_path.is_none() && selected.len() != 1 {
        bail!(
            "{} nodes are selected; name one with --select to see its SQL, or give --target-path to write all",
            selected.len()
        );
    }
    build(session, project, &selected, flags.selection.is_empty());
    if arguments.timings {
        let files: FxHashSet<_> = selected.iter().map(|it| it.file(&session.db)).collect();
        let files: Vec<_> = files.into_iter().collect();
        timings::look_at(session, &files);
    }
    let clock = Arc::clone(&session.timings);
    let (compiled, failed) = session.settle_each(
        &selected,
        |db, node| {
            let compile = || ::compile::compiled(db, node);
            (node, clock.of(Phase::Compile, node.file(db).path(db), compile))
        },
        |db, node| format!("{} could not be compiled", node.unique_id(db)),
    );
    let errors = errors(session, project, &compiled)?;
    // Of a template that fails only half of a query comes out.
    let is_right = |node: &Node| errors.iter().all(|it| it.file != node.file(&session.db));
    let right: Vec<CompiledNode> =
        compiled.iter().filter(|(node, _)| is_right(node)).cloned().collect();
    let context = session.report_context();
    let found = errors.iter().map(|it| Finding::new(&session.db, &context, it, Some(project)));
    let mut findings: Vec<Finding> = found.collect();
    findings.sort();
    match &flags.target_path {
        None => print(session, project, &right)?,
        Some(target_path) => write(session, project, &right, target_path)?,
    }
    report::write_to_error(&findings)?;
    if arguments.timings {
        let folder = flags.target_path.as_ref().map(|it| session.working_folder.join(it));
        let file = folder.map(|it| Path::new(it.as_str()).join("manifest.json"));
        let size = file.and_then(|it| Some(std::fs::metadata(it).ok()?.len()));
        let manifest = size.and_then(|it| usize::try_from(it).ok());
        timings::report(session, &timings::Done { manifest, ..timings::Done::of(flags) });
    }
    let holes: Vec<&str> = right
        .iter()
        .filter(|(_, it)| it.met_hole)
        .map(|(node, _)| node.name(&session.db))
        .collect();
    if !holes.is_empty() {
        report::warn(&format!(
            "what only a run of dbt can know, or is not understood yet, is left empty in {}",
            holes.join(", ")
        ));
    }
    if failed > 0 {
        bail!("{failed} nodes could not be compiled because of an internal error");
    }
    Ok(if findings.is_empty() { Outcome::Clean } else { Outcome::Found })
}

type CompiledNode = (Node, Arc<::compile::Compiled>);

/// The nodes that dbt compiles. To see one its tests are left out, unless they are asked for.
fn selected(
    session: &mut Session,
    project: Project,
    flags: &ProjectFlags,
) -> anyhow::Result<Vec<Node>> {
    let one = flags.target_path.is_none();
    let manner = Manner {
        resource_types: &EXECUTABLE,
        with_empty: false,
        indirect_selection: if one { IndirectSelection::Empty } else { IndirectSelection::Eager },
    };
    let chosen = selection::choose(session, project, &flags.selection, &manner)?;
    let ids: FxHashSet<&str> = chosen.selected.unique_ids.iter().map(String::as_str).collect();
    session.settle(|db| {
        let packages = project::packages(db, project);
        let packages = packages.iter().filter(|it| it.origin(db) != Origin::Upstream);
        let nodes = packages.flat_map(|it| semantic::all_nodes(db, *it));
        // Of two nodes with one id the other one is disabled.
        let chosen = nodes.filter(|it| ids.contains(it.unique_id(db).as_str()));
        chosen.filter(|it| semantic::is_enabled(db, *it)).collect()
    })
}

const EXECUTABLE: [&str; 7] =
    ["model", "test", "snapshot", "analysis", "operation", "seed", "function"];

/// What is built here is never deferred.
fn build(session: &mut Session, project: Project, selected: &[Node], everything: bool) {
    let db = &mut session.db;
    let mut settings = base::Settings::clone(project.settings(db));
    settings.building = if everything {
        Building::Everything
    } else {
        Building::Nodes(selected.iter().map(|it| it.unique_id(db)).collect())
    };
    project.set_settings(db).to(settings.into());
}

/// What is wrong with the files that were compiled, and with the YAML that decides about them.
fn errors(
    session: &mut Session,
    project: Project,
    compiled: &[CompiledNode],
) -> anyhow::Result<Vec<Diagnostic>> {
    session.settle(|db| {
        let mut files: Vec<_> = compiled.iter().map(|(node, _)| node.file(db)).collect();
        let yaml = ide::files_to_check(db, project).into_iter();
        files.extend(yaml.filter(|it| it.path(db).extension().starts_with('y')));
        files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
        files.dedup();
        let found = files.into_iter().flat_map(|it| ide::diagnostics(db, it, Scope::File).to_vec());
        // What dbt calls deprecated says nothing of the SQL, also where dbt v2 refuses it.
        let found = found.filter(|it| it.severity == Severity::Error && it.event.is_none());
        found.collect()
    })
}

fn print(session: &mut Session, project: Project, compiled: &[CompiledNode]) -> anyhow::Result<()> {
    let secrets = session.settle(|db| project::secrets(db, project))?;
    let mut out = anstream::stdout().lock();
    for (_, it) in compiled {
        report::no_reader(writeln!(out, "{}", project::mask(&it.text, &secrets)))?;
    }
    Ok(())
}

fn write(
    session: &mut Session,
    project: Project,
    compiled: &[CompiledNode],
    target_path: &str,
) -> anyhow::Result<()> {
    let folder = session.working_folder.join(target_path);
    let folder = Path::new(folder.as_str());
    let secrets = session.settle(|db| project::secrets(db, project))?;
    let mut with_secrets = 0;
    for (node, it) in compiled {
        let Some(path) = ::compile::compiled_path(&session.db, *node) else { continue };
        if it.text.is_empty() {
            continue;
        }
        // The SQL of a file above the project lies above the folder of its package, but never
        // outside of the target folder.
        let path = FilePath::new(&format!("/{path}"));
        let path = path.as_str().trim_start_matches('/');
        with_secrets += usize::from(project::mask(&it.text, &secrets) != it.text);
        write_file(&folder.join(path), it.text.as_bytes())?;
    }
    let nodes: Vec<Node> = compiled.iter().map(|(node, _)| *node).collect();
    let (_, manifest) = session.written_manifest(project, &nodes)?;
    write_file(&folder.join("manifest.json"), &manifest)?;
    if with_secrets > 0 {
        report::warn(&format!("{with_secrets} of the files written hold the value of a secret"));
    }
    Ok(())
}

/// Written aside and renamed, so that nobody reads half a file.
pub fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().context("a file needs a folder")?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let aside = path.with_extension("tandem-part");
    let written = std::fs::write(&aside, bytes).and_then(|()| std::fs::rename(&aside, path));
    written.with_context(|| format!("cannot write {}", path.display()))
}
