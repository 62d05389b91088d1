use std::any::Any;
use std::rc::Rc;

use fancy_regex::{Captures, Regex, RegexBuilder};

use super::matches::{Found, MatchObject};
use super::replace::{self, Replacement};
use super::syntax::{error, translate};
use crate::eval::{Args, Interp, LimitKind, Site, Stop};
use crate::value::number::Number;
use crate::value::{Dict, Method, Object, Str, Value};

/// So many steps back may the engine take for one match.
const BACKTRACK_LIMIT: usize = 200_000;
/// So large may a compiled pattern be.
const SIZE_LIMIT: usize = 1 << 20;

/// `re.compile(…)`
#[derive(Clone)]
pub(super) struct Pattern {
    pub(super) inner: Rc<Compiled>,
}

pub(super) struct Compiled {
    pub(super) text: String,
    flags: i64,
    pub(super) regex: Regex,
    /// Anchored at its beginning, and at both ends.
    anchored: Regex,
    whole: Regex,
}

const METHODS: &[&str] =
    &["match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"];

impl Pattern {
    /// The pattern itself, or that of a text: read anew unless this render has read it before.
    pub(super) fn of(
        interp: &mut Interp<'_>,
        pattern: &Value,
        flags: Option<&Value>,
    ) -> Result<Self, Stop> {
        let text = match pattern {
            Value::Str(text) => text.as_str(),
            Value::Object(it) => {
                return match it.as_any().downcast_ref::<Pattern>() {
                    Some(pattern) => Ok(pattern.clone()),
                    None => Err(not_a_pattern()),
                };
            }
            _ => return Err(not_a_pattern()),
        };
        let flags = match flags.map(Number::of) {
            None => 0,
            Some(Some(Number::Int(it))) => it,
            Some(_) => return Err(Stop::type_error("flags have to be a number")),
        };
        let kept = interp.kept_pattern(text, flags);
        if let Some(Value::Object(kept)) = &kept
            && let Some(kept) = kept.as_any().downcast_ref::<Pattern>()
        {
            return Ok(kept.clone());
        }
        let read = Self::read(interp, text, flags)?;
        interp.keep_pattern(text, flags, &Value::object(read.clone()));
        Ok(read)
    }

    fn read(interp: &Interp<'_>, text: &str, flags: i64) -> Result<Self, Stop> {
        let translated = translate(text, flags)?;
        // Reading takes far longer than a step, and more memory than the text.
        interp.budget.charge_bytes(1 << 14)?;
        interp.budget.charge(text.len() as u64 + 16 * translated.expansion.min(1 << 16))?;
        let compile = |pattern: &str| {
            RegexBuilder::new(pattern)
                .backtrack_limit(BACKTRACK_LIMIT)
                .delegate_size_limit(SIZE_LIMIT)
                .delegate_dfa_size_limit(SIZE_LIMIT)
                .build()
                .map_err(|it| error(&format!("the pattern cannot be read: {it}")))
        };
        let pattern = &translated.pattern;
        // A comment must not swallow the bracket.
        let line = if translated.flags & 64 != 0 { "\n" } else { "" };
        Ok(Self {
            inner: Rc::new(Compiled {
                text: text.to_owned(),
                flags: translated.flags,
                regex: compile(pattern)?,
                anchored: compile(&format!("\\G(?:{pattern}{line})"))?,
                whole: compile(&format!("\\G(?:{pattern}{line})\\z"))?,
            }),
        })
    }

