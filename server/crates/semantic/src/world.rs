//! dbt's world as a template sees it: what it may call, read and find out. One world serves one
//! render of one file.

mod adapter;
mod adapter_methods;
mod column;
mod config;
mod context;
mod convert;
mod flags;
mod functions;
mod globals;
mod graph;
mod introspection;
mod names;
mod objects;
mod relation;
mod results;
mod runtime_config;
mod serialize;
mod test_kwargs;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use base::{Db, File, TextRange};
use jinja::eval::{
    Args, Host, Interp, MacroValue, Options, Recovery, RenderError, Site as CallSite, Stop, render,
};
use jinja::source_map::FileId;
use jinja::value::{UndefinedMode, Value};
use project::{Package, dbt_version, package_name};
use syntax::jinja::{DefinitionKind, Template};

use crate::{Macro, Node, Parsed, RenderProblem, RenderProblemKind, Site, macro_named, template};

pub(crate) use names::is_known;
pub use relation::RelationObject;

/// What a render is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Finding out what a node calls: nothing is resolved, `execute` is false.
    Parse,
    /// Asking a macro for a name: configs are known, relations are not.
    Name,
    /// Writing SQL: names are resolved, `execute` is true.
    Compile,
}

/// So deep may variables stand in the values of variables.
const VARIABLE_DEPTH: usize = 4;

/// Everything around one render.
pub struct World<'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) package: Package,
    pub(crate) node: Option<Node>,
    pub(crate) mode: Mode,
    /// What a macro that is called from outside of any template gets.
    called: RefCell<Option<(Macro, Value)>>,
    /// The file that is rendered, then those whose macros it called, by their number.
    files: RefCell<Vec<WorldFile>>,
    facts: RefCell<Parsed>,
    /// Ephemeral nodes whose query has to stand in front of this one, in the order of use.
    ephemeral: RefCell<Vec<Node>>,
    /// Nodes that the render depends on, in the order of use.
    depends_on: RefCell<Vec<Node>>,
    /// The calls of `var` whose values are templates that are being rendered, outermost first.
    variables: RefCell<Vec<Site>>,
    /// What `store_result` keeps; nothing once it was loaded.
    results: RefCell<Vec<(String, Option<Value>)>>,
    graph: RefCell<Option<Value>>,
    holes: RefCell<Vec<HoleNote>>,
}

/// Something that stayed open in a render, and where in the rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoleNote {
    /// `the result of a query`
    pub what: String,
    pub site: Site,
}

/// More of them would tell nobody more.
const MAX_HOLE_NOTES: usize = 20;

#[derive(Clone, Copy, PartialEq)]
struct WorldFile {
    file: File,
    package: Package,
}

/// What a render found out besides its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    pub parsed: Parsed,
    pub ephemeral: Vec<Node>,
    pub depends_on: Vec<Node>,
    pub holes: Vec<HoleNote>,
}

impl<'db> World<'db> {
    #[must_use]
    pub fn new(
        db: &'db dyn Db,
        package: Package,
        node: Option<Node>,
        file: File,
        mode: Mode,
    ) -> Self {
        Self {
            db,
            package,
            node,
            mode,
            called: RefCell::default(),
            files: RefCell::new(vec![WorldFile { file, package }]),
            facts: RefCell::default(),
            ephemeral: RefCell::default(),
            depends_on: RefCell::default(),
            variables: RefCell::default(),
            results: RefCell::default(),
            graph: RefCell::default(),
            holes: RefCell::default(),
        }
    }

    /// The number of the file that is rendered.
    #[must_use]
    pub fn rendered_file(&self) -> FileId {
        FileId(0)
    }

