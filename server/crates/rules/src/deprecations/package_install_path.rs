use project::{document, package_facts};
use syntax::yaml::edit::{Editor, scalar};

use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// `clean-targets` names the folder that packages were installed in before dbt 1.0.
    ///
    /// `dbt clean` then leaves the packages of today where they are, and says so. They lie in
    /// `dbt_packages`, or where `packages-install-path` says. A line `dbt_modules/` in `.gitignore`
    /// wants the same change.
    ///
    /// ```yaml
    /// clean-targets: [target, dbt_modules]    # before
    /// clean-targets: [target, dbt_packages]   # after
    /// ```
    pub static PACKAGE_INSTALL_PATH = {
        name: "package-install-path",
        event: Some("PackageInstallPathDeprecation"),
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let document = document(context.db, context.file);
    let Some(targets) = document.get("clean-targets") else { return };
    let path = &package_facts(context.db, context.package).paths.packages_install;
    let names = |name: &str| targets.items().iter().any(|it| it.as_str() == Some(name));
    if names(path) {
        return;
    }
    let editor = Editor::new(context.file.text(context.db), &document);
    for item in targets.items().iter().filter(|it| it.as_str() == Some("dbt_modules")) {
        let is_own = item.alias().is_none() && !editor.is_shared(item);
        let fix = is_own.then(|| {
            let edit = (item.range, scalar(path));
            Fix::of(context.file, format!("Change to `{path}`"), [edit])
        });
        let message = format!("packages are installed in `{path}`, not in `dbt_modules`");
        findings.add_with_fix(item.range, message, fix);
    }
}

#[cfg(test)]
mod tests {
    use super::PACKAGE_INSTALL_PATH;
    use crate::testing::{check, check_fix};
    use expect_test::expect;

    #[test]
    fn the_folder_of_old() {
        let text = "name: shop\nclean-targets:\n- target\n- \"dbt_modules\" # old\n";
        check(
            &PACKAGE_INSTALL_PATH,
            "dbt_project.yml",
            text,
            expect![[r#"
                4:3-4:16 warning[package-install-path] packages are installed in `dbt_packages`, not in `dbt_modules`
                    fix: Change to `dbt_packages`
            "#]],
        );
        check_fix(
            &PACKAGE_INSTALL_PATH,
            "dbt_project.yml",
            text,
            "name: shop\nclean-targets:\n- target\n- dbt_packages # old\n",
        );
    }

    #[test]
    fn where_packages_are_cleaned_nobody_minds() {
        for text in [
            "clean-targets: [dbt_modules, dbt_packages]\n",
            "clean-targets: [dbt_modules]\npackages-install-path: dbt_modules\n",
            "clean-targets: [target]\n",
            "clean-targets: dbt_modules\n",
        ] {
            check(&PACKAGE_INSTALL_PATH, "dbt_project.yml", text, expect![""]);
        }
    }
}