    /// The first match from a byte on.
    fn find<'t>(
        &self,
        interp: &Interp<'_>,
        regex: &Regex,
        text: &'t str,
        from: usize,
    ) -> Result<Option<Captures<'t, str>>, Stop> {
        if from > text.len() {
            return Ok(None);
        }
        interp.budget.charge(1 + (text.len() - from) as u64 / 64)?;
        regex.captures_from_pos(text, from).map_err(|_| {
            let message = "the regular expression takes too long";
            Stop::new(crate::ErrorKind::Limit(LimitKind::Fuel), message)
        })
    }

    /// Every match, as Python counts those that are empty.
    pub(super) fn all<'t>(
        &self,
        interp: &Interp<'_>,
        text: &'t str,
        count: usize,
    ) -> Result<Vec<Captures<'t, str>>, Stop> {
        let mut found: Vec<Captures<'t, str>> = Vec::new();
        let (mut from, mut last_end) = (0, None);
        while found.len() < count {
            let Some(captures) = self.find(interp, &self.inner.regex, text, from)? else { break };
            let Some(whole) = captures.get(0) else { break };
            let is_empty = whole.start() == whole.end();
            // An empty match at the place of the last empty one would never end.
            let next = text[whole.end()..].chars().next().map_or(1, char::len_utf8);
            if is_empty && last_end == Some((whole.end(), true)) {
                from = whole.end() + next;
                last_end = None;
                continue;
            }
            last_end = Some((whole.end(), is_empty));
            from = if is_empty { whole.end() + next } else { whole.end() };
            interp.budget.charge_bytes(64)?;
            found.push(captures);
        }
        Ok(found)
    }

    fn found(&self, captures: &Captures<'_, str>, text: &Str) -> MatchObject {
        let groups = (0..self.inner.regex.captures_len())
            .map(|it| captures.get(it).map(|it| (it.start(), it.end())))
            .collect();
        MatchObject(Rc::new(Found { pattern: self.clone(), text: text.clone(), groups }))
    }

    pub(super) fn names(&self) -> Vec<Option<String>> {
        self.inner.regex.capture_names().map(|it| it.map(str::to_owned)).collect()
    }
}

fn not_a_pattern() -> Stop {
    Stop::type_error("first argument must be string or compiled pattern")
}

fn subject(value: Option<Value>) -> Result<Str, Stop> {
    match value {
        Some(Value::Str(text)) => Ok(text),
        Some(other) => Err(Stop::type_error(format!(
            "expected string or bytes-like object, got '{}'",
            other.type_name()
        ))),
        None => Err(Stop::type_error("a text is missing")),
    }
}

fn limit(value: Option<&Value>) -> Result<usize, Stop> {
    match value.map(Number::of) {
        None | Some(Some(Number::Int(0))) => Ok(usize::MAX),
        Some(Some(Number::Int(it))) => Ok(usize::try_from(it).unwrap_or(0)),
        Some(_) => Err(Stop::type_error("a count has to be a number")),
    }
}

