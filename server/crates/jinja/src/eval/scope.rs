//! Variables, and the template they belong to.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use syntax::jinja::{DefinitionId, DefinitionKind, ExprId, Name, Template};
use text_size::TextRange;

use crate::source_map::{FileId, Span};
use crate::value::{Value, containers::dismantle};

/// A template in the course of one render.
pub struct Unit {
    pub file: FileId,
    pub template: Arc<Template>,
    /// What the host said about the names that the template does not define.
    globals: RefCell<Vec<Global>>,
    pub(super) loop_name: Option<Name>,
    pub(super) caller_name: Option<Name>,
    pub(super) varargs_name: Option<Name>,
    pub(super) kwargs_name: Option<Name>,
}

#[derive(Clone)]
pub(super) enum Global {
    Unasked,
    Unknown,
    Known(Value),
}

impl Unit {
    pub(super) fn new(file: FileId, template: Arc<Template>) -> Self {
        let globals = RefCell::new(vec![Global::Unasked; template.name_count()]);
        let find = |name: &str| template.find_name(name);
        Self {
            file,
            loop_name: find("loop"),
            caller_name: find("caller"),
            varargs_name: find("varargs"),
            kwargs_name: find("kwargs"),
            globals,
            template,
        }
    }

    pub(super) fn global(&self, name: Name) -> Global {
        self.globals.borrow().get(name.0 as usize).cloned().unwrap_or(Global::Unasked)
    }

    pub(super) fn set_global(&self, name: Name, global: Global) {
        if let Some(slot) = self.globals.borrow_mut().get_mut(name.0 as usize) {
            *slot = global;
        }
    }

    pub(super) fn forget_globals(&self) {
        self.globals.borrow_mut().clear();
    }

    pub fn span(&self, range: TextRange) -> Span {
        Span { file: self.file, range }
    }
}

/// Variables of one level; names belong to the level's template.
pub struct Scope {
    pub(super) parent: Option<Rc<Scope>>,
    variables: RefCell<Vec<(Name, Value)>>,
}

impl Scope {
    pub(super) fn new(parent: Option<Rc<Scope>>) -> Rc<Self> {
        Rc::new(Self { parent, variables: RefCell::new(Vec::new()) })
    }

    pub(super) fn child(parent: &Rc<Scope>) -> Rc<Self> {
        Self::new(Some(Rc::clone(parent)))
    }

    #[inline]
    pub(super) fn find(&self, name: Name) -> Option<Value> {
        let mut scope = self;
        loop {
            let variables = scope.variables.borrow();
            if let Some((_, value)) = variables.iter().find(|(it, _)| *it == name) {
                return Some(value.clone());
            }
            drop(variables);
            scope = scope.parent.as_deref()?;
        }
    }

    pub(super) fn set(&self, name: Name, value: Value) {
        let mut variables = self.variables.borrow_mut();
        let old = match variables.iter_mut().find(|(it, _)| *it == name) {
            Some((_, slot)) => Some(std::mem::replace(slot, value)),
            None => {
                variables.push((name, value));
                None
            }
        };
        // Dropped only once nothing is borrowed any more.
        drop(variables);
        drop(old);
    }

    pub(super) fn clear(&self) {
        let variables = std::mem::take(&mut *self.variables.borrow_mut());
        drop(variables);
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        dismantle(self.variables.get_mut().drain(..).map(|(_, value)| value));
    }
}

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(super) struct Context<'e> {
    pub(super) unit: &'e Rc<Unit>,
    pub(super) scope: &'e Rc<Scope>,
}

/// The expression that makes a call.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub unit: &'a Rc<Unit>,
    pub expr: ExprId,
}

impl<'a> Site<'a> {
    pub fn file(&self) -> FileId {
        self.unit.file
    }

    pub fn template(&self) -> &'a Template {
        &self.unit.template
    }

    pub fn range(&self) -> TextRange {
        self.template().expr(self.expr).range
    }

    pub fn span(&self) -> Span {
        Span { file: self.file(), range: self.range() }
    }

    /// The call as written, with the ranges of its arguments; none for a filter or a callee that
    /// is no path of names.
    pub fn call(&self) -> Option<syntax::jinja::Call<'a>> {
        self.template().call(self.expr)
    }
}

/// A macro, or the body of a call block.
pub struct MacroValue {
    pub unit: Rc<Unit>,
    pub definition: DefinitionId,
    pub(super) scope: Rc<Scope>,
}

impl MacroValue {
    pub fn name(&self) -> &str {
        let template = &self.unit.template;
        template.name(template.definition(self.definition).name)
    }

    pub fn kind(&self) -> DefinitionKind {
        self.unit.template.definition(self.definition).kind
    }

    pub fn file(&self) -> FileId {
        self.unit.file
    }

    pub(crate) fn described(&self) -> String {
        match self.kind() {
            DefinitionKind::Caller => "anonymous".to_owned(),
            _ => format!("'{}'", self.name()),
        }
    }
}
