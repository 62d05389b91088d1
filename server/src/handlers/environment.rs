//! The requests behind the view of environment variables and behind everything that starts dbt.

use base::Db;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::backend::Backend;
use crate::example::Example;
use crate::lsp::environment::{
    Environment, ExampleVariable, FromExample, FromExampleParams, ImportParams, Imported,
    ProjectParams, SpawnEnvironment, WatchEnvironmentParams, project_at,
};
use crate::lsp::to_proto;
use crate::main_loop::Event;
use crate::platform_list;

/// `tandem/environment`: what every place says of every variable.
pub async fn environment(backend: &Backend) -> Result<Environment> {
    backend.ask(None, Environment::of).await
}

/// `tandem/watchEnvironment`: whether the client wants to be told of changes.
pub async fn watch(backend: &Backend, params: WatchEnvironmentParams) {
    backend.send(Event::WatchEnvironment(params.watch));
}

/// `tandem/spawnEnvironment`: what a program that the client starts is to get, secrets included.
/// Only where the user trusts the folder.
pub async fn spawn(backend: &Backend, params: ProjectParams) -> Result<SpawnEnvironment> {
    let answer = backend.ask(None, move |snapshot| {
        if !snapshot.trusted {
            return Err("this folder is not trusted: nothing is started in it");
        }
        let project = project_at(snapshot, &params.root).ok_or(NO_PROJECT)?;
        let db = &snapshot.db;
        // The first that can be run, known or not: the one that the settings name, where they do.
        let engines = project.settings(db).engines.iter().filter(|it| it.runs_here());
        let dbt = engines.filter_map(|it| it.program.as_ref()).next().map(ToString::to_string);
        Ok(SpawnEnvironment { dbt, variables: project::spawn_environment(db, project) })
    });
    answer.await?.map_err(failed)
}

/// `tandem/importPlatformList`: keeps what a user copied from the platform.
pub async fn import(backend: &Backend, params: ImportParams) -> Result<Imported> {
    let root = params.root.clone();
    let answer = backend.ask(None, move |snapshot| {
        let (db, project) = (&snapshot.db, project_at(snapshot, &root)?);
        let names = project::environment_names(db, project).into_iter();
        let secret = names.filter(|it| project::is_secret_variable(db, project, it)).collect();
        let environment = db.machine().environment(db).clone();
        Some((environment, project.root(db).clone(), secret))
    });
    let (environment, root, secret) = answer.await?.ok_or_else(|| failed(NO_PROJECT))?;
    let kept = platform_list::keep(&environment, &root, &params.text, &secret).map_err(failed)?;
    backend.send(Event::FilesChanged(vec![kept.path]));
    Ok(Imported { variables: kept.variables })
}

/// `tandem/dotenvFromExample`: the text of a `.env` that the client may create.
pub async fn from_example(
    backend: &Backend,
    params: FromExampleParams,
) -> Result<Option<FromExample>> {
    let answer = backend.ask(None, move |snapshot| {
        let db = &snapshot.db;
        let project = project_at(snapshot, &params.root)?;
        let target = db.file(&project.root(db).join(".env"));
        let example = Example::of(db, project)?;
        let open = example.open.iter().map(|(name, value)| (name, value.as_str(), false));
        let secret = example.secret.iter().map(|it| (it, "", true));
        let variables = open.chain(secret).map(|(name, value, secret)| ExampleVariable {
            name: name.clone(),
            value: value.to_owned(),
            secret,
        });
        Some(FromExample {
            uri: to_proto::uri(snapshot, target.path(db))?,
            exists: target.exists(db),
            text: project::with_values(&example.text, &params.values),
            variables: variables.collect(),
        })
    });
    answer.await
}

pub(super) const NO_PROJECT: &str = "there is no dbt project in this folder";

pub(super) fn failed(message: impl Into<String>) -> Error {
    let message = message.into().into();
    // `RequestFailed` of the protocol.
    Error { code: ErrorCode::ServerError(-32803), message, data: None }
}
