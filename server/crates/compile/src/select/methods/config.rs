use serde_json::Value as Json;

use crate::select::graph::Graph;
use crate::select::id_set::IdSet;
use crate::select::resource::Section;

/// Nodes and sources whose config has that value, or has it in a list.
pub(super) fn search(graph: &Graph<'_>, path: &[String], value: &Json) -> IdSet {
    let ignore_case = path == ["severity"];
    let wanted = Wanted { value, ignore_case };
    graph.where_resource(|it| {
        matches!(it.section, Section::Nodes | Section::Sources)
            && it
                .config()
                .and_then(|config| descend(config, path))
                .is_some_and(|found| wanted.is(found))
    })
}

fn descend<'m>(config: &'m Json, path: &[String]) -> Option<&'m Json> {
    let (first, rest) = path.split_first()?;
    let mut value = config.get(first)?;
    for name in rest {
        // dbt finds the method of Python's dict first.
        let is_method = DICT_METHODS.contains(&name.as_str());
        value = value.as_object().filter(|_| !is_method)?.get(name)?;
    }
    Some(value)
}

const DICT_METHODS: [&str; 11] = [
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

struct Wanted<'a> {
    value: &'a Json,
    ignore_case: bool,
}

impl Wanted<'_> {
    fn is(&self, found: &Json) -> bool {
        match found {
            Json::Array(items) => {
                items.iter().any(|it| self.equals(it))
                    || (self.says("true") && items.iter().any(|it| equal(it, &Json::Bool(true))))
                    || (self.says("false") && items.iter().any(|it| equal(it, &Json::Bool(false))))
            }
            found => {
                self.equals(found)
                    || (self.says("true") && *found == Json::Bool(true))
                    || (self.says("false") && *found == Json::Bool(false))
            }
        }
    }

    fn equals(&self, found: &Json) -> bool {
        match (self.value, found) {
            (Json::String(value), Json::String(found)) if self.ignore_case => {
                value.to_uppercase() == found.to_uppercase()
            }
            (value, found) => equal(value, found),
        }
    }

    fn says(&self, word: &str) -> bool {
        match self.value {
            Json::String(it) => it.eq_ignore_ascii_case(word),
            Json::Bool(it) => it.to_string() == word,
            _ => false,
        }
    }
}

/// As Python compares: a truth is a number, and numbers have no kinds.
fn equal(a: &Json, b: &Json) -> bool {
    let number = |it: &Json| match it {
        Json::Bool(it) => Some(f64::from(u8::from(*it))),
        other => other.as_f64(),
    };
    match (a, b) {
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        (a, b) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values() {
        let config = json!({
            "materialized": "table", "severity": "ERROR", "full_refresh": null,
            "meta": {"owner": "me", "level": 3, "flags": [true, 1], "values": "x", "on": false},
            "unique_key": ["id", "day"],
        });
        let has = |path: &str, value: Json| {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            let wanted = Wanted { value: &value, ignore_case: path == ["severity"] };
            descend(&config, &path).is_some_and(|it| wanted.is(it))
        };
        assert!(has("materialized", json!("table")));
        assert!(!has("materialized", json!("Table")));
        assert!(has("severity", json!("error")));
        assert!(has("meta.owner", json!("me")));
        assert!(!has("meta.level", json!("3")));
        assert!(has("meta.level", json!(3.0)));
        assert!(has("meta.flags", json!("True")));
        assert!(!has("meta.flags", json!("false")));
        assert!(has("meta.on", json!("FALSE")));
        assert!(has("meta.on", json!(0)));
        assert!(has("unique_key", json!("id")));
        assert!(!has("meta.values", json!("x")), "a dict has a method of that name");
        assert!(!has("full_refresh", json!("None")));
        assert!(!has("materialized.x", json!("table")));
        assert!(!has("nothing", json!("x")));
    }
}
