use std::sync::Arc;

use base::{Db, Project};
use jinja::eval::{Args, Host, Interp, Options, Recovery, RenderError, Site, Stop, render_native};
use jinja::source_map::FileId;
use jinja::value::{Dict, Value};
use syntax::jinja::Template;

use crate::{Json, Package, environment_value, is_secret_key, profile, variable};

/// What YAML is rendered for: how much of dbt's world it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YamlContext {
    /// `profiles.yml` and what leads to it: the command line's variables, no target.
    Profile,
    /// `dbt_project.yml`: the target too; its own `vars` are not known yet.
    ProjectFile,
    /// Properties: everything, variables as the package sees them.
    Properties(Package),
}

/// Whether any text in the data has a Jinja tag or ends with a line end, which Jinja takes away.
#[must_use]
pub fn contains_jinja(value: &Json) -> bool {
    match value {
        Json::String(it) => has_tag(it) || it.ends_with('\n'),
        Json::Array(items) => items.iter().any(contains_jinja),
        Json::Object(object) => {
            object.iter().any(|(key, value)| has_tag(key) || contains_jinja(value))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

fn has_tag(text: &str) -> bool {
    text.contains("{{") || text.contains("{%") || text.contains("{#")
}

/// The data with its Jinja rendered as dbt renders YAML: a lone expression keeps its type. Text
/// that cannot be rendered stays as it is written; rules say what is wrong with it.
#[must_use]
pub fn render_value(db: &dyn Db, project: Project, value: &Json, context: YamlContext) -> Json {
    match value {
        Json::String(text) => {
            // For dbt every text is a template, and a template loses its last line end.
            let text = text.strip_suffix('\n').unwrap_or(text);
            if has_tag(text) {
                render_text(db, project, text, context)
            } else {
                Json::String(text.to_owned())
            }
        }
        Json::Array(items) => {
            Json::Array(items.iter().map(|it| render_value(db, project, it, context)).collect())
        }
        Json::Object(object) => {
            let rendered = object
                .iter()
                .map(|(key, value)| (key.clone(), render_value(db, project, value, context)));
            Json::Object(rendered.collect())
        }
        other => other.clone(),
    }
}

fn render_text(db: &dyn Db, project: Project, text: &str, context: YamlContext) -> Json {
    let written = || Json::String(text.to_owned());
    try_render(db, project, text, context).ok().flatten().unwrap_or_else(written)
}

/// Why a text cannot be rendered. A variable that is not set is another matter, and those of the
/// command line are not known here.
#[must_use]
pub fn render_problem(
    db: &dyn Db,
    project: Project,
    text: &str,
    context: YamlContext,
) -> Option<String> {
    let problem = if has_tag(text) { try_render(db, project, text, context).err() } else { None };
    problem.filter(|it| !it.starts_with(MISSING_VARIABLE) && !it.starts_with(MISSING_VAR))
}

/// The value, or the message of what went wrong; neither for a template that does not parse.
fn try_render(
    db: &dyn Db,
    project: Project,
    text: &str,
    context: YamlContext,
) -> Result<Option<Json>, String> {
    let template: Arc<Template> = Arc::new(syntax::jinja::parse(text));
    if !template.problems.is_empty() {
        return Ok(None);
    }
    let host = YamlHost { db, project, context };
    let options = Options { without_map: true, ..Options::default() };
    render_native(FileId(0), &template, &host, options, |native| match native.error {
        None => Ok(jinja::data::to_json(&native.value)),
        Some(error) => Err(error.message.clone()),
    })
}

/// How the message about a variable that is not set begins.
const MISSING_VARIABLE: &str = "Env var required but not provided";
const MISSING_VAR: &str = "Required var";

struct YamlHost<'db> {
    db: &'db dyn Db,
    project: Project,
    context: YamlContext,
}

impl Host for YamlHost<'_> {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        match name {
            "env_var" | "var" | "doc" | "ref" | "source" | "return" | "log" => {
                Some(Value::function(name))
            }
            "target" if self.context != YamlContext::Profile => Some(target(self.db, self.project)),
            _ => None,
        }
    }

    fn call_function(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        let named = args.get(0, "var").or_else(|| args.get(0, "var_name")).and_then(Value::as_str);
        let default = args.get(1, "default").cloned();
        match (name, named) {
            ("env_var", Some(name)) => {
                match environment_value(self.db, self.project, name.to_owned()) {
                    Some(value) => Ok(Value::from(&*value)),
                    None => default
                        .filter(|it| !it.is_none())
                        .ok_or_else(|| Stop::host(format!("{MISSING_VARIABLE}: '{name}'"))),
                }
            }
            ("var", Some(name)) => {
                let value = match self.context {
                    YamlContext::Profile | YamlContext::ProjectFile => {
                        crate::command_line_vars(self.db, self.project).get(name).cloned()
                    }
                    YamlContext::Properties(package) => variable(self.db, package, name.to_owned()),
                };
                match (value, default) {
                    (Some(value), _) => Ok(jinja::data::from_json(&value)),
                    (None, Some(default)) => Ok(default),
                    (None, None) => {
                        Err(Stop::host(format!("{MISSING_VAR} '{name}' not found in config")))
                    }
                }
            }
            _ => Ok(Value::Hole),
        }
    }

    fn filter(
        &self,
        _interp: &mut Interp<'_>,
        name: &str,
        input: &Value,
        _args: &Args,
        _site: Site<'_>,
    ) -> Option<Result<Value, Stop>> {
        let text = input.as_str();
        Some(Ok(match name {
            "as_native" => text.map_or_else(|| input.clone(), native),
            "as_text" if input.is_none() => Value::from(""),
            "as_text" => input.clone(),
            "as_bool" => match text {
                Some("true" | "True") => Value::Bool(true),
                Some("false" | "False") => Value::Bool(false),
                _ => input.clone(),
            },
            "as_number" => match text.map(str::trim) {
                Some(text) => text.parse::<i64>().map(Value::Int).unwrap_or_else(|_| {
                    text.parse::<f64>().map_or_else(|_| input.clone(), Value::Float)
                }),
                None => input.clone(),
            },
            _ => return None,
        }))
    }

    fn on_error(&self, _error: &RenderError) -> Recovery {
        Recovery::Stop
    }

    fn check_cancelled(&self) {
        self.db.unwind_if_revision_cancelled();
    }
}

