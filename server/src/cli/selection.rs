//! What `--select`, `--exclude` and `--selector` select, asked of the project's manifest.

use std::path::Path;

use ::compile::{Comparison, Graph, IndirectSelection, Request, Selected, Selection, Selectors};
use anyhow::{Context, bail};
use base::{File, FilePath, Project, RootDatabase};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::flags::{ProjectFlags, SelectionFlags};
use super::report;
use super::session::Session;

/// The manifest of a project and what is selected of it.
pub struct Chosen {
    pub manifest: Json,
    pub selected: Selected,
}

/// How one command selects.
pub struct Manner<'a> {
    /// The types of resources that count; all of them where there are none.
    pub resource_types: &'a [&'a str],
    /// Whether nodes without SQL count.
    pub with_empty: bool,
    /// Where no flag says which tests come with what they test.
    pub indirect_selection: IndirectSelection,
}

/// Says which words match nothing.
pub fn choose(
    session: &mut Session,
    project: Project,
    flags: &SelectionFlags,
    manner: &Manner<'_>,
) -> anyhow::Result<Chosen> {
    let selection = read(session, project, flags, manner)?;
    let comparison = comparison(session, project, &selection)?;
    let manifest = session.manifest(project)?;
    let root = project.root(&session.db).clone();
    let selected = select(&manifest, &root, &selection, &comparison, manner)?;
    warn_of_unmatched(&selected);
    Ok(Chosen { manifest, selected })
}

/// Of a manifest that is there already, any dbt's; its own selectors count.
pub fn choose_of(
    manifest: Json,
    root: &FilePath,
    flags: &SelectionFlags,
    manner: &Manner<'_>,
) -> anyhow::Result<Chosen> {
    let mode = flags.indirect_selection.map_or(manner.indirect_selection, Into::into);
    let selection = selection(flags, mode, &mut || Ok(Selectors::from_manifest(&manifest, mode)?))?;
    if selection.compares() {
        bail!("of a manifest there is no state; leave --manifest out");
    }
    let selected = select(&manifest, root, &selection, &Comparison::default(), manner)?;
    warn_of_unmatched(&selected);
    Ok(Chosen { manifest, selected })
}

fn warn_of_unmatched(selected: &Selected) {
    for word in &selected.unmatched {
        report::warn(&format!("The selection criterion '{word}' does not match any enabled nodes"));
    }
}

fn read(
    session: &mut Session,
    project: Project,
    flags: &SelectionFlags,
    manner: &Manner<'_>,
) -> anyhow::Result<Selection> {
    let mode = match flags.indirect_selection {
        Some(it) => it.into(),
        None => session
            .settle(|db| usual_indirect_selection(db, project))?
            .unwrap_or(manner.indirect_selection),
    };
    selection(flags, mode, &mut || {
        let data = session.settle(|db| ::compile::selectors_file(db, project))??;
        Ok(Selectors::from_file(&data, mode)?)
    })
}

/// What the environment says, else the `flags` of `dbt_project.yml`.
fn usual_indirect_selection(db: &RootDatabase, project: Project) -> Option<IndirectSelection> {
    let said = project::environment_value(db, project, "DBT_INDIRECT_SELECTION".to_owned());
    let said = said.filter(|it| !it.is_empty()).map(|it| it.to_lowercase());
    let written = || {
        let packages = project::packages(db, project);
        let facts = project::package_facts(db, *packages.first()?);
        Some(facts.data.get("flags")?.get("indirect_selection")?.as_str()?.to_lowercase())
    };
    said.or_else(written)?.parse().ok()
}

/// The selectors are read only where they can count.
fn selection(
    flags: &SelectionFlags,
    mode: IndirectSelection,
    selectors: &mut dyn FnMut() -> anyhow::Result<Selectors>,
) -> anyhow::Result<Selection> {
    if let Some(name) = &flags.selector {
        return Ok(selectors()?.get(name)?);
    }
    if flags.is_empty() {
        let selectors = selectors()?;
        if let Some(name) = selectors.default_name() {
            report::warn(&format!("Using default selector {name}"));
            return Ok(selectors.get(name)?);
        }
    }
    Ok(Selection::from_words(&flags.included(), &flags.exclude, mode)?)
}

fn select(
    manifest: &Json,
    root: &FilePath,
    selection: &Selection,
    comparison: &Comparison,
    manner: &Manner<'_>,
) -> anyhow::Result<Selected> {
    let request = Request {
        resource_types: manner.resource_types,
        with_empty: manner.with_empty,
        exists: &|path| Path::new(root.join(path).as_str()).exists(),
        comparison,
    };
    Ok(Graph::from_manifest(manifest).select(selection, &request)?)
}

