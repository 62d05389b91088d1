//! Tags and the blocks they open.

use rustc_hash::FxHashSet;
use text_size::TextRange;

use super::expression::TupleOf;
use super::parser::{MAX_NESTED_BLOCKS, Open, Parser};
use super::text::Stop;
use super::token::{Kind, TagKind, range};
use super::tree::*;

const IF_ENDS: &[&str] = &["elif", "else", "endif"];
const ELSE_ENDS: &[&str] = &["endif"];
const FOR_ENDS: &[&str] = &["endfor", "else"];
const FOR_ELSE_ENDS: &[&str] = &["endfor"];

/// Where a tag stands.
#[derive(Clone, Copy)]
struct Place {
    open: usize,
    after_word: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn statement(&mut self, open: usize, word: &'a str, after_word: usize) -> StmtId {
        let place = Place { open, after_word };
        let opens_block = end_of(word).is_some();
        if opens_block && self.open.len() >= MAX_NESTED_BLOCKS {
            if self.excused.len() < 2 * MAX_NESTED_BLOCKS {
                self.excused.push(word);
            }
            return self.refused(place, "blocks are nested too deeply".to_owned());
        }
        match word {
            "if" => self.if_block(place),
            "for" => self.for_block(place),
            "set" => self.set(place),
            "macro" => self.definition(place, DefinitionKind::Macro),
            "test" | "data_test" => self.definition(place, DefinitionKind::Test),
            "snapshot" => self.definition(place, DefinitionKind::Snapshot),
            "materialization" => self.definition(place, DefinitionKind::Materialization),
            "docs" => self.definition(place, DefinitionKind::Docs),
            "call" => self.call_block(place),
            "filter" => self.filter_block(place),
            "do" => self.simple(place, |it| Stmt::Do(it.tuple(TupleOf::Expressions, false, &[]))),
            "break" | "continue" if !self.in_loop() => {
                self.refused(place, format!("'{word}' outside loop"))
            }
            "break" => self.simple(place, |_| Stmt::Break),
            "continue" => self.simple(place, |_| Stmt::Continue),
            "print" => self.simple(place, Self::print),
            "with" => self.with_block(place),
            "autoescape" => self.autoescape_block(place),
            "block" => self.named_block(place),
            "extends" => self.simple(place, |it| Stmt::Extends(it.expression())),
            "include" => self.simple(place, Self::include),
            "import" => self.simple(place, Self::import),
            "from" => self.simple(place, Self::import_names),
            _ => self.unknown(place, word),
        }
    }

    /// True where a loop is to be left or continued: in its body, and in no macro inside it.
    fn in_loop(&self) -> bool {
        for open in self.open.iter().rev() {
            match open.name {
                "for" if open.ends.len() == FOR_ENDS.len() => return true,
                "if" | "for" | "set" | "filter" | "with" | "autoescape" => {}
                _ => return false,
            }
        }
        false
    }

    fn header<T>(&mut self, place: Place, read: impl Fn(&mut Self) -> T) -> (T, TextRange, bool) {
        let problems = self.template.problems.len();
        let (value, end) = self.tag(place.open, place.after_word, TagKind::Block, read);
        self.at = end.resume;
        let sound = self.template.problems.len() == problems;
        (value, range(place.open, end.end), sound)
    }

    fn simple(&mut self, place: Place, read: impl Fn(&mut Self) -> Stmt) -> StmtId {
        let (kind, tag, sound) = self.header(place, read);
        let kind = if sound { kind } else { broken(kind) };
        self.stmt(kind, tag, tag)
    }

    /// A tag that is not understood at all: a problem with `message` at the whole tag.
    fn refused(&mut self, place: Place, message: String) -> StmtId {
        let problems = self.template.problems.len();
        let (_, end) = self.tag(place.open, place.after_word, TagKind::Block, |parser| {
            if !matches!(parser.kind(), Kind::End { .. }) {
                parser.fail(String::new());
            }
        });
        self.template.problems.truncate(problems);
        self.at = end.resume;
        let tag = range(place.open, end.end);
        self.problem(tag, message);
        self.stmt(Stmt::Error(None), tag, tag)
    }

