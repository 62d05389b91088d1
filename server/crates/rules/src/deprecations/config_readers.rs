//! Who reads a config by its name: whoever moves the config has to move them along.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Db, File, Project, TextEdit, TextRange};
use project::{
    Package, dbt_version, document, internal_packages, package_name, packages, resources,
};
use semantic::jinja_texts;
use syntax::jinja::{Call, Expr, ExprId, Template};
use syntax::python;
use syntax::yaml::{self, Value};

use super::config_call::{Moved, with_config_calls};
use crate::{FileContext, FileEdit, Fix};

/// A fix that moves keys from `config` under `meta`, with everybody who sets and reads them.
/// Nothing where dbt itself or the adapter reads one of them.
pub(super) fn with_readers(context: &FileContext<'_>, fix: Fix, keys: &[&str]) -> Option<Fix> {
    let db = context.db;
    let version = dbt_version(db, context.project);
    let version = (version.major, version.minor);
    let mut fix = fix;
    let mut reasons: Vec<String> = fix.consequence.take().into_iter().collect();
    for key in keys {
        let readers = readers(db, context.project, (*key).to_owned());
        if readers.is_read_by_engine {
            return None;
        }
        reasons.extend(readers.reason.clone());
        if readers.files.is_empty() {
            continue;
        }
        if version < (1, 10) {
            return None;
        }
        if version == (1, 10) {
            reasons.push("`meta_get` needs dbt 1.10.18".to_owned());
        }
        for file in readers.files.iter() {
            for (range, text) in rewrites(db, *file, key) {
                fix.edits.push(FileEdit { file: *file, edit: TextEdit { range, text } });
            }
        }
        for file in readers.set_in.iter().filter(|it| **it != context.file) {
            match moved_in(db, *file, key) {
                Some(edits) => fix.edits.extend(edits),
                None => reasons
                    .push(format!("`{key}` stays where it is in `{}`", shown(context, *file))),
            }
        }
        if let Some(file) = readers.set_in_yaml.iter().find(|it| **it != context.file) {
            reasons.push(format!(
                "`{key}` is set in `{}` too, where it has to move as well",
                shown(context, *file)
            ));
        }
    }
    let here = |it: &FileEdit| it.file != context.file;
    fix.edits.sort_by_key(|it| (here(it), it.file.path(db).clone(), it.edit.range.start()));
    fix.edits.dedup();
    reasons.dedup();
    Some(if reasons.is_empty() { fix } else { fix.as_choice(reasons.join("; ")) })
}

fn shown(context: &FileContext<'_>, file: File) -> String {
    let path = file.path(context.db);
    path.relative_to(context.project.root(context.db)).unwrap_or(path.as_str()).to_owned()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Readers {
    /// Files of the project that read it by a name that is written out.
    files: Vec<File>,
    /// Templates and Python models of the project that set it.
    set_in: Vec<File>,
    set_in_yaml: Vec<File>,
    /// Why not everybody who reads it can be moved.
    reason: Option<String>,
    is_read_by_engine: bool,
}

/// A small query, so that a macro that begins to read one config wakes nobody who has another.
#[salsa::tracked(returns(clone))]
fn readers(db: &dyn Db, project: Project, key: String) -> Arc<Readers> {
    let mut readers = Readers::default();
    for package in internal_packages(db, project).iter() {
        let mut files = files(db, *package).into_iter();
        readers.is_read_by_engine |= files.any(|it| config_uses(db, it).read.contains(&key));
    }
    for package in packages(db, project).iter() {
        for file in files(db, *package) {
            let uses = config_uses(db, file);
            if !package.is_own(db) {
                let name = package_name(db, *package);
                if uses.read.contains(&key) || uses.read_otherwise.contains(&key) {
                    readers.reason =
                        Some(format!("the package `{name}` reads `{key}` and would not find it"));
                } else if uses.reads_computed && readers.reason.is_none() {
                    readers.reason = Some(format!(
                        "the package `{name}` reads configs by names that it computes"
                    ));
                }
                continue;
            }
            if uses.read.contains(&key) {
                readers.files.push(file);
            }
            if uses.set.contains(&key) {
                let of_yaml = matches!(file.path(db).extension(), "yml" | "yaml");
                if of_yaml { &mut readers.set_in_yaml } else { &mut readers.set_in }.push(file);
            }
            let path = file.path(db).relative_to(project.root(db)).unwrap_or_default();
            if uses.read_otherwise.contains(&key) {
                readers.reason =
                    Some(format!("`{path}` reads `{key}` in a way that cannot be moved"));
            } else if uses.reads_computed && readers.reason.is_none() {
                readers.reason = Some(format!("`{path}` reads configs by names that it computes"));
            }
        }
    }
    Arc::new(readers)
}

fn files(db: &dyn Db, package: Package) -> Vec<File> {
    let mut files: Vec<File> = resources(db, package).all().collect();
    files.push(package.file(db));
    files
}

/// What a file does with configs. Names alone: moved text wakes nobody.
#[derive(Debug, Default, PartialEq, Eq)]
struct ConfigUses {
    set: BTreeSet<String>,
    /// `config.get('name')`
    read: BTreeSet<String>,
    /// `node.config.name`
    read_otherwise: BTreeSet<String>,
    /// `config.get(name)`
    reads_computed: bool,
}

#[salsa::tracked(returns(clone))]
fn config_uses(db: &dyn Db, file: File) -> Arc<ConfigUses> {
    let mut uses = ConfigUses::default();
    let text = file.text(db);
    let extension = file.path(db).extension();
    let is_yaml = matches!(extension, "yml" | "yaml");
    if !text.contains("config") && file.path(db).name() != "dbt_project.yml" {
        return Arc::new(uses);
    }
    if extension == "py" {
        for call in python::parse(text).calls.iter() {
            match (call.function, read_in_python(call)) {
                (python::Function::ConfigGet, Some(name)) => drop(uses.read.insert(name)),
                (python::Function::ConfigGet, None) => uses.reads_computed = true,
                _ => {}
            }
        }
    }
    if is_yaml {
        set_in_yaml(&document(db, file), &mut uses.set);
    } else if matches!(extension, "py" | "sql") {
        with_config_calls(db, file, |call| {
            uses.set.extend(call.arguments.iter().map(|it| it.name.clone()));
        });
    }
    for text in jinja_texts(db, file).iter() {
        let template = &text.template;
        for call in template.calls() {
            match read(&call) {
                Some(Some(name)) => drop(uses.read.insert(name.to_owned())),
                Some(None) => uses.reads_computed = true,
                None => uses.read_otherwise.extend(got(&call)),
            }
        }
        for (_, node) in template.all_exprs() {
            match node.kind {
                Expr::Attribute { object, name, .. } if is_config(template, object) => {
                    uses.read_otherwise.insert(template.name(name).to_owned());
                }
                Expr::Item { object, index } if is_config(template, object) => {
                    uses.read_otherwise.extend(template.literal(index).map(str::to_owned));
                }
                _ => {}
            }
        }
    }
    Arc::new(uses)
}

/// Of `config.get` and `config.require`, `model.` in front or not: the name, where it is written out.
fn read<'a>(call: &Call<'a>) -> Option<Option<&'a str>> {
    let reads = ["config.get", "config.require", "model.config.get"];
    if !reads.iter().any(|it| call.is(it)) {
        return None;
    }
    let name = call.positional(0).or_else(|| call.keyword("name"));
    Some(name.and_then(|it| it.literal))
}

