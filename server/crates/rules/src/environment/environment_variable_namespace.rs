use super::variables;
use crate::rule::declare_rule;
use crate::{FileContext, Findings, Severity};

declare_rule! {
    /// A variable in the part of the namespace that dbt keeps to itself.
    ///
    /// Names that begin with `DBT_ENGINE_` are options of dbt. The v2 engine does not start with one that
    /// it does not know; dbt Core calls it deprecated from 1.11 on. In `.env` it counts where dbt reads
    /// the file, from 1.12 on; in a pipeline or a dev container always.
    ///
    /// ```sh
    /// DBT_ENGINE_REGION=eu    # before
    /// DBT_REGION=eu           # after
    /// ```
    pub static ENVIRONMENT_VARIABLE_NAMESPACE = {
        name: "environment-variable-namespace",
        event: Some("EnvironmentVariableNamespaceDeprecation"),
        severity: Warning,
        since: "dbt 1.11",
        files: [Dotenv, DotenvExample, DevContainer, Ci],
        check: check,
    }
}

/// What any dbt knows: a newer one may know more, an older one less.
const KNOWN: &str = "ARTIFACT_STATE_PATH CACHE_SELECTED_ONLY CLEAN_PROJECT_FILES_ONLY DEBUG DEFER DEFER_STATE \
    DEFER_TO_STATE DISABLE_VERSION_CHECK DOCS_HOST DOCS_PORT DOWNLOAD_DIR EMPTY EVENT_TIME_END \
    EVENT_TIME_START EXCLUDE_RESOURCE_TYPES EXPORT_SAVED_QUERIES FAIL_FAST FAVOR_STATE \
    FAVOR_STATE_MODE FULL_REFRESH HINTS_ENABLED HOST INCLUDE_SAVED_QUERY INDIRECT_SELECTION \
    INTROSPECT INVOCATION_ENV LOG_CACHE_EVENTS LOG_FILE_MAX_BYTES LOG_FORMAT LOG_FORMAT_FILE \
    LOG_LEVEL LOG_LEVEL_FILE LOG_PATH MACRO_DEBUGGING MAXIMUM_SEED_SIZE_MIB NO_FAIL_FAST \
    NO_FAVOR_STATE NO_PRINT PACKAGES_INSTALL_PATH PACKAGE_HUB_URL PARTIAL_PARSE \
    PARTIAL_PARSE_FILE_DIFF PARTIAL_PARSE_FILE_PATH POPULATE_CACHE PP_FILE_DIFF_TEST PP_TEST \
    PRINT PRINTER_WIDTH PROFILE PROFILES_DIR PROJECT_DIR QUIET RECORDED_FILE_PATH \
    RESOURCE_TYPES SAMPLE SEND_ANONYMOUS_USAGE_STATS SHOW_RESOURCE_REPORT SINGLE_THREADED \
    SNOWFLAKE_PROJECTS_OTEL SQLPARSE STATE STATIC_ANALYSIS STATIC_PARSER STORE_FAILURES TARGET \
    TARGET_PATH TEST_STATE_MODIFIED UPLOAD_TO_ARTIFACTS_INGEST_API USE_COLORS USE_COLORS_FILE \
    USE_EXPERIMENTAL_PARSER USE_FAST_TEST_EDGES USE_V2_PARSER V2_PARSER VERSION_CHECK \
    WARN_ERROR WARN_ERROR_OPTIONS WRITE_CATALOG WRITE_JSON WRITE_METADATA";

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    // dbt Core keeps all of it, with no underscore too.
    let (severity, means, prefix) = match findings.version() {
        (2.., _) => (Severity::Error, "dbt does not start with it", "DBT_ENGINE_"),
        (1, 11..) => (Severity::Warning, "dbt calls it deprecated", "DBT_ENGINE"),
        _ => return,
    };
    for (name, range) in variables::set_here(context) {
        let Some(option) = name.strip_prefix(prefix) else { continue };
        if !KNOWN.split(' ').any(|known| known == option.trim_start_matches('_')) {
            let message =
                format!("`{name}` is no option of dbt, which keeps this prefix to itself: {means}");
            findings.add_as(severity, range, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::ENVIRONMENT_VARIABLE_NAMESPACE;
    use crate::testing::{check, check_in};

    #[test]
    fn options_of_dbt_are_known() {
        let found = expect![[r#"
            2:1-2:15 error[environment-variable-namespace] `DBT_ENGINE_FOO` is no option of dbt, which keeps this prefix to itself: dbt does not start with it
        "#]];
        let text = "DBT_ENGINE_TARGET=dev\nDBT_ENGINE_FOO=1\n";
        check(&ENVIRONMENT_VARIABLE_NAMESPACE, ".env", text, found);
    }

    #[test]
    fn a_dev_container_counts_for_dbt_core() {
        let text = "{\"containerEnv\": {\"DBT_ENGINEROOM\": \"1\", \"DBT_ENGINE_STATE\": \"a\"}}";
        let core = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.12.0'\n");
        let container = (".devcontainer/devcontainer.json", text);
        check_in(
            &ENVIRONMENT_VARIABLE_NAMESPACE,
            &[container, core],
            expect![[r#"
                1:20-1:34 warning[environment-variable-namespace] `DBT_ENGINEROOM` is no option of dbt, which keeps this prefix to itself: dbt calls it deprecated
            "#]],
        );
        let old = ("dbt_project.yml", "name: shop\nrequire-dbt-version: '<1.11.0'\n");
        check_in(&ENVIRONMENT_VARIABLE_NAMESPACE, &[container, old], expect![""]);
    }
}
