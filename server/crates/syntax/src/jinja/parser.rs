//! What the readers of tags and of expressions share: tables, names, the first break of a tag.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use text_size::TextRange;

use super::token::{Kind, Mode, TagKind, Token, Tokens, range};
use super::tree::*;
use crate::Problem;

/// Deeper expressions are refused by Jinja too: Python's parser stops at 200 open brackets.
pub(super) const MAX_HEIGHT: u16 = 200;
pub(super) const MAX_NESTED_EXPRESSIONS: u16 = 100;
pub(super) const MAX_NESTED_BLOCKS: usize = 90;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Tokens<'a>,
    pub(super) template: Template,
    names: FxHashMap<&'a str, Name>,
    /// Height of each expression, so that no tree gets too high to walk.
    pub(super) heights: Vec<u16>,
    pub(super) depth: u16,
    pub(super) broken: Option<Broken>,
    /// Where text begins that was not read yet.
    pub(super) at: usize,
    pub(super) open: Vec<Open>,
    /// Names of `block` tags, of which each may be given once.
    pub(super) blocks: FxHashSet<Name>,
    pub(super) definitions: Vec<OpenDefinition>,
    /// Unknown tags so far in the open blocks: each excuses one end tag that nobody opened.
    pub(super) excused: Vec<&'a str>,
    /// Bytes read strictly in vain. Past a multiple of the text strict reading is given up, so
    /// that reading stays linear whatever the text is.
    wasted: usize,
    pub(super) no_endraw_from: usize,
    pub(super) no_comment_end_from: usize,
}

/// Where and why a tag breaks.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    pub(super) range: TextRange,
    pub(super) message: String,
    /// From where the end of the tag is looked for.
    resume: usize,
    unclosed_string: bool,
}

/// A block whose end tag is awaited.
pub(super) struct Open {
    pub(super) name: &'static str,
    pub(super) ends: &'static [&'static str],
}

pub(super) struct OpenDefinition {
    pub(super) id: DefinitionId,
    uses: Uses,
    assigned: Uses,
}

/// How far a tag reaches, and where the text goes on.
#[derive(Clone, Copy)]
pub(super) struct TagEnd {
    pub(super) end: usize,
    pub(super) resume: usize,
}