/// `node.config.get('name')`: a mapping, which has no `meta_get`.
fn got(call: &Call<'_>) -> Option<String> {
    let segments = call.segments();
    let is_get = matches!(segments.as_slice(), [.., _, "config", "get"]);
    Some(call.positional(0).filter(|_| is_get)?.literal?.to_owned())
}

/// `node.config`
fn is_config(template: &Template, expr: ExprId) -> bool {
    let attribute = template.expr(expr).kind;
    matches!(attribute, Expr::Attribute { name, .. } if template.name(name) == "config")
}

fn read_in_python(call: &python::Call) -> Option<String> {
    Some(call.positional().next()?.value.as_str()?.to_owned())
}

/// Keys under any `config`, and those of the trees of a project file.
fn set_in_yaml(document: &yaml::Document, names: &mut BTreeSet<String>) {
    let Some(root) = &document.root else { return };
    let mut stack = vec![(root, false)];
    while let Some((node, in_config)) = stack.pop() {
        match &node.value {
            Value::Sequence(items) => stack.extend(items.iter().map(|it| (it, false))),
            Value::Mapping(mapping) => {
                for entry in &mapping.entries {
                    let Some(name) = entry.key.as_str() else { continue };
                    if in_config || name.starts_with('+') {
                        names.insert(name.trim_start_matches('+').to_owned());
                    }
                    stack.push((&entry.value, name == "config"));
                }
            }
            _ => {}
        }
    }
}

/// Reads of one key in a file, made reads of `meta`.
fn rewrites(db: &dyn Db, file: File, key: &str) -> Vec<(TextRange, String)> {
    let mut edits = Vec::new();
    if file.path(db).extension() == "py" {
        for call in python::parse(file.text(db)).calls {
            let is_read = call.function == python::Function::ConfigGet;
            if is_read && read_in_python(&call).as_deref() == Some(key) {
                edits.push((call.function_range, "dbt.config.meta_get".to_owned()));
            }
        }
        return edits;
    }
    for text in jinja_texts(db, file).iter() {
        for call in text.template.calls().filter(|it| read(it) == Some(Some(key))) {
            let method = call.segments().last().copied().unwrap_or("get");
            let range = text.to_file(call.callee_range());
            edits.push((range, format!("config.meta_{method}")));
        }
    }
    edits
}

/// The key moved under `meta` in every call of a file that sets it.
fn moved_in(db: &dyn Db, file: File, key: &str) -> Option<Vec<FileEdit>> {
    let mut all = Some(Vec::new());
    with_config_calls(db, file, |call| {
        let Some(argument) = call.arguments.iter().position(|it| it.name == key) else { return };
        let edits = call.moved_to_meta(&[Moved { argument, pair: None }]);
        all = all.take().zip(edits).map(|(mut all, edits)| {
            all.extend(
                edits
                    .into_iter()
                    .map(|(range, text)| FileEdit { file, edit: TextEdit { range, text } }),
            );
            all
        });
    });
    all
}
