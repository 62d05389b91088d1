use std::str::FromStr;

use serde_json::{Map, Value as Json};

use super::SelectionError;

/// One word of a selection: `2+tag:nightly+`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Criterion {
    /// As it was written.
    pub raw: String,
    pub method: Method,
    /// What follows the method's name: of `config.meta.owner` the two words behind `config`.
    pub arguments: Vec<String>,
    /// A text, or what a definition in YAML says.
    pub value: Json,
    /// `@`: descendants and all that they need.
    pub childrens_parents: bool,
    pub parents: Option<Depth>,
    pub children: Option<Depth>,
    pub indirect_selection: IndirectSelection,
}

/// How many steps away relatives count; none for all.
pub(crate) type Depth = Option<usize>;

/// Which tests come with what they test.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IndirectSelection {
    /// Those of which anything they test is selected.
    #[default]
    Eager,
    /// Those of which everything they test is selected.
    Cautious,
    /// Cautious, where what the selected nodes read counts as selected.
    Buildable,
    /// None.
    Empty,
}

impl FromStr for IndirectSelection {
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<Self, SelectionError> {
        match text {
            "eager" => Ok(Self::Eager),
            "cautious" => Ok(Self::Cautious),
            "buildable" => Ok(Self::Buildable),
            "empty" => Ok(Self::Empty),
            _ => Err(SelectionError::new(format!("'{text}' is not a valid IndirectSelection"))),
        }
    }
}

macro_rules! methods {
    ($($method:ident $name:literal),* $(,)?) => {
        /// What a word looks at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Method { $($method),* }

        impl Method {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$method),)*
                    _ => None,
                }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$method => $name),* }
            }
        }
    };
}

methods! {
    Fqn "fqn", Tag "tag", Group "group", Access "access", Source "source", Path "path",
    File "file", Package "package", Config "config", TestName "test_name", TestType "test_type",
    ResourceType "resource_type", State "state", Exposure "exposure", Metric "metric",
    Result "result", SourceStatus "source_status", Version "version",
    SemanticModel "semantic_model", SavedQuery "saved_query", UnitTest "unit_test",
}

impl Criterion {
    pub(crate) fn from_word(
        raw: &str,
        indirect_selection: IndirectSelection,
    ) -> Result<Self, SelectionError> {
        let word = Word::read(raw)?;
        let (method, arguments) = match word.method {
            Some(it) => method(it)?,
            None => (default_method(word.value), Vec::new()),
        };
        let depth = |digits: &str| digits.parse().ok().filter(|_| !digits.is_empty());
        let criterion = Self {
            raw: raw.to_owned(),
            method,
            arguments,
            value: Json::from(word.value),
            childrens_parents: word.childrens_parents,
            parents: word.parents.map(depth),
            children: word.children.map(depth),
            indirect_selection,
        };
        criterion.checked()
    }

    /// From a mapping with `method` and `value`.
    pub(crate) fn from_mapping(
        raw: &Json,
        mapping: &Map<String, Json>,
        indirect_selection: IndirectSelection,
    ) -> Result<Self, SelectionError> {
        let Some(value) = mapping.get("value") else {
            return Err(SelectionError::new(format!(
                "Invalid node spec \"{raw}\" - no search value!"
            )));
        };
        let (method, arguments) = match mapping.get("method") {
            None | Some(Json::Null) => {
                (default_method(value.as_str().unwrap_or_default()), Vec::new())
            }
            Some(Json::String(name)) => method(name)?,
            Some(other) => return Err(SelectionError::unknown_method(&other.to_string())),
        };
        let indirect_selection = match mapping.get("indirect_selection") {
            None => indirect_selection,
            Some(Json::String(it)) => it.parse()?,
            Some(other) => other.to_string().parse()?,
        };
        let relatives = |key: &str, depth_key: &str| -> Result<Option<Depth>, SelectionError> {
            let depth = depth(mapping.get(depth_key))?;
            Ok(is_true(mapping.get(key)).then_some(depth))
        };
        let criterion = Self {
            raw: raw.to_string(),
            method,
            arguments,
            value: value.clone(),
            childrens_parents: is_true(mapping.get("childrens_parents")),
            parents: relatives("parents", "parents_depth")?,
            children: relatives("children", "children_depth")?,
            indirect_selection,
        };
        criterion.checked()
    }

