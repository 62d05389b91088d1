use super::commands;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// `dbt source freshness` is told where to write its results.
    ///
    /// dbt Core warns of `--output`, dbt v2 does not follow it. The results are in
    /// `target/sources.json`, or where `--target-path` says.
    ///
    /// ```sh
    /// dbt source freshness --output out/fresh.json              # before
    /// dbt source freshness && cp target/sources.json out/fresh.json   # after
    /// ```
    pub static CUSTOM_OUTPUT_PATH_IN_SOURCE_FRESHNESS = {
        name: "custom-output-path-in-source-freshness",
        event: Some("CustomOutputPathInSourceFreshnessDeprecation"),
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
        let is_freshness =
            command.is("source freshness") || command.is("source snapshot-freshness");
        let Some((name, at)) = command.option(&["-o", "--output"]).filter(|_| is_freshness) else {
            continue;
        };
        let message =
            format!("`{name}` of `source freshness` is going: copy `target/sources.json`");
        findings.add(at, message);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::CUSTOM_OUTPUT_PATH_IN_SOURCE_FRESHNESS;
    use crate::testing::check;

    #[test]
    fn commands_with_a_path() {
        check(
            &CUSTOM_OUTPUT_PATH_IN_SOURCE_FRESHNESS,
            "Makefile",
            "fresh:\n\tdbt source freshness --output=out.json\n\tdbt ls --output json\n\tdbt source freshness -o a\n",
            expect![[r#"
                2:23-2:31 warning[custom-output-path-in-source-freshness] `--output` of `source freshness` is going: copy `target/sources.json`
                4:23-4:25 warning[custom-output-path-in-source-freshness] `-o` of `source freshness` is going: copy `target/sources.json`
            "#]],
        );
    }
}
