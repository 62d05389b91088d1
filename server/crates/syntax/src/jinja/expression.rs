//! Expressions, with Jinja's precedence.

use text_size::TextSize;

use super::parser::{MAX_NESTED_EXPRESSIONS, Parser};
use super::string::unescape;
use super::token::{Kind, Token, range};
use super::tree::*;

impl<'a> Parser<'a> {
    pub(super) fn expression(&mut self) -> ExprId {
        if self.depth >= MAX_NESTED_EXPRESSIONS {
            let here = self.tokens.current.range();
            self.fail_at(here, "the expression is nested too deeply".to_owned());
            return self.error_expr(here);
        }
        self.depth += 1;
        let expr = self.condition();
        self.depth -= 1;
        expr
    }

    fn condition(&mut self) -> ExprId {
        let mut then = self.or();
        while self.accept_word("if") {
            let test = self.or();
            let otherwise = self.accept_word("else").then(|| self.expression());
            let height = self.height(then).max(self.height(test));
            let height = height.max(otherwise.map_or(0, |it| self.height(it))) + 1;
            let full = self.range_from(then);
            then = self.expr(Expr::Condition { test, then, otherwise }, full, height);
        }
        then
    }

    fn pair(&mut self, left: ExprId, right: ExprId, kind: Expr) -> ExprId {
        let height = self.height(left).max(self.height(right)) + 1;
        let full = self.range_from(left);
        self.expr(kind, full, height)
    }

    pub(super) fn or(&mut self) -> ExprId {
        let mut left = self.and();
        while self.accept_word("or") {
            let right = self.and();
            left = self.pair(left, right, Expr::Or(left, right));
        }
        left
    }

    fn and(&mut self) -> ExprId {
        let mut left = self.not();
        while self.accept_word("and") {
            let right = self.not();
            left = self.pair(left, right, Expr::And(left, right));
        }
        left
    }

    fn not(&mut self) -> ExprId {
        let start = self.tokens.current.start;
        let mut starts = Vec::new();
        while self.at_word("not") {
            starts.push(self.tokens.current.start);
            self.tokens.advance();
        }
        let mut expr = self.compare();
        let end = self.tokens.last_end.max(start);
        for start in starts.into_iter().rev() {
            let height = self.height(expr) + 1;
            expr = self.expr(Expr::Not(expr), range(start, end), height);
        }
        expr
    }

    fn compare(&mut self) -> ExprId {
        let first = self.add();
        let mut compares = Vec::new();
        let mut height = self.height(first);
        loop {
            let operator = match self.kind() {
                _ if self.broken.is_some() => break,
                Kind::Equal => CompareOp::Equal,
                Kind::NotEqual => CompareOp::NotEqual,
                Kind::Less => CompareOp::Less,
                Kind::LessEqual => CompareOp::LessEqual,
                Kind::Greater => CompareOp::Greater,
                Kind::GreaterEqual => CompareOp::GreaterEqual,
                Kind::Name if self.at_word("in") => CompareOp::In,
                Kind::Name if self.at_word("not") => {
                    let next = self.tokens.look();
                    if next.kind != Kind::Name || self.tokens.slice(next) != "in" {
                        break;
                    }
                    self.tokens.advance();
                    CompareOp::NotIn
                }
                _ => break,
            };
            self.tokens.advance();
            let operand = self.add();
            height = height.max(self.height(operand));
            compares.push((operator, operand));
        }
        if compares.is_empty() {
            return first;
        }
        let start = self.template.compares.len() as u32;
        let list = CompareList(Run { start, len: compares.len() as u32 });
        self.template.compares.append(&mut compares);
        let full = self.range_from(first);
        self.expr(Expr::Compare(first, list), full, height + 1)
    }

    fn add(&mut self) -> ExprId {
        let mut left = self.concat();
        loop {
            let operator = match self.kind() {
                _ if self.broken.is_some() => return left,
                Kind::Add => BinaryOp::Add,
                Kind::Sub => BinaryOp::Subtract,
                _ => return left,
            };
            self.tokens.advance();
            let right = self.concat();
            left = self.pair(left, right, Expr::Binary(operator, left, right));
        }
    }

