//! What a `.env` is made from.

use base::{Db, Project};
use project::EXAMPLE_NAMES;

/// What the example of a project says.
pub struct Example {
    pub name: &'static str,
    /// The text of a `.env`: secrets left out.
    pub text: String,
    /// Names and values of what is no secret, in the file's order, and the names of what is.
    pub open: Vec<(String, String)>,
    pub secret: Vec<String>,
}

impl Example {
    #[must_use]
    pub fn of(db: &dyn Db, project: Project) -> Option<Self> {
        let root = project.root(db);
        let mut files = EXAMPLE_NAMES.iter().map(|it| (*it, db.file(&root.join(it))));
        let (name, file) = files.find(|(_, file)| file.exists(db))?;
        let is_secret = |it: &str| project::is_secret_variable(db, project, it);
        let text = project::dotenv_from_example(file.text(db), &is_secret);
        let lines = syntax::dotenv::parse(&text);
        let values = lines.values(syntax::dotenv::Grammar::Dotenvy, &|_| None);
        let (secret, open): (Vec<_>, Vec<_>) = values.into_iter().partition(|it| is_secret(&it.0));
        let secret = secret.into_iter().map(|it| it.0).collect();
        Some(Self { name, text, open, secret })
    }
}
