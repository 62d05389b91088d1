//! `selectors.yml`: definitions in YAML, each of which may build on earlier ones.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::criterion::{Criterion, IndirectSelection};
use super::expression::{Expression, Operator};
use super::{Selection, SelectionError};

/// The selectors of a project, from the data of its `selectors.yml` or of a manifest.
#[derive(Debug, Default)]
pub struct Selectors {
    by_name: IndexMap<String, Selector>,
}

#[derive(Debug)]
struct Selector {
    is_default: bool,
    expression: Arc<Expression>,
}

impl Selectors {
    /// From the rendered content of `selectors.yml`.
    pub fn from_file(
        data: &Json,
        indirect_selection: IndirectSelection,
    ) -> Result<Self, SelectionError> {
        let Some(list) = selector_list(data)? else { return Ok(Self::default()) };
        Self::from_list(list.iter(), false, indirect_selection)
    }

    /// From the `selectors` of a manifest.
    pub fn from_manifest(
        manifest: &Json,
        indirect_selection: IndirectSelection,
    ) -> Result<Self, SelectionError> {
        let Some(selectors) = manifest.get("selectors").and_then(Json::as_object) else {
            return Ok(Self::default());
        };
        Self::from_list(selectors.values(), true, indirect_selection)
    }

    fn from_list<'a>(
        list: impl Iterator<Item = &'a Json>,
        resolved: bool,
        indirect_selection: IndirectSelection,
    ) -> Result<Self, SelectionError> {
        let mut selectors = Self::default();
        let mut default: Option<&str> = None;
        for entry in list {
            let facts = Entry::read(entry)?;
            if facts.is_default {
                if let Some(first) = default {
                    return Err(SelectionError::new(format!(
                        "Error when parsing the selector file. Found multiple selectors with `default: true`:{first} and {}",
                        facts.name
                    )));
                }
                default = Some(facts.name);
            }
            let reader = Reader { known: &selectors, resolved, indirect_selection };
            let expression = reader.root(facts.definition).map_err(|error| {
                SelectionError::new(format!("Could not read selector file data: {error}"))
            })?;
            let selector = Selector { is_default: facts.is_default, expression };
            selectors.by_name.insert(facts.name.to_owned(), selector);
        }
        Ok(selectors)
    }

    /// The one that counts where nothing is selected.
    #[must_use]
    pub fn default_name(&self) -> Option<&str> {
        self.by_name.iter().find(|(_, it)| it.is_default).map(|(name, _)| name.as_str())
    }

    pub fn get(&self, name: &str) -> Result<Selection, SelectionError> {
        match self.by_name.get(name) {
            Some(it) => Ok(Selection { expression: Arc::clone(&it.expression) }),
            None => {
                let names: Vec<String> = self.by_name.keys().map(|it| format!("'{it}'")).collect();
                Err(SelectionError::new(format!(
                    "Could not find selector named {name}, expected one of [{}]",
                    names.join(", ")
                )))
            }
        }
    }
}

/// One selector whose shape is right.
pub(super) struct Entry<'a> {
    pub name: &'a str,
    pub definition: &'a Json,
    is_default: bool,
}

impl<'a> Entry<'a> {
    pub(super) fn read(entry: &'a Json) -> Result<Self, SelectionError> {
        let Json::Object(object) = entry else {
            return Err(malformed(&format!("{entry} is not a selector")));
        };
        let Some(Json::String(name)) = object.get("name") else {
            return Err(malformed(&format!("a selector has no name: {entry}")));
        };
        let definition = match object.get("definition") {
            Some(it @ (Json::String(_) | Json::Object(_))) => it,
            Some(_) => {
                return Err(malformed(&format!(
                    "the definition of `{name}` is neither a text nor a mapping"
                )));
            }
            None => return Err(malformed(&format!("`{name}` has no definition"))),
        };
        let is_default = match object.get("default") {
            None => false,
            Some(Json::Bool(it)) => *it,
            Some(it) => return Err(malformed(&format!("`default` of `{name}` is {it}"))),
        };
        if object.get("description").is_some_and(|it| !it.is_string()) {
            return Err(malformed(&format!("the description of `{name}` is no text")));
        }
        let known = ["name", "definition", "description", "default"];
        if let Some(other) = object.keys().find(|it| !known.contains(&it.as_str())) {
            return Err(malformed(&format!("`{name}` has a key `{other}`")));
        }
        Ok(Self { name, definition, is_default })
    }
}

fn malformed(what: &str) -> SelectionError {
    SelectionError::new(format!("The selectors.yml file in this project is malformed: {what}"))
}

/// Nothing for an empty file.
pub(super) fn selector_list(data: &Json) -> Result<Option<&Vec<Json>>, SelectionError> {
    match data {
        Json::Null => Ok(None),
        Json::Object(object) if object.is_empty() => Ok(None),
        Json::Object(object) => match object.get("selectors") {
            Some(Json::Array(list)) => Ok(Some(list)),
            _ => Err(malformed("`selectors` is no list")),
        },
        _ => Err(malformed("it holds no mapping")),
    }
}

