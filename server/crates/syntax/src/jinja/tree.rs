//! The tree of a template. Nodes lie in flat tables and refer to each other by index, so that a
//! tree is compared, shared between threads and dropped without recursion, however deep it is.

use std::sync::Arc;

use text_size::{TextRange, TextSize};

use crate::Problem;

/// A name of this template (variable, attribute, filter, keyword argument), equal to another of
/// the same template when the numbers are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Name(pub u32);

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub(crate) u32);
        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    ExprId,
    StmtId,
    TargetId,
    /// A string literal's value.
    TextId,
    DefinitionId,
}

/// A run of neighbours in one of the template's tables.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Run {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Run {
    pub fn len(self) -> usize {
        self.len as usize
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

/// Expressions, see [`Template::exprs`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExprList(pub(crate) Run);
/// Statements, see [`Template::body`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Body(pub(crate) Run);
/// Arguments of a call, filter or test, see [`Template::args`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ArgList(pub(crate) Run);

impl ExprList {
    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl Body {
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl ArgList {
    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ExprNode {
    pub kind: Expr,
    pub range: TextRange,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Expr {
    /// Nothing that could be read; there is a problem that says why.
    Error,
    None,
    Bool(bool),
    Int(i64),
    /// Digits of an integer literal beyond 64 bits, in base ten unless they start `0x`, `0o`, `0b`.
    BigInt(TextId),
    Float(f64),
    Str(StrLiteral),
    Name(Name),
    List(ExprList),
    Tuple(ExprList),
    /// Keys and values in turn.
    Dict(ExprList),
    Not(ExprId),
    Negative(ExprId),
    Positive(ExprId),
    And(ExprId, ExprId),
    Or(ExprId, ExprId),
    Binary(BinaryOp, ExprId, ExprId),
    /// `a ~ b ~ c`
    Concat(ExprList),
    /// `first < a <= b`
    Compare(ExprId, CompareList),
    Condition {
        test: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
    },
    Attribute {
        object: ExprId,
        name: Name,
        name_range: TextRange,
    },
    Item {
        object: ExprId,
        index: ExprId,
    },
    /// Stands only as (part of) the index of an `Item`.
    Slice {
        start: Option<ExprId>,
        stop: Option<ExprId>,
        step: Option<ExprId>,
    },
    Call(CallExpr),
    Filter(FilterExpr),
    Test(FilterExpr),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StrLiteral {
    pub value: TextId,
    /// What stands between the quotes; none when several literals stand side by side.
    pub inner: Option<TextRange>,
    pub terminated: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallExpr {
    pub callee: ExprId,
    pub args: ArgList,
    /// Between the parentheses; up to where reading broke off when there is no closing one.
    pub inner: TextRange,
    pub closed: bool,
}

/// A filter or a test. The name may be dotted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilterExpr {
    /// None for the innermost filter of a filter block, which takes the block's text.
    pub input: Option<ExprId>,
    pub name: Name,
    pub name_range: TextRange,
    pub args: ArgList,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arg {
    pub kind: ArgKind,
    pub value: ExprId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    Positional,
    Keyword(Name, TextRange),
    /// `*args`
    Unpack,
    /// `**kwargs`
    UnpackKeywords,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CompareList(pub(crate) Run);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
}

#[derive(Clone, PartialEq, Debug)]
pub struct StmtNode {
    pub kind: Stmt,
    /// From the opening tag to the end of the closing one.
    pub range: TextRange,
    /// The opening tag alone; equal to `range` where there is nothing else.
    pub tag: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Stmt {
    /// Text that stands in the output as it stands at `range`.
    Text,
    /// A lone carriage return, which becomes a newline.
    Newline,
    Comment,
    Output(ExprId),
    Set {
        target: TargetId,
        value: ExprId,
    },
    SetBlock {
        target: TargetId,
        /// A chain of filters whose innermost has no input.
        filter: Option<ExprId>,
        body: Body,
    },
    If {
        branches: Box<[Branch]>,
        otherwise: Option<Body>,
    },
    For(Box<ForLoop>),
    /// A macro, test, snapshot, materialization or docs block.
    Definition(DefinitionId),
    CallBlock {
        /// Parameters and body of the block that the called macro gets as `caller`.
        caller: DefinitionId,
        call: ExprId,
    },
    FilterBlock {
        filter: ExprId,
        body: Body,
    },
    Do(ExprId),
    Break,
    Continue,
    With {
        bindings: Box<[(TargetId, ExprId)]>,
        body: Body,
    },
    Autoescape {
        enabled: ExprId,
        body: Body,
    },
    Block {
        name: Name,
        name_range: TextRange,
        scoped: bool,
        body: Body,
    },
    Extends(ExprId),
    Include {
        template: ExprId,
        ignore_missing: bool,
    },
    Import {
        template: ExprId,
        alias: Name,
    },
    FromImport {
        template: ExprId,
        names: Box<[(Name, Name)]>,
    },
    /// A tag that could not be read, with what was understood of its expression.
    Error(Option<ExprId>),
}

#[derive(Clone, PartialEq, Debug)]
pub struct Branch {
    pub test: ExprId,
    pub body: Body,
    pub tag: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ForLoop {
    pub target: TargetId,
    pub iterable: ExprId,
    pub test: Option<ExprId>,
    pub recursive: bool,
    pub body: Body,
    pub otherwise: Option<Body>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct TargetNode {
    pub kind: Target,
    pub range: TextRange,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Target {
    Name(Name),
    /// `namespace.attribute`
    Attribute(Name, Name),
    Tuple(Box<[TargetId]>),
    Error,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DefinitionKind {
    Macro,
    Test,
    Snapshot,
    Materialization,
    Docs,
    /// The body of a `{% call %}` block.
    Caller,
}

/// Parameters and body of something that can be called later.
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    pub kind: DefinitionKind,
    pub name: Name,
    pub name_range: TextRange,
    pub params: Box<[Param]>,
    pub body: Body,
    pub range: TextRange,
    pub tag: TextRange,
    /// The definition whose body this one stands in.
    pub parent: Option<DefinitionId>,
    /// `adapter='…'` of a materialization.
    pub adapter: Option<ExprId>,
    /// `supported_languages=[…]` of a materialization.
    pub supported_languages: Option<ExprId>,
    pub uses: Uses,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Param {
    pub name: Name,
    pub range: TextRange,
    pub default: Option<ExprId>,
    /// The type written after a colon, as text.
    pub annotation: Option<TextRange>,
}

/// Which of the names that a macro gets unasked its body reads. Jinja rejects surplus arguments
/// of a macro that reads neither.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Uses {
    pub caller: bool,
    pub varargs: bool,
    pub kwargs: bool,
}

/// A parsed template. Every text has one; what could not be read is an error node and a problem.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Template {
    pub(crate) source: Arc<str>,
    pub(crate) body: Body,
    pub problems: Vec<Problem>,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) texts: Vec<Arc<str>>,
    pub(crate) exprs: Vec<ExprNode>,
    pub(crate) expr_lists: Vec<ExprId>,
    pub(crate) args: Vec<Arg>,
    pub(crate) compares: Vec<(CompareOp, ExprId)>,
    pub(crate) stmts: Vec<StmtNode>,
    pub(crate) bodies: Vec<StmtId>,
    pub(crate) targets: Vec<TargetNode>,
    pub(crate) definitions: Vec<Definition>,
}

impl Template {
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn source_arc(&self) -> &Arc<str> {
        &self.source
    }

    /// The source at `range`, which is one of this tree.
    pub fn slice(&self, range: TextRange) -> &str {
        self.source.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    /// The statements of the whole file.
    pub fn root(&self) -> Body {
        self.body
    }

    pub fn body(&self, body: Body) -> &[StmtId] {
        self.bodies.get(body.0.range()).unwrap_or_default()
    }

    pub fn stmt(&self, id: StmtId) -> &StmtNode {
        &self.stmts[id.index()]
    }

    pub fn stmts(&self) -> &[StmtNode] {
        &self.stmts
    }

    pub fn expr(&self, id: ExprId) -> &ExprNode {
        &self.exprs[id.index()]
    }

    /// Every expression of the file, children before parents.
    pub fn all_exprs(&self) -> impl ExactSizeIterator<Item = (ExprId, &ExprNode)> {
        self.exprs.iter().enumerate().map(|(index, node)| (ExprId(index as u32), node))
    }

    pub fn exprs(&self, list: ExprList) -> &[ExprId] {
        self.expr_lists.get(list.0.range()).unwrap_or_default()
    }

    pub fn args(&self, list: ArgList) -> &[Arg] {
        self.args.get(list.0.range()).unwrap_or_default()
    }

    pub fn compares(&self, list: CompareList) -> &[(CompareOp, ExprId)] {
        self.compares.get(list.0.range()).unwrap_or_default()
    }

    pub fn target(&self, id: TargetId) -> &TargetNode {
        &self.targets[id.index()]
    }

    /// Names that are set or looped over anywhere, and parameters.
    pub fn assigned_names(&self) -> impl Iterator<Item = Name> {
        let set = self.targets.iter().filter_map(|it| match it.kind {
            Target::Name(name) => Some(name),
            _ => None,
        });
        set.chain(self.definitions.iter().flat_map(|it| it.params.iter().map(|it| it.name)))
    }

    pub fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.index()]
    }

    pub fn definitions(&self) -> impl ExactSizeIterator<Item = (DefinitionId, &Definition)> {
        self.definitions.iter().enumerate().map(|(index, node)| (DefinitionId(index as u32), node))
    }

    pub fn name(&self, name: Name) -> &str {
        &self.names[name.0 as usize]
    }

    pub fn name_arc(&self, name: Name) -> &Arc<str> {
        &self.names[name.0 as usize]
    }

    /// How many different names the template has; they are numbered from zero.
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    pub fn find_name(&self, text: &str) -> Option<Name> {
        self.names.iter().position(|it| &**it == text).map(|index| Name(index as u32))
    }

    /// The value of a string literal.
    pub fn text(&self, id: TextId) -> &Arc<str> {
        &self.texts[id.index()]
    }

    /// The value of `expr` when it is a string literal.
    pub fn literal(&self, expr: ExprId) -> Option<&str> {
        match self.expr(expr).kind {
            Expr::Str(literal) => Some(self.text(literal.value)),
            _ => None,
        }
    }

    pub fn end(&self) -> TextSize {
        TextSize::of(&*self.source)
    }
}
