use project::{Origin, Package, adapter_parents, package_name, packages};
use semantic::{adapter, package_macro};

use super::flags;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A package takes the place of one of dbt's own materializations.
    ///
    /// `require_explicit_package_overrides_for_builtin_materializations: false` lets any package do
    /// that. Without the line dbt's own counts, and in dbt v2 always. Where the package's is wanted,
    /// a materialization of the project says so:
    ///
    /// ```sql
    /// {% materialization view, default %}
    ///   {{ return(my_package.materialization_view_default()) }}
    /// {% endmaterialization %}
    /// ```
    pub static PACKAGE_MATERIALIZATION_OVERRIDE = {
        name: "package-materialization-override",
        event: Some("PackageMaterializationOverrideDeprecation"),
        severity: Warning,
        since: "dbt 1.8",
        files: [ProjectFile],
        check: check,
    }
}

pub(super) const FLAG: &str = "require_explicit_package_overrides_for_builtin_materializations";

const BUILT_IN: [&str; 10] = [
    "view",
    "table",
    "incremental",
    "seed",
    "snapshot",
    "test",
    "unit",
    "clone",
    "materialized_view",
    "function",
];

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // In v2 the flag has a finding of its own.
    let Some(entry) = flags::switched_off(context, FLAG).filter(|_| findings.is_core()) else {
        return;
    };
    for (package, name) in overridden(context) {
        let package = package_name(context.db, package);
        let message = format!(
            "the package `{package}` takes the place of dbt's own materialization `{name}`; in dbt v2 it does not"
        );
        findings.add(entry.key.range, message);
    }
}

/// The packages that do it, with the materialization; none where the project has its own.
pub(super) fn overridden(context: &FileContext<'_>) -> Vec<(Package, &'static str)> {
    let db = context.db;
    if flags::switched_off(context, FLAG).is_none() {
        return Vec::new();
    }
    let adapter = adapter(db, context.project);
    let mut adapters = vec![&*adapter];
    adapters.extend(adapter_parents(&adapter));
    adapters.push("default");
    let all = packages(db, context.project);
    let root = all.iter().copied().find(|it| it.origin(db) == Origin::Root);
    let imported =
        all.iter().filter(|it| matches!(it.origin(db), Origin::Local | Origin::Installed));
    let imported: Vec<Package> = imported.copied().collect();
    let mut found = Vec::new();
    for name in BUILT_IN {
        let names: Vec<String> =
            adapters.iter().map(|it| format!("materialization_{name}_{it}")).collect();
        let is_in = |package: Package| {
            names.iter().any(|it| package_macro(db, package, it.clone()).is_some())
        };
        if root.is_some_and(is_in) {
            continue;
        }
        let package = imported.iter().copied().find(|it| is_in(*it));
        found.extend(package.map(|it| (it, name)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::PACKAGE_MATERIALIZATION_OVERRIDE;
    use crate::testing::check_in;
    use expect_test::expect;

    const PROJECT: (&str, &str) = (
        "dbt_project.yml",
        "name: shop\nprofile: shop\nrequire-dbt-version: '<2.0.0'\nflags:\n  require_explicit_package_overrides_for_builtin_materializations: false\n",
    );
    const PACKAGE: (&str, &str) = ("dbt_packages/audit/dbt_project.yml", "name: audit\n");

    #[test]
    fn packages_that_replace_what_is_built_in() {
        let view = "{% materialization view, default %}{% endmaterialization %}\n{% materialization own, default %}{% endmaterialization %}\n";
        let in_package = ("dbt_packages/audit/macros/m.sql", view);
        check_in(
            &PACKAGE_MATERIALIZATION_OVERRIDE,
            &[PROJECT, PACKAGE, in_package],
            expect![[r#"
                5:3-5:66 warning[package-materialization-override] the package `audit` takes the place of dbt's own materialization `view`; in dbt v2 it does not
            "#]],
        );
        check_in(
            &PACKAGE_MATERIALIZATION_OVERRIDE,
            &[PROJECT, PACKAGE, in_package, ("macros/m.sql", view)],
            expect![""],
        );
    }
}
