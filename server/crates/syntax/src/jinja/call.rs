//! What an editor asks of a tree: the calls, the macros, the names, and what stands at a cursor.

use text_size::{TextRange, TextSize};

use super::expression::touches;
use super::tree::*;

/// A call whose callee is written out as a path of names, such as `ref` or `dbt_utils.star`.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub template: &'a Template,
    pub expr: ExprId,
    call: CallExpr,
}

/// One argument of a [`Call`].
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    pub keyword: Option<(&'a str, TextRange)>,
    pub expr: ExprId,
    pub range: TextRange,
    /// The value, when a string literal stands there.
    pub literal: Option<&'a str>,
    /// What stands between the quotes of a single string literal.
    pub inner: Option<TextRange>,
    /// False for a string literal whose closing quote is missing.
    pub terminated: bool,
    /// `*args` or `**kwargs`.
    pub unpacked: bool,
}

impl<'a> Call<'a> {
    /// From the callee to the closing parenthesis.
    pub fn range(&self) -> TextRange {
        self.template.expr(self.expr).range
    }

    pub fn callee_range(&self) -> TextRange {
        self.template.expr(self.call.callee).range
    }

    /// Range of the last name of the path.
    pub fn name_range(&self) -> TextRange {
        match self.template.expr(self.call.callee).kind {
            Expr::Attribute { name_range, .. } => name_range,
            _ => self.callee_range(),
        }
    }

    /// Between the parentheses.
    pub fn inner(&self) -> TextRange {
        self.call.inner
    }

    pub fn closed(&self) -> bool {
        self.call.closed
    }

    /// The names of the path in order.
    pub fn segments(&self) -> Vec<&'a str> {
        let mut segments = Vec::new();
        let mut at = self.call.callee;
        loop {
            match self.template.expr(at).kind {
                Expr::Name(name) => {
                    segments.push(self.template.name(name));
                    segments.reverse();
                    return segments;
                }
                Expr::Attribute { object, name, .. } => {
                    segments.push(self.template.name(name));
                    at = object;
                }
                _ => return Vec::new(),
            }
        }
    }

    /// The path as written, without blanks: `dbt_utils.star`.
    pub fn path(&self) -> String {
        self.segments().join(".")
    }

    pub fn is(&self, path: &str) -> bool {
        let mut expected = path.rsplit('.');
        let mut at = self.call.callee;
        loop {
            match self.template.expr(at).kind {
                Expr::Name(name) => {
                    return expected.next() == Some(self.template.name(name))
                        && expected.next().is_none();
                }
                Expr::Attribute { object, name, .. } => {
                    if expected.next() != Some(self.template.name(name)) {
                        return false;
                    }
                    at = object;
                }
                _ => return false,
            }
        }
    }

    pub fn args(&self) -> impl ExactSizeIterator<Item = Argument<'a>> + use<'a> {
        let template = self.template;
        template.args(self.call.args).iter().map(move |arg| argument(template, arg))
    }

    /// The positional argument at `index`.
    pub fn positional(&self, index: usize) -> Option<Argument<'a>> {
        self.args().filter(|it| it.keyword.is_none() && !it.unpacked).nth(index)
    }

    pub fn keyword(&self, name: &str) -> Option<Argument<'a>> {
        self.args().find(|it| it.keyword.is_some_and(|(keyword, _)| keyword == name))
    }

    /// The macro, test … whose body this call stands in.
    pub fn enclosing(&self) -> Option<MacroDefinition<'a>> {
        self.template.definition_at(self.range().start())
    }
}

fn argument<'a>(template: &'a Template, arg: &Arg) -> Argument<'a> {
    let node = template.expr(arg.value);
    let keyword = match arg.kind {
        ArgKind::Keyword(name, range) => Some((template.name(name), range)),
        _ => None,
    };
    let (literal, inner, terminated) = match node.kind {
        Expr::Str(literal) => {
            let value: &str = template.text(literal.value);
            (Some(value), literal.inner, literal.terminated)
        }
        _ => (None, None, true),
    };
    let unpacked = matches!(arg.kind, ArgKind::Unpack | ArgKind::UnpackKeywords);
    Argument { keyword, expr: arg.value, range: node.range, literal, inner, terminated, unpacked }
}

/// The call around a cursor.
#[derive(Clone, Copy)]
pub struct CursorCall<'a> {
    pub call: Call<'a>,
    /// Which argument the cursor is in, keyword arguments counted too; one past the last argument
    /// when a new one would begin here.
    pub index: usize,
    pub argument: Option<Argument<'a>>,
    /// Between the quotes, when the cursor is in a string literal.
    pub string: Option<TextRange>,
}