struct Reader<'a> {
    known: &'a Selectors,
    /// In a manifest definitions stand in place of the selectors that were named.
    resolved: bool,
    indirect_selection: IndirectSelection,
}

type Read = Result<Arc<Expression>, SelectionError>;

impl Reader<'_> {
    fn root(&self, definition: &Json) -> Read {
        if let Json::Object(object) = definition
            && (object.contains_key("union") || object.contains_key("intersection"))
            && object.len() > 1
        {
            let keys: Vec<&str> = object.keys().map(String::as_str).collect();
            return Err(SelectionError::new(format!(
                "Only a single 'union' or 'intersection' key is allowed in a root level selector definition; found {}.",
                keys.join(",")
            )));
        }
        self.definition(definition)
    }

    fn definition(&self, definition: &Json) -> Read {
        match definition {
            Json::String(word) => {
                let criterion = Criterion::from_word(word, self.indirect_selection)?;
                Ok(Arc::new(Expression::Criterion(criterion)))
            }
            Json::Object(object) if object.contains_key("union") => {
                self.group(Operator::Union, object, "union")
            }
            Json::Object(object) if object.contains_key("intersection") => {
                self.group(Operator::Intersection, object, "intersection")
            }
            Json::Object(object) => self.mapping(definition, object),
            other => Err(SelectionError::new(format!(
                "Expected to find union, intersection, str or dict, instead found {other}"
            ))),
        }
    }

    fn group(&self, operator: Operator, object: &Map<String, Json>, key: &str) -> Read {
        let mut included = Vec::new();
        let mut excluded = None;
        for part in list(object, key)? {
            let is_exclusion = |it: &&Map<String, Json>| {
                it.contains_key("exclude") && !(self.resolved && it.contains_key("method"))
            };
            match part.as_object().filter(is_exclusion) {
                Some(_) if excluded.is_some() => {
                    return Err(SelectionError::new(format!(
                        "You cannot provide multiple exclude arguments to the same selector set operator: {part}"
                    )));
                }
                Some(it) => excluded = self.exclusions(it)?,
                None => included.push(self.definition(part)?),
            }
        }
        let group = Expression::group(operator, included, IndirectSelection::Eager, None)?;
        without(group, excluded)
    }

    fn exclusions(
        &self,
        object: &Map<String, Json>,
    ) -> Result<Option<Arc<Expression>>, SelectionError> {
        let parts = list(object, "exclude")?.iter().map(|it| self.definition(it));
        let mut parts: Vec<_> = parts.collect::<Result<_, _>>()?;
        Ok(match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Expression::group(Operator::Union, parts, IndirectSelection::Eager, None)?),
        })
    }

    fn mapping(&self, raw: &Json, object: &Map<String, Json>) -> Read {
        let mut excluded = None;
        let mut first = object.iter();
        let criterion = match (first.next(), first.next()) {
            (Some((key, value)), None) => {
                let mapping = Map::from_iter([
                    ("method".to_owned(), Json::from(key.as_str())),
                    ("value".to_owned(), value.clone()),
                ]);
                Criterion::from_mapping(raw, &mapping, self.indirect_selection)?
            }
            _ if object.get("method").and_then(Json::as_str) == Some("selector") => {
                let name = object.get("value").cloned().unwrap_or_default();
                let known = name.as_str().and_then(|it| self.known.by_name.get(it));
                return known.map(|it| Arc::clone(&it.expression)).ok_or_else(|| {
                    let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                    SelectionError::new(format!(
                        "Existing selector definition for {name} not found."
                    ))
                });
            }
            _ if object.contains_key("method") && object.contains_key("value") => {
                if object.contains_key("exclude") {
                    excluded = self.exclusions(object)?;
                }
                Criterion::from_mapping(raw, object, self.indirect_selection)?
            }
            _ => {
                let keys: Vec<String> = object.keys().map(|it| format!("'{it}'")).collect();
                return Err(SelectionError::new(format!(
                    "Expected either 1 key or else \"method\" and \"value\" keys, but got [{}]",
                    keys.join(", ")
                )));
            }
        };
        without(Arc::new(Expression::Criterion(criterion)), excluded)
    }
}

fn without(included: Arc<Expression>, excluded: Option<Arc<Expression>>) -> Read {
    match excluded {
        Some(it) => Expression::group(
            Operator::Difference,
            vec![included, it],
            IndirectSelection::Eager,
            None,
        ),
        None => Ok(included),
    }
}

fn list<'a>(object: &'a Map<String, Json>, key: &str) -> Result<&'a Vec<Json>, SelectionError> {
    let Some(Json::Array(items)) = object.get(key) else {
        return Err(SelectionError::new(format!(
            "Invalid value for key \"{key}\". Expected a list."
        )));
    };
    match items.iter().find(|it| !it.is_string() && !it.is_object()) {
        None => Ok(items),
        Some(other) => Err(SelectionError::new(format!(
            "Invalid value type in key \"{key}\", expected dict or str (value: {other})."
        ))),
    }
}