    fn concat(&mut self) -> ExprId {
        let first = self.multiply();
        if !self.at(Kind::Tilde) {
            return first;
        }
        let mut parts = vec![first];
        let mut height = self.height(first);
        while self.accept(Kind::Tilde) {
            let part = self.multiply();
            height = height.max(self.height(part));
            parts.push(part);
        }
        let list = self.expr_list(&parts);
        let full = self.range_from(first);
        self.expr(Expr::Concat(list), full, height + 1)
    }

    fn multiply(&mut self) -> ExprId {
        let mut left = self.power();
        loop {
            let operator = match self.kind() {
                _ if self.broken.is_some() => return left,
                Kind::Mul => BinaryOp::Multiply,
                Kind::Div => BinaryOp::Divide,
                Kind::FloorDiv => BinaryOp::FloorDivide,
                Kind::Mod => BinaryOp::Modulo,
                _ => return left,
            };
            self.tokens.advance();
            let right = self.power();
            left = self.pair(left, right, Expr::Binary(operator, left, right));
        }
    }

    /// Associates to the left, unlike Python's.
    fn power(&mut self) -> ExprId {
        let mut left = self.unary(true);
        while self.accept(Kind::Pow) {
            let right = self.unary(true);
            left = self.pair(left, right, Expr::Binary(BinaryOp::Power, left, right));
        }
        left
    }

    /// A sign binds tighter than `**`, and a filter takes the signed value.
    fn unary(&mut self, with_filter: bool) -> ExprId {
        let mut signs = Vec::new();
        while self.at(Kind::Sub) || self.at(Kind::Add) {
            signs.push((self.tokens.current.start, self.at(Kind::Sub)));
            self.tokens.advance();
        }
        let mut expr = self.primary();
        expr = self.postfix(expr);
        for (start, negative) in signs.into_iter().rev() {
            let height = self.height(expr) + 1;
            let full = range(start, self.tokens.last_end);
            let kind = if negative { Expr::Negative(expr) } else { Expr::Positive(expr) };
            expr = self.expr(kind, full, height);
            expr = self.postfix(expr);
        }
        if with_filter { self.filters(expr) } else { expr }
    }

    pub(super) fn primary(&mut self) -> ExprId {
        let token = self.tokens.current;
        if self.broken.is_some() {
            return self.error_expr(range(token.start, token.start));
        }
        match token.kind {
            Kind::Name => {
                self.tokens.advance();
                let kind = match self.tokens.slice(token) {
                    "true" | "True" => Expr::Bool(true),
                    "false" | "False" => Expr::Bool(false),
                    "none" | "None" => Expr::None,
                    name => {
                        self.note_read(name);
                        Expr::Name(self.name(name))
                    }
                };
                self.expr(kind, token.range(), 1)
            }
            Kind::Str { .. } => self.string(),
            Kind::Int => {
                self.tokens.advance();
                let kind = self.integer(token);
                self.expr(kind, token.range(), 1)
            }
            Kind::Float => {
                self.tokens.advance();
                let digits = self.tokens.slice(token).replace('_', "");
                let value = digits.parse().unwrap_or(f64::INFINITY);
                self.expr(Expr::Float(value), token.range(), 1)
            }
            Kind::LeftParen => {
                self.tokens.advance();
                let inner = self.tuple(TupleOf::Expressions, true, &[]);
                self.expect(Kind::RightParen);
                let full = range(token.start, self.tokens.last_end);
                // A tuple is its parentheses too; a plain expression keeps its own range.
                if let Expr::Tuple(_) = self.template.expr(inner).kind
                    && let Some(node) = self.template.exprs.get_mut(inner.index())
                {
                    node.range = full;
                }
                inner
            }
            Kind::LeftBracket => self.list(token),
            Kind::LeftBrace => self.dict(token),
            _ => {
                let found = self.found();
                self.fail(format!("unexpected {found}"));
                self.error_expr(range(token.start, token.start))
            }
        }
    }

    fn integer(&mut self, token: Token) -> Expr {
        let digits = self.tokens.slice(token).replace('_', "").to_ascii_lowercase();
        let parsed = match digits.get(..2) {
            Some("0x") => i64::from_str_radix(&digits[2..], 16),
            Some("0o") => i64::from_str_radix(&digits[2..], 8),
            Some("0b") => i64::from_str_radix(&digits[2..], 2),
            _ => digits.parse(),
        };
        match parsed {
            Ok(value) => Expr::Int(value),
            Err(_) => Expr::BigInt(self.text_value(&digits)),
        }
    }

