use base::{Content, TextRange, range};
use project::{Origin, ProfileProblem, document, package_of, profile};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// The profile or the target that the project names does not exist.
    ///
    /// Without one the adapter, the database and the schema are unknown, so relation names are
    /// guesses; everything else works. The finding stands on `profile:` in `dbt_project.yml`.
    pub static MISSING_PROFILE = {
        name: "missing-profile",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // Packages are built with the root project's profile.
    if context.package.origin(context.db) != Origin::Root
        || !matches!(context.file.content(context.db), Content::Text(_))
    {
        return;
    }
    let profile = profile(context.db, context.project);
    let Some(problem) = &profile.problem else { return };
    // Where `profiles.yml` of the project itself is broken, that finding says enough.
    if let ProfileProblem::Unreadable { file } = problem
        && package_of(context.db, context.project, *file).is_some()
    {
        return;
    }
    let list = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let message = match problem {
        ProfileProblem::NoProfileNamed => {
            "this project names no profile: add `profile:` with a name from `profiles.yml`"
                .to_owned()
        }
        ProfileProblem::NoFile { searched } => {
            let root = context.project.root(context.db);
            let folders: Vec<String> = searched
                .iter()
                .map(|it| {
                    if it == root {
                        "the project's folder".to_owned()
                    } else if it.as_str().ends_with("/.dbt") {
                        "`~/.dbt`".to_owned()
                    } else {
                        format!("`{}`", it.relative_to(root).unwrap_or(it.as_str()))
                    }
                })
                .collect();
            format!("there is no `profiles.yml`: looked in {}", folders.join(" and "))
        }
        ProfileProblem::Unreadable { .. } => "`profiles.yml` cannot be read".to_owned(),
        ProfileProblem::NoProfile { name, known } => {
            format!("`profiles.yml` has no profile `{name}`; it has {}", list(known))
        }
        ProfileProblem::NoOutputs { name } => format!("the profile `{name}` has no `outputs`"),
        ProfileProblem::NoTarget { target, known } => {
            format!("the profile has no target `{target}`; it has {}", list(known))
        }
        ProfileProblem::NoType { target } => format!("the target `{target}` has no `type`"),
    };
    findings.add(place(context), message);
}

/// The value of `profile:`, else the file's start.
fn place(context: &FileContext<'_>) -> TextRange {
    let document = document(context.db, context.file);
    let node = document.root.as_ref().and_then(|it| it.get("profile"));
    node.map_or_else(|| range(0, 0), |it| it.range)
}
