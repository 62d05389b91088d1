mod shapes;

use std::sync::Arc;

use base::{Db, File, TextRange};
use syntax::Problem;
use syntax::yaml::{Document, Node};

use crate::{Json, Package, YamlContext, document, render_value, to_json};

/// `dbt_project.yml` without its ranges, so that a comment in it wakes nobody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectFile {
    pub name: Option<Arc<str>>,
    pub version: Option<String>,
    pub profile: Option<String>,
    pub require_dbt_version: Vec<String>,
    pub paths: Paths,
    /// The whole file as data.
    pub data: Json,
}

/// Where dbt looks for what, relative to the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub models: Vec<String>,
    pub seeds: Vec<String>,
    pub snapshots: Vec<String>,
    pub analyses: Vec<String>,
    pub tests: Vec<String>,
    pub macros: Vec<String>,
    pub functions: Vec<String>,
    pub docs: Vec<String>,
    pub packages_install: String,
    pub target: String,
}

impl Default for Paths {
    fn default() -> Self {
        let one = |it: &str| vec![it.to_owned()];
        Self {
            models: one("models"),
            seeds: one("seeds"),
            snapshots: one("snapshots"),
            analyses: one("analyses"),
            tests: one("tests"),
            macros: one("macros"),
            functions: one("functions"),
            docs: Vec::new(),
            packages_install: "dbt_packages".to_owned(),
            target: "target".to_owned(),
        }
    }
}

impl Paths {
    /// Every folder that can hold resources: what dbt searches for docs where no path is set.
    #[must_use]
    pub fn docs(&self) -> Vec<String> {
        if self.docs.is_empty() { self.all() } else { self.docs.clone() }
    }

    /// Every folder that can hold properties.
    #[must_use]
    pub fn properties(&self) -> Vec<String> {
        self.all()
    }

    /// Every folder that is listed for anything.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &str> {
        self.each().chain(&self.docs).map(String::as_str)
    }

    fn all(&self) -> Vec<String> {
        self.each().cloned().collect()
    }

    fn each(&self) -> impl Iterator<Item = &String> {
        let lists = [
            &self.models,
            &self.seeds,
            &self.snapshots,
            &self.analyses,
            &self.tests,
            &self.macros,
            &self.functions,
        ];
        lists.into_iter().flatten()
    }
}

impl ProjectFile {
    /// A part of the file by its path of keys.
    #[must_use]
    pub fn get(&self, keys: &[&str]) -> Option<&Json> {
        keys.iter().try_fold(&self.data, |it, key| it.get(key))
    }

    /// A behaviour flag of the root project.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(&["flags", name])?.as_bool()
    }
}

/// A `dbt_project.yml` as it stands, Jinja unrendered.
#[salsa::tracked(returns(clone))]
pub fn project_file(db: &dyn Db, file: File) -> Arc<ProjectFile> {
    let document = document(db, file);
    let data = document.root.as_ref().map(to_json).unwrap_or_default();
    Arc::new(facts(data))
}

/// A package's `dbt_project.yml` with its Jinja rendered.
#[salsa::tracked(returns(clone))]
pub fn package_facts(db: &dyn Db, package: Package) -> Arc<ProjectFile> {
    let plain = project_file(db, package.file(db));
    if !crate::contains_jinja(&plain.data) {
        return plain;
    }
    let mut data = serde_json::Map::new();
    for (key, value) in plain.data.as_object().into_iter().flatten() {
        // dbt keeps the values of `vars` and everything that runs later as they are written.
        let kept = matches!(
            key.as_str(),
            "vars" | "on-run-start" | "on-run-end" | "query-comment" | "name" | "version"
        );
        let has_hooks = matches!(
            key.as_str(),
            "models" | "seeds" | "snapshots" | "tests" | "data_tests" | "functions"
        );
        let value = match value {
            value if kept => value.clone(),
            value if has_hooks => render_configs(db, package, value),
            value => render_value(db, package.project(db), value, YamlContext::ProjectFile),
        };
        data.insert(key.clone(), value);
    }
    Arc::new(facts(Json::Object(data)))
}

