use super::renamed_path;
use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// `data-paths` was renamed to `seed-paths`.
    ///
    /// dbt Core still reads the old key; dbt v2 did not until shortly before its release. Both keys
    /// at once are an error.
    ///
    /// ```yaml
    /// data-paths: [seeds]   # before
    /// seed-paths: [seeds]   # after
    /// ```
    pub static CONFIG_DATA_PATH = {
        name: "config-data-path",
        event: Some("ConfigDataPathDeprecation"),
        severity: Warning,
        since: "dbt 1.0",
        files: [ProjectFile],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    renamed_path::check(findings, context, "data-paths", "seed-paths");
}

#[cfg(test)]
mod tests {
    use super::CONFIG_DATA_PATH;
    use crate::testing::{check, check_fix, findings};
    use expect_test::expect;

    #[test]
    fn the_old_key_is_found() {
        check(
            &CONFIG_DATA_PATH,
            "dbt_project.yml",
            "name: shop\ndata-paths: [seeds]\n",
            expect![[r#"
                2:1-2:11 warning[config-data-path] `data-paths` is called `seed-paths` now
                    fix: Rename to `seed-paths`
            "#]],
        );
        check(
            &CONFIG_DATA_PATH,
            "dbt_project.yml",
            "name: shop\nseed-paths: [seeds]\nvars: {data-paths: 1}\n",
            expect![""],
        );
    }

    #[test]
    fn renaming_keeps_everything_else() {
        let fixed = |before, after| {
            check_fix(&CONFIG_DATA_PATH, "dbt_project.yml", before, after);
        };
        fixed(
            "name: shop\r\ndata-paths: [seeds] # keep me\r\n",
            "name: shop\r\nseed-paths: [seeds] # keep me\r\n",
        );
        fixed("name: shop\n'data-paths':\n- seeds", "name: shop\n'seed-paths':\n- seeds");
        fixed("{name: shop, \"data-paths\": []}", "{name: shop, \"seed-paths\": []}");
        fixed("name: shop\n? data-paths\n: - seeds\n", "name: shop\n? seed-paths\n: - seeds\n");
    }

    #[test]
    fn lists_under_both_keys_are_joined() {
        check(
            &CONFIG_DATA_PATH,
            "dbt_project.yml",
            "name: shop\nseed-paths: [a]\ndata-paths: [a, b]\n",
            expect![[r#"
                3:1-3:11 warning[config-data-path] `data-paths` is called `seed-paths` now, which is set too: dbt refuses both at once
                    choice: Join with `seed-paths` (dbt then reads the folders of both)
            "#]],
        );
        let fixed = |before, after| {
            check_fix(&CONFIG_DATA_PATH, "dbt_project.yml", before, after);
        };
        fixed(
            "name: shop\nseed-paths: [a]\ndata-paths: [a, 'b c', d]\nvars: {}\n",
            "name: shop\nseed-paths: [a, 'b c', d]\nvars: {}\n",
        );
        fixed(
            "name: shop\ndata-paths:\n  - a\n  - b\nseed-paths:\n- c # new\n\nvars: {}\n",
            "name: shop\nseed-paths:\n- c # new\n- a\n- b\n\nvars: {}\n",
        );
        fixed("name: shop\nseed-paths: []\ndata-paths: [a]\n", "name: shop\nseed-paths: [a]\n");
    }

    #[test]
    fn what_cannot_be_joined_has_no_fix() {
        for text in [
            // Comments on the old list, and lists that other keys have too.
            "seed-paths: [a]\ndata-paths: [b] # why\n",
            "seed-paths: [a]\n# why\ndata-paths: [b]\n",
            "seed-paths: [a]\ndata-paths:\n- b\n# why\n- c\n",
            "seed-paths: [a]\ndata-paths:\n- b\n\n  # why\n",
            "seed-paths: &a [a]\nanalysis-paths: *a\ndata-paths: [b]\n",
            "analysis-paths: &a [a]\nseed-paths: *a\ndata-paths: [b]\n",
            "data-paths: &a [a]\nseed-paths: [b]\nanalysis-paths: *a\n",
            "vars: &a {seed-paths: [a]}\n<<: *a\ndata-paths: [b]\n",
        ] {
            let (_, found) = findings(&CONFIG_DATA_PATH, &[("dbt_project.yml", text)]);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fix.is_none(), "{text}");
        }
        check(
            &CONFIG_DATA_PATH,
            "dbt_project.yml",
            "name: shop\nseed-paths: a\ndata-paths: [b]\n",
            expect![[r#"
                3:1-3:11 warning[config-data-path] `data-paths` is called `seed-paths` now, which is set too: dbt refuses both at once
            "#]],
        );
    }
}
