use super::removed_path::{self, RemovedPath};
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// `log-path` in `dbt_project.yml` names another folder than `logs`.
    ///
    /// dbt Core still writes there; dbt v2 does not start. The folder is chosen by the variable
    /// `DBT_LOG_PATH` or by `--log-path` now. Without them logs go to `logs`, so removing the key
    /// is a choice.
    ///
    /// ```yaml
    /// log-path: /var/log/dbt   # before; after: DBT_LOG_PATH=/var/log/dbt in the environment
    /// ```
    pub static CONFIG_LOG_PATH = {
        name: "config-log-path",
        event: Some("ConfigLogPathDeprecation"),
        severity: Warning,
        since: "dbt 1.5",
        files: [ProjectFile],
        check: check,
    }
}

const LOG_PATH: RemovedPath = RemovedPath {
    key: "log-path",
    default: "logs",
    variable: "DBT_LOG_PATH",
    option: "--log-path",
};

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    removed_path::check(findings, context, &LOG_PATH);
}

#[cfg(test)]
mod tests {
    use super::CONFIG_LOG_PATH;
    use crate::testing::{check, check_fix};
    use expect_test::expect;

    #[test]
    fn another_folder_than_the_usual_one() {
        check(
            &CONFIG_LOG_PATH,
            "dbt_project.yml",
            "name: shop\nrequire-dbt-version: '<2.0.0'\nlog-path: out/logs # here\n",
            expect![[r#"
                3:1-3:9 warning[config-log-path] `log-path` does not belong into `dbt_project.yml` any more: the variable `DBT_LOG_PATH` or the option `--log-path` chooses the folder
                    choice: Remove `log-path` (dbt then writes to `logs`, unless `DBT_LOG_PATH` names `out/logs`)
            "#]],
        );
        check_fix(
            &CONFIG_LOG_PATH,
            "dbt_project.yml",
            "name: shop\nlog-path: \"{{ env_var('NO', 'elsewhere') }}\"\nvars: {}\n",
            "name: shop\nvars: {}\n",
        );
    }

    #[test]
    fn the_usual_folder_may_be_named() {
        for value in ["logs", "\"{{ env_var('NO', 'logs') }}\""] {
            let text = format!("name: shop\nlog-path: {value}\n");
            check(&CONFIG_LOG_PATH, "dbt_project.yml", &text, expect![""]);
        }
    }
}