    fn string(&mut self) -> ExprId {
        let first = self.tokens.current;
        let mut whole = String::new();
        let mut pieces = 0;
        let mut closed = true;
        while let Kind::Str { terminated } = self.kind()
            && self.broken.is_none()
        {
            let token = self.tokens.current;
            let inner_end = token.end - usize::from(terminated);
            let inner = &self.text[token.start + 1..inner_end];
            self.tokens.advance();
            if inner.contains(['\\', '\r']) {
                match unescape(inner) {
                    Ok(value) => whole.push_str(&value),
                    Err(_) if !terminated => whole.push_str(inner),
                    Err(message) => {
                        whole.push_str(inner);
                        self.fail_at(token.range(), message.to_owned());
                    }
                }
            } else {
                whole.push_str(inner);
            }
            pieces += 1;
            if !terminated {
                closed = false;
                self.fail_string(token);
            }
        }
        let inner = (pieces == 1)
            .then(|| range(first.start + 1, self.tokens.last_end - usize::from(closed)));
        let value = self.text_value(&whole);
        let full = range(first.start, self.tokens.last_end);
        self.expr(Expr::Str(StrLiteral { value, inner, terminated: closed }), full, 1)
    }

    fn list(&mut self, open: Token) -> ExprId {
        self.tokens.advance();
        let mut items = Vec::new();
        let mut height = 0;
        while self.broken.is_none() && !self.at(Kind::RightBracket) {
            if !items.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            if self.at(Kind::RightBracket) {
                break;
            }
            let item = self.expression();
            height = height.max(self.height(item));
            items.push(item);
        }
        self.expect(Kind::RightBracket);
        let list = self.expr_list(&items);
        self.expr(Expr::List(list), range(open.start, self.tokens.last_end), height + 1)
    }

    fn dict(&mut self, open: Token) -> ExprId {
        self.tokens.advance();
        let mut items = Vec::new();
        let mut height = 0;
        while self.broken.is_none() && !self.at(Kind::RightBrace) {
            if !items.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            if self.at(Kind::RightBrace) {
                break;
            }
            let key = self.expression();
            self.expect(Kind::Colon);
            let value = self.expression();
            height = height.max(self.height(key)).max(self.height(value));
            items.extend([key, value]);
        }
        self.expect(Kind::RightBrace);
        let list = self.expr_list(&items);
        self.expr(Expr::Dict(list), range(open.start, self.tokens.last_end), height + 1)
    }

    fn at_tuple_end(&self, words: &[&str]) -> bool {
        matches!(self.kind(), Kind::End { .. } | Kind::RightParen)
            || words.iter().any(|word| self.at_word(word))
    }

    /// Expressions between commas are a tuple; a single one without a comma is itself.
    pub(super) fn tuple(&mut self, of: TupleOf, empty_allowed: bool, ends: &[&str]) -> ExprId {
        let start = self.tokens.current.start;
        let mut items = Vec::new();
        let mut height = 0;
        let mut is_tuple = false;
        loop {
            if !items.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            if self.broken.is_some() || self.at_tuple_end(ends) {
                break;
            }
            let item = match of {
                TupleOf::Expressions => self.expression(),
                TupleOf::Unconditional => self.or(),
            };
            height = height.max(self.height(item));
            items.push(item);
            if !self.at(Kind::Comma) {
                break;
            }
            is_tuple = true;
        }
        match items.as_slice() {
            [single] if !is_tuple => return *single,
            [] if !empty_allowed => {
                let found = self.found();
                self.fail(format!("Expected an expression, got {found}"));
                return self.error_expr(range(start, start));
            }
            _ => {}
        }
        let list = self.expr_list(&items);
        let end = self.tokens.last_end.max(start);
        self.expr(Expr::Tuple(list), range(start, end), height + 1)
    }

    fn postfix(&mut self, mut expr: ExprId) -> ExprId {
        loop {
            expr = match self.kind() {
                _ if self.broken.is_some() => return expr,
                Kind::Dot => self.attribute(expr),
                Kind::LeftBracket => self.item(expr),
                Kind::LeftParen => self.call(expr),
                _ => return expr,
            };
        }
    }

    fn filters(&mut self, mut expr: ExprId) -> ExprId {
        loop {
            expr = match self.kind() {
                _ if self.broken.is_some() => return expr,
                Kind::Pipe => self.filter(Some(expr)),
                Kind::Name if self.at_word("is") => self.test(expr),
                Kind::LeftParen => self.call(expr),
                _ => return expr,
            };
        }
    }

