use base::{File, TextEdit};
use project::{Origin, document, packages};
use syntax::yaml::edit::{Edit, Editor};
use syntax::yaml::{Entry, Node, Style};

use super::edits;
use crate::rule::declare_rule;
use crate::{FileContext, FileEdit, Findings, Fix, Severity};

declare_rule! {
    /// `profiles.yml` has a mapping `config` with flags.
    ///
    /// Flags belong under `flags` of `dbt_project.yml`, for each project its own. dbt Core reads
    /// them here as long as the project has none; dbt v2 refuses the file, even where the mapping is
    /// empty. The profile is often shared: other projects that use it lose the flags.
    ///
    /// ```yaml
    /// # profiles.yml, before
    /// config:
    ///   send_anonymous_usage_stats: false
    /// # dbt_project.yml, after
    /// flags:
    ///   send_anonymous_usage_stats: false
    /// ```
    pub static PROJECT_FLAGS_MOVED = {
        name: "project-flags-moved",
        event: Some("ProjectFlagsMovedDeprecation"),
        severity: Warning,
        since: "dbt 1.8",
        files: [Profiles],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let profiles = document(context.db, context.file);
    let Some(root) = &profiles.root else { return };
    let entries = root.entries().iter().filter(|it| !it.overridden);
    let Some(entry) = entries.rev().find(|it| it.key.as_str() == Some("config")) else { return };
    // A profile may be called so.
    if entry.value.get("outputs").is_some() {
        return;
    }
    let is_empty = entry.value.entries().is_empty();
    if is_empty && findings.is_core() {
        return;
    }
    let has_flags = project_flags(context).is_some_and(|it| !it.is_empty());
    let (severity, message) = if !findings.is_core() {
        (
            Severity::Error,
            "flags belong under `flags` of `dbt_project.yml`: dbt v2 refuses `config` here",
        )
    } else if has_flags {
        (Severity::Error, "`dbt_project.yml` has flags too: dbt refuses both at once")
    } else {
        (Severity::Warning, "flags belong under `flags` of `dbt_project.yml`")
    };
    let fix = moved(context, root, entry);
    findings.add_with_fixes(severity, entry.key.range, message, fix.into_iter().collect());
}

/// The names of the flags that the project has.
fn project_flags(context: &FileContext<'_>) -> Option<Vec<String>> {
    let project = document(context.db, root_project_file(context)?);
    let flags = project.root.as_ref()?.get("flags")?.as_mapping()?;
    Some(flags.pairs().iter().filter_map(|(key, _)| key.as_str().map(str::to_owned)).collect())
}

fn root_project_file(context: &FileContext<'_>) -> Option<File> {
    let all = packages(context.db, context.project);
    let root = all.iter().find(|it| it.origin(context.db) == Origin::Root)?;
    Some(root.file(context.db))
}

fn moved(context: &FileContext<'_>, root: &Node, entry: &Entry) -> Option<Fix> {
    let text = context.file.text(context.db);
    let profiles = document(context.db, context.file);
    let editor = Editor::new(text, &profiles);
    let mut changes: Vec<FileEdit> = Vec::new();
    let mut add = |file, it: Vec<Edit>| {
        let it = it.into_iter().map(|(range, text)| TextEdit { range, text });
        changes.extend(it.map(|edit| FileEdit { file, edit }));
    };
    if edits::has_anchor_or_alias(entry) {
        return None;
    }
    add(context.file, editor.remove_entry(root, entry)?);
    let known = project_flags(context).unwrap_or_default();
    let mut lines = Vec::new();
    for flag in entry.value.entries().iter().filter(|it| !it.overridden) {
        let source = flag.value.source(text);
        let is_plain = flag.value.style != Style::Literal && !source.contains('\n');
        let name = flag.key.as_str().filter(|_| is_plain && flag.value.style != Style::Folded)?;
        if !known.iter().any(|it| it == name) {
            lines.push(format!("{}: {source}", flag.key.source(text)));
        }
    }
    if !lines.is_empty() {
        let file = root_project_file(context)?;
        add(file, into_project(context, file, &lines)?);
    }
    let fix = Fix::of(context.file, "Move to `flags` of `dbt_project.yml`", []);
    let consequence =
        "they count for this project only then, and no longer for others that use this profile";
    Some(Fix { edits: changes, ..fix }.as_choice(consequence))
}

fn into_project(context: &FileContext<'_>, file: File, lines: &[String]) -> Option<Vec<Edit>> {
    let project = document(context.db, file);
    let editor = Editor::new(file.text(context.db), &project);
    let root = project.root.as_ref()?;
    let on_one_line = [Some(root), root.get("flags")].into_iter().flatten();
    let is_flow = on_one_line.map(|it| it.style).any(|it| it == Style::Flow);
    let pairs = lines.join(if is_flow { ", " } else { "\n" });
    editor.insert_under(root, "flags", &pairs).filter(|it| editor.is_readable(it))
}

#[cfg(test)]
mod tests {
    use base::{TextEdit, apply};
    use expect_test::expect;

    use super::PROJECT_FLAGS_MOVED;
    use crate::testing::{check_in, findings};

    const CORE: (&str, &str) =
        ("dbt_project.yml", "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\n");
    const PROFILE: &str = "shop:\n  outputs:\n    default: {type: duckdb}\n";

    #[test]
    fn flags_in_the_profile() {
        let text = format!("config:\n  use_colors: false\n{PROFILE}");
        let profiles = ("profiles.yml", text.as_str());
        check_in(
            &PROJECT_FLAGS_MOVED,
            &[profiles, CORE],
            expect![[r#"
                1:1-1:7 warning[project-flags-moved] flags belong under `flags` of `dbt_project.yml`
                    choice: Move to `flags` of `dbt_project.yml` (they count for this project only then, and no longer for others that use this profile)
            "#]],
        );
        let both = (
            "dbt_project.yml",
            "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\nflags: {use_colors: true}\n",
        );
        check_in(
            &PROJECT_FLAGS_MOVED,
            &[profiles, both],
            expect![[r#"
                1:1-1:7 error[project-flags-moved] `dbt_project.yml` has flags too: dbt refuses both at once
                    choice: Move to `flags` of `dbt_project.yml` (they count for this project only then, and no longer for others that use this profile)
            "#]],
        );
    }

    #[test]
    fn an_empty_mapping_bothers_v2_alone() {
        let text = format!("config: {{}}\n{PROFILE}");
        let v2 = ("dbt_project.yml", "name: shop\nprofile: shop\n");
        check_in(
            &PROJECT_FLAGS_MOVED,
            &[("profiles.yml", &text), v2],
            expect![[r#"
                1:1-1:7 error[project-flags-moved] flags belong under `flags` of `dbt_project.yml`: dbt v2 refuses `config` here
                    choice: Move to `flags` of `dbt_project.yml` (they count for this project only then, and no longer for others that use this profile)
            "#]],
        );
        check_in(&PROJECT_FLAGS_MOVED, &[("profiles.yml", &text), CORE], expect![""]);
    }

    #[track_caller]
    fn moved(config: &str, project: &str, after: &str) {
        let text = format!("{config}{PROFILE}");
        let files = [("profiles.yml", text.as_str()), ("dbt_project.yml", project)];
        let (fixture, found) = findings(&PROJECT_FLAGS_MOVED, &files);
        let fix = found[0].fix.as_ref().expect("there is a fix");
        let of = |path: &str| -> Vec<TextEdit> {
            let file = fixture.file(path);
            fix.edits.iter().filter(|it| it.file == file).map(|it| it.edit.clone()).collect()
        };
        assert_eq!(apply(&text, &of("profiles.yml")), PROFILE);
        assert_eq!(apply(project, &of("dbt_project.yml")), after);
    }

    #[test]
    fn both_files_change() {
        let config = "config:\n  use_colors: false # why\n  printer_width: \"80\"\n";
        moved(
            config,
            "name: shop\nprofile: shop\n",
            "name: shop\nprofile: shop\nflags:\n  use_colors: false\n  printer_width: \"80\"\n",
        );
        moved(
            config,
            "name: shop\nprofile: shop\nflags:\n    use_colors: true\nvars: {}\n",
            "name: shop\nprofile: shop\nflags:\n    use_colors: true\n    printer_width: \"80\"\nvars: {}\n",
        );
        moved(
            "config: {a: b}\n",
            "name: shop\r\nprofile: shop\r\nflags: {c: d}\r\n",
            "name: shop\r\nprofile: shop\r\nflags: {c: d, a: b}\r\n",
        );
        moved("config:\n", "name: shop\nprofile: shop", "name: shop\nprofile: shop");
    }
}