    fn checked(self) -> Result<Self, SelectionError> {
        if self.childrens_parents && self.children.is_some() {
            return Err(SelectionError::new(format!(
                "Invalid node spec {} - \"@\" prefix and \"+\" suffix are incompatible",
                self.raw
            )));
        }
        Ok(self)
    }
}

/// A word taken apart: `@2+method:value+3`.
struct Word<'a> {
    childrens_parents: bool,
    parents: Option<&'a str>,
    method: Option<&'a str>,
    value: &'a str,
    children: Option<&'a str>,
}

impl<'a> Word<'a> {
    fn read(raw: &'a str) -> Result<Self, SelectionError> {
        if raw.contains('\n') {
            return Err(SelectionError::new(format!("Invalid selector spec \"{raw}\"")));
        }
        let without_digits =
            |text: &'a str| text.trim_start_matches(|it: char| it.is_ascii_digit());
        let (childrens_parents, rest) = match raw.strip_prefix('@') {
            Some(rest) => (true, rest),
            None => (false, raw),
        };
        let behind = without_digits(rest);
        let (parents, rest) = match behind.strip_prefix('+') {
            Some(after) => (Some(&rest[..rest.len() - behind.len()]), after),
            None => (None, rest),
        };
        let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
        let name = &rest[..rest.len() - rest.trim_start_matches(is_name).len()];
        let (method, rest) = match rest[name.len()..].strip_prefix(':') {
            Some(after) if !name.is_empty() => (Some(name), after),
            _ => (None, rest),
        };
        let plus = rest.rfind('+').filter(|it| without_digits(&rest[it + 1..]).is_empty());
        let (value, children) = match plus {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        Ok(Self { childrens_parents, parents, method, value, children })
    }
}

fn method(name: &str) -> Result<(Method, Vec<String>), SelectionError> {
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or_default();
    let method = Method::named(first).ok_or_else(|| SelectionError::unknown_method(first))?;
    Ok((method, parts.map(str::to_owned).collect()))
}

fn default_method(value: &str) -> Method {
    let lower = value.to_lowercase();
    if value.contains('/') {
        Method::Path
    } else if [".sql", ".py", ".csv"].iter().any(|it| lower.ends_with(it)) {
        Method::File
    } else {
        Method::Fqn
    }
}

/// As Python sees it.
pub(crate) fn is_true(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => false,
        Some(Json::Bool(it)) => *it,
        Some(Json::Number(it)) => it.as_f64() != Some(0.0),
        Some(Json::String(it)) => !it.is_empty(),
        Some(Json::Array(it)) => !it.is_empty(),
        Some(Json::Object(it)) => !it.is_empty(),
    }
}

/// Nothing and zero mean no limit in YAML, unlike in a word, where zero means no step.
fn depth(value: Option<&Json>) -> Result<Depth, SelectionError> {
    let Some(value) = value.filter(|it| is_true(Some(it))) else { return Ok(None) };
    let number = match value {
        Json::Number(it) => it.as_i64().or_else(|| it.as_f64().map(|it| it as i64)),
        Json::String(it) => it.trim().parse::<i64>().ok(),
        Json::Bool(_) => Some(1),
        _ => None,
    };
    match number {
        Some(it) => Ok(Some(usize::try_from(it).unwrap_or(0))),
        None => Err(SelectionError::new(format!(
            "Invalid node spec - could not handle parent depth {value}"
        ))),
    }
}

