//! Names outside strings: macros and what dbt puts into every template.

use base::{TextRange, TextSize};
use semantic::package_named;
use syntax::jinja::Expr;

use super::macros::{of_dbt, of_package, plain, reachable};
use super::{CompletionItem, CompletionKind};
use crate::hover::Teller;
use crate::place::Place;

/// What models call most.
const FUNCTIONS: [(&str, &str); 23] = [
    ("ref", "a model, seed or snapshot"),
    ("source", "a table of a source"),
    ("function", "a function of the database"),
    ("config", "configs of this node"),
    ("var", "a variable of the project"),
    ("env_var", "an environment variable"),
    ("this", "the relation of this node"),
    ("is_incremental", "whether rows are added to what is there"),
    ("target", "the target in use"),
    ("adapter", "the adapter"),
    ("run_query", "the result of a query"),
    ("execute", "whether queries are run"),
    ("return", "ends a macro with a value"),
    ("log", "writes to dbt's log"),
    ("exceptions", "errors and warnings"),
    ("doc", "the text of a docs block"),
    ("model", "this node as data"),
    ("graph", "the project's nodes as data"),
    ("modules", "Python's datetime, re and others"),
    ("invocation_id", "of this run"),
    ("run_started_at", "when this run began"),
    ("tojson", "data as JSON text"),
    ("fromjson", "JSON text as data"),
];

const STATEMENTS: [&str; 21] = [
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "do",
    "call",
    "endcall",
    "macro",
    "endmacro",
    "filter",
    "endfilter",
    "raw",
    "endraw",
    "snapshot",
    "endsnapshot",
    "test",
    "endtest",
];

pub(super) fn complete(teller: &Teller<'_>, place: &Place) -> Option<Vec<CompletionItem>> {
    if !place.has_braces() || is_in_string(place) {
        return None;
    }
    let text = place.template.source();
    let offset = usize::from(place.offset);
    let before = text.get(..offset)?;
    let tag = open_tag(before)?;
    let start = word_start(before);
    let end = offset + word(text.get(offset..)?);
    let size = |it: usize| TextSize::try_from(it).ok();
    let range = place.to_file(TextRange::new(size(start)?, size(end)?));
    let typed = before.get(start..)?;
    if typed.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let written = before.get(tag..start)?;
    if written.ends_with('.') {
        let written = written.trim_end_matches('.');
        let owner = written.get(word_start(written)..)?;
        return match package_named(teller.db, teller.project, owner.to_owned()) {
            Some(package) => Some(of_package(teller, range, typed, package)),
            None => (owner == "dbt").then(|| of_dbt(teller, range, typed)),
        };
    }
    match position(written) {
        Position::Statement => {
            let all = STATEMENTS.iter();
            Some(all.map(|it| plain(range, CompletionKind::Keyword, it, "statement")).collect())
        }
        Position::Expression => {
            let mut items = parameters(place, range);
            items.extend(reachable(teller, range, typed));
            items.truncate(super::MAX_COMPLETIONS - FUNCTIONS.len());
            let functions = FUNCTIONS.iter();
            items.extend(
                functions.map(|(name, told)| plain(range, CompletionKind::Keyword, name, told)),
            );
            Some(items)
        }
        Position::Other => None,
    }
}

enum Position {
    /// The word that says what a `{% … %}` does.
    Statement,
    Expression,
    /// A new name, a filter, a test.
    Other,
}

/// `written` is the tag in front of the word, with its opening.
fn position(written: &str) -> Position {
    let content = written.get(2..).unwrap_or_default().trim_start_matches(['-', '+']);
    let content = content.trim();
    if content.ends_with('|') || content.split_whitespace().next_back() == Some("is") {
        return Position::Other;
    }
    if written.starts_with("{{") {
        return Position::Expression;
    }
    let mut words = content.split(|it: char| !(it.is_alphanumeric() || it == '_'));
    match words.next() {
        None | Some("") => Position::Statement,
        Some("set") if !content.contains('=') => Position::Other,
        Some("for") if !content.split_whitespace().any(|it| it == "in") => Position::Other,
        Some("if" | "elif" | "set" | "for" | "do" | "call" | "filter" | "with") => {
            Position::Expression
        }
        // Defaults of parameters are rare; new names are what is typed here.
        Some(_) => Position::Other,
    }
}

/// Where the tag around the end of `before` opens.
fn open_tag(before: &str) -> Option<usize> {
    let open = before.rfind("{{").max(before.rfind("{%"))?;
    let close = if before.get(open..)?.starts_with("{{") { "}}" } else { "%}" };
    if before.get(open + 2..)?.contains(close) {
        return None;
    }
    let comment = before.rfind("{#");
    let in_comment = comment.is_some_and(|it| !before.get(it..).unwrap_or_default().contains("#}"));
    (!in_comment).then_some(open)
}

fn is_in_string(place: &Place) -> bool {
    place.template.all_exprs().any(|(_, node)| match node.kind {
        Expr::Str(literal) => {
            let range = node.range;
            let before_end =
                place.offset < range.end() || (!literal.terminated && place.offset == range.end());
            range.start() < place.offset && before_end
        }
        _ => false,
    })
}

/// What the macro around the cursor is given.
fn parameters(place: &Place, range: TextRange) -> Vec<CompletionItem> {
    let Some(definition) = place.template.definition_at(place.offset) else { return Vec::new() };
    let params = definition.params();
    params.map(|(name, _)| plain(range, CompletionKind::Variable, name, "parameter")).collect()
}

fn word_start(text: &str) -> usize {
    let length: usize = text.chars().rev().take_while(|it| is_word(*it)).map(char::len_utf8).sum();
    text.len() - length
}

fn word(text: &str) -> usize {
    text.chars().take_while(|it| is_word(*it)).map(char::len_utf8).sum()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
