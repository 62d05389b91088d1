use std::any::Any;
use std::rc::Rc;

use super::pattern::Pattern;
use super::replace::Replacement;
use crate::eval::{Args, Interp, Site, Stop};
use crate::value::number::Number;
use crate::value::{Dict, Method, Object, Str, Value, repr};

pub(super) struct Found {
    pub(super) pattern: Pattern,
    pub(super) text: Str,
    /// Bytes of the whole match, then of each group that took part.
    pub(super) groups: Vec<Option<(usize, usize)>>,
}

/// A match.
#[derive(Clone)]
pub(super) struct MatchObject(pub(super) Rc<Found>);

const METHODS: &[&str] = &["group", "groups", "groupdict", "start", "end", "span", "expand"];

impl MatchObject {
    fn slice(&self, group: usize) -> Option<&str> {
        let (start, end) = (*self.0.groups.get(group)?)?;
        self.0.text.get(start..end)
    }

    /// Python counts characters.
    fn place(&self, byte: usize) -> i64 {
        let before = self.0.text.get(..byte).unwrap_or_default();
        i64::try_from(before.chars().count()).unwrap_or(i64::MAX)
    }

    fn number(&self, group: &Value) -> Result<usize, Stop> {
        let no_group = || Stop::index_error("no such group");
        let number = match group {
            Value::Str(name) => {
                let names = self.0.pattern.names();
                names.iter().position(|it| it.as_deref() == Some(name.as_str()))
            }
            other => match Number::of(other) {
                Some(Number::Int(it)) => usize::try_from(it).ok(),
                _ => None,
            },
        };
        number.filter(|it| *it < self.0.groups.len()).ok_or_else(no_group)
    }

    fn group(&self, group: &Value) -> Result<Value, Stop> {
        Ok(Value::from(self.slice(self.number(group)?)))
    }

    fn span(&self, group: Option<&Value>) -> Result<(i64, i64), Stop> {
        let group = group.map_or(Ok(0), |it| self.number(it))?;
        Ok(match self.0.groups.get(group).copied().flatten() {
            Some((start, end)) => (self.place(start), self.place(end)),
            None => (-1, -1),
        })
    }
}

impl Object for MatchObject {
    fn type_name(&self) -> &str {
        "re.Match"
    }

    fn get_attr(&self, _interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        if METHODS.contains(&name) {
            let method = Method { receiver: Value::object(self.clone()), name: name.into() };
            return Ok(Some(Value::Method(Rc::new(method))));
        }
        Ok(match name {
            "string" => Some(Value::Str(self.0.text.clone())),
            "re" => Some(Value::object(self.0.pattern.clone())),
            "pos" => Some(Value::Int(0)),
            "endpos" => Some(Value::Int(self.place(self.0.text.len()))),
            "lastindex" => {
                let last = (1..self.0.groups.len()).rev().find(|it| self.0.groups[*it].is_some());
                Some(last.map_or(Value::None, Value::from))
            }
            "lastgroup" => {
                let last = (1..self.0.groups.len()).rev().find(|it| self.0.groups[*it].is_some());
                let names = self.0.pattern.names();
                Some(Value::from(last.and_then(|it| names.get(it).cloned().flatten())))
            }
            _ => None,
        })
    }

    fn get_item(&self, _interp: &mut Interp<'_>, key: &Value) -> Result<Option<Value>, Stop> {
        match self.group(key) {
            Ok(value) => Ok(Some(value)),
            Err(_) => Ok(None),
        }
    }

    fn call_method(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        let pair = |(start, end): (i64, i64)| (Value::Int(start), Value::Int(end));
        Ok(match name {
            "group" => match args.positional.as_slice() {
                [] => Value::from(self.slice(0)),
                [group] => self.group(group)?,
                groups => Value::tuple(
                    groups.iter().map(|it| self.group(it)).collect::<Result<Vec<_>, _>>()?,
                ),
            },
            "groups" => {
                let [default] = args.bind(name, ["default"], 0)?;
                let default = default.unwrap_or(Value::None);
                let group = |it: usize| self.slice(it).map_or_else(|| default.clone(), Value::from);
                Value::tuple((1..self.0.groups.len()).map(group).collect())
            }
            "groupdict" => {
                let [default] = args.bind(name, ["default"], 0)?;
                let mut dict = Dict::new();
                for (group, name) in self.0.pattern.names().into_iter().enumerate() {
                    let Some(name) = name else { continue };
                    let default = || default.clone().unwrap_or(Value::None);
                    dict.insert_str(&name, self.slice(group).map_or_else(default, Value::from));
                }
                Value::dict(dict)
            }
            "start" => pair(self.span(args.positional.first())?).0,
            "end" => pair(self.span(args.positional.first())?).1,
            "span" => {
                let (start, end) = pair(self.span(args.positional.first())?);
                Value::tuple(vec![start, end])
            }
            "expand" => {
                let [template] = args.bind(name, ["template"], 1)?;
                let template = template.as_ref().and_then(Value::as_str).unwrap_or_default();
                let replacement = Replacement::parse(template, &self.0.pattern.names())?;
                let mut out = String::new();
                replacement.write(|it| self.slice(it), &mut out);
                Value::from(out)
            }
            _ => {
                return Err(Stop::new(
                    crate::ErrorKind::Undefined,
                    format!("'re.Match object' has no attribute '{name}'"),
                ));
            }
        })
    }

    fn repr(&self) -> String {
        let (start, end) = self.span(None).unwrap_or_default();
        let text = repr::repr(&Value::from(self.slice(0).unwrap_or_default()));
        format!("<re.Match object; span=({start}, {end}), match={}>", text.unwrap_or_default())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
