use super::removed_path::{self, RemovedPath};
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// `target-path` in `dbt_project.yml` names another folder than `target`.
    ///
    /// dbt Core still writes there; dbt v2 does not start. The folder is chosen by the variable
    /// `DBT_TARGET_PATH` or by `--target-path` now. Without them artifacts go to `target`, so
    /// removing the key is a choice.
    ///
    /// ```yaml
    /// target-path: build   # before; after: DBT_TARGET_PATH=build in the environment
    /// ```
    pub static CONFIG_TARGET_PATH = {
        name: "config-target-path",
        event: Some("ConfigTargetPathDeprecation"),
        severity: Warning,
        since: "dbt 1.5",
        files: [ProjectFile],
        check: check,
    }
}

const TARGET_PATH: RemovedPath = RemovedPath {
    key: "target-path",
    default: "target",
    variable: "DBT_TARGET_PATH",
    option: "--target-path",
};

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    removed_path::check(findings, context, &TARGET_PATH);
}

#[cfg(test)]
mod tests {
    use super::CONFIG_TARGET_PATH;
    use crate::testing::check;
    use expect_test::expect;

    #[test]
    fn another_folder_than_the_usual_one() {
        check(
            &CONFIG_TARGET_PATH,
            "dbt_project.yml",
            "name: shop\ntarget-path: build\n",
            expect![[r#"
                2:1-2:12 error[config-target-path] `target-path` does not belong into `dbt_project.yml` any more: the variable `DBT_TARGET_PATH` or the option `--target-path` chooses the folder
                    choice: Remove `target-path` (dbt then writes to `target`, unless `DBT_TARGET_PATH` names `build`)
            "#]],
        );
        let usual = "name: shop\ntarget-path: target\n";
        check(&CONFIG_TARGET_PATH, "dbt_project.yml", usual, expect![""]);
    }
}
