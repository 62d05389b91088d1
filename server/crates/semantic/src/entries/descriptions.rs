use std::cell::RefCell;
use std::sync::Arc;

use base::Db;
use jinja::eval::{Args, Host, Interp, Options, Recovery, RenderError, Site, Stop, render};
use jinja::source_map::FileId;
use jinja::value::Value;
use project::{Package, environment_value, packages, variable};
use syntax::jinja::Template;

use crate::{docs_block, docs_id, docs_text};

/// A description as dbt keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) text: String,
    /// The ids of the docs blocks in it.
    pub(super) doc_blocks: Vec<String>,
}

/// Renders a description of a package's properties. One that cannot be rendered stays as it is
/// written.
pub(super) fn describe(db: &dyn Db, package: Package, text: &str) -> Description {
    let plain = || Description { text: text.to_owned(), doc_blocks: Vec::new() };
    // dbt looks for these before it renders a description, and Jinja leaves out the last line end
    // of what it renders.
    if !["{{", "{%", "{#", "}}", "%}", "#}"].iter().any(|it| text.contains(it)) {
        return plain();
    }
    let rendered_text = text.strip_suffix('\n').unwrap_or(text);
    let template: Arc<Template> = Arc::new(syntax::jinja::parse(rendered_text));
    if !template.problems.is_empty() {
        return plain();
    }
    let host = DocsHost { db, package, doc_blocks: RefCell::default() };
    let options = Options { without_map: true, ..Options::default() };
    let rendered = render(FileId(0), &template, &host, options);
    match rendered.error {
        None => Description { text: rendered.text, doc_blocks: host.doc_blocks.into_inner() },
        Some(_) => plain(),
    }
}

/// The same where descriptions are rendered at all.
pub(super) fn describe_in(db: &dyn Db, package: Option<Package>, text: &str) -> Description {
    match package {
        Some(package) => describe(db, package, text),
        None => Description { text: text.to_owned(), doc_blocks: Vec::new() },
    }
}

/// What a description may call.
struct DocsHost<'db> {
    db: &'db dyn Db,
    package: Package,
    doc_blocks: RefCell<Vec<String>>,
}

impl DocsHost<'_> {
    fn root(&self) -> Package {
        let all = packages(self.db, self.package.project(self.db));
        all.first().copied().unwrap_or(self.package)
    }
}

impl Host for DocsHost<'_> {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        match name {
            "doc" | "var" | "env_var" => Some(Value::function(name)),
            "target" => Some(project::target(self.db, self.package.project(self.db))),
            _ => None,
        }
    }

    fn call_function(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        let text = |index: usize, key: &str| args.get(index, key).and_then(Value::as_str);
        let first = text(0, "name").unwrap_or_default();
        let default = args.get(1, "default").cloned();
        let found = match name {
            "doc" => {
                let (owner, block) = match text(1, "name") {
                    Some(block) => (Some(first), block),
                    None => (None, first),
                };
                let found = docs_block(self.db, self.package, owner, block);
                if let Some(found) = found {
                    self.doc_blocks.borrow_mut().push(docs_id(self.db, found.package, block));
                }
                found.map(|it| Value::from(docs_text(self.db, it)))
            }
            // Variables are the root project's, whosever description it is.
            "var" => variable(self.db, self.root(), first.to_owned())
                .map(|it| jinja::data::from_json(&it))
                .or(default),
            _ => environment_value(self.db, self.package.project(self.db), first.to_owned())
                .map(|it| Value::from(&*it))
                .or(default),
        };
        found.ok_or_else(|| Stop::host(format!("{name}('{first}') is not known")))
    }

    fn on_error(&self, _error: &RenderError) -> Recovery {
        Recovery::Stop
    }

    fn check_cancelled(&self) {
        self.db.unwind_if_revision_cancelled();
    }
}
