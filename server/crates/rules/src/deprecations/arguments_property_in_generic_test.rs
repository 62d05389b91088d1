use base::TextEdit;
use project::{document, packages, project_file};

use super::stray_keys::with_file;
use crate::rule::declare_rule;
use crate::{FileContext, FileEdit, Findings, Fix, Severity};

declare_rule! {
    /// `arguments` of a generic test, while the flag `require_generic_test_arguments_property` is
    /// switched off.
    ///
    /// dbt Core then takes `arguments` for an argument of the test with that name, and stops where
    /// the test has none. dbt v2 has no such flag: it reads the arguments from there. The fix
    /// switches the flag on; a test with a real argument of that name needs
    /// `arguments: {arguments: …}` then.
    ///
    /// ```yaml
    /// flags:
    ///   require_generic_test_arguments_property: false   # before
    ///   require_generic_test_arguments_property: true    # after
    /// ```
    pub static ARGUMENTS_PROPERTY_IN_GENERIC_TEST = {
        name: "arguments-property-in-generic-test",
        event: Some("ArgumentsPropertyInGenericTestDeprecation"),
        severity: Warning,
        since: "dbt 1.10.5",
        files: [Properties],
        check: check,
    }
}

const FLAG: &str = "require_generic_test_arguments_property";

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let root = packages(context.db, context.project).first().copied();
    let Some(file) = root.map(|it| it.file(context.db)) else { return };
    if !findings.is_core() || project_file(context.db, file).flag(FLAG) != Some(false) {
        return;
    }
    let switch = || {
        let document = document(context.db, file);
        let range = document.get_path(&["flags", FLAG])?.range;
        let edit = TextEdit { range, text: "true".to_owned() };
        let mut fix = Fix::of(file, "Switch the flag on", []);
        fix.edits.push(FileEdit { file, edit });
        Some(fix.as_choice("all tests then take their arguments from `arguments`"))
    };
    with_file(context, |properties| {
        for test in properties.objects.tests() {
            let own = test.node.entries().iter().filter(|it| !it.is_merge && !it.overridden);
            for entry in own.filter(|it| it.key.as_str() == Some("arguments")) {
                let message = format!(
                    "`arguments` is an argument of the test `{}` as long as the flag `{FLAG}` is off",
                    test.name
                );
                let fixes = switch().into_iter().collect();
                findings.add_with_fixes(Severity::Warning, entry.key.range, message, fixes);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::ARGUMENTS_PROPERTY_IN_GENERIC_TEST as RULE;
    use crate::testing::check_in;

    #[test]
    fn only_while_the_flag_is_off() {
        let text = "models: [{name: a, data_tests: [{b: {arguments: {c: 1}}}, {d: {e: 1}}]}]\n";
        let check = |project: &str, expect| {
            check_in(&RULE, &[("models/a.yml", text), ("dbt_project.yml", project)], expect);
        };
        check(
            "name: shop\nrequire-dbt-version: <2\nflags: {require_generic_test_arguments_property: false}\n",
            expect![[r#"
                1:38-1:47 warning[arguments-property-in-generic-test] `arguments` is an argument of the test `b` as long as the flag `require_generic_test_arguments_property` is off
                    choice: Switch the flag on (all tests then take their arguments from `arguments`)
            "#]],
        );
        check("name: shop\nrequire-dbt-version: <2\n", expect![""]);
        check(
            "name: shop\nrequire-dbt-version: '>=2'\nflags: {require_generic_test_arguments_property: false}\n",
            expect![""],
        );
    }
}