    /// The file behind a number of the source map.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<File> {
        self.files.borrow().get(id.0 as usize).map(|it| it.file)
    }

    /// The files behind the numbers of the source map.
    #[must_use]
    pub fn files(&self) -> Vec<File> {
        self.files.borrow().iter().map(|it| it.file).collect()
    }

    #[must_use]
    pub fn into_facts(self) -> Facts {
        Facts {
            parsed: self.facts.into_inner(),
            ephemeral: self.ephemeral.into_inner(),
            depends_on: self.depends_on.into_inner(),
            holes: self.holes.into_inner(),
        }
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut Parsed)) {
        note(&mut self.facts.borrow_mut());
    }

    /// Notes that only a warehouse or an engine knows what is asked for.
    pub(crate) fn note_hole(&self, interp: &mut Interp<'_>, site: CallSite<'_>, what: &str) {
        interp.meet_hole();
        let note = HoleNote { what: what.to_owned(), site: self.site(interp, site, site.range()) };
        let mut holes = self.holes.borrow_mut();
        if holes.len() < MAX_HOLE_NOTES && !holes.contains(&note) {
            holes.push(note);
        }
    }

    pub(crate) fn note_dependency(&self, node: Node) {
        let mut depends_on = self.depends_on.borrow_mut();
        if !depends_on.contains(&node) {
            depends_on.push(node);
        }
    }

    pub(crate) fn note_ephemeral(&self, node: Node) {
        let mut ephemeral = self.ephemeral.borrow_mut();
        if !ephemeral.contains(&node) {
            ephemeral.push(node);
        }
    }

    /// The text that a macro of the rendered file gives for some arguments: `node` is the world's.
    #[must_use]
    pub fn call_for_text(&self, found: Macro, custom: Value) -> Option<String> {
        self.call_for_output(found, custom).filter(|it| it != "None")
    }

    /// The same where nothing is a text too, as Python prints it.
    #[must_use]
    pub(crate) fn call_for_output(&self, found: Macro, custom: Value) -> Option<String> {
        static CALL: OnceLock<Arc<Template>> = OnceLock::new();
        let call = CALL.get_or_init(|| {
            Arc::new(syntax::jinja::parse("{{ __called__(__custom__, __node__) }}"))
        });
        *self.called.borrow_mut() = Some((found, custom));
        let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
        let rendered = render(FileId(u32::MAX), call, self, options);
        rendered.error.is_none().then(|| rendered.text.trim().to_owned())
    }

    fn number(&self, wanted: WorldFile) -> FileId {
        let mut files = self.files.borrow_mut();
        let index = files.iter().position(|it| *it == wanted).unwrap_or_else(|| {
            files.push(wanted);
            files.len() - 1
        });
        FileId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The package whose names a file sees.
    pub(crate) fn package_of_file(&self, id: FileId) -> Package {
        self.files.borrow().get(id.0 as usize).map_or(self.package, |it| it.package)
    }

    pub(crate) fn macro_value(&self, interp: &mut Interp<'_>, found: Macro) -> Value {
        let id = self.number(WorldFile { file: found.file, package: found.package });
        let tree: Arc<Template> = template(self.db, found.file);
        interp.macro_value(id, &tree, found.definition)
    }

    /// Where in the rendered file something happens, and through which macro.
    pub(crate) fn site(&self, interp: &Interp<'_>, site: CallSite<'_>, inner: TextRange) -> Site {
        // What stands in a variable's value happens where the variable is read.
        if let Some(outer) = self.variables.borrow().first() {
            return outer.clone();
        }
        if interp.in_rendered_file() {
            return Site { range: inner, through: None };
        }
        let through = interp.current_macro().map(|it| {
            let package = self.package_of_file(it.file());
            if package == self.package {
                format!("macro `{}`", it.name())
            } else {
                format!("macro `{}.{}`", package_name(self.db, package), it.name())
            }
        });
        Site { range: interp.outermost(site).range, through }
    }
}

impl World<'_> {
    /// A variable whose text is a template: dbt renders it where it is read, refs included.
    pub(crate) fn rendered_variable(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        text: &str,
        site: Site,
    ) -> Result<Value, Stop> {
        self.rendered_text(interp, &format!("the variable `{name}`"), text, site)
    }

    /// A text that is a template of its own, in the world of this one.
    pub(crate) fn rendered_text(
        &self,
        interp: &mut Interp<'_>,
        of: &str,
        text: &str,
        site: Site,
    ) -> Result<Value, Stop> {
        if self.variables.borrow().len() >= VARIABLE_DEPTH {
            return Err(Stop::recursion());
        }
        let template = Arc::new(syntax::jinja::parse(text));
        if let Some(problem) = template.problems.first() {
            return Err(Stop::host(format!("in {of}: {}", problem.message)));
        }
        self.variables.borrow_mut().push(site);
        let options = Options { dbt_macro_names: true, without_map: true, ..Options::default() };
        let rendered = render(self.rendered_file(), &template, self, options);
        if let Some(error) = &rendered.error {
            self.note_error(error);
        }
        self.variables.borrow_mut().pop();
        interp.budget.charge(rendered.fuel_used)?;
        if rendered.met_hole {
            interp.meet_hole();
        }
        Ok(Value::from(rendered.text))
    }
}

