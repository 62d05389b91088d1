use std::collections::BTreeSet;

use base::{Content, Db, File, TextRange};
use project::{EXAMPLE_NAMES, dotenv, environment_value, is_secret_variable};
use semantic::{required_environment_names, used_environment_names};

use super::super::{edits, unused_env_var::is_read_by_dbt};
use super::is_near;
use crate::{FileContext, Findings, Fix, Severity};

/// The variables that the platform itself sets belong into no file.
fn is_of_the_platform(name: &str) -> bool {
    name == "DBT_ENV" || name.starts_with("DBT_CLOUD_")
}

/// What stands in `.env` and in no example.
pub fn check_dotenv(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let Some((example, example_name)) = example(context) else { return };
    let others = names(db, example);
    let used = used_environment_names(db, context.project);
    let lines = dotenv(db, context.file);
    let here: BTreeSet<&str> = lines.entries.iter().map(|it| it.name.as_str()).collect();
    let mut seen = BTreeSet::new();
    for entry in &lines.entries {
        let name = entry.name.as_str();
        if others.contains(name) || !seen.insert(name) {
            continue;
        }
        let unread = !used.contains(name);
        let meant = others.iter().find(|it| !here.contains(it.as_str()) && is_near(it, name));
        if let Some(meant) = meant.filter(|it| unread && used.contains(it.as_str())) {
            let message = format!("nothing reads `{name}`: `{example_name}` calls it `{meant}`");
            let title = format!("Rename to `{meant}`");
            let fix = Fix::of(context.file, title, [(entry.name_range, meant.clone())]).as_guess();
            findings.add_with_fixes(Severity::Warning, entry.name_range, message, vec![fix]);
            continue;
        }
        // What nothing reads is a hint of its own.
        if unread && !is_read_by_dbt(name) {
            continue;
        }
        let message = format!("`{name}` stands in `.env` and is missing from `{example_name}`");
        let title = format!("Add `{name}` to `{example_name}`, without its value");
        let add = edits::append(db, example, title, &format!("{name}="))
            .as_choice("everybody is then asked for it");
        findings.add_with_fixes(Severity::Info, entry.name_range, message, vec![add]);
    }
}

/// What stands in an example and not in `.env`, and what an example lacks.
pub fn check_example(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let (project, file) = (context.project, context.file);
    let own_name = file.path(db).name().to_owned();
    let used = used_environment_names(db, project);
    let required = required_environment_names(db, project, true);
    let lines = dotenv(db, file);
    let own: BTreeSet<&str> = lines.entries.iter().map(|it| it.name.as_str()).collect();
    let target = db.file(&context.package.root(db).join(".env"));
    let there = names(db, target);
    let mut seen = BTreeSet::new();
    for entry in &lines.entries {
        let name = entry.name.as_str();
        if there.contains(name) || !seen.insert(name) {
            continue;
        }
        let renamed = used.iter().find(|it| !own.contains(it.as_str()) && is_near(it, name));
        if let Some(meant) = renamed.filter(|_| !used.contains(name) && !is_read_by_dbt(name)) {
            let message = format!("nothing reads `{name}`: the project reads `{meant}`");
            let title = format!("Rename to `{meant}`");
            let fix = Fix::of(file, title, [(entry.name_range, meant.clone())]).as_guess();
            findings.add_with_fixes(Severity::Warning, entry.name_range, message, vec![fix]);
            continue;
        }
        // Who has no `.env` has no drift; what is set otherwise, or need not be set, is not missing.
        let is_text = matches!(target.content(db), Content::Text(_));
        let has_default = used.contains(name) && !required.contains(name);
        let is_foreign = !used.contains(name) && is_read_by_dbt(name);
        let is_set = environment_value(db, project, name.to_owned()).is_some();
        if !is_text || is_set || has_default || (!used.contains(name) && !is_foreign) {
            continue;
        }
        let message = format!("`{name}` stands in `{own_name}` and is missing from `.env`");
        let is_secret = is_secret_variable(db, project, name);
        let value = if is_secret { "" } else { entry.raw_value(file.text(db)) };
        let add = edits::append(
            db,
            target,
            format!("Add `{name}` to `.env`"),
            &format!("{name}={value}"),
        )
        .as_choice("it is then set");
        let mut fixes = vec![add];
        if is_foreign {
            let title = format!("Take `{name}` out of `{own_name}`");
            let line = edits::whole_lines(file.text(db), entry.range());
            let fix = Fix::of(file, title, [(line, String::new())]);
            fixes.push(fix.as_choice("nobody is asked for it then"));
        }
        findings.add_with_fixes(Severity::Info, entry.name_range, message, fixes);
    }
    if example(context).is_some_and(|it| it.0 == file) {
        lacking(findings, context, &own, &required);
        no_dotenv(findings, context, target);
    }
}

