use project::document;
use syntax::yaml::edit::Editor;

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// `include` or `exclude` in `warn_error_options`.
    ///
    /// They are called `error` and `warn` now; `silence` stays. dbt reads the old names still. Both
    /// names at once with something in each are an error for dbt Core.
    ///
    /// ```yaml
    /// warn_error_options: {include: all, exclude: [NothingToDo]}   # before
    /// warn_error_options: {error: all, warn: [NothingToDo]}        # after
    /// ```
    pub static WEO_INCLUDE_EXCLUDE = {
        name: "weo-include-exclude",
        event: Some("WEOIncludeExcludeDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    let Some(options) = document.get_path(&["flags", "warn_error_options"]) else { return };
    let editor = Editor::new(context.file.text(context.db), &document);
    for (old, new) in [("include", "error"), ("exclude", "warn")] {
        let entries = options.entries().iter().filter(|it| !it.overridden);
        for entry in entries.filter(|it| it.key.as_str() == Some(old)) {
            let fact = format!("`{old}` is called `{new}` now");
            let Some(other) = options.get(new) else {
                let edits = editor.rename_key(entry, new);
                let fix = Fix::of(context.file, format!("Rename to `{new}`"), edits);
                findings.add_with_fix(entry.key.range, fact, Some(fix));
                continue;
            };
            let is_empty = |it: &syntax::yaml::Node| {
                it.is_null()
                    || (it.items().is_empty() && it.scalar_text().is_none_or(str::is_empty))
            };
            let is_refused = !is_empty(other) && !is_empty(&entry.value);
            let (severity, what) = match is_refused && findings.is_core() {
                true => (Severity::Error, "dbt refuses both at once"),
                false => (Severity::Warning, "only one of both counts"),
            };
            let message = format!("{fact}, which is set too: {what}");
            findings.add_as(severity, entry.key.range, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WEO_INCLUDE_EXCLUDE;
    use crate::testing::{check, check_fix};
    use expect_test::expect;

    #[test]
    fn old_names_are_found_and_renamed() {
        let text = "name: shop\nflags:\n  warn_error_options:\n    include: all # every one\n    \"exclude\":\n      - NothingToDo\n    silence: []\n";
        check(
            &WEO_INCLUDE_EXCLUDE,
            "dbt_project.yml",
            text,
            expect![[r#"
                4:5-4:12 error[weo-include-exclude] `include` is called `error` now
                    fix: Rename to `error`
                5:5-5:14 error[weo-include-exclude] `exclude` is called `warn` now
                    fix: Rename to `warn`
            "#]],
        );
        check_fix(
            &WEO_INCLUDE_EXCLUDE,
            "dbt_project.yml",
            text,
            "name: shop\nflags:\n  warn_error_options:\n    error: all # every one\n    \"warn\":\n      - NothingToDo\n    silence: []\n",
        );
    }

    #[test]
    fn both_names_at_once() {
        let both = "{include: [A], error: [B]}";
        let text = |options, version| {
            format!(
                "name: shop\nrequire-dbt-version: {version}\nflags: {{warn_error_options: {options}}}\n"
            )
        };
        check(
            &WEO_INCLUDE_EXCLUDE,
            "dbt_project.yml",
            &text(both, "'<2.0.0'"),
            expect![[r#"
                3:30-3:37 error[weo-include-exclude] `include` is called `error` now, which is set too: dbt refuses both at once
            "#]],
        );
        check(
            &WEO_INCLUDE_EXCLUDE,
            "dbt_project.yml",
            &text("{include: [A], error: []}", "'<2.0.0'"),
            expect![[r#"
                3:30-3:37 warning[weo-include-exclude] `include` is called `error` now, which is set too: only one of both counts
            "#]],
        );
        for clean in ["{error: all, warn: [A]}", "all", "[include]", "", "~"] {
            let text = text(clean, "'<2.0.0'");
            check(&WEO_INCLUDE_EXCLUDE, "dbt_project.yml", &text, expect![""]);
        }
    }
}
