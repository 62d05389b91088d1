//! A call of `config(…)` as it is written, in a template or in a Python model.

use base::{Db, File, TextRange, range};
use semantic::template;
use syntax::jinja::{Call, Expr, Template};
use syntax::python;

pub(super) type Edit = (TextRange, String);

pub(super) struct ConfigCall<'a> {
    text: &'a str,
    form: Form,
    pub(super) arguments: Vec<ConfigArgument>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `config(a=1)`
    Keywords,
    /// `config({'a': 1})`
    Mapping,
    /// `dbt.config(a=1)`
    Python,
}

pub(super) struct ConfigArgument {
    pub(super) name: String,
    /// The keyword, or the key with its quotes.
    pub(super) key: TextRange,
    pub(super) value: TextRange,
    /// The pairs of a mapping that is written out, of a template only.
    pub(super) pairs: Vec<ConfigArgument>,
}

/// What is to go under `meta`: an argument, or a pair of its mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) argument: usize,
    pub(super) pair: Option<usize>,
}

/// Every call in a file, in the order of the text.
pub(super) fn with_config_calls(db: &dyn Db, file: File, mut each: impl FnMut(&ConfigCall<'_>)) {
    let text = file.text(db);
    if !text.contains("config") {
        return;
    }
    if file.path(db).extension() == "py" {
        let calls = python::parse(text).calls;
        for call in calls.iter().filter(|it| it.function == python::Function::Config) {
            each(&ConfigCall::of_python(text, call));
        }
        return;
    }
    let template = template(db, file);
    let mut calls: Vec<Call<'_>> = template.calls().filter(|it| it.is("config")).collect();
    calls.sort_by_key(|it| it.range().start());
    for call in calls.into_iter().filter(Call::closed) {
        each(&ConfigCall::of_template(&template, call));
    }
}

impl<'a> ConfigCall<'a> {
    fn of_template(template: &'a Template, call: Call<'_>) -> Self {
        let text = template.source();
        let mapping = call.positional(0).filter(|_| call.args().len() == 1);
        if let Some(mapping) = mapping
            && matches!(template.expr(mapping.expr).kind, Expr::Dict(_))
        {
            let arguments = pairs(template, mapping.expr, 1);
            return Self { text, form: Form::Mapping, arguments };
        }
        let args: Vec<_> = call.args().collect();
        let start = |it: &syntax::jinja::Argument<'_>| {
            it.keyword.map_or(it.range.start(), |(_, range)| range.start())
        };
        let mut arguments = Vec::new();
        for (index, argument) in args.iter().enumerate() {
            let Some((name, key)) = argument.keyword else { continue };
            let next = args.get(index + 1).map_or(call.inner().end(), start);
            arguments.push(ConfigArgument {
                name: name.to_owned(),
                key,
                value: value_between(text, key.end().into(), next.into(), '='),
                pairs: pairs(template, argument.expr, 1),
            });
        }
        Self { text, form: Form::Keywords, arguments }
    }

    fn of_python(text: &'a str, call: &python::Call) -> Self {
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            let (Some(name), Some(key)) = (&argument.name, argument.name_range) else { continue };
            arguments.push(ConfigArgument {
                name: name.clone(),
                key,
                value: argument.range,
                pairs: Vec::new(),
            });
        }
        Self { text, form: Form::Python, arguments }
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start().into()..range.end().into()).unwrap_or_default()
    }

    pub(super) fn name(&self, moved: Moved) -> Option<&str> {
        self.at(moved).map(|it| it.name.as_str())
    }

    fn at(&self, moved: Moved) -> Option<&ConfigArgument> {
        let argument = self.arguments.get(moved.argument)?;
        moved.pair.map_or(Some(argument), |it| argument.pairs.get(it))
    }

    /// Moves arguments under `meta`; everything else stays as it is written. Nothing where `meta`
    /// is no mapping that is written out, has such a key, or where a comment would get lost.
    pub(super) fn moved_to_meta(&self, moved: &[Moved]) -> Option<Vec<Edit>> {
        let quote = if self.form == Form::Python { '"' } else { '\'' };
        let mut items = Vec::new();
        for it in moved {
            let argument = self.at(*it)?;
            items.push(format!("{quote}{}{quote}: {}", argument.name, self.slice(argument.value)));
        }
        let items = items.join(", ");
        let first = *moved.first()?;
        let mut gone: Vec<Moved> = moved.to_vec();
        let mut edits = Vec::new();
        if let Some(meta) = self.arguments.iter().find(|it| it.name == "meta") {
            let is_taken = |it: &Moved| {
                let name = self.at(*it).map(|it| &it.name);
                meta.pairs.iter().any(|pair| Some(&pair.name) == name)
            };
            if moved.iter().any(is_taken) {
                return None;
            }
            edits.push(self.at_end_of(meta, &items)?);
        } else {
            let meta = match self.form {
                Form::Mapping => format!("'meta': {{{items}}}"),
                Form::Keywords | Form::Python => format!("meta={{{items}}}"),
            };
            let argument = self.arguments.get(first.argument)?;
            if first.pair.is_none() {
                gone.remove(0);
                edits.push((argument.key.cover(argument.value), meta));
            } else {
                let end = argument.value.end();
                edits.push((TextRange::empty(end), format!(", {meta}")));
            }
        }
        let gone_arguments: Vec<usize> =
            gone.iter().filter(|it| it.pair.is_none()).map(|it| it.argument).collect();
        edits.extend(self.without(&self.arguments, &gone_arguments)?);
        for (index, argument) in self.arguments.iter().enumerate() {
            let inner = gone.iter().filter(|it| it.argument == index).filter_map(|it| it.pair);
            edits.extend(self.without(&argument.pairs, &inner.collect::<Vec<_>>())?);
        }
        edits.sort_by_key(|it| (it.0.start(), it.0.end()));
        Some(edits)
    }

    /// Into a mapping that is written out, behind its last pair.
    fn at_end_of(&self, argument: &ConfigArgument, items: &str) -> Option<Edit> {
        let value = self.slice(argument.value);
        let inner = value.strip_prefix('{')?.strip_suffix('}')?;
        // A comment may hold the brace, and a mapping may be one of several in an expression.
        let is_one = argument.pairs.last().map_or(inner.trim().is_empty(), |last| {
            let rest = range(last.value.end().into(), argument.value.end().into());
            self.slice(rest).trim_start().trim_start_matches(',').trim() == "}"
        });
        if !is_one {
            return None;
        }
        let kept = inner.trim_end();
        let at = usize::from(argument.value.start()) + 1 + kept.len();
        let joint = match kept.chars().last() {
            None => "",
            Some(',') => " ",
            Some(_) => ", ",
        };
        Some((range(at, at), format!("{joint}{items}")))
    }

    /// Takes some of these out, with their commas.
    fn without(&self, all: &[ConfigArgument], gone: &[usize]) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        let mut index = 0;
        while index < all.len() {
            if !gone.contains(&index) {
                index += 1;
                continue;
            }
            let run = (index..all.len()).take_while(|it| gone.contains(it)).count();
            let (first, last) = (all.get(index)?, all.get(index + run - 1)?);
            let before = index.checked_sub(1).and_then(|it| all.get(it));
            let (start, end) = match (before, all.get(index + run)) {
                (_, Some(next)) => (first.key.start(), next.key.start()),
                (Some(before), None) => (before.value.end(), last.value.end()),
                (None, None) => (first.key.start(), last.value.end()),
            };
            let cut = all.get(index..index + run)?;
            if !self.is_plain(start.into(), end.into(), cut) {
                return None;
            }
            edits.push((TextRange::new(start, end), String::new()));
            index += run;
        }
        Some(edits)
    }

    /// Between these arguments stand commas and blanks only.
    fn is_plain(&self, start: usize, end: usize, cut: &[ConfigArgument]) -> bool {
        let mut at = start;
        for argument in cut {
            let (from, to) = (argument.key.start().into(), argument.value.end().into());
            if !is_gap(self.slice(range(at, from))) {
                return false;
            }
            at = to;
        }
        at <= end && is_gap(self.slice(range(at, end)))
    }
}