/// A block that dbt knows by name.
#[derive(Clone, Copy)]
pub struct MacroDefinition<'a> {
    pub template: &'a Template,
    pub id: DefinitionId,
}

impl<'a> MacroDefinition<'a> {
    pub fn definition(&self) -> &'a Definition {
        self.template.definition(self.id)
    }

    pub fn kind(&self) -> DefinitionKind {
        self.definition().kind
    }

    pub fn name(&self) -> &'a str {
        self.template.name(self.definition().name)
    }

    pub fn name_range(&self) -> TextRange {
        self.definition().name_range
    }

    pub fn range(&self) -> TextRange {
        self.definition().range
    }

    pub fn params(&self) -> impl Iterator<Item = (&'a str, &'a Param)> + use<'a> {
        let template = self.template;
        self.definition().params.iter().map(move |it| (template.name(it.name), it))
    }

    /// The name under which dbt lets other macros call it: `test_NAME`, `materialization_NAME_ADAPTER`.
    pub fn unique_name(&self) -> String {
        let name = self.name();
        match self.kind() {
            DefinitionKind::Test => format!("test_{name}"),
            DefinitionKind::Materialization => {
                let adapter = self.definition().adapter.and_then(|it| self.template.literal(it));
                format!("materialization_{name}_{}", adapter.unwrap_or("default"))
            }
            _ => name.to_owned(),
        }
    }
}

/// A name that is read as a variable, or called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable<'a> {
    pub name: &'a str,
    pub range: TextRange,
    pub expr: ExprId,
}

impl Template {
    /// Every call with a written-out path, inner calls before the calls around them.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        (0..self.exprs.len() as u32).filter_map(|index| self.call(ExprId(index)))
    }

    /// The call at `expr`, when its callee is a path of names.
    pub fn call(&self, expr: ExprId) -> Option<Call<'_>> {
        let Expr::Call(call) = self.expr(expr).kind else { return None };
        let mut at = call.callee;
        loop {
            match self.expr(at).kind {
                Expr::Name(_) => return Some(Call { template: self, expr, call }),
                Expr::Attribute { object, .. } => at = object,
                _ => return None,
            }
        }
    }

    /// Every name that is read, callees included.
    pub fn variables(&self) -> impl Iterator<Item = Variable<'_>> {
        self.all_exprs().filter_map(|(expr, node)| match node.kind {
            Expr::Name(name) => Some(Variable { name: self.name(name), range: node.range, expr }),
            _ => None,
        })
    }

    /// Macros, tests, snapshots, materializations and docs blocks, in the order of the file.
    pub fn macros(&self) -> impl Iterator<Item = MacroDefinition<'_>> {
        self.definitions()
            .filter(|(_, it)| it.kind != DefinitionKind::Caller)
            .map(|(id, _)| MacroDefinition { template: self, id })
    }

    /// The innermost macro, test … around `offset`.
    pub fn definition_at(&self, offset: TextSize) -> Option<MacroDefinition<'_>> {
        self.macros().filter(|it| it.range().contains(offset)).last()
    }

    /// The innermost call whose parentheses hold `offset`, half-typed ones included.
    pub fn call_at(&self, offset: TextSize) -> Option<CursorCall<'_>> {
        // Inner calls come before outer ones.
        let call = self.calls().find(|it| touches(it.inner(), offset))?;
        let args: Vec<_> = call.args().collect();
        let mut index = 0;
        for (at, arg) in args.iter().enumerate() {
            let start = arg.keyword.map_or(arg.range.start(), |(_, range)| range.start());
            if offset < start {
                break;
            }
            index = at;
            if offset > arg.range.end() {
                let between = self.slice(TextRange::new(arg.range.end(), offset));
                index += usize::from(between.contains(','));
            }
        }
        let argument = args.get(index).copied().filter(|it| {
            let start = it.keyword.map_or(it.range.start(), |(_, range)| range.start());
            start <= offset && offset <= it.range.end()
        });
        let string = argument.and_then(|it| it.inner).filter(|it| touches(*it, offset));
        Some(CursorCall { call, index, argument, string })
    }

    /// The statement tag or output whose delimiters hold `offset`; none in text and comments.
    pub fn tag_at(&self, offset: TextSize) -> Option<&StmtNode> {
        self.stmts.iter().find(|it| {
            let tag = it.tag;
            !matches!(it.kind, Stmt::Text | Stmt::Newline | Stmt::Comment)
                && tag.start() < offset
                && offset < tag.end()
        })
    }
}