struct Mark {
    texts: usize,
    exprs: usize,
    expr_lists: usize,
    args: usize,
    compares: usize,
    targets: usize,
    definitions: usize,
    uses: Vec<(Uses, Uses)>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // One newline at the end is dropped, whatever its kind.
        let body = text.strip_suffix('\n').map_or(text, |it| it.strip_suffix('\r').unwrap_or(it));
        let body =
            if body.len() == text.len() { text.strip_suffix('\r').unwrap_or(text) } else { body };
        let template = Template { source: Arc::from(text), ..Template::default() };
        Self {
            text: body,
            tokens: Tokens::new(body),
            template,
            names: FxHashMap::default(),
            heights: Vec::new(),
            depth: 0,
            broken: None,
            at: 0,
            open: Vec::new(),
            blocks: FxHashSet::default(),
            definitions: Vec::new(),
            excused: Vec::new(),
            wasted: 0,
            no_endraw_from: usize::MAX,
            no_comment_end_from: usize::MAX,
        }
    }

    pub(super) fn name(&mut self, text: &'a str) -> Name {
        let names = &mut self.template.names;
        *self.names.entry(text).or_insert_with(|| {
            names.push(Arc::from(text));
            Name(names.len() as u32 - 1)
        })
    }

    pub(super) fn text_value(&mut self, value: &str) -> TextId {
        self.template.texts.push(Arc::from(value));
        TextId(self.template.texts.len() as u32 - 1)
    }

    pub(super) fn expr(&mut self, kind: Expr, range: TextRange, height: u16) -> ExprId {
        if height > MAX_HEIGHT {
            self.fail_at(range, "the expression is nested too deeply".to_owned());
            return self.error_expr(range);
        }
        self.template.exprs.push(ExprNode { kind, range });
        self.heights.push(height);
        ExprId(self.template.exprs.len() as u32 - 1)
    }

    pub(super) fn error_expr(&mut self, range: TextRange) -> ExprId {
        self.template.exprs.push(ExprNode { kind: Expr::Error, range });
        self.heights.push(1);
        ExprId(self.template.exprs.len() as u32 - 1)
    }

    pub(super) fn height(&self, expr: ExprId) -> u16 {
        self.heights.get(expr.index()).copied().unwrap_or(1)
    }

    pub(super) fn expr_start(&self, expr: ExprId) -> usize {
        usize::from(self.template.expr(expr).range.start())
    }

    /// From the start of `expr` to the end of what was taken last.
    pub(super) fn range_from(&self, expr: ExprId) -> TextRange {
        range(self.expr_start(expr), self.tokens.last_end)
    }

    pub(super) fn expr_list(&mut self, items: &[ExprId]) -> ExprList {
        let start = self.template.expr_lists.len() as u32;
        self.template.expr_lists.extend_from_slice(items);
        ExprList(Run { start, len: items.len() as u32 })
    }

    pub(super) fn arg_list(&mut self, items: &[Arg]) -> ArgList {
        let start = self.template.args.len() as u32;
        self.template.args.extend_from_slice(items);
        ArgList(Run { start, len: items.len() as u32 })
    }

    pub(super) fn target(&mut self, kind: Target, range: TextRange) -> TargetId {
        self.template.targets.push(TargetNode { kind, range });
        TargetId(self.template.targets.len() as u32 - 1)
    }

    pub(super) fn stmt(&mut self, kind: Stmt, range: TextRange, tag: TextRange) -> StmtId {
        self.template.stmts.push(StmtNode { kind, range, tag });
        StmtId(self.template.stmts.len() as u32 - 1)
    }

    pub(super) fn problem(&mut self, range: TextRange, message: impl Into<String>) {
        self.template.problems.push(Problem::new(range, message));
    }

    // Tokens.

    pub(super) fn kind(&self) -> Kind {
        self.tokens.current.kind
    }

    pub(super) fn at(&self, kind: Kind) -> bool {
        self.broken.is_none() && self.tokens.current.kind == kind
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.at(Kind::Name) && self.tokens.slice(self.tokens.current) == word
    }

    pub(super) fn accept(&mut self, kind: Kind) -> bool {
        let found = self.at(kind);
        if found {
            self.tokens.advance();
        }
        found
    }

    pub(super) fn accept_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.tokens.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, kind: Kind) -> bool {
        if self.accept(kind) {
            return true;
        }
        if self.broken.is_none() {
            let message = match (self.kind(), self.tokens.closing_bracket()) {
                (Kind::End { .. }, Some(bracket)) => {
                    let found = self.tokens.slice(self.tokens.current);
                    format!("unexpected '{found}', expected '{bracket}'")
                }
                _ => format!("expected token '{}', got {}", describe_kind(kind), self.found()),
            };
            self.fail(message);
        }
        false
    }

    pub(super) fn expect_word(&mut self, word: &str) -> bool {
        if self.accept_word(word) {
            return true;
        }
        let message = format!("expected token '{word}', got {}", self.found());
        self.fail(message);
        false
    }

    pub(super) fn expect_name(&mut self) -> Option<Token> {
        let token = self.tokens.current;
        self.expect(Kind::Name).then_some(token)
    }

    /// The current token as Jinja names it in its messages.
    pub(super) fn found(&self) -> String {
        let token = self.tokens.current;
        match token.kind {
            Kind::End { closes, .. } if closes == self.tokens.tag => {
                format!("'{}'", self.end_name())
            }
            Kind::Eof => "'end of template'".to_owned(),
            _ => {
                let text = self.tokens.slice(token);
                let short: String = text.chars().take(40).collect();
                let dots = if short.len() < text.len() { "…" } else { "" };
                format!("'{short}{dots}'")
            }
        }
    }

    pub(super) fn end_name(&self) -> &'static str {
        match self.tokens.tag {
            TagKind::Variable => "end of print statement",
            TagKind::Block => "end of statement block",
        }
    }

    /// Notes that the tag breaks at the current token. Only the first break counts.
    pub(super) fn fail(&mut self, message: String) {
        let token = self.tokens.current;
        if token.kind == Kind::Bad {
            let text = self.tokens.slice(token);
            let message = if text.chars().next().is_some_and(char::is_alphanumeric) {
                "Invalid character in identifier".to_owned()
            } else {
                format!("unexpected char '{text}'")
            };
            self.fail_at(token.range(), message);
        } else {
            self.fail_at(token.range(), message);
        }
    }

    pub(super) fn fail_at(&mut self, range: TextRange, message: String) {
        if self.broken.is_none() {
            let resume = self.tokens.current.start;
            self.broken = Some(Broken { range, message, resume, unclosed_string: false });
        }
    }

    pub(super) fn fail_string(&mut self, token: Token) {
        if self.broken.is_none() {
            let message = "the string is not closed".to_owned();
            let resume = token.end;
            let range = token.range();
            self.broken = Some(Broken { range, message, resume, unclosed_string: true });
        }
    }

    /// Where an open construct ends when the tag breaks inside it.
    pub(super) fn break_end(&self) -> usize {
        match &self.broken {
            Some(broken) => broken.resume.max(self.tokens.last_end),
            None => self.tokens.last_end,
        }
    }

    // Tags.

    /// Reads a tag that opens at `open` and whose content begins at `content`.
    pub(super) fn tag<T>(
        &mut self,
        open: usize,
        content: usize,
        kind: TagKind,
        read: impl Fn(&mut Self) -> T,
    ) -> (T, TagEnd) {
        if self.wasted <= self.text.len() * 4 + 1000 {
            let mark = self.mark();
            self.tokens.enter(content, kind, Mode::Strict);
            let value = read(self);
            if let Some(end) = self.end_of_tag() {
                return (value, end);
            }
            self.wasted += self.tokens.current.end - content;
            self.reset(mark);
        }
        self.tokens.enter(content, kind, Mode::Recovering);
        let value = read(self);
        if let Some(end) = self.end_of_tag() {
            // What only strict reading stumbles over still makes the template wrong.
            self.problem(range(open, end.end), "the tag could not be read");
            return (value, end);
        }
        let end = self.leave_broken_tag(open, content);
        (value, end)
    }

    fn end_of_tag(&mut self) -> Option<TagEnd> {
        let token = self.tokens.current;
        match token.kind {
            Kind::End { strip, closes } if self.broken.is_none() && closes == self.tokens.tag => {
                let resume = if strip { self.skip_space(token.end) } else { token.end };
                Some(TagEnd { end: token.end, resume })
            }
            _ => {
                let message = format!("expected token '{}', got {}", self.end_name(), self.found());
                self.fail(message);
                None
            }
        }
    }

    fn leave_broken_tag(&mut self, open: usize, content: usize) -> TagEnd {
        let last_end = self.tokens.last_end.max(content);
        let Some(broken) = self.broken.take() else {
            return TagEnd { end: last_end, resume: last_end };
        };
        let bytes = self.text.as_bytes();
        let mut at = broken.resume.min(bytes.len());
        let mut closing = None;
        while at + 1 < bytes.len() {
            match (bytes[at], bytes[at + 1]) {
                (b'}' | b'%', b'}') => {
                    closing = Some(at);
                    break;
                }
                (b'{', b'{' | b'%' | b'#') => break,
                _ => at += 1,
            }
        }
        if let Some(at) = closing {
            self.problem(broken.range, broken.message);
            let strip = at > broken.resume && bytes[at - 1] == b'-'
                || matches!(self.kind(), Kind::End { strip: true, .. });
            let end = at + 2;
            let resume = if strip { self.skip_space(end) } else { end };
            return TagEnd { end, resume };
        }
        if broken.unclosed_string {
            self.problem(broken.range, broken.message);
        } else {
            let (opener, closer) = match self.tokens.tag {
                TagKind::Variable => ("{{", "}}"),
                TagKind::Block => ("{%", "%}"),
            };
            let message = format!("`{opener}` is not closed: expected `{closer}`");
            self.problem(range(open, open + 2), message);
        }
        TagEnd { end: last_end, resume: last_end }
    }

    pub(super) fn skip_space(&self, mut at: usize) -> usize {
        for character in self.text[at..].chars() {
            if !super::token::is_space(character) {
                break;
            }
            at += character.len_utf8();
        }
        at
    }

    fn mark(&self) -> Mark {
        Mark {
            texts: self.template.texts.len(),
            exprs: self.template.exprs.len(),
            expr_lists: self.template.expr_lists.len(),
            args: self.template.args.len(),
            compares: self.template.compares.len(),
            targets: self.template.targets.len(),
            definitions: self.template.definitions.len(),
            uses: self.definitions.iter().map(|it| (it.uses, it.assigned)).collect(),
        }
    }

    fn reset(&mut self, mark: Mark) {
        self.broken = None;
        self.depth = 0;
        self.template.texts.truncate(mark.texts);
        self.template.exprs.truncate(mark.exprs);
        self.heights.truncate(mark.exprs);
        self.template.expr_lists.truncate(mark.expr_lists);
        self.template.args.truncate(mark.args);
        self.template.compares.truncate(mark.compares);
        self.template.targets.truncate(mark.targets);
        self.template.definitions.truncate(mark.definitions);
        self.definitions.truncate(mark.uses.len());
        for (definition, (uses, assigned)) in self.definitions.iter_mut().zip(mark.uses) {
            definition.uses = uses;
            definition.assigned = assigned;
        }
    }

    // Names that a macro gets unasked.

    pub(super) fn note_read(&mut self, name: &str) {
        for definition in &mut self.definitions {
            let (uses, assigned) = (&mut definition.uses, definition.assigned);
            match name {
                "caller" => uses.caller |= !assigned.caller,
                "varargs" => uses.varargs |= !assigned.varargs,
                "kwargs" => uses.kwargs |= !assigned.kwargs,
                _ => return,
            }
        }
    }

    pub(super) fn note_assigned(&mut self, name: &str) {
        for definition in &mut self.definitions {
            match name {
                "caller" => definition.assigned.caller = true,
                "varargs" => definition.assigned.varargs = true,
                "kwargs" => definition.assigned.kwargs = true,
                _ => return,
            }
        }
    }

    pub(super) fn open_definition(&mut self, id: DefinitionId) {
        self.definitions.push(OpenDefinition {
            id,
            uses: Uses::default(),
            assigned: Uses::default(),
        });
    }

    pub(super) fn close_definition(&mut self, body: Body, full: TextRange) {
        if let Some(open) = self.definitions.pop()
            && let Some(definition) = self.template.definitions.get_mut(open.id.index())
        {
            definition.uses = open.uses;
            definition.body = body;
            definition.range = full;
        }
    }
}

fn describe_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Name => "name",
        Kind::Str { .. } => "string",
        Kind::Int => "integer",
        Kind::Float => "float",
        Kind::RightBracket => "]",
        Kind::LeftParen => "(",
        Kind::RightParen => ")",
        Kind::RightBrace => "}",
        Kind::Assign => "=",
        Kind::Colon => ":",
        Kind::Comma => ",",
        _ => "end of statement block",
    }
}
