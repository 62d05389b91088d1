//! Every template of `cases.json` in the environment that it names.

use super::*;
use crate::data::{from_json as json_value, yaml};
use crate::filters::json;
use crate::value::repr;

/// 2026-11-21 17:19:44.996768
const STARTED: i64 = 1_795_281_584_996_768;

/// Templates that we know to treat otherwise, each with the reason.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "{{ tojson(1e400) }}",
        "Jinja2 writes the constant into Python as `inf`, which is no name there",
    ),
    (
        "{% snapshot s %}x{% endsnapshot %}",
        "dbt cuts snapshots out of a file before Jinja2 sees them",
    ),
    (
        "{% set x %}{{ one }}{% endset %}{{ x }}",
        "Jinja2's native environment fails to join what is no text in a block",
    ),
    ("{{ '{1, 2}' | as_native }}", NO_LITERAL),
    ("{{ 'b\"x\"' | as_native }}", NO_LITERAL),
    ("{{ \"u'x'\" | as_native }}", NO_LITERAL),
    ("{{ '1 + 2j' | as_native }}", NO_LITERAL),
];

const NO_LITERAL: &str = "a literal of Python that Jinja's grammar lacks stays a text";

/// A host with a context and the functions of dbt that need no project.
struct Functions {
    context: Json,
    mode: crate::UndefinedMode,
}

impl Host for Functions {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        match name {
            "modules" => Some(crate::modules::modules(STARTED)),
            "run_started_at" => Some(crate::modules::utc_time(STARTED)),
            "fromjson" | "tojson" | "fromyaml" | "toyaml" => Some(Value::function(name)),
            _ => self.context.get(name).map(from_json),
        }
    }

    fn call_function(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        let [value, default, sort] = args.bind(name, ["value", "default", "sort_keys"], 1)?;
        let value = value.unwrap_or(Value::None);
        let sort = sort.is_some_and(|it| it.truthy());
        let written = match name {
            "tojson" => json::dumps(&value, None, sort, &interp.budget).map(Value::from),
            "toyaml" => yaml::dump(&value, sort, &interp.budget).map(Value::from),
            "fromjson" => match value.as_str() {
                Some(text) => serde_json::from_str::<Json>(text)
                    .map(|it| json_value(&it))
                    .map_err(|_| Stop::value_error("no JSON")),
                None => Err(Stop::type_error("the JSON object must be str")),
            },
            _ => {
                let document = syntax::yaml::parse(value.as_str().unwrap_or_default());
                match (&document.root, document.readable) {
                    (None, true) => Ok(Value::None),
                    (Some(root), true) => Ok(yaml_value(root)),
                    _ => Err(Stop::value_error("no YAML")),
                }
            }
        };
        match written {
            Err(Stop::Error(error)) if error.kind == ErrorKind::Value => {
                Ok(default.unwrap_or(Value::None))
            }
            other => other,
        }
    }

    fn undefined_mode(&self) -> crate::UndefinedMode {
        self.mode
    }
}

fn yaml_value(node: &syntax::yaml::Node) -> Value {
    use syntax::yaml::Value as Yaml;
    match &node.value {
        Yaml::Null => Value::None,
        Yaml::Bool(it) => Value::Bool(*it),
        Yaml::String(it) => Value::from(&**it),
        Yaml::Int(it) => Value::Int(*it),
        Yaml::Float(it) => Value::Float(*it),
        Yaml::Sequence(items) => Value::list(items.iter().map(yaml_value).collect()),
        Yaml::Mapping(mapping) => {
            let mut dict = Dict::new();
            for entry in &mapping.entries {
                dict.insert_str(entry.key.as_str().unwrap_or_default(), yaml_value(&entry.value));
            }
            Value::dict(dict)
        }
        _ => Value::Hole,
    }
}

fn made(environment: &str, template: &str, context: &Json) -> Result<String, String> {
    let template = Arc::new(syntax::jinja::parse(template));
    if let Some(problem) = template.problems.first() {
        return Err(problem.message.clone());
    }
    let mode = match environment {
        "parse" => crate::UndefinedMode::Chainable,
        _ => crate::UndefinedMode::Default,
    };
    let host = Functions { context: context.clone(), mode };
    let options = Options { dbt_macro_names: environment != "jinja", ..Options::default() };
    if environment == "native" {
        return render_native(FileId(0), &template, &host, options, |native| match native.error {
            Some(error) => Err(error.message),
            None => repr::repr(&native.value).map_err(|_| "too deep".to_owned()),
        });
    }
    let rendered = render(FileId(0), &template, &host, options);
    match rendered.error {
        Some(error) => Err(error.message),
        None => Ok(rendered.text),
    }
}

#[test]
fn templates_render_as_in_jinja2() {
    let data: Json =
        serde_json::from_str(include_str!("../../../../../../tests/jinja/cases.json")).unwrap();
    let context = &data["context"];
    let mut differences = Vec::new();
    let mut equal = 0;
    for case in data["cases"].as_array().unwrap() {
        let template = case["template"].as_str().unwrap();
        let environment = case["environment"].as_str().unwrap_or("jinja");
        let is_excused = DIFFERENT.iter().any(|(it, _)| *it == template);
        let expected = case["expected"].as_str();
        let found = made(environment, template, context);
        if found.as_deref().ok() == expected {
            equal += 1;
        } else if !is_excused {
            let group = case["group"].as_str().unwrap();
            let reason = case["error"].as_str().unwrap_or_default();
            differences.push(format!(
                "[{environment} {group}] {template:?}\n  jinja2 {expected:?} {reason}\n  here   {found:?}"
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "{} differ, {equal} are equal:\n{}",
        differences.len(),
        differences.join("\n")
    );
    assert!(equal > 2900);
}