/// What earlier runs left behind, read only where a word asks for it.
fn comparison(
    session: &mut Session,
    project: Project,
    selection: &Selection,
) -> anyhow::Result<Comparison> {
    if !selection.compares() {
        return Ok(Comparison::default());
    }
    let (state, target) = session.settle(|db| {
        let state = project.settings(db).state.clone().filter(|it| !it.is_empty());
        (state.map(|it| project.root(db).join(&it)), target_folder(db, project))
    })?;
    let in_state = |name: &str| state.as_ref().map_or(Ok(None), |it| artifact(&it.join(name)));
    Ok(Comparison {
        manifest: in_state("manifest.json")?,
        run_results: in_state("run_results.json")?,
        sources: in_state("sources.json")?,
        current_sources: artifact(&target.join("sources.json"))?,
    })
}

/// The folder that dbt writes into; we only read there.
fn target_folder(db: &RootDatabase, project: Project) -> FilePath {
    let name = project::environment_value(db, project, "DBT_TARGET_PATH".to_owned());
    let name = name.filter(|it| !it.is_empty()).map(|it| it.to_string());
    let written = || {
        let packages = project::packages(db, project);
        let facts = project::package_facts(db, *packages.first()?);
        facts.data.get("target-path")?.as_str().map(str::to_owned)
    };
    project.root(db).join(&name.or_else(written).unwrap_or_else(|| "target".to_owned()))
}

pub fn artifact(path: &FilePath) -> anyhow::Result<Option<Json>> {
    let path = Path::new(path.as_str());
    if !path.is_file() {
        return Ok(None);
    }
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let json = serde_json::from_slice(&text);
    json.map(Some).with_context(|| format!("{} holds no JSON", path.display()))
}

/// Of these files those that `--select` and `--exclude` leave: the files of what is selected, and
/// whatever lies at or below a path.
pub fn selected_files(
    session: &mut Session,
    projects: &[Project],
    flags: &ProjectFlags,
    mut files: Vec<File>,
) -> anyhow::Result<Vec<File>> {
    let flags = &flags.selection;
    if flags.is_empty() {
        return Ok(files);
    }
    let included = flags.included();
    if !included.is_empty() || flags.selector.is_some() {
        let only = SelectionFlags { exclude: Vec::new(), ..flags.clone() };
        let meant = meant(session, projects, &only, &files)?;
        files.retain(|it| meant.contains(it));
    }
    if !flags.exclude.is_empty() {
        let exclude = flags.exclude.clone();
        let only = SelectionFlags { select: exclude, ..SelectionFlags::default() };
        let meant = meant(session, projects, &only, &files)?;
        files.retain(|it| !meant.contains(it));
    }
    Ok(files)
}

fn meant(
    session: &mut Session,
    projects: &[Project],
    flags: &SelectionFlags,
    files: &[File],
) -> anyhow::Result<FxHashSet<File>> {
    let manner = Manner {
        resource_types: &[],
        with_empty: true,
        indirect_selection: IndirectSelection::Empty,
    };
    let words: Vec<String> =
        flags.included().iter().flat_map(|it| it.split(' ')).map(str::to_owned).collect();
    let mut found = FxHashSet::default();
    // With several projects a word need name something in one of them only.
    let mut named_by = vec![false; words.len()];
    for project in projects {
        let selection = read(session, *project, flags, &manner)?;
        let comparison = comparison(session, *project, &selection)?;
        let manifest = session.manifest(*project)?;
        let root = project.root(&session.db).clone();
        let selected = select(&manifest, &root, &selection, &comparison, &manner)?;
        for (at, word) in words.iter().enumerate() {
            let below = files.iter().filter(|it| is_below(&session.db, &root, **it, word));
            let below: Vec<File> = below.copied().collect();
            named_by[at] |= !below.is_empty() || !selected.unmatched.contains(word);
            found.extend(below);
        }
        let graph = Graph::from_manifest(&manifest);
        let paths: FxHashSet<(&str, &str)> = selected
            .unique_ids
            .iter()
            .filter_map(|it| graph.resource(it))
            .map(|it| (it.text("package_name"), it.text("original_file_path")))
            .collect();
        found.extend(session.settle(|db| {
            let of_project = files.iter().filter(|file| {
                project::package_of(db, *project, **file).is_some_and(|package| {
                    let path = project::original_path(db, package, file.path(db));
                    paths.contains(&(&*project::package_name(db, package), &*path))
                })
            });
            of_project.copied().collect::<Vec<_>>()
        })?);
    }
    if let Some(at) = named_by.iter().position(|it| !it) {
        bail!("nothing is named `{}`: no node, file, folder or tag", words[at]);
    }
    Ok(found)
}

fn is_below(db: &RootDatabase, root: &FilePath, file: File, word: &str) -> bool {
    let path = word.strip_prefix("path:").unwrap_or(word);
    let is_path = path.len() < word.len() || path.contains('/') || path.contains('.');
    is_path && file.path(db).is_below(&root.join(path.trim_end_matches('/')))
}
