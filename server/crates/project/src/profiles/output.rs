use base::{Db, File, Project, TextRange};
use syntax::yaml::Node;

use super::profile;
use crate::{
    Adapter, Each, Generation, Json, YamlContext, adapter, as_v2_reads, contains_jinja, document,
    render_problem, render_value, to_json,
};

/// The output in use as it stands in its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub file: File,
    pub profile: String,
    pub target: String,
    /// The output's name.
    pub name: TextRange,
    /// Each key once: the last, as dbt has it, after those that an anchor brings in.
    pub fields: Vec<Field>,
}

/// A key of an output with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub key: TextRange,
    pub value: TextRange,
    /// As YAML has it.
    pub written: Json,
    /// As each generation has it in the end.
    pub rendered: Each<Json>,
    /// Why it cannot be rendered.
    pub problem: Option<String>,
}

impl Field {
    #[must_use]
    pub fn has_jinja(&self) -> bool {
        contains_jinja(&self.written)
    }

    /// The variables of the environment that it names, and whether each has a default.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, bool)> {
        let Some(text) = self.written.as_str().filter(|it| it.contains("env_var")) else {
            return Vec::new();
        };
        let template = syntax::jinja::parse(text);
        let calls = template.calls().filter(|it| it.is("env_var"));
        let named = calls.filter_map(|call| {
            let name = call.positional(0).or_else(|| call.keyword("var"))?.literal?.to_owned();
            let default = call.positional(1).or_else(|| call.keyword("default"));
            Some((name, default.is_some()))
        });
        named.collect()
    }

    /// As text, where it is a scalar.
    #[must_use]
    pub fn text(&self, generation: Generation) -> Option<String> {
        match self.rendered.get(generation) {
            Json::Null | Json::Array(_) | Json::Object(_) => None,
            Json::String(it) => Some(it.clone()),
            other => Some(other.to_string()),
        }
    }
}

impl Output {
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name == name)
    }

    #[must_use]
    pub fn adapter(&self) -> Option<&'static Adapter> {
        adapter(self.field("type")?.rendered.core.as_str()?)
    }

    /// The way to log in, as the adapter recognises it.
    #[must_use]
    pub fn login(&self, generation: Generation) -> Option<&'static crate::Login> {
        self.adapter()?.login(generation, &|key| self.field(key)?.text(generation))
    }
}

/// The output in use; nothing where profile, target or file are missing.
pub fn selected_output(db: &dyn Db, project: Project) -> Option<Output> {
    let used = profile(db, project);
    let (file, name, target) = (used.file?, used.name.as_ref()?, used.target.as_ref()?);
    let document = document(db, file);
    let outputs = document.root.as_ref()?.get(name)?.get("outputs")?.as_mapping()?;
    let named = |it: &&(&Node, &Node)| it.0.scalar_text() == Some(target);
    let pairs = outputs.pairs();
    let (key, output) = pairs.iter().rev().find(named)?;
    let fields = output.as_mapping()?.pairs().into_iter().filter_map(|(key, value)| {
        let name = key.scalar_text()?.to_owned();
        Some(field(db, project, name, key.range, value))
    });
    Some(Output {
        file,
        profile: name.clone(),
        target: target.clone(),
        name: key.range,
        fields: fields.collect(),
    })
}

fn field(db: &dyn Db, project: Project, name: String, key: TextRange, value: &Node) -> Field {
    let written = to_json(value);
    let core = render_value(db, project, &written, YamlContext::Profile);
    let has_jinja = written.as_str().is_some_and(|it| it.contains("{{") || it.contains("{%"));
    let problem =
        written.as_str().and_then(|it| render_problem(db, project, it, YamlContext::Profile));
    let v2 = match &core {
        Json::String(text) if has_jinja => as_v2_reads(text),
        other => other.clone(),
    };
    Field { name, key, value: value.range, written, rendered: Each { core, v2 }, problem }
}