/// Text as the literal that it spells.
fn native(text: &str) -> Value {
    match text {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "None" => Value::None,
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(it), _) => Value::Int(it),
            (Err(_), Ok(it)) => Value::Float(it),
            _ => collection(text).unwrap_or_else(|| Value::from(text)),
        },
    }
}

/// A list or a dict that is written out: the key of a service account comes so.
fn collection(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let document = syntax::yaml::parse(text.trim());
    let root = document.root.filter(|_| document.readable)?;
    Some(jinja::data::from_json(&crate::to_json(&root)))
}

/// `target` in templates: the output in use without its secrets.
pub fn target(db: &dyn Db, project: Project) -> Value {
    let profile = profile(db, project);
    let mut attributes = Dict::new();
    for (key, value) in &profile.fields {
        if !is_secret_key(key) {
            attributes.insert_str(key, jinja::data::from_json(value));
        }
    }
    attributes.insert_str("name", Value::from(profile.target.clone()));
    attributes.insert_str("target_name", Value::from(profile.target.clone()));
    attributes.insert_str("profile_name", Value::from(profile.name.clone()));
    if profile.adapter.is_none() {
        // Nobody knows what the target will be.
        for key in ["name", "target_name", "type", "database", "dbname", "schema", "threads"] {
            attributes.insert_str(key, Value::Hole);
        }
        return Value::dict(attributes);
    }
    attributes.insert_str("type", Value::from(profile.adapter.clone()));
    attributes.insert_str("database", Value::from(profile.database()));
    attributes.insert_str("dbname", Value::from(profile.database()));
    attributes.insert_str("schema", Value::from(profile.schema()));
    if !profile.fields.contains_key("threads") {
        attributes.insert_str("threads", Value::Int(1));
    }
    Value::dict(attributes)
}
