use std::io::Write;

use ::compile::{Graph, IndirectSelection, Resource};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value as Json};

use super::Outcome;
use super::flags::ProjectFlags;
use super::python_json;
use super::report;
use super::selection::{self, Manner};
use super::session::Session;
use crate::machine::Captured;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The project; the one that the current folder lies in by default.
    dir: Option<String>,
    /// How each resource is written, one a line.
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    output: Output,
    /// Which properties --output json writes, such as `name config.materialized`.
    #[arg(long, value_name = "KEYS", num_args = 1..)]
    output_keys: Vec<String>,
    /// Only these types: `model`, `test`, …, `all`, `default`.
    #[arg(
        long = "resource-type", visible_alias = "resource-types", value_enum, num_args = 1..,
        value_name = "TYPES", ignore_case = true
    )]
    resource_types: Vec<Type>,
    /// All types but these.
    #[arg(
        long = "exclude-resource-type", visible_alias = "exclude-resource-types", value_enum,
        num_args = 1.., value_name = "TYPES", ignore_case = true
    )]
    exclude_resource_types: Vec<Type>,
    /// Of this manifest.json, any dbt's; not of the project as it is now.
    #[arg(long, value_name = "FILE")]
    manifest: Option<String>,
    #[command(flatten)]
    flags: ProjectFlags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A word that selects it.
    #[default]
    Selector,
    Name,
    /// The file that it stands in.
    Path,
    /// One object per line.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Type {
    Model,
    Snapshot,
    Seed,
    Test,
    Source,
    Exposure,
    Metric,
    SavedQuery,
    SemanticModel,
    UnitTest,
    Function,
    Analysis,
    All,
    Default,
}

impl Type {
    const DEFAULT: [&str; 11] = [
        "model",
        "snapshot",
        "seed",
        "test",
        "source",
        "exposure",
        "metric",
        "saved_query",
        "semantic_model",
        "unit_test",
        "function",
    ];

    fn names(self) -> Vec<&'static str> {
        match self {
            Self::Model => vec!["model"],
            Self::Snapshot => vec!["snapshot"],
            Self::Seed => vec!["seed"],
            Self::Test => vec!["test"],
            Self::Source => vec!["source"],
            Self::Exposure => vec!["exposure"],
            Self::Metric => vec!["metric"],
            Self::SavedQuery => vec!["saved_query"],
            Self::SemanticModel => vec!["semantic_model"],
            Self::UnitTest => vec!["unit_test"],
            Self::Function => vec!["function"],
            Self::Analysis => vec!["analysis"],
            Self::Default => Self::DEFAULT.to_vec(),
            Self::All => [&Self::DEFAULT[..], &["analysis"]].concat(),
        }
    }
}

/// What dbt writes of a resource where nobody says which keys.
const KEYS: [&str; 10] = [
    "alias",
    "name",
    "package_name",
    "depends_on",
    "tags",
    "config",
    "resource_type",
    "source_name",
    "original_file_path",
    "unique_id",
];

pub fn run(arguments: &Arguments, machine: Captured) -> anyhow::Result<Outcome> {
    let flags = &arguments.flags;
    let types = types(arguments)?;
    let session = Session::open(arguments.dir.as_deref(), flags, machine)?;
    let project = session.main_project()?;
    let manner = Manner {
        resource_types: &types,
        with_empty: true,
        indirect_selection: IndirectSelection::Eager,
    };
    let chosen = match &arguments.manifest {
        None => selection::choose(session, project, &flags.selection, &manner)?,
        Some(file) => {
            let path = session.working_folder.join(file);
            let manifest = selection::artifact(&path)?;
            let manifest = manifest.with_context(|| format!("there is no file {path}"))?;
            selection::choose_of(manifest, project.root(&session.db), &flags.selection, &manner)?
        }
    };
    let secrets = session.settle(|db| project::secrets(db, project))?;
    let keys: Vec<&str> = arguments
        .output_keys
        .iter()
        .flat_map(|it| it.split(' '))
        .filter(|it| !it.is_empty())
        .collect();
    let graph = Graph::from_manifest(&chosen.manifest);
    let mut out = anstream::stdout().lock();
    for resource in chosen.selected.unique_ids.iter().filter_map(|it| graph.resource(it)) {
        let line = match arguments.output {
            Output::Selector => resource.selector(),
            Output::Name => resource.search_name(),
            Output::Path => resource.text("original_file_path").to_owned(),
            Output::Json => python_json::write(&Json::Object(properties(resource, &keys))),
        };
        let line = project::mask(&line, &secrets);
        report::no_reader(writeln!(out, "{line}"))?;
    }
    if chosen.selected.unique_ids.is_empty() {
        report::warn("No nodes selected!");
    }
    Ok(Outcome::Clean)
}

fn types(arguments: &Arguments) -> anyhow::Result<Vec<&'static str>> {
    let selection = &arguments.flags.selection;
    if !selection.models.is_empty() {
        if !selection.select.is_empty() {
            bail!("\"models\" and \"select\" are mutually exclusive arguments");
        }
        if !arguments.resource_types.is_empty() {
            bail!("\"models\" and \"resource_type\" are mutually exclusive arguments");
        }
        return Ok(vec!["model"]);
    }
    let mut types: Vec<&str> = match &arguments.resource_types[..] {
        [] => Type::Default.names(),
        said => said.iter().flat_map(|it| it.names()).collect(),
    };
    let excluded = &arguments.exclude_resource_types;
    let excluded: Vec<&str> = excluded.iter().flat_map(|it| it.names()).collect();
    types.retain(|it| !excluded.contains(it));
    // No type at all is not every type.
    if types.is_empty() {
        types.push("");
    }
    Ok(types)
}

fn properties(resource: &Resource<'_>, keys: &[&str]) -> Map<String, Json> {
    let Some(all) = resource.json.as_object() else { return Map::new() };
    if keys.is_empty() {
        let wanted = all.iter().filter(|(key, _)| KEYS.contains(&key.as_str()));
        return wanted.map(|(key, value)| (key.clone(), value.clone())).collect();
    }
    let value = |key: &str| {
        if !key.contains('.') {
            return all.get(key);
        }
        let nested = key.split('.').try_fold(resource.json, |value, key| value.get(key));
        nested.filter(|it| !it.is_null())
    };
    let found = keys.iter().filter_map(|key| Some(((*key).to_owned(), value(key)?.clone())));
    found.collect()
}