    fn attribute(&mut self, object: ExprId) -> ExprId {
        self.tokens.advance();
        let token = self.tokens.current;
        let height = self.height(object) + 1;
        match token.kind {
            Kind::Name => {
                self.tokens.advance();
                let name = self.name(self.text.get(token.start..token.end).unwrap_or_default());
                let full = self.range_from(object);
                let kind = Expr::Attribute { object, name, name_range: token.range() };
                self.expr(kind, full, height)
            }
            Kind::Int => {
                self.tokens.advance();
                let kind = self.integer(token);
                let index = self.expr(kind, token.range(), 1);
                let full = self.range_from(object);
                self.expr(Expr::Item { object, index }, full, height)
            }
            _ => {
                let dot = self.tokens.last_end;
                self.fail("expected name or number".to_owned());
                let name = self.name("");
                let full = self.range_from(object);
                let name_range = range(dot, dot);
                self.expr(Expr::Attribute { object, name, name_range }, full, height)
            }
        }
    }

    fn item(&mut self, object: ExprId) -> ExprId {
        let open = self.tokens.current;
        self.tokens.advance();
        let mut items = Vec::new();
        let mut height = self.height(object);
        while self.broken.is_none() && !self.at(Kind::RightBracket) {
            if !items.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            let index = self.subscript();
            height = height.max(self.height(index));
            items.push(index);
        }
        self.expect(Kind::RightBracket);
        let index = match items.as_slice() {
            [single] => *single,
            _ => {
                let list = self.expr_list(&items);
                let full = range(open.start, self.tokens.last_end);
                self.expr(Expr::Tuple(list), full, height)
            }
        };
        let full = self.range_from(object);
        self.expr(Expr::Item { object, index }, full, height + 1)
    }

    fn subscript(&mut self) -> ExprId {
        let from = self.tokens.current.start;
        let mut height = 0;
        let start = if self.at(Kind::Colon) {
            None
        } else {
            let first = self.expression();
            if !self.at(Kind::Colon) {
                return first;
            }
            height = self.height(first);
            Some(first)
        };
        self.accept(Kind::Colon);
        let mut part = |parser: &mut Self| {
            let absent = parser.broken.is_some()
                || matches!(parser.kind(), Kind::Colon | Kind::RightBracket | Kind::Comma);
            (!absent).then(|| {
                let expr = parser.expression();
                height = height.max(parser.height(expr));
                expr
            })
        };
        let stop = part(self);
        let step = if self.accept(Kind::Colon) { part(self) } else { None };
        let full = range(from, self.tokens.last_end);
        self.expr(Expr::Slice { start, stop, step }, full, height + 1)
    }

    fn call(&mut self, callee: ExprId) -> ExprId {
        let (args, inner, closed, height) = self.arguments();
        let height = height.max(self.height(callee)) + 1;
        let full = range(self.expr_start(callee), usize::from(inner.end()) + usize::from(closed));
        self.expr(Expr::Call(CallExpr { callee, args, inner, closed }), full, height)
    }

    /// From the opening parenthesis on: arguments, what lies between the parentheses, whether
    /// they were closed, and the height of the highest argument.
    fn arguments(&mut self) -> (ArgList, text_size::TextRange, bool, u16) {
        let open = self.tokens.current;
        self.tokens.advance();
        let mut args: Vec<Arg> = Vec::new();
        let mut height = 0;
        let mut unpacked = false;
        let mut keywords_unpacked = false;
        let mut keyword_seen = false;
        while self.broken.is_none() && !self.at(Kind::RightParen) {
            if !args.is_empty() {
                if !self.expect(Kind::Comma) {
                    break;
                }
                if self.at(Kind::RightParen) {
                    break;
                }
            }
            let token = self.tokens.current;
            let allowed;
            let kind = match token.kind {
                Kind::Mul => {
                    self.tokens.advance();
                    allowed = !unpacked && !keywords_unpacked;
                    unpacked = true;
                    ArgKind::Unpack
                }
                Kind::Pow => {
                    self.tokens.advance();
                    allowed = !keywords_unpacked;
                    keywords_unpacked = true;
                    ArgKind::UnpackKeywords
                }
                Kind::Name if self.tokens.look().kind == Kind::Assign => {
                    self.tokens.advance();
                    self.tokens.advance();
                    allowed = !keywords_unpacked;
                    keyword_seen = true;
                    let name = self.name(self.text.get(token.start..token.end).unwrap_or_default());
                    ArgKind::Keyword(name, token.range())
                }
                _ => {
                    allowed = !unpacked && !keywords_unpacked && !keyword_seen;
                    ArgKind::Positional
                }
            };
            let value = self.expression();
            if !allowed {
                let message = "invalid syntax for function call expression".to_owned();
                self.fail_at(self.template.expr(value).range, message);
            }
            height = height.max(self.height(value));
            let nothing = matches!(self.template.expr(value).kind, Expr::Error);
            if !(nothing && kind == ArgKind::Positional) {
                args.push(Arg { kind, value });
            }
        }
        let closed = self.expect(Kind::RightParen);
        let end = if closed { self.tokens.last_end - 1 } else { self.break_end() };
        (self.arg_list(&args), range(open.end, end), closed, height)
    }

