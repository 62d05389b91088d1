use super::commands;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Fix};

declare_rule! {
    /// A command of dbt selects with `-m`, `--model` or `--models`.
    ///
    /// They are called `-s` and `--select` for all kinds of nodes. dbt Core warns of the old names;
    /// dbt v2 still takes most of them.
    ///
    /// ```sh
    /// dbt run --models orders+   # before
    /// dbt run --select orders+   # after
    /// ```
    pub static MODEL_PARAM_USAGE = {
        name: "model-param-usage",
        event: Some("ModelParamUsageDeprecation"),
        severity: Warning,
        since: "dbt 1.10",
        files: [Ci, Commands],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    if findings.version() < (1, 10) {
        return;
    }
    for command in commands(context.file.text(context.db)) {
        let Some((old, at)) = command.option(&["-m", "--model", "--models"]) else { continue };
        if !command.has_subcommand() {
            continue;
        }
        let new = if old == "-m" { "-s" } else { "--select" };
        let fix = Fix::of(context.file, format!("Change to `{new}`"), [(at, new.to_owned())]);
        let is_free = command.option(&["-s", "--select"]).is_none();
        findings.add_with_fix(
            at,
            format!("`{old}` is called `{new}` now"),
            Some(fix).filter(|_| is_free),
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::MODEL_PARAM_USAGE;
    use crate::testing::{check, check_fix};

    #[test]
    fn commands_with_the_old_option() {
        let text = "jobs:\n  build:\n    steps:\n      - name: dbt run -m a\n      - run: dbt run -m a\n      - run: |\n          dbt --quiet test --models=a+ && dbt run --select b\n          python -m dbt.cli.main; grep -m 1 dbt\n";
        check(
            &MODEL_PARAM_USAGE,
            ".github/workflows/a.yml",
            text,
            expect![[r#"
                5:22-5:24 warning[model-param-usage] `-m` is called `-s` now
                    fix: Change to `-s`
                7:28-7:36 warning[model-param-usage] `--models` is called `--select` now
                    fix: Change to `--select`
            "#]],
        );
        check_fix(
            &MODEL_PARAM_USAGE,
            "Makefile",
            "all:\n\tdbt run -m a \\\n\t  --target prod\n\tdbt ls --models a\n",
            "all:\n\tdbt run -s a \\\n\t  --target prod\n\tdbt ls --select a\n",
        );
    }
}