    fn unknown(&mut self, place: Place, word: &'a str) -> StmtId {
        if word.is_empty() {
            return self.refused(place, "tag name expected".to_owned());
        }
        if let Some(opener) = word.strip_prefix("end")
            && let Some(index) = self.excused.iter().rposition(|it| *it == opener)
        {
            self.excused.remove(index);
            let problems = self.template.problems.len();
            let statement = self.refused(place, String::new());
            self.template.problems.truncate(problems);
            return statement;
        }
        let mut message = format!("Encountered unknown tag '{word}'.");
        if let Some(open) = self.open.last() {
            let looking: Vec<_> = open.ends.iter().map(|it| format!("'{it}'")).collect();
            message.push_str(&format!(
                " Jinja was looking for the following tags: {}. The innermost block that needs to \
                 be closed is '{}'.",
                looking.join(" or "),
                open.name
            ));
        }
        if !word.starts_with("end") && self.excused.len() < MAX_NESTED_BLOCKS {
            self.excused.push(word);
        }
        self.refused(place, message)
    }

    // Blocks.

    fn block_body(&mut self, name: &'static str, ends: &'static [&'static str]) -> (Body, Stop) {
        self.open.push(Open { name, ends });
        let excused = self.excused.len();
        let result = self.body(ends);
        self.excused.truncate(excused);
        self.open.pop();
        result
    }

    /// Reads the tag that closed a body, of which only its end is expected; gives the block's end.
    fn close(&mut self, stop: Stop, tag: TextRange, name: &str, ends: &[&str]) -> usize {
        match stop {
            Stop::Tag { open, after, .. } => self.plain_tag(open, after),
            Stop::Missing => {
                let looking: Vec<_> = ends.iter().map(|it| format!("'{it}'")).collect();
                self.problem(
                    tag,
                    format!(
                        "Unexpected end of template. Jinja was looking for the following tags: \
                         {}. The innermost block that needs to be closed is '{name}'.",
                        looking.join(" or ")
                    ),
                );
                self.at
            }
        }
    }

    /// The rest of a tag that has nothing but its name.
    fn plain_tag(&mut self, open: usize, after: usize) -> usize {
        let (_, end) = self.tag(open, after, TagKind::Block, |_| ());
        self.at = end.resume;
        end.end
    }

    /// Reads a body up to its only end tag; gives it and the end of the whole block.
    fn whole_body(
        &mut self,
        tag: TextRange,
        name: &'static str,
        ends: &'static [&'static str],
    ) -> (Body, TextRange) {
        let (body, stop) = self.block_body(name, ends);
        let end = self.close(stop, tag, name, ends);
        (body, range(usize::from(tag.start()), end))
    }

    fn if_block(&mut self, place: Place) -> StmtId {
        let test = |parser: &mut Self| {
            let test = parser.tuple(TupleOf::Unconditional, false, &[]);
            parser.accept(Kind::Colon);
            test
        };
        let (first, tag, _) = self.header(place, test);
        let mut branches = Vec::new();
        let (mut condition, mut branch_tag) = (first, tag);
        let mut otherwise = None;
        let end = loop {
            let (body, stop) = self.block_body("if", IF_ENDS);
            branches.push(Branch { test: condition, body, tag: branch_tag });
            match stop {
                Stop::Tag { word: "elif", open, after } => {
                    let place = Place { open, after_word: after };
                    (condition, branch_tag, _) = self.header(place, test);
                }
                Stop::Tag { word: "else", open, after } => {
                    self.colon_tag(open, after);
                    let (body, stop) = self.block_body("if", ELSE_ENDS);
                    otherwise = Some(body);
                    break self.close(stop, tag, "if", ELSE_ENDS);
                }
                other => break self.close(other, tag, "if", IF_ENDS),
            }
        };
        let full = range(place.open, end);
        self.stmt(Stmt::If { branches: branches.into(), otherwise }, full, tag)
    }

    /// `{% else %}`, after which Jinja allows a colon.
    fn colon_tag(&mut self, open: usize, after: usize) {
        let (_, end) = self.tag(open, after, TagKind::Block, |parser| {
            parser.accept(Kind::Colon);
        });
        self.at = end.resume;
    }