    fn dotted_name(&mut self) -> Option<(Name, text_size::TextRange)> {
        let first = self.expect_name()?;
        let mut end = first.end;
        while self.accept(Kind::Dot) {
            end = self.expect_name()?.end;
        }
        // With blanks around a dot the spelling matches no filter, which is what the message says.
        let name = self.name(self.text.get(first.start..end).unwrap_or_default());
        Some((name, range(first.start, end)))
    }

    pub(super) fn filter(&mut self, input: Option<ExprId>) -> ExprId {
        if input.is_some() {
            self.tokens.advance();
        }
        let start = input.map_or(self.tokens.current.start, |it| self.expr_start(it));
        let bar = self.tokens.last_end;
        let mut height = input.map_or(0, |it| self.height(it));
        let named = self.dotted_name();
        let (name, name_range) = match named {
            Some(named) => named,
            None => (self.name(""), range(bar, bar)),
        };
        let mut args = ArgList::default();
        if named.is_some() && self.at(Kind::LeftParen) {
            let (list, _, _, argument_height) = self.arguments();
            args = list;
            height = height.max(argument_height);
        }
        let full = range(start, self.tokens.last_end);
        self.expr(Expr::Filter(FilterExpr { input, name, name_range, args }), full, height + 1)
    }

    fn test(&mut self, input: ExprId) -> ExprId {
        self.tokens.advance();
        let negated = self.accept_word("not");
        let start = self.expr_start(input);
        let after = self.tokens.last_end;
        let mut height = self.height(input);
        let named = self.dotted_name();
        let (name, name_range) = match named {
            Some(named) => named,
            None => (self.name(""), range(after, after)),
        };
        let mut args = ArgList::default();
        let takes_operand = match self.kind() {
            _ if named.is_none() || self.broken.is_some() => false,
            Kind::LeftParen => {
                let (list, _, _, argument_height) = self.arguments();
                args = list;
                height = height.max(argument_height);
                false
            }
            Kind::Str { .. } | Kind::Int | Kind::Float => true,
            Kind::LeftBracket | Kind::LeftBrace => true,
            Kind::Name => !["else", "or", "and"].iter().any(|word| self.at_word(word)),
            _ => false,
        };
        if takes_operand {
            if self.at_word("is") {
                self.fail("You cannot chain multiple tests with is".to_owned());
            } else {
                if self.depth >= MAX_NESTED_EXPRESSIONS {
                    self.fail("the expression is nested too deeply".to_owned());
                }
                self.depth += 1;
                let operand = self.primary();
                let operand = self.postfix(operand);
                self.depth -= 1;
                height = height.max(self.height(operand));
                args = self.arg_list(&[Arg { kind: ArgKind::Positional, value: operand }]);
            }
        }
        let full = range(start, self.tokens.last_end);
        let test = Expr::Test(FilterExpr { input: Some(input), name, name_range, args });
        let test = self.expr(test, full, height + 1);
        if negated { self.expr(Expr::Not(test), full, height + 2) } else { test }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TupleOf {
    Expressions,
    /// Without `a if b`, whose `if` would mean something else here.
    Unconditional,
}

/// For a cursor: does `offset` touch `inner`?
pub(super) fn touches(inner: text_size::TextRange, offset: TextSize) -> bool {
    inner.start() <= offset && offset <= inner.end()
}
