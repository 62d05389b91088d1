use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Db, File, Project, TextRange};
use project::{packages, resources};
use syntax::jinja::Template;

use crate::jinja_texts;

/// A call of `env_var` with a literal name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentUse {
    pub name: String,
    /// The name between its quotes.
    pub range: TextRange,
    /// The default as it is written.
    pub default: Option<String>,
}

/// The calls of `env_var` in a file, in the order of the text, branches not taken included.
#[salsa::tracked(returns(clone))]
pub fn environment_uses(db: &dyn Db, file: File) -> Arc<[EnvironmentUse]> {
    let mut found = Vec::new();
    // Most files have none and need no tree for that.
    if !file.text(db).contains("env_var") {
        return found.into();
    }
    for text in jinja_texts(db, file).iter() {
        for it in uses_in(&text.template) {
            found.push(EnvironmentUse { range: text.to_file(it.range), ..it });
        }
    }
    found.into()
}

fn uses_in(template: &Template) -> Vec<EnvironmentUse> {
    let calls = template.calls().filter(|it| it.is("env_var") || it.is("builtins.env_var"));
    calls
        .filter_map(|call| {
            let name = call.positional(0).or_else(|| call.keyword("var"))?;
            let default = call.positional(1).or_else(|| call.keyword("default"));
            Some(EnvironmentUse {
                name: name.literal?.to_owned(),
                range: name.inner.unwrap_or(name.range),
                default: default
                    .map(|it| template.slice(it.range).to_owned())
                    .filter(|it| !matches!(it.as_str(), "none" | "None")),
            })
        })
        .collect()
}

/// The names alone: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
pub(crate) fn names_used(db: &dyn Db, file: File) -> Arc<BTreeSet<String>> {
    Arc::new(environment_uses(db, file).iter().map(|it| it.name.clone()).collect())
}

/// Every file of a project, packages included, that can call `env_var`.
pub fn files_with_jinja(db: &dyn Db, project: Project) -> Vec<File> {
    let mut files = Vec::new();
    for package in packages(db, project).iter() {
        for name in
            ["dbt_project.yml", "packages.yml", "dependencies.yml", "selectors.yml", "profiles.yml"]
        {
            files.push(db.file(&package.root(db).join(name)));
        }
        files.extend(resources(db, *package).all());
    }
    files.extend(project::profile(db, project).file);
    files
}

/// Every variable that any file of the project reads.
#[salsa::tracked(returns(clone))]
pub fn used_environment_names(db: &dyn Db, project: Project) -> Arc<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in files_with_jinja(db, project) {
        names.extend(names_used(db, file).iter().cloned());
    }
    Arc::new(names)
}