    fn for_block(&mut self, place: Place) -> StmtId {
        let (head, tag, _) = self.header(place, |parser| {
            let target = parser.assign_target(false, &["in"]);
            if parser.assigns(target, "loop") {
                let message = "Can't assign to special loop variable in for-loop target";
                parser.fail_at(parser.template.target(target).range, message.to_owned());
            }
            parser.expect_word("in");
            let iterable = parser.tuple(TupleOf::Unconditional, false, &["recursive"]);
            let test = parser.accept_word("if").then(|| parser.expression());
            let recursive = parser.accept_word("recursive");
            parser.accept(Kind::Colon);
            (target, iterable, test, recursive)
        });
        let (target, iterable, test, recursive) = head;
        let (body, stop) = self.block_body("for", FOR_ENDS);
        let mut otherwise = None;
        let end = match stop {
            Stop::Tag { word: "else", open, after } => {
                self.colon_tag(open, after);
                let (body, stop) = self.block_body("for", FOR_ELSE_ENDS);
                otherwise = Some(body);
                self.close(stop, tag, "for", FOR_ELSE_ENDS)
            }
            other => self.close(other, tag, "for", FOR_ENDS),
        };
        let full = range(place.open, end);
        let head = ForLoop { target, iterable, test, recursive, body, otherwise };
        self.stmt(Stmt::For(Box::new(head)), full, tag)
    }

    fn set(&mut self, place: Place) -> StmtId {
        let (head, tag, sound) = self.header(place, |parser| {
            let target = parser.assign_target(true, &[]);
            if parser.accept(Kind::Assign) {
                let value = parser.tuple(TupleOf::Expressions, false, &[]);
                return (target, Ok(value));
            }
            let mut filter = None;
            while parser.at(Kind::Pipe) {
                if filter.is_none() {
                    parser.tokens.advance();
                }
                filter = Some(parser.filter(filter));
            }
            parser.accept(Kind::Colon);
            (target, Err(filter))
        });
        match head {
            (target, Ok(value)) => {
                let kind = Stmt::Set { target, value };
                let kind = if sound { kind } else { broken(kind) };
                self.stmt(kind, tag, tag)
            }
            // Half an assignment opens no block.
            (_, Err(filter)) if !sound => self.stmt(Stmt::Error(filter), tag, tag),
            (target, Err(filter)) => {
                let (body, full) = self.whole_body(tag, "set", &["endset"]);
                self.stmt(Stmt::SetBlock { target, filter, body }, full, tag)
            }
        }
    }

    fn with_block(&mut self, place: Place) -> StmtId {
        let (bindings, tag, _) = self.header(place, |parser| {
            let mut bindings: Vec<(TargetId, ExprId)> = Vec::new();
            while parser.broken.is_none() && !matches!(parser.kind(), Kind::End { .. }) {
                if !bindings.is_empty() && !parser.expect(Kind::Comma) {
                    break;
                }
                let target = parser.assign_target(false, &[]);
                parser.expect(Kind::Assign);
                let value = parser.expression();
                bindings.push((target, value));
            }
            bindings
        });
        let (body, full) = self.whole_body(tag, "with", &["endwith"]);
        self.stmt(Stmt::With { bindings: bindings.into(), body }, full, tag)
    }

    fn autoescape_block(&mut self, place: Place) -> StmtId {
        let (enabled, tag, _) = self.header(place, Self::expression);
        let (body, full) = self.whole_body(tag, "autoescape", &["endautoescape"]);
        self.stmt(Stmt::Autoescape { enabled, body }, full, tag)
    }

    fn filter_block(&mut self, place: Place) -> StmtId {
        let (filter, tag, _) = self.header(place, |parser| {
            let mut filter = parser.filter(None);
            while parser.at(Kind::Pipe) {
                filter = parser.filter(Some(filter));
            }
            parser.accept(Kind::Colon);
            filter
        });
        let (body, full) = self.whole_body(tag, "filter", &["endfilter"]);
        self.stmt(Stmt::FilterBlock { filter, body }, full, tag)
    }

