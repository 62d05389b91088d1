use std::collections::BTreeSet;

use base::{Db, File};
use project::{
    Definition, DefinitionFormat, definition_files, definitions, document, is_secret_name,
    is_secret_variable, repository_root,
};
use semantic::{required_environment_names, used_environment_names};

use super::super::unused_env_var::is_read_by_dbt;
use super::is_near;
use crate::{FileContext, Findings, Fix, Severity};

/// What a pipeline or a dev container sets and nothing reads, and what a workflow does not set.
pub fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    let files = definition_files(db, context.project);
    let Some(format) = files.iter().find(|it| it.file == context.file).map(|it| &it.format) else {
        return;
    };
    let found = definitions(db, context.file, format.clone());
    let own: BTreeSet<&str> = found.iter().map(|it| it.name.as_str()).collect();
    let used = used_in_repository(context);
    let text = context.file.text(db);
    for it in found.iter() {
        let name = it.name.as_str();
        // A step of the pipeline may read it itself.
        if used.contains(name) || is_read_by_dbt(name) || is_mentioned_twice(text, &found, name) {
            continue;
        }
        match used.iter().find(|used| !own.contains(used.as_str()) && is_near(used, name)) {
            Some(meant) => {
                let message = format!("nothing reads `{name}`: the project reads `{meant}`");
                let fix = Fix::of(
                    context.file,
                    format!("Rename to `{meant}`"),
                    [(it.name_range, meant.clone())],
                )
                .as_guess();
                findings.add_with_fixes(Severity::Warning, it.name_range, message, vec![fix]);
            }
            None => {
                let message = format!("nothing in the project reads `{name}`");
                findings.add_as(Severity::Hint, it.name_range, message);
            }
        }
    }
    if *format == DefinitionFormat::GitHub {
        not_set(findings, context, &found, &own);
    }
}

/// What the projects of the same repository read: a pipeline in its root may be for any of them.
fn used_in_repository(context: &FileContext<'_>) -> BTreeSet<String> {
    let db = context.db;
    let mut used = BTreeSet::clone(&used_environment_names(db, context.project));
    if !context.file.path(db).is_below(context.project.root(db)) {
        let repository = repository_root(db, context.project);
        for other in db.workspace().projects(db).iter().filter(|it| **it != context.project) {
            if repository_root(db, *other) == repository {
                used.extend(used_environment_names(db, *other).iter().cloned());
            }
        }
    }
    used
}

fn is_mentioned_twice(text: &str, found: &[Definition], name: &str) -> bool {
    let definitions = found.iter().filter(|it| it.name == name).count();
    text.matches(name).nth(definitions).is_some()
}

/// A workflow that runs dbt and sets some of the project's variables, but not this one. GitHub sets
/// nothing that the workflow does not name.
fn not_set(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    found: &[Definition],
    own: &BTreeSet<&str>,
) {
    let (db, project) = (context.db, context.project);
    let text = context.file.text(db);
    // Where values come from another file or another workflow, nobody knows.
    let others = ["GITHUB_ENV", ".env", "env-file", "workflow_call", "uses: ./", "dotenv"];
    let runs_dbt = ["dbt build", "dbt run", "dbt test", "dbt compile"];
    if !runs_dbt.iter().any(|it| text.contains(it))
        || others.iter().any(|it| text.contains(it))
        || !document(db, context.file).problems.is_empty()
        || db.workspace().projects(db).len() > 1
    {
        return;
    }
    let required = required_environment_names(db, project, false);
    let Some(anchor) = found.iter().find(|it| required.contains(&it.name)) else { return };
    let lacking = required.iter().filter(|it| !own.contains(it.as_str()));
    for name in lacking.filter(|it| !it.starts_with("DBT_CLOUD_") && *it != "DBT_ENV") {
        if own.iter().any(|it| is_near(it, name)) {
            continue;
        }
        let message = format!(
            "the project reads `{name}` without a default, and this workflow does not set it"
        );
        let fixes = add_above(db, context.file, anchor, &value(context, name)).into_iter();
        findings.add_with_fixes(Severity::Hint, anchor.name_range, message, fixes.collect());
    }

    fn value(context: &FileContext<'_>, name: &str) -> String {
        let is_secret =
            is_secret_name(name) || is_secret_variable(context.db, context.project, name);
        let store = if is_secret { "secrets" } else { "vars" };
        format!("{name}: ${{{{ {store}.{name} }}}}")
    }
}

/// A new pair above one that stands on a line of its own.
fn add_above(db: &dyn Db, file: File, anchor: &Definition, pair: &str) -> Option<Fix> {
    let text = file.text(db);
    let start = usize::from(anchor.name_range.start());
    let line = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let indent = &text[line..start];
    let name = pair.split(':').next()?;
    indent.chars().all(|it| it == ' ').then(|| {
        let added = format!("{indent}{pair}\n");
        Fix::of(file, format!("Set `{name}` here"), [(base::range(line, line), added)])
            .as_choice("the pipeline then has it")
    })
}
