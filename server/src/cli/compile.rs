use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ::compile::NoSuchNode;
use anyhow::{Context, bail};
use base::{Building, Project, RootDatabase};
use clap::Args;
use rules::Severity;
use salsa::Setter;
use semantic::{Node, NodeKind};

use super::Outcome;
use super::flags::ProjectFlags;
use super::report::{self, Finding};
use super::session::Session;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project; the one that the current folder lies in by default.
    dir: Option<String>,
    #[command(flatten)]
    flags: ProjectFlags,
}

/// Without a target path the SQL of the one selected node goes to standard output and nothing is
/// written; with one, compiled files and a manifest are.
pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let flags = &arguments.flags;
    let mut session = Session::open(arguments.dir.as_deref(), flags, machine)?;
    let project = main_project(&session)?;
    let selected = session
        .settle(|db| ::compile::select(db, project, &flags.select, &flags.exclude))?
        .map_err(|error: NoSuchNode| anyhow::anyhow!(error))?;
    if flags.target_path.is_none() && selected.len() != 1 {
        bail!(
            "{} nodes are selected; name one with --select to see its SQL, or give --target-path to write all",
            selected.len()
        );
    }
    build(&mut session, project, &selected, flags.select.is_empty());
    let (compiled, failed) = session.settle_each(
        &selected,
        |db, node| (node, ::compile::compiled(db, node)),
        |db, node| format!("{} could not be compiled", node.unique_id(db)),
    );
    let findings = findings(&mut session, project, &compiled)?;
    match &flags.target_path {
        None => print(&mut session, project, &compiled)?,
        Some(target_path) => write(&mut session, project, &compiled, target_path)?,
    }
    report::write_to_error(&findings)?;
    if failed > 0 {
        bail!("{failed} nodes could not be compiled because of an internal error");
    }
    let errors = findings.iter().any(|it| it.severity == Severity::Error);
    Ok(if errors { Outcome::Found } else { Outcome::Clean })
}

type CompiledNode = (Node, Arc<::compile::Compiled>);

/// The project that is named: of nested ones the outermost.
fn main_project(session: &Session) -> anyhow::Result<Project> {
    let projects = session.projects();
    let outermost = projects.iter().min_by_key(|it| it.root(&session.db).as_str().len());
    let outermost = *outermost.context("there is no project")?;
    let root = outermost.root(&session.db);
    if let Some(other) = projects.iter().find(|it| !it.root(&session.db).is_below(root)) {
        bail!("several projects: {root} and {}; name one", other.root(&session.db));
    }
    Ok(outermost)
}

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

/// The findings in the files that were compiled.
fn findings(
    session: &mut Session,
    project: Project,
    compiled: &[CompiledNode],
) -> anyhow::Result<Vec<Finding>> {
    let context = session.report_context();
    let mut findings = session.settle(|db| {
        let mut files: Vec<_> = compiled.iter().map(|(node, _)| node.file(db)).collect();
        files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
        files.dedup();
        let found = files.into_iter().flat_map(|it| ide::diagnostics(db, it).to_vec());
        found
            .filter(|it| it.severity == Severity::Error)
            .map(|it| Finding::new(db, &context, &it, Some(project)))
            .collect::<Vec<_>>()
    })?;
    findings.sort();
    Ok(findings)
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
        let Some(path) = compiled_path(&session.db, *node) else { continue };
        with_secrets += usize::from(project::mask(&it.text, &secrets) != it.text);
        write_file(&folder.join(path), it.text.as_bytes())?;
    }
    let nodes: Vec<Node> = compiled.iter().map(|(node, _)| *node).collect();
    let manifest = session.settle(|db| ::compile::manifest(db, project, &nodes))?;
    write_file(&folder.join("manifest.json"), &serde_json::to_vec(&manifest)?)?;
    if with_secrets > 0 {
        report::warn(&format!("{with_secrets} of the files written hold the value of a secret"));
    }
    Ok(())
}

/// Where dbt puts the SQL of a node, below its target folder.
fn compiled_path(db: &RootDatabase, node: Node) -> Option<String> {
    if matches!(node.kind(db), NodeKind::Seed | NodeKind::PythonModel) {
        return None;
    }
    let package = node.package(db);
    let path = node.file(db).path(db).relative_to(package.root(db))?;
    Some(format!("compiled/{}/{path}", project::package_name(db, package)))
}

/// Written aside and renamed, so that nobody reads half a file.
fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().context("a file needs a folder")?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let aside = path.with_extension("tandem-part");
    let written = std::fs::write(&aside, bytes).and_then(|()| std::fs::rename(&aside, path));
    written.with_context(|| format!("cannot write {}", path.display()))
}