    fn named_block(&mut self, place: Place) -> StmtId {
        let ((name, name_range, scoped), tag, _) = self.header(place, |parser| {
            let named = parser.declared_name();
            if parser.blocks.contains(&named.0) && parser.broken.is_none() {
                let name = parser.template.name(named.0);
                let message = format!("block '{name}' defined twice");
                parser.fail_at(named.1, message);
            }
            let scoped = parser.accept_word("scoped");
            parser.accept_word("required");
            parser.accept(Kind::Colon);
            (named.0, named.1, scoped)
        });
        self.blocks.insert(name);
        let (body, stop) = self.block_body("block", &["endblock"]);
        let end = match stop {
            Stop::Tag { open, after, .. } => {
                // The name may stand in the end tag again.
                let (_, end) = self.tag(open, after, TagKind::Block, |parser| {
                    if parser.at(Kind::Name) {
                        parser.tokens.advance();
                    }
                });
                self.at = end.resume;
                end.end
            }
            Stop::Missing => self.close(Stop::Missing, tag, "block", &["endblock"]),
        };
        let full = range(place.open, end);
        self.stmt(Stmt::Block { name, name_range, scoped, body }, full, tag)
    }

    fn call_block(&mut self, place: Place) -> StmtId {
        let anonymous = self.name("caller");
        let ((params, call), tag, _) = self.header(place, |parser| {
            let params = if parser.at(Kind::LeftParen) { parser.signature() } else { Vec::new() };
            let call = parser.expression();
            if !matches!(parser.template.expr(call).kind, Expr::Call(_)) {
                let here = parser.template.expr(call).range;
                parser.fail_at(here, "expected call".to_owned());
            }
            (params, call)
        });
        let caller = self.declare(DefinitionKind::Caller, anonymous, tag, params, tag);
        self.open_definition(caller);
        self.note_params(caller);
        let (body, full) = self.whole_body(tag, "call", &["endcall"]);
        self.close_definition(body, full);
        self.stmt(Stmt::CallBlock { caller, call }, full, tag)
    }

