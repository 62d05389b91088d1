use super::edits;
use super::stray_keys::{Misplaced, PropertiesFile, with_file};
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// `overrides` of a source: it takes the place of a source of a package.
    ///
    /// dbt Core still does that; dbt v2 refuses the key. Instead, switch the package's source off
    /// in `dbt_project.yml`, and describe your own under its own name.
    ///
    /// ```yaml
    /// sources:
    ///   - name: github
    ///     overrides: github_source   # goes
    /// ```
    ///
    /// ```yaml
    /// # dbt_project.yml
    /// sources:
    ///   github_source:
    ///     github:
    ///       +enabled: false
    /// ```
    pub static SOURCE_OVERRIDE = {
        name: "source-override",
        event: Some("SourceOverrideDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    with_file(context, |file| check_sources(findings, context, file));
}

fn check_sources(
    findings: &mut Findings<'_>,
    context: &FileContext<'_>,
    file: &PropertiesFile<'_>,
) {
    let editor = file.editor();
    for stray in file.strays(Misplaced::Override) {
        let package = stray.entry.and_then(|it| it.value.as_str()).unwrap_or("the package");
        let source = stray.object.node.get("name").and_then(|it| it.as_str()).unwrap_or("…");
        let message = format!(
            "`overrides` will go: switch the source off in `dbt_project.yml` with \
             `sources: {{{package}: {{{source}: {{+enabled: false}}}}}}`, and remove it"
        );
        let removal = stray.entry.filter(|_| !stray.object.is_merged).and_then(|entry| {
            let edits = editor.remove_entry(stray.object.node, entry);
            let edits = edits::sound(&editor, entry, edits)?;
            let fix = Fix::of(context.file, "Remove `overrides`", edits);
            Some(fix.as_choice(format!("the source of `{package}` then counts again")))
        });
        // Below a source dbt Core refuses the key.
        let on_source = stray.object.shape.name == "SourceProperties";
        let severity = if on_source { findings.refused_by_v2() } else { Severity::Warning };
        findings.add_with_fixes(severity, stray.range, message, removal.into_iter().collect());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::SOURCE_OVERRIDE as RULE;
    use crate::testing::{check, check_fix};

    #[test]
    fn overrides_of_a_source() {
        let text =
            "sources:\n  - name: github\n    overrides: github_source # fork\n    tables: []\n";
        check(
            &RULE,
            "models/a.yml",
            text,
            expect![[r#"
            3:5-3:14 error[source-override] `overrides` will go: switch the source off in `dbt_project.yml` with `sources: {github_source: {github: {+enabled: false}}}`, and remove it
                choice: Remove `overrides` (the source of `github_source` then counts again)
        "#]],
        );
        check_fix(&RULE, "models/a.yml", text, "sources:\n  - name: github\n    tables: []\n");
        check(&RULE, "models/a.yml", "models: [{name: a, overrides: b}]\n", expect![[""]]);
    }
}
