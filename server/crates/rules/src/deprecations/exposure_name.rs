use project::document;
use syntax::yaml::Node;
use syntax::yaml::edit::{Editor, Place, scalar};

use super::renames;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix, Severity};

declare_rule! {
    /// The name of an exposure has a character besides letters, digits, `_` and `-`.
    ///
    /// dbt Core warns; dbt v2 refuses a blank. The text that people see belongs under `label`.
    ///
    /// ```yaml
    /// - name: Weekly Revenue     # before
    /// - name: weekly_revenue     # after
    ///   label: Weekly Revenue
    /// ```
    pub static EXPOSURE_NAME = {
        name: "exposure-name",
        event: Some("ExposureNameDeprecation"),
        severity: Warning,
        since: "dbt 1.2",
        files: [Properties],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    let Some(exposures) = document.get("exposures") else { return };
    let editor = Editor::new(context.file.text(context.db), &document);
    let taken: Vec<&str> =
        exposures.items().iter().filter_map(|it| it.get("name")?.as_str()).collect();
    for exposure in exposures.items() {
        let Some(entry) = exposure.as_mapping().and_then(|it| it.entry("name")) else { continue };
        let Some(name) = entry.value.as_str().filter(|it| !is_fine(it)) else { continue };
        let severity = match (findings.is_core(), name.contains(' ')) {
            (true, _) => Severity::Warning,
            (false, true) => Severity::Error,
            // dbt v2 takes it.
            (false, false) => continue,
        };
        let new: String =
            name.chars().map(|it| if is_word(it) || it == '-' { it } else { '_' }).collect();
        let is_free = !taken.contains(&new.as_str());
        let fix = is_free.then(|| renamed(context, &editor, exposure, name, &new)).flatten();
        let message = "letters, digits, `_` and `-` make the name of an exposure, nothing else";
        let at = entry.value.text_range();
        findings.add_with_fixes(severity, at, message, fix.into_iter().collect());
    }
}

fn is_fine(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| is_word(it) || it == '-')
}

/// As Python's `\w`.
fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn renamed(
    context: &FileContext<'_>,
    editor: &Editor<'_>,
    exposure: &Node,
    old: &str,
    new: &str,
) -> Option<Fix> {
    let entry = exposure.as_mapping()?.entry("name")?;
    if editor.is_shared(exposure) || entry.value.alias().is_some() || entry.value.anchor().is_some()
    {
        return None;
    }
    let mut edits = editor.replace_value(entry, &scalar(new));
    if exposure.get("label").is_none() {
        let label = format!("label: {}", scalar(old));
        edits.extend(editor.insert_entry(exposure, Place::After(entry), &label)?);
    }
    let edits = super::edits::joined(edits).filter(|it| editor.is_readable(it))?;
    let mut fix = Fix::of(context.file, format!("Rename to `{new}`"), edits);
    fix.edits.extend(renames::selectors(context, "exposure", old, new));
    fix.edits.extend(renames::project_paths(context, "exposures", old, new));
    Some(fix.as_choice("whoever selects it by the old name has to follow"))
}

#[cfg(test)]
mod tests {
    use super::EXPOSURE_NAME;
    use crate::testing::{check_fix_in, check_in};
    use expect_test::expect;

    const CORE: (&str, &str) = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<2.0.0'\n");

    #[test]
    fn names_of_exposures() {
        let text = "exposures:\n- name: my dash # weekly\n  type: dashboard\n- name: a.b\n  label: A\n- name: my-dash\n- {name: \"ü_1\"}\n";
        let files = [("models/m.yml", text), CORE];
        check_in(
            &EXPOSURE_NAME,
            &files,
            expect![[r#"
                2:9-2:16 warning[exposure-name] letters, digits, `_` and `-` make the name of an exposure, nothing else
                    choice: Rename to `my_dash` (whoever selects it by the old name has to follow)
                4:9-4:12 warning[exposure-name] letters, digits, `_` and `-` make the name of an exposure, nothing else
                    choice: Rename to `a_b` (whoever selects it by the old name has to follow)
            "#]],
        );
        check_in(
            &EXPOSURE_NAME,
            &files[..1],
            expect![[r#"
                2:9-2:16 error[exposure-name] letters, digits, `_` and `-` make the name of an exposure, nothing else
                    choice: Rename to `my_dash` (whoever selects it by the old name has to follow)
            "#]],
        );
    }

    #[test]
    fn the_old_name_becomes_the_label() {
        check_fix_in(
            &EXPOSURE_NAME,
            &[("models/m.yml", "exposures:\n- name: my dash # weekly\n  type: dashboard\n"), CORE],
            "exposures:\n- name: my_dash # weekly\n  label: my dash\n  type: dashboard\n",
        );
    }
}
