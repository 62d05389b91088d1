use base::{Content, nearest, range};
use project::{NameSource, Origin, Profile, ProfileProblem, document, package_of, profile};
use syntax::yaml::Node;
use syntax::yaml::edit::scalar;

use crate::rule::declare_rule;
use crate::{FileContext, FileKind, Findings, Fix};

declare_rule! {
    /// The profile or the target that the project names does not exist.
    ///
    /// Without one the adapter, the database and the schema are unknown, so relation names are
    /// guesses; everything else works. The finding stands on `profile:` in `dbt_project.yml`, or on
    /// `target:` in the project's `profiles.yml` where that names the target. Where a name is nearly
    /// right there is a fix.
    pub static MISSING_PROFILE = {
        name: "missing-profile",
        event: None,
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile, Profiles],
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
    // What a file of the project says wrongly is said there.
    if says_target(context, &profile) != (context.kind == FileKind::Profiles) {
        return;
    }
    // Where `profiles.yml` of the project itself is broken, that finding says enough.
    if let ProfileProblem::Unreadable { file } = problem
        && package_of(context.db, context.project, *file).is_some()
    {
        return;
    }
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
    let document = document(context.db, context.file);
    let root = document.root.as_ref();
    let (node, wanted, known) = match (context.kind, problem) {
        (FileKind::Profiles, ProfileProblem::NoTarget { target, known }) => {
            let name = profile.name.as_deref().unwrap_or_default();
            (root.and_then(|it| it.get_path(&[name, "target"])), target.as_str(), known.as_slice())
        }
        (_, ProfileProblem::NoProfile { name, known }) => {
            (root.and_then(|it| it.get("profile")), name.as_str(), known.as_slice())
        }
        _ => (root.and_then(|it| it.get("profile")), "", &[][..]),
    };
    let is_written = |it: &&Node| it.scalar_text() == Some(wanted) && it.alias().is_none();
    let fix = node.filter(is_written).and_then(|node| {
        let meant = nearest(wanted, known.iter().map(String::as_str))?;
        let edit = (node.range, scalar(meant));
        let title = format!("Change to `{meant}`");
        Some(Fix::of(context.file, title, [edit]).as_guess())
    });
    findings.add_with_fix(node.map_or_else(|| range(0, 0), |it| it.range), message, fix);
}

/// Whether `target:` in a `profiles.yml` of the project names what is missing.
fn says_target(context: &FileContext<'_>, profile: &Profile) -> bool {
    matches!(profile.problem, Some(ProfileProblem::NoTarget { .. }))
        && profile.target_source == NameSource::File
        && profile.file.is_some_and(|file| {
            let is_here = context.kind != FileKind::Profiles || file == context.file;
            is_here && package_of(context.db, context.project, file).is_some()
        })
}

/// Names as they are listed, not more than anybody reads.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        _ if names.is_empty() => "none".to_owned(),
        _ => shown.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::MISSING_PROFILE;
    use crate::testing::{check_fix_in, check_in};

    const PROFILES: &str =
        "shop:\n  target: {T}\n  outputs: {dev: {type: duckdb}, prod: {type: duckdb}}\n";

    #[test]
    fn a_name_that_is_nearly_right() {
        let profiles = PROFILES.replace("{T}", "dev");
        let project = "name: shop\nprofile: sohp # mine\n";
        let files = [("dbt_project.yml", project), ("profiles.yml", &profiles)];
        check_in(
            &MISSING_PROFILE,
            &files,
            expect![[r#"
                2:10-2:14 warning[missing-profile] `profiles.yml` has no profile `sohp`; it has `shop`
                    choice: Change to `shop` (a guess from the spelling)
            "#]],
        );
        check_fix_in(&MISSING_PROFILE, &files, "name: shop\nprofile: shop # mine\n");
    }

    #[test]
    fn the_target_that_the_profile_itself_names() {
        let profiles = PROFILES.replace("{T}", "dve");
        let project = ("dbt_project.yml", "name: shop\nprofile: shop\n");
        check_in(
            &MISSING_PROFILE,
            &[("profiles.yml", &profiles), project],
            expect![[r#"
                2:11-2:14 warning[missing-profile] the profile has no target `dve`; it has `dev`, `prod`
                    choice: Change to `dev` (a guess from the spelling)
            "#]],
        );
        check_in(&MISSING_PROFILE, &[project, ("profiles.yml", &profiles)], expect![""]);
        // Without `target:` it is `default`, which no file says.
        let profiles = profiles.replace("  target: dve\n", "");
        check_in(
            &MISSING_PROFILE,
            &[project, ("profiles.yml", &profiles)],
            expect![[r#"
                2:10-2:14 warning[missing-profile] the profile has no target `default`; it has `dev`, `prod`
            "#]],
        );
    }
}