impl Host for World<'_> {
    fn lookup(&self, interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        globals::lookup(self, interp, name)
    }

    fn lookup_attribute(&self, name: &str, attribute: &str) -> Option<Value> {
        let is_ours = name == "model"
            && self.mode == Mode::Compile
            && macro_named(self.db, self.package, name).is_none();
        is_ours.then(|| graph::compiled_model_key(self, attribute))?
    }

    fn call_function(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: CallSite<'_>,
    ) -> Result<Value, Stop> {
        functions::call(self, interp, name, args, site)
    }

    fn undefined_call(
        &self,
        interp: &mut Interp<'_>,
        path: &str,
        _args: &Args,
        site: CallSite<'_>,
    ) -> Option<Value> {
        // What cannot be known may have led here; and dbt, which stops at the first, meets no second.
        if self.mode == Mode::Compile && interp.has_met_hole() {
            return Some(Value::Hole);
        }
        let range = site.call().map_or_else(|| site.range(), |it| it.callee_range());
        let site = self.site(interp, site, range);
        let message = match path.split_once('.') {
            Some((package, name)) if self.package_exists(package) => {
                format!("the package `{package}` has no macro `{name}`")
            }
            // Of a package that is not installed, and that has a finding of its own.
            Some(_) if !project::uninstalled_packages(self.db, self.project()).is_empty() => {
                return Some(Value::Hole);
            }
            Some((package, _)) => {
                format!("`{package}` is undefined: no package and no variable has this name")
            }
            None => format!("`{path}` is undefined: no macro or function has this name"),
        };
        self.note(|it| {
            it.problems.push(RenderProblem {
                kind: RenderProblemKind::UndefinedCall,
                message,
                site,
            });
        });
        Some(Value::Hole)
    }

    fn on_macro_call(&self, interp: &Interp<'_>, called: &MacroValue, _site: CallSite<'_>) {
        // What a macro calls is that macro's affair, unless it stands in the file itself.
        let own = |it: &MacroValue| it.file() == self.rendered_file();
        if own(called) || interp.running_macros().any(|it| !own(it)) {
            return;
        }
        let Some(file) = self.files.borrow().get(called.file().0 as usize).copied() else { return };
        let prefix = if called.kind() == DefinitionKind::Test { "test_" } else { "" };
        let package = package_name(self.db, file.package);
        let id = format!("macro.{package}.{prefix}{}", called.name());
        self.note(|it| {
            if !it.macros.contains(&id) {
                it.macros.push(id);
            }
        });
    }

    fn on_error(&self, error: &RenderError) -> Recovery {
        self.note_error(error);
        Recovery::Continue
    }

    fn check_cancelled(&self) {
        self.db.unwind_if_revision_cancelled();
    }

    fn undefined_mode(&self) -> UndefinedMode {
        match self.mode {
            Mode::Parse => UndefinedMode::Chainable,
            Mode::Name | Mode::Compile => UndefinedMode::Default,
        }
    }

    /// While dbt Core parses, only the file itself is lenient; the v2 engine is with macros too.
    fn undefined_mode_of_macros(&self) -> UndefinedMode {
        if self.mode == Mode::Parse && dbt_version(self.db, self.project()).major >= 2 {
            UndefinedMode::Chainable
        } else {
            UndefinedMode::Default
        }
    }
}

impl World<'_> {
    fn package_exists(&self, name: &str) -> bool {
        name == "dbt"
            || crate::package_named(self.db, self.package.project(self.db), name.to_owned())
                .is_some()
    }

    /// Puts an error on the place in the rendered file that led to it.
    pub fn note_error(&self, error: &RenderError) {
        let range = error.outermost().map_or_else(TextRange::default, |it| it.range);
        let through = (error.spans.len() > 1)
            .then(|| error.spans.first())
            .flatten()
            .and_then(|it| self.file(it.file))
            .map(|it| {
                let path = it.path(self.db);
                let root = self.package.root(self.db);
                format!("`{}`", path.relative_to(root).unwrap_or(path.name()))
            });
        let kind =
            if error.is_limit() { RenderProblemKind::Limit } else { RenderProblemKind::Error };
        let outer = self.variables.borrow().first().cloned();
        let site = outer.unwrap_or(Site { range, through });
        let problem = RenderProblem { kind, message: error.message.clone(), site };
        self.note(|it| {
            if !it.problems.contains(&problem) {
                it.problems.push(problem);
            }
        });
    }
}
