use base::{Content, Db, LineIndex};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Range, TextEdit};

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

/// The lines of the file that change; of the others, which may hold secrets, nothing is said.
#[derive(Debug, Serialize)]
pub struct ProfileChange {
    uri: String,
    exists: bool,
    /// Nothing where the profile is up to date.
    edit: Option<TextEdit>,
    /// Variables that are new in it.
    variables: Vec<String>,
}

/// `tandem/profileFromPlatform`: asks the dbt platform, and gives the change that the client may make.
pub async fn handle(backend: &Backend, params: ProfileParams) -> Result<ProfileChange> {
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
        Ok((plan, uri.to_string(), file.exists(db), before, snapshot.client.encoding))
    });
    let (plan, uri, exists, before, encoding) = answer.await?.map_err(failed)?;
    // The platform may take its time: no thread of a question waits for it.
    let asked = tokio::task::spawn_blocking(move || {
        let (known, kept) = plan.ask()?;
        let planned = plan.write_into(&before, &known.adapter, known.fields, None)?;
        let lines = LineIndex::new(&before);
        let at = |offset: usize| {
            to_proto::position(encoding.position(&lines, &before, (offset as u32).into()))
        };
        let edit = changed_lines(&before, &planned.text).map(|(range, text)| TextEdit {
            range: Range::new(at(range.start), at(range.end)),
            new_text: text.to_owned(),
        });
        anyhow::Ok((edit, planned.variables, kept))
    });
    let (edit, variables, kept) = match asked.await {
        Ok(Ok(done)) => done,
        Ok(Err(error)) => return Err(failed(format!("{error:#}"))),
        Err(_) => return Err(tower_lsp::jsonrpc::Error::internal_error()),
    };
    backend.send(Event::FilesChanged(kept.into_iter().collect()));
    Ok(ProfileChange { uri, exists, edit, variables })
}

/// The one stretch of whole lines that becomes another; nothing where the texts are equal.
fn changed_lines<'a>(before: &str, after: &'a str) -> Option<(std::ops::Range<usize>, &'a str)> {
    if before == after {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let pairs = old.iter().rev().zip(new.iter().rev()).take(rest);
    let tail = pairs.take_while(|(a, b)| a == b).count();
    let length = |lines: &[&str]| lines.iter().map(|it| it.len()).sum::<usize>();
    let (start, end) = (length(&old[..head]), length(&old[old.len() - tail..]));
    Some((start..before.len() - end, &after[start..after.len() - end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_change_are_told() {
        let changed = |before: &str, after: &str| {
            let (range, text) = changed_lines(before, after).unwrap();
            assert_eq!(format!("{}{text}{}", &before[..range.start], &before[range.end..]), after);
            (before[range].to_owned(), text.to_owned())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(changed_lines("a\n", "a\n"), None);
        assert_eq!(changed("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 4\nc: 3\n"), pair("b: 2\n", "b: 4\n"));
        assert_eq!(changed("a: 1\n", "a: 1\nb: 2\n"), pair("", "b: 2\n"));
        assert_eq!(changed("a: 1\nb: 2", "a: 1\nb: 25"), pair("b: 2", "b: 25"));
        assert_eq!(changed("", "x\n"), pair("", "x\n"));
        assert_eq!(changed("a\na\n", "a\n"), pair("a\n", ""));
    }
}
