use base::{Content, Db};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;

use super::environment::{NO_PROJECT, failed};
use crate::backend::Backend;
use crate::lsp::environment::project_at;
use crate::lsp::to_proto;
use crate::main_loop::Event;
use crate::profile_init::Plan;

#[derive(Debug, Deserialize)]
pub struct ProfileParams {
    /// The project's folder.
    root: String,
}

#[derive(Debug, Serialize)]
pub struct ProfileText {
    uri: String,
    exists: bool,
    /// The whole file with the profile in it.
    text: String,
    /// Variables that are new in it.
    variables: Vec<String>,
}

/// `tandem/profileFromPlatform`: asks the dbt platform, and gives the file that the client may write.
pub async fn handle(backend: &Backend, params: ProfileParams) -> Result<ProfileText> {
    let answer = backend.ask(None, move |snapshot| {
        if !snapshot.trusted {
            return Err("this folder is not trusted: nobody is asked for it");
        }
        let project = project_at(snapshot, &params.root).ok_or(NO_PROJECT)?;
        let db = &snapshot.db;
        let plan = Plan::of(db, project).ok_or("dbt_project.yml names no profile")?;
        let file = db.file(&plan.file);
        let before = match file.content(db) {
            Content::Unreadable(_) => return Err("profiles.yml cannot be read"),
            Content::Missing | Content::Text(_) => file.text(db).to_owned(),
        };
        let uri = to_proto::uri(snapshot, &plan.file).ok_or("the file has no address")?;
        Ok((plan, uri.to_string(), file.exists(db), before))
    });
    let (plan, uri, exists, before) = answer.await?.map_err(failed)?;
    // The platform may take its time: no thread of a question waits for it.
    let asked = tokio::task::spawn_blocking(move || {
        let (known, kept) = plan.ask()?;
        let planned = plan.write_into(&before, &known.adapter, known.fields, None)?;
        anyhow::Ok((planned, kept))
    });
    let (planned, kept) = match asked.await {
        Ok(Ok(planned)) => planned,
        Ok(Err(error)) => return Err(failed(format!("{error:#}"))),
        Err(_) => return Err(tower_lsp::jsonrpc::Error::internal_error()),
    };
    backend.send(Event::FilesChanged(kept.into_iter().collect()));
    Ok(ProfileText { uri, exists, text: planned.text, variables: planned.variables })
}