    fn definition(&mut self, place: Place, kind: DefinitionKind) -> StmtId {
        let (head, tag, _) = self.header(place, |parser| {
            let (name, name_range) = parser.declared_name();
            let mut head = (name, name_range, Vec::new(), None, None);
            match kind {
                DefinitionKind::Macro | DefinitionKind::Test => head.2 = parser.signature(),
                DefinitionKind::Materialization => {
                    (head.3, head.4) = parser.materialization_arguments();
                }
                _ => {}
            }
            parser.accept(Kind::Colon);
            head
        });
        let (name, name_range, params, adapter, supported_languages) = head;
        let id = self.declare(kind, name, name_range, params, tag);
        if let Some(definition) = self.template.definitions.get_mut(id.index()) {
            definition.adapter = adapter;
            definition.supported_languages = supported_languages;
        }
        self.open_definition(id);
        self.note_params(id);
        let (word, ends): (_, &'static [&'static str]) = match kind {
            DefinitionKind::Test => ("test", &["endtest", "enddata_test"]),
            DefinitionKind::Snapshot => ("snapshot", &["endsnapshot"]),
            DefinitionKind::Materialization => ("materialization", &["endmaterialization"]),
            DefinitionKind::Docs => ("docs", &["enddocs"]),
            _ => ("macro", &["endmacro"]),
        };
        let (body, full) = self.whole_body(tag, word, ends);
        self.close_definition(body, full);
        self.stmt(Stmt::Definition(id), full, tag)
    }

    fn declare(
        &mut self,
        kind: DefinitionKind,
        name: Name,
        name_range: TextRange,
        params: Vec<Param>,
        tag: TextRange,
    ) -> DefinitionId {
        let parent = self.definitions.last().map(|it| it.id);
        self.template.definitions.push(Definition {
            kind,
            name,
            name_range,
            params: params.into(),
            body: Body::default(),
            range: tag,
            tag,
            parent,
            adapter: None,
            supported_languages: None,
            uses: Uses::default(),
        });
        DefinitionId(self.template.definitions.len() as u32 - 1)
    }

    fn note_params(&mut self, id: DefinitionId) {
        let params = self.template.definition(id).params.clone();
        for param in params {
            let name = self.template.name(param.name).to_owned();
            self.note_assigned(&name);
        }
    }

    /// A name that is being given to something.
    fn declared_name(&mut self) -> (Name, TextRange) {
        let after = self.tokens.last_end;
        match self.expect_name() {
            Some(token) => {
                let text = self.text.get(token.start..token.end).unwrap_or_default();
                (self.name(text), token.range())
            }
            None => (self.name(""), range(after, after)),
        }
    }

    fn signature(&mut self) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::new();
        if !self.expect(Kind::LeftParen) {
            return params;
        }
        let mut has_defaults = false;
        let mut names = FxHashSet::default();
        while self.broken.is_none() && !self.at(Kind::RightParen) {
            if !params.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            let Some(token) = self.expect_name() else { break };
            let name = self.name(self.text.get(token.start..token.end).unwrap_or_default());
            let annotation = self.accept(Kind::Colon).then(|| self.annotation(0));
            let default = self.accept(Kind::Assign).then(|| self.expression());
            if default.is_none() && has_defaults {
                let message = "non-default argument follows default argument".to_owned();
                self.fail_at(token.range(), message);
            }
            if default.is_none() && self.template.name(name) == "caller" {
                let message = "When defining macros or call blocks the special \"caller\" argument \
                               must be omitted or be given a default.";
                self.fail_at(token.range(), message.to_owned());
            }
            if !names.insert(name) {
                let name = self.template.name(name);
                let message = format!("duplicate argument '{name}' in function definition");
                self.fail_at(token.range(), message);
            }
            has_defaults |= default.is_some();
            params.push(Param { name, range: token.range(), default, annotation });
        }
        self.expect(Kind::RightParen);
        params
    }

    /// `list[string]`, `optional[dict[string, integer]]`
    fn annotation(&mut self, depth: usize) -> TextRange {
        let start = self.tokens.current.start;
        self.expect(Kind::Name);
        if depth < 20 && self.accept(Kind::LeftBracket) {
            while self.broken.is_none() && !self.at(Kind::RightBracket) {
                self.annotation(depth + 1);
                if !self.accept(Kind::Comma) {
                    break;
                }
            }
            self.expect(Kind::RightBracket);
        }
        range(start, self.tokens.last_end)
    }

    fn materialization_arguments(&mut self) -> (Option<ExprId>, Option<ExprId>) {
        let (mut adapter, mut languages) = (None, None);
        while self.accept(Kind::Comma) {
            if self.accept_word("default") {
                continue;
            }
            let is_adapter = self.at_word("adapter");
            if !is_adapter && !self.at_word("supported_languages") {
                let found = self.found();
                self.fail(format!(
                    "materialization takes 'adapter' and 'supported_languages', not {found}"
                ));
                break;
            }
            self.tokens.advance();
            self.expect(Kind::Assign);
            let value = self.expression();
            if is_adapter {
                adapter = Some(value);
            } else {
                languages = Some(value);
            }
        }
        (adapter, languages)
    }

    // Targets of assignments.

    fn assign_target(&mut self, attributes: bool, ends: &[&str]) -> TargetId {
        let start = self.tokens.current.start;
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            let at_end = matches!(self.kind(), Kind::End { .. } | Kind::RightParen)
                || ends.iter().any(|word| self.at_word(word));
            if self.broken.is_some() || at_end {
                break;
            }
            let item = self.single_target(attributes);
            items.push(item);
            if !self.at(Kind::Comma) {
                break;
            }
            is_tuple = true;
        }
        match items.as_slice() {
            [single] if !is_tuple => *single,
            [] => {
                let found = self.found();
                self.fail(format!("Expected an expression, got {found}"));
                self.target(Target::Error, range(start, start))
            }
            _ => {
                let full = range(start, self.tokens.last_end);
                self.target(Target::Tuple(items.into()), full)
            }
        }
    }

    fn assigns(&self, target: TargetId, name: &str) -> bool {
        match &self.template.target(target).kind {
            Target::Name(it) => self.template.name(*it) == name,
            Target::Tuple(items) => items.iter().any(|it| self.assigns(*it, name)),
            _ => false,
        }
    }

    fn single_target(&mut self, attributes: bool) -> TargetId {
        let token = self.tokens.current;
        match token.kind {
            Kind::Name => {
                let text = self.text.get(token.start..token.end).unwrap_or_default();
                self.tokens.advance();
                if matches!(text, "true" | "True" | "false" | "False" | "none" | "None") {
                    self.fail_at(token.range(), "can't assign to 'const'".to_owned());
                    return self.target(Target::Error, token.range());
                }
                let name = self.name(text);
                if attributes && self.accept(Kind::Dot) {
                    let (attribute, _) = self.declared_name();
                    let full = range(token.start, self.tokens.last_end);
                    self.note_read(text);
                    return self.target(Target::Attribute(name, attribute), full);
                }
                self.note_assigned(text);
                self.target(Target::Name(name), token.range())
            }
            Kind::LeftParen if self.depth < 20 => {
                self.tokens.advance();
                self.depth += 1;
                let inner = self.assign_target(false, &[]);
                self.depth -= 1;
                self.expect(Kind::RightParen);
                inner
            }
            Kind::Str { .. } | Kind::Int | Kind::Float => {
                self.fail("can't assign to 'const'".to_owned());
                self.target(Target::Error, token.range())
            }
            _ => {
                let found = self.found();
                self.fail(format!("unexpected {found}"));
                self.target(Target::Error, range(token.start, token.start))
            }
        }
    }

    // Statements about other templates, which dbt never has.

    fn print(&mut self) -> Stmt {
        let mut items = Vec::new();
        let start = self.tokens.current.start;
        let mut height = 0;
        while self.broken.is_none() && !matches!(self.kind(), Kind::End { .. }) {
            if !items.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            let item = self.expression();
            height = height.max(self.height(item));
            items.push(item);
        }
        if let [single] = items.as_slice() {
            return Stmt::Output(*single);
        }
        let list = self.expr_list(&items);
        let full = range(start, self.tokens.last_end);
        Stmt::Output(self.expr(Expr::Concat(list), full, height + 1))
    }

    fn include(&mut self) -> Stmt {
        let template = self.expression();
        let ignore_missing = self.accept_word("ignore") && self.expect_word("missing");
        self.import_context();
        Stmt::Include { template, ignore_missing }
    }

    fn import_context(&mut self) {
        if (self.at_word("with") || self.at_word("without")) && self.look_is("context") {
            self.tokens.advance();
            self.tokens.advance();
        }
    }

    fn look_is(&mut self, word: &str) -> bool {
        let next = self.tokens.look();
        next.kind == Kind::Name && self.tokens.slice(next) == word
    }

    fn import(&mut self) -> Stmt {
        let template = self.expression();
        self.expect_word("as");
        let (alias, _) = self.declared_name();
        self.import_context();
        Stmt::Import { template, alias }
    }

    fn import_names(&mut self) -> Stmt {
        let template = self.expression();
        self.expect_word("import");
        let mut names = Vec::new();
        while self.broken.is_none() && !matches!(self.kind(), Kind::End { .. }) {
            if !names.is_empty() && !self.expect(Kind::Comma) {
                break;
            }
            if (self.at_word("with") || self.at_word("without")) && self.look_is("context") {
                break;
            }
            if !self.at(Kind::Name) {
                break;
            }
            let (name, _) = self.declared_name();
            let alias = if self.accept_word("as") { self.declared_name().0 } else { name };
            names.push((name, alias));
        }
        self.import_context();
        if names.is_empty() {
            self.expect(Kind::Name);
        }
        Stmt::FromImport { template, names: names.into() }
    }
}

/// The end tag of a block that `word` opens.
fn end_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "if" => "endif",
        "for" => "endfor",
        "macro" => "endmacro",
        "test" | "data_test" => "endtest",
        "snapshot" => "endsnapshot",
        "materialization" => "endmaterialization",
        "docs" => "enddocs",
        "call" => "endcall",
        "filter" => "endfilter",
        "with" => "endwith",
        "autoescape" => "endautoescape",
        "block" => "endblock",
        "set" => "endset",
        _ => return None,
    })
}

/// What is kept of a tag that could not be read.
fn broken(kind: Stmt) -> Stmt {
    match kind {
        Stmt::Output(value) | Stmt::Do(value) | Stmt::Extends(value) => Stmt::Error(Some(value)),
        Stmt::Include { template, .. }
        | Stmt::Import { template, .. }
        | Stmt::FromImport { template, .. } => Stmt::Error(Some(template)),
        // The name is defined all the same: what reads it has no problem of its own.
        Stmt::Set { .. } => kind,
        _ => Stmt::Error(None),
    }
}
