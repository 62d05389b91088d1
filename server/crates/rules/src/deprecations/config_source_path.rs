use super::renamed_path;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// `source-paths` was renamed to `model-paths`.
    ///
    /// dbt Core still reads the old key; dbt v2 refuses it. Both keys at once are an error.
    ///
    /// ```yaml
    /// source-paths: [models]   # before
    /// model-paths: [models]    # after
    /// ```
    pub static CONFIG_SOURCE_PATH = {
        name: "config-source-path",
        event: Some("ConfigSourcePathDeprecation"),
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    renamed_path::check(findings, context, "source-paths", "model-paths");
}

#[cfg(test)]
mod tests {
    use super::CONFIG_SOURCE_PATH;
    use crate::testing::{check, check_fix};
    use expect_test::expect;

    #[test]
    fn the_old_key_is_found_and_renamed() {
        let text = "name: shop\n# where models live\nsource-paths: [models] # one folder\n";
        check(
            &CONFIG_SOURCE_PATH,
            "dbt_project.yml",
            text,
            expect![[r#"
                3:1-3:13 warning[config-source-path] `source-paths` is called `model-paths` now
                    fix: Rename to `model-paths`
            "#]],
        );
        check_fix(
            &CONFIG_SOURCE_PATH,
            "dbt_project.yml",
            text,
            "name: shop\n# where models live\nmodel-paths: [models] # one folder\n",
        );
    }
}