fn is_gap(text: &str) -> bool {
    text.chars().all(|it| it == ',' || it.is_whitespace())
}

/// The pairs of a mapping that is written out, where all keys are texts.
fn pairs(template: &Template, expr: syntax::jinja::ExprId, depth: u32) -> Vec<ConfigArgument> {
    let Expr::Dict(list) = template.expr(expr).kind else { return Vec::new() };
    let (text, list) = (template.source(), template.exprs(list));
    let whole = template.expr(expr).range;
    let close = text.get(..usize::from(whole.end())).and_then(|it| it.rfind('}'));
    let mut found = Vec::new();
    for (index, pair) in list.chunks_exact(2).enumerate() {
        let key = template.expr(pair[0]).range;
        let Some(name) = template.literal(pair[0]) else { return Vec::new() };
        let next = list.get(2 * index + 2).map(|it| template.expr(*it).range.start().into());
        let Some(next) = next.or(close) else { return Vec::new() };
        let inner = if depth > 0 { pairs(template, pair[1], depth - 1) } else { Vec::new() };
        found.push(ConfigArgument {
            name: name.to_owned(),
            key,
            value: value_between(text, key.end().into(), next, ':'),
            pairs: inner,
        });
    }
    found
}

/// What stands behind a sign and in front of the next argument: parentheses around a value are no
/// part of its expression.
fn value_between(text: &str, start: usize, end: usize, sign: char) -> TextRange {
    let all = text.get(start..end).unwrap_or_default();
    let from = all.find(sign).map_or(0, |it| it + 1);
    let value = all[from..].trim_end();
    let value = value.strip_suffix(',').unwrap_or(value).trim_end();
    let lead = value.len() - value.trim_start().len();
    range(start + from + lead, start + from + value.len())
}
