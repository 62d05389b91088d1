use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Db, File, Project, TextRange};
use project::{Origin, document, owner_of, packages, profile, resources};
use syntax::jinja::Template;

use crate::{all_nodes, jinja_texts, parsed};

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

/// The stretches of a file whose Jinja dbt does not render, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unrendered(Vec<TextRange>);

impl Unrendered {
    #[must_use]
    pub fn contains(&self, range: TextRange) -> bool {
        let after = self.0.partition_point(|it| it.start() <= range.start());
        after
            .checked_sub(1)
            .and_then(|it| self.0.get(it))
            .is_some_and(|it| it.contains_range(range))
    }
}

/// `vars` of a project file, and in `profiles.yml` all but the output in use.
pub fn unrendered(db: &dyn Db, project: Project, file: File) -> Unrendered {
    let name = file.path(db).name();
    let document = document(db, file);
    let Some(root) = &document.root else { return Unrendered::default() };
    if name == "dbt_project.yml" {
        return Unrendered(root.get("vars").map(|it| it.range).into_iter().collect());
    }
    let used = profile(db, project);
    if used.file != Some(file) {
        // Nobody reads another one.
        return Unrendered(if name == "profiles.yml" { vec![root.range] } else { Vec::new() });
    }
    let mut unread = Vec::new();
    for profile in root.entries() {
        if profile.name() != used.name.as_deref() {
            unread.push(profile.value.range);
            continue;
        }
        for output in profile.value.get("outputs").map_or(&[][..], |it| it.entries()) {
            if output.name() != used.target.as_deref() {
                unread.push(output.value.range);
            }
        }
    }
    unread.sort_by_key(|it| it.start());
    Unrendered(unread)
}

/// The variables that dbt would stop at: not set, read without a default where it renders.
#[salsa::tracked(returns(clone))]
pub fn missing_environment_names(db: &dyn Db, project: Project) -> Arc<BTreeSet<String>> {
    let is_set = |name: &str| project::environment_value(db, project, name.to_owned()).is_some();
    let mut missing = BTreeSet::new();
    // Of what is read in templates the nodes know whether they get there.
    let mut is_read_by_nodes = false;
    for file in files_with_jinja(db, project) {
        let is_yaml = matches!(file.path(db).extension(), "yml" | "yaml");
        let uses = environment_uses(db, file);
        if uses.is_empty() {
            continue;
        }
        let unread = if is_yaml { unrendered(db, project, file) } else { Unrendered::default() };
        for it in uses.iter() {
            if it.default.is_some() || missing.contains(&it.name) || is_set(&it.name) {
                continue;
            }
            if !is_yaml {
                is_read_by_nodes = true;
            } else if !unread.contains(it.range) {
                missing.insert(it.name.clone());
            }
        }
    }
    if is_read_by_nodes {
        for package in packages(db, project).iter().filter(|it| it.origin(db) != Origin::Upstream) {
            for node in all_nodes(db, *package) {
                let calls = &parsed(db, node).environment;
                missing.extend(calls.iter().filter(|it| it.missing).map(|it| it.name.clone()));
            }
        }
    }
    Arc::new(missing)
}

/// Every variable that a project's own files read without a default where dbt renders them, set or
/// not. What only a profile reads depends on the target.
#[salsa::tracked(returns(clone))]
pub fn required_environment_names(
    db: &dyn Db,
    project: Project,
    with_profile: bool,
) -> Arc<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in files_with_jinja(db, project) {
        let is_profile = file.path(db).name() == "profiles.yml";
        let found = environment_uses(db, file);
        if found.is_empty() || (is_profile && !with_profile) {
            continue;
        }
        let is_own = is_profile || owner_of(db, file).is_some_and(|it| it.is_own(db));
        if !is_own {
            continue;
        }
        let unread = unrendered(db, project, file);
        for it in found.iter().filter(|it| it.default.is_none()) {
            if !unread.contains(it.range) {
                names.insert(it.name.clone());
            }
        }
    }
    Arc::new(names)
}
