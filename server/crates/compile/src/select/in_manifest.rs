//! The selectors as dbt writes them into a manifest: words and pairs become mappings, and a
//! selector that is named is put in place of its name.

use serde_json::{Map, Value as Json, json};

use super::SelectionError;
use super::criterion::word_definition;
use super::definition::{Entry, selector_list};

/// Selectors that name each other can grow without end.
const MAX_VALUES: usize = 200_000;

/// The manifest's `selectors`, from the rendered content of `selectors.yml`.
pub fn manifest_selectors(data: &Json) -> Result<Json, SelectionError> {
    let mut writer = Writer { known: Map::new(), left: MAX_VALUES };
    for entry in selector_list(data)?.into_iter().flatten() {
        let facts = Entry::read(entry)?;
        // What dbt finds under the own name while it reads is the text as written.
        writer.known.insert(facts.name.to_owned(), entry.clone());
        let definition = writer.definition(facts.definition)?;
        if let Some(Json::Object(known)) = writer.known.get_mut(facts.name) {
            known.insert("definition".to_owned(), definition);
        }
    }
    Ok(Json::Object(writer.known))
}

struct Writer {
    known: Map<String, Json>,
    left: usize,
}

impl Writer {
    fn definition(&mut self, definition: &Json) -> Result<Json, SelectionError> {
        match definition {
            Json::String(word) => word_definition(word),
            Json::Object(object) => {
                for key in ["union", "intersection"] {
                    if let Some(parts) = object.get(key) {
                        let parts = parts.as_array().into_iter().flatten();
                        let parts: Vec<Json> =
                            parts.map(|it| self.part(it)).collect::<Result<_, _>>()?;
                        return Ok(json!({key: parts}));
                    }
                }
                self.mapping(object)
            }
            other => self.copy(other),
        }
    }

    fn part(&mut self, part: &Json) -> Result<Json, SelectionError> {
        match part {
            Json::String(_) | Json::Object(_) => self.definition(part),
            other => self.copy(other),
        }
    }

    /// The first key decides, as it does in dbt.
    fn mapping(&mut self, object: &Map<String, Json>) -> Result<Json, SelectionError> {
        let Some((key, value)) = object.iter().next() else { return Ok(json!({})) };
        let read = match value {
            Json::Array(items) => {
                let items = items.iter().map(|it| self.part(it));
                Json::Array(items.collect::<Result<_, _>>()?)
            }
            other => self.copy(other)?,
        };
        if key == "exclude" {
            return Ok(json!({key: read}));
        }
        if object.len() == 1 {
            return Ok(json!({"method": key, "value": read}));
        }
        if key == "method" && value == "selector" {
            let name = object.get("value").and_then(Json::as_str).unwrap_or_default();
            let known = self.known.get(name).and_then(|it| it.get("definition")).cloned();
            let Some(known) = known else {
                return Err(SelectionError::new(format!(
                    "Existing selector definition for {name} not found."
                )));
            };
            return self.copy(&known);
        }
        self.copy(&Json::Object(object.clone()))
    }

    fn copy(&mut self, value: &Json) -> Result<Json, SelectionError> {
        self.left = self
            .left
            .checked_sub(values(value))
            .ok_or_else(|| SelectionError::new("the selectors grow without end".to_owned()))?;
        Ok(value.clone())
    }
}

fn values(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(values).sum::<usize>(),
        Json::Object(object) => 1 + object.values().map(values).sum::<usize>(),
        _ => 1,
    }
}
