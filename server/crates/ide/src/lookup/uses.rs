use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Db, File, Project};
use rustc_hash::FxHashMap;
use semantic::{environment_uses, files_with_jinja, jinja_texts};

/// How often a file reads each environment variable: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
fn environment_use_counts_in(db: &dyn Db, file: File) -> Arc<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for it in environment_uses(db, file).iter() {
        *counts.entry(it.name.clone()).or_default() += 1;
    }
    Arc::new(counts)
}

/// In how many places of how many files a project reads each environment variable.
#[salsa::tracked(returns(clone))]
pub(crate) fn environment_use_counts(
    db: &dyn Db,
    project: Project,
) -> Arc<FxHashMap<String, (usize, usize)>> {
    let mut counts: FxHashMap<String, (usize, usize)> = FxHashMap::default();
    for file in files_with_jinja(db, project) {
        for (name, count) in environment_use_counts_in(db, file).iter() {
            let (places, files) = counts.entry(name.clone()).or_default();
            *places += count;
            *files += 1;
        }
    }
    Arc::new(counts)
}

/// The names that a file asks `var` for: moved text wakes nobody.
#[salsa::tracked(returns(clone))]
fn variable_names_in(db: &dyn Db, file: File) -> Arc<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for text in jinja_texts(db, file).iter() {
        let calls = text.template.calls().filter(|it| it.is("var") || it.is("builtins.var"));
        names.extend(calls.filter_map(|it| Some(it.positional(0)?.literal?.to_owned())));
    }
    Arc::new(names)
}

/// Every name that a project asks `var` for.
#[salsa::tracked(returns(clone))]
pub(crate) fn used_variable_names(db: &dyn Db, project: Project) -> Arc<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in files_with_jinja(db, project) {
        names.extend(variable_names_in(db, file).iter().cloned());
    }
    Arc::new(names)
}