/// The definition that dbt writes into a manifest for a word.
pub(super) fn word_definition(raw: &str) -> Result<Json, SelectionError> {
    let Ok(word) = Word::read(raw) else {
        return Ok(serde_json::json!({"error": "Invalid selector spec"}));
    };
    let name = match word.method {
        Some(it) => {
            method(it)?;
            it
        }
        None => default_method(word.value).name(),
    };
    let mut definition = Map::new();
    let mut relatives = |key: &str, said: Option<&str>| {
        if let Some(digits) = said {
            definition.insert(key.to_owned(), Json::Bool(true));
            if !digits.is_empty() {
                definition.insert(format!("{key}_depth"), Json::from(digits));
            }
        }
    };
    relatives("childrens_parents", word.childrens_parents.then_some(""));
    relatives("parents", word.parents);
    let mut children = Map::new();
    if let Some(digits) = word.children {
        children.insert("children".to_owned(), Json::Bool(true));
        if !digits.is_empty() {
            children.insert("children_depth".to_owned(), Json::from(digits));
        }
    }
    definition.insert("method".to_owned(), Json::from(name));
    if !word.value.is_empty() {
        definition.insert("value".to_owned(), Json::from(word.value));
    }
    definition.extend(children);
    Ok(Json::Object(definition))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> String {
        let it = match Criterion::from_word(raw, IndirectSelection::Eager) {
            Ok(it) => it,
            Err(error) => return error.to_string(),
        };
        let depth = |depth: Option<Depth>, name: &str| match depth {
            None => String::new(),
            Some(None) => format!(" {name}"),
            Some(Some(it)) => format!(" {name}={it}"),
        };
        let around = if it.childrens_parents { " @" } else { "" };
        let arguments: String = it.arguments.iter().map(|it| format!(".{it}")).collect();
        format!(
            "{}{arguments} {}{around}{}{}",
            it.method.name(),
            it.value,
            depth(it.parents, "parents"),
            depth(it.children, "children")
        )
    }

    #[test]
    fn words() {
        assert_eq!(read("orders"), r#"fqn "orders""#);
        assert_eq!(read("2+orders+3"), r#"fqn "orders" parents=2 children=3"#);
        assert_eq!(read("+orders+"), r#"fqn "orders" parents children"#);
        assert_eq!(read("0+orders"), r#"fqn "orders" parents=0"#);
        assert_eq!(read("@orders"), r#"fqn "orders" @"#);
        assert_eq!(read("@1+orders"), r#"fqn "orders" @ parents=1"#);
        assert_eq!(read("a+b+2"), r#"fqn "a+b" children=2"#);
        assert_eq!(read("a++"), r#"fqn "a+" children"#);
        assert_eq!(read("+"), r#"fqn "" parents"#);
        assert_eq!(read("models/x"), r#"path "models/x""#);
        assert_eq!(read("x.SQL"), r#"file "x.SQL""#);
        assert_eq!(read("config.meta.owner:me:you"), r#"config.meta.owner "me:you""#);
        assert_eq!(read("a-b:c"), r#"fqn "a-b:c""#);
        assert_eq!(read(":x"), r#"fqn ":x""#);
        assert_eq!(read(""), r#"fqn """#);
        assert_eq!(read("none:x"), "'none' is not a valid method name");
        assert_eq!(read("a\nb"), "Invalid selector spec \"a\nb\"");
        assert_eq!(
            read("@orders+"),
            r#"Invalid node spec @orders+ - "@" prefix and "+" suffix are incompatible"#
        );
        assert_eq!(
            read("99999999999999999999999+x"),
            r#"fqn "x" parents"#,
            "more steps than there can be are all"
        );
    }

    #[test]
    fn a_word_as_a_definition() {
        let json = |raw: &str| word_definition(raw).unwrap().to_string();
        assert_eq!(
            json("2+config.materialized:table+"),
            r#"{"parents":true,"parents_depth":"2","method":"config.materialized","value":"table","children":true}"#
        );
        assert_eq!(
            json("@orders"),
            r#"{"childrens_parents":true,"method":"fqn","value":"orders"}"#
        );
    }

    #[test]
    fn a_mapping() {
        let read = |text: &str| {
            let json: Json = serde_json::from_str(text).unwrap();
            let mapping = json.as_object().unwrap();
            Criterion::from_mapping(&json, mapping, IndirectSelection::Eager)
                .map(|it| (it.parents, it.children, it.indirect_selection))
                .map_err(|it| it.to_string())
        };
        assert_eq!(
            read(
                r#"{"method": "tag", "value": "x", "parents": true, "parents_depth": 0, "children": "yes", "children_depth": "2", "indirect_selection": "cautious"}"#
            ),
            Ok((Some(None), Some(Some(2)), IndirectSelection::Cautious))
        );
        assert!(read(r#"{"method": "tag"}"#).unwrap_err().ends_with("no search value!"));
        let wrong = r#"{"method": "tag", "value": "x", "indirect_selection": "bold"}"#;
        assert_eq!(read(wrong).unwrap_err(), "'bold' is not a valid IndirectSelection");
    }
}