impl Object for Pattern {
    fn type_name(&self) -> &str {
        "re.Pattern"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            let method = Method { receiver: Value::object(self.clone()), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(match name {
            "pattern" => Some(Value::from(self.inner.text.as_str())),
            "flags" => Some(Value::Int(self.inner.flags | 32)),
            "groups" => Some(Value::from(self.inner.regex.captures_len() - 1)),
            "groupindex" => {
                let mut index = Dict::new();
                for (place, name) in self.names().into_iter().enumerate() {
                    if let Some(name) = name {
                        index.insert_str(&name, Value::from(place));
                    }
                }
                Some(Value::dict(index))
            }
            _ => None,
        })
    }

    fn call_method(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        if args.positional.iter().any(Value::is_hole) {
            return Ok(Value::Hole);
        }
        Ok(match name {
            "match" | "fullmatch" | "search" => {
                let [text, from, end] = args.bind(name, ["string", "pos", "endpos"], 1)?;
                let text = subject(text)?;
                let place = |it: Option<&Value>| -> Result<Option<usize>, Stop> {
                    match it {
                        None => Ok(None),
                        Some(value) => match Number::of(value) {
                            Some(Number::Int(it)) => {
                                let count = usize::try_from(it).unwrap_or(0);
                                let found = text.char_indices().nth(count);
                                Ok(Some(found.map_or(text.len(), |(at, _)| at)))
                            }
                            _ => Err(Stop::type_error("a place has to be a number")),
                        },
                    }
                };
                let (from, end) = (place(from.as_ref())?.unwrap_or(0), place(end.as_ref())?);
                let text = match end {
                    Some(end) => text.part(0, end),
                    None => text,
                };
                let regex = match name {
                    "match" => &self.inner.anchored,
                    "fullmatch" => &self.inner.whole,
                    _ => &self.inner.regex,
                };
                let captures = self.find(interp, regex, &text, from)?;
                captures.map_or(Value::None, |it| Value::object(self.found(&it, &text)))
            }
            "findall" => {
                let [text] = args.bind(name, ["string"], 1)?;
                let text = subject(text)?;
                let part = |captures: &Captures<'_, str>, group: usize| {
                    Value::from(captures.get(group).map_or("", |it| it.as_str()))
                };
                let groups = self.inner.regex.captures_len() - 1;
                let found = self.all(interp, &text, usize::MAX)?;
                let item = |captures: &Captures<'_, str>| match groups {
                    0 => part(captures, 0),
                    1 => part(captures, 1),
                    _ => Value::tuple((1..=groups).map(|it| part(captures, it)).collect()),
                };
                Value::list(found.iter().map(item).collect())
            }
            "finditer" => {
                let [text] = args.bind(name, ["string"], 1)?;
                let text = subject(text)?;
                let found = self.all(interp, &text, usize::MAX)?;
                let items = found.iter().map(|it| Value::object(self.found(it, &text))).collect();
                Value::iterator("callable_iterator", items)
            }
            "split" => {
                let [text, count] = args.bind(name, ["string", "maxsplit"], 1)?;
                let text = subject(text)?;
                let mut parts = Vec::new();
                let mut from = 0;
                for captures in self.all(interp, &text, limit(count.as_ref())?)? {
                    let Some(whole) = captures.get(0) else { continue };
                    parts.push(Value::from(&text[from..whole.start()]));
                    for group in 1..self.inner.regex.captures_len() {
                        let group = captures.get(group).map(|it| it.as_str());
                        parts.push(Value::from(group));
                    }
                    from = whole.end();
                }
                parts.push(Value::from(&text[from..]));
                Value::list(parts)
            }
            "sub" | "subn" => {
                let [by, text, count] = args.bind(name, ["repl", "string", "count"], 2)?;
                let text = subject(text)?;
                let by = by.unwrap_or(Value::None);
                let template = match &by {
                    Value::Str(template) => Some(Replacement::parse(template, &self.names())?),
                    _ => None,
                };
                let found = self.all(interp, &text, limit(count.as_ref())?)?;
                let (mut out, mut from) = (String::new(), 0);
                for captures in &found {
                    let Some(whole) = captures.get(0) else { continue };
                    out.push_str(&text[from..whole.start()]);
                    match &template {
                        Some(template) => {
                            template.write(|it| captures.get(it).map(|it| it.as_str()), &mut out)
                        }
                        None => {
                            let args =
                                Args::positional(vec![Value::object(self.found(captures, &text))]);
                            let part = interp.call_value(&by, args, site)?;
                            out.push_str(&replace::text_of(&part)?);
                        }
                    }
                    from = whole.end();
                    interp.budget.charge_text(out.len())?;
                }
                out.push_str(&text[from..]);
                let out = Value::from(out);
                match name {
                    "subn" => Value::tuple(vec![out, Value::from(found.len())]),
                    _ => out,
                }
            }
            _ => {
                return Err(Stop::new(
                    crate::ErrorKind::Undefined,
                    format!("'re.Pattern object' has no attribute '{name}'"),
                ));
            }
        })
    }

    fn repr(&self) -> String {
        let text = crate::value::repr::repr(&Value::from(self.inner.text.as_str()));
        let names =
            [(2, "IGNORECASE"), (8, "MULTILINE"), (16, "DOTALL"), (64, "VERBOSE"), (256, "ASCII")];
        let flags: Vec<String> = names
            .iter()
            .filter(|(flag, _)| self.inner.flags & flag != 0)
            .map(|(_, name)| format!("re.{name}"))
            .collect();
        let flags = if flags.is_empty() { String::new() } else { format!(", {}", flags.join("|")) };
        format!("re.compile({}{flags})", text.unwrap_or_default())
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|it| {
            it.inner.text == self.inner.text && it.inner.flags == self.inner.flags
        })
    }

    fn hash_text(&self) -> Option<String> {
        Some(self.inner.text.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