/// What a colleague who starts from the example will miss.
fn lacking(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    own: &BTreeSet<&str>,
    required: &BTreeSet<String>,
) {
    let db = context.db;
    let lacking: Vec<&str> = required
        .iter()
        .map(String::as_str)
        .filter(|it| !own.contains(it) && !is_of_the_platform(it))
        // A near name is a finding of its own.
        .filter(|it| !own.iter().any(|name| is_near(it, name)))
        .collect();
    if lacking.is_empty() {
        return;
    }
    let name = context.file.path(db).name().to_owned();
    let quoted: Vec<String> = lacking.iter().map(|it| format!("`{it}`")).collect();
    let (reads, them) = match lacking.len() {
        1 => {
            (format!("{}, which the project reads without a default", quoted[0]), quoted[0].clone())
        }
        _ => (
            format!("{}, which the project reads without a default", quoted.join(", ")),
            "them".to_owned(),
        ),
    };
    let text: Vec<String> = lacking.iter().map(|it| format!("{it}=")).collect();
    let fix = edits::append(db, context.file, format!("Add {them} to `{name}`"), &text.join("\n"))
        .as_choice("everybody is then asked for it");
    let range = edits::first_line(context.file.text(db));
    findings.add_with_fixes(Severity::Info, range, format!("`{name}` lacks {reads}"), vec![fix]);
}

/// A fresh clone: the example is there, and nothing of it is set.
fn no_dotenv(findings: &mut Findings<'_>, context: &FileContext<'_>, target: File) {
    let db = context.db;
    let (project, file) = (context.project, context.file);
    if target.exists(db) {
        return;
    }
    let lines = dotenv(db, file);
    let required = required_environment_names(db, project, true);
    let unset = |name: &str| environment_value(db, project, name.to_owned()).is_none();
    let missing = lines.entries.iter().filter(|it| required.contains(&it.name) && unset(&it.name));
    let missing: BTreeSet<&str> = missing.map(|it| it.name.as_str()).collect();
    if missing.is_empty() {
        return;
    }
    let name = file.path(db).name();
    let count = match missing.len() {
        1 => "a variable of it is".to_owned(),
        count => format!("{count} variables of it are"),
    };
    let message = format!("there is no `.env`, and {count} read without a default and not set");
    let text =
        project::dotenv_from_example(file.text(db), &|it| is_secret_variable(db, project, it));
    let title = format!("Create `.env` from `{name}`");
    let fix = Fix::of(target, title, [(TextRange::default(), text)])
        .as_choice("its values then count here");
    findings.add_with_fixes(Severity::Info, edits::first_line(file.text(db)), message, vec![fix]);
}

/// The example that counts: the first there is.
fn example(context: &FileContext<'_>) -> Option<(File, &'static str)> {
    let (db, root) = (context.db, context.package.root(context.db));
    let mut files = EXAMPLE_NAMES.iter().map(|it| (db.file(&root.join(it)), *it));
    files.find(|(file, _)| file.exists(db))
}

fn names(db: &dyn Db, file: File) -> BTreeSet<String> {
    dotenv(db, file).entries.iter().map(|it| it.name.clone()).collect()
}
