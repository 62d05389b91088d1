//! The requests behind versions of dbt and what a new colleague needs.

use base::FilePath;
use ide::SetupHelper;
use rules::FileEdit;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::backend::Backend;
use crate::engine;
use crate::lsp::environment::project_at;
use crate::lsp::ext::{SetupParams, SetupResult, VersionsParams, VersionsResult};
use crate::lsp::to_proto;
use crate::main_loop::Event;
use crate::versions::Versions;

/// `tandem/versions`: which dbts there are and what does not go together. With `run` each engine is
/// asked itself, in trusted folders only.
pub async fn versions(backend: &Backend, params: VersionsParams) -> Result<Option<VersionsResult>> {
    let root = params.root;
    let mut problems = Vec::new();
    if params.run {
        let root = root.clone();
        let programs = backend.ask(None, move |snapshot| {
            let engines = project_at(snapshot, &root).map(|it| &it.settings(&snapshot.db).engines);
            let programs = engines.into_iter().flatten().filter_map(|it| it.program.clone());
            snapshot.trusted.then(|| programs.collect::<Vec<_>>())
        });
        let Some(programs) = programs.await? else {
            return Err(Error {
                code: ErrorCode::InvalidRequest,
                message: "this folder is not trusted: no program is run in it".into(),
                data: None,
            });
        };
        let asked = tokio::task::spawn_blocking(move || {
            let ask = |program: FilePath| (engine::ask(&program, engine::PATIENCE), program);
            programs.into_iter().map(ask).collect::<Vec<_>>()
        });
        let mut answers = Vec::new();
        for (answer, program) in asked.await.map_err(|_| Error::internal_error())? {
            match answer {
                Ok(answer) => answers.push((program, answer)),
                Err(error) => problems.push(format!("{error:#}")),
            }
        }
        // Before the question that follows.
        backend.send(Event::EnginesAsked(answers));
    }
    let answer = backend
        .ask(None, move |snapshot| Some(Versions::of(&snapshot.db, project_at(snapshot, &root)?)));
    Ok(answer.await?.map(|versions| VersionsResult::new(versions, problems)))
}

/// `tandem/setup`: the change that sets something up, to be looked at before it is made.
pub async fn setup(backend: &Backend, params: SetupParams) -> Result<Option<SetupResult>> {
    let root = params.root;
    let helper = match params.what.as_str() {
        "devcontainer" => SetupHelper::DevContainer,
        "makefile" => SetupHelper::Makefile,
        "justfile" => SetupHelper::Justfile,
        "contributing" => SetupHelper::Contributing,
        _ => return Err(Error::invalid_params("unknown helper")),
    };
    let answer = backend.ask(None, move |snapshot| {
        let setup = ide::setup(&snapshot.db, project_at(snapshot, &root)?, helper);
        let file = setup.file;
        let edits: Vec<FileEdit> =
            setup.edits.iter().map(|it| FileEdit { file, edit: it.clone() }).collect();
        let label = format!("Set up {}", file.path(&snapshot.db).name());
        Some(SetupResult {
            path: file.path(&snapshot.db).to_string(),
            edit: (!edits.is_empty()).then(|| to_proto::previewed_edit(snapshot, &edits, &label)),
            notes: setup.notes,
        })
    });
    answer.await
}