/// Configs of nodes: hooks are rendered when they run.
fn render_configs(db: &dyn Db, package: Package, value: &Json) -> Json {
    let Json::Object(values) = value else {
        return render_value(db, package.project(db), value, YamlContext::ProjectFile);
    };
    let rendered = values.iter().map(|(key, value)| {
        let plain = key.trim_start_matches(['+', ' ']);
        let late = matches!(plain, "pre-hook" | "post-hook" | "pre_hook" | "post_hook");
        (key.clone(), if late { value.clone() } else { render_configs(db, package, value) })
    });
    Json::Object(rendered.collect())
}

fn facts(data: Json) -> ProjectFile {
    let text = |key: &str| match data.get(key) {
        Some(Json::String(it)) => Some(it.clone()),
        Some(Json::Number(it)) => Some(it.to_string()),
        _ => None,
    };
    let defaults = Paths::default();
    let list = |keys: &[&str], default: Vec<String>| {
        let found = keys.iter().find_map(|key| data.get(*key)?.as_array());
        found.map_or(default, |items| {
            items.iter().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
        })
    };
    let paths = Paths {
        models: list(&["model-paths", "source-paths"], defaults.models),
        seeds: list(&["seed-paths", "data-paths"], defaults.seeds),
        snapshots: list(&["snapshot-paths"], defaults.snapshots),
        analyses: list(&["analysis-paths"], defaults.analyses),
        tests: list(&["test-paths"], defaults.tests),
        macros: list(&["macro-paths"], defaults.macros),
        functions: list(&["function-paths"], defaults.functions),
        docs: list(&["docs-paths"], defaults.docs),
        packages_install: text("packages-install-path").unwrap_or(defaults.packages_install),
        target: text("target-path").unwrap_or(defaults.target),
    };
    let require_dbt_version = match data.get("require-dbt-version") {
        Some(Json::String(it)) => it.split(',').map(|it| it.trim().to_owned()).collect(),
        Some(Json::Array(items)) => {
            items.iter().filter_map(|it| Some(it.as_str()?.trim().to_owned())).collect()
        }
        _ => Vec::new(),
    };
    ProjectFile {
        name: data.get("name").and_then(Json::as_str).map(Into::into),
        version: text("version"),
        profile: text("profile"),
        require_dbt_version,
        paths,
        data,
    }
}

/// What keeps dbt from reading a `dbt_project.yml` that is good YAML.
#[must_use]
pub fn project_file_problems(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let start = TextRange::empty(0.into());
    let Some(root) = &document.root else {
        if document.readable {
            problems.push(Problem {
                range: start,
                message: "`dbt_project.yml` is empty; it needs at least a `name`".to_owned(),
            });
        }
        return problems;
    };
    if root.as_mapping().is_none() {
        if document.readable {
            let message = "`dbt_project.yml` must be a mapping with at least a `name`".to_owned();
            problems.push(Problem { range: first_line(root), message });
        }
        return problems;
    }
    match root.get("name") {
        // A file that is broken further up may well have a name.
        None if !document.readable => {}
        None => problems.push(Problem {
            range: start,
            message: "`dbt_project.yml` has no `name`".to_owned(),
        }),
        Some(node) => match node.as_str() {
            Some(name) if is_project_name(name) => {}
            Some(name) => problems.push(Problem {
                range: node.range,
                message: format!(
                    "`{name}` is no project name: letters, digits and underscores, not starting with a digit"
                ),
            }),
            None => problems.push(Problem {
                range: node.range,
                message: "the `name` of a project must be text".to_owned(),
            }),
        },
    }
    if document.readable {
        problems.extend(shapes::problems(root));
    }
    problems
}

fn is_project_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && name.chars().all(|it| it == '_' || it.is_alphanumeric())
}

fn first_line(node: &Node) -> TextRange {
    TextRange::empty(node.range.start())
}
