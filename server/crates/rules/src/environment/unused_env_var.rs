use project::dotenv;
use semantic::used_environment_names;
use syntax::dotenv::Dotenv;

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A variable of `.env` or `.env.example` that nothing in the project reads.
    ///
    /// Names that dbt itself or the dbt platform reads (`DBT_TARGET`, `DBT_ENGINE_…`,
    /// `DBT_CLOUD_…`) are left alone, and so is a variable that another line of the file uses.
    pub static UNUSED_ENV_VAR = {
        name: "unused-env-var",
        event: None,
        severity: Hint,
        since: "dbt 1.0",
        files: [Dotenv, DotenvExample],
        check: check,
    }
}

/// Options of dbt that are also read from the environment, as `DBT_…`.
const OPTIONS: &str = " CACHE_SELECTED_ONLY CDN_URL DEBUG DEFER DEFER_STATE DISABLE_VERSION_CHECK \
    DOCS_HOST DOCS_PORT EVENT_TIME_END EVENT_TIME_START EXCLUDE_RESOURCE_TYPES \
    EXPORT_SAVED_QUERIES FAIL_FAST FAVOR_STATE FULL_REFRESH INDIRECT_SELECTION INTROSPECT \
    LOG_FORMAT LOG_FORMAT_FILE LOG_LEVEL LOG_LEVEL_FILE LOG_PATH LOG_FILE_MAX_BYTES \
    MACRO_DEBUGGING MAXIMUM_SEED_SIZE_MIB NO_FAVOR_STATE NO_FAIL_FAST PACKAGES_INSTALL_PATH \
    PARTIAL_PARSE POPULATE_CACHE PRINT PRINTER_WIDTH PROFILE PROFILES_DIR PROJECT_DIR QUIET \
    RESOURCE_TYPES SAMPLE SEND_ANONYMOUS_USAGE_STATS STATE STATIC_ANALYSIS STATIC_PARSER \
    STORE_FAILURES TARGET TARGET_PATH USE_COLORS USE_COLORS_FILE VERSION_CHECK WARN_ERROR \
    WARN_ERROR_OPTIONS WRITE_JSON WRITE_CATALOG WRITE_METADATA INVOCATION_ENV \
    UPLOAD_TO_ARTIFACTS_INGEST_API ALLOW_EXPERIMENTAL_ADAPTERS OAUTH_CLIENT_ID OAUTH_SCOPES \
    OAUTH_SOURCE_APP ENV ";

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let used = used_environment_names(context.db, context.project);
    let lines = dotenv(context.db, context.file);
    for entry in &lines.entries {
        let name = entry.name.as_str();
        if !used.contains(name) && !is_read_by_dbt(name) && !is_used_here(&lines, name) {
            findings.add(entry.name_range, format!("nothing in the project reads `{name}`"));
        }
    }
}

pub(super) fn is_read_by_dbt(name: &str) -> bool {
    if ["DBT_ENGINE_", "DBT_CLOUD_", "DBT_ENV_CUSTOM_ENV_"].iter().any(|it| name.starts_with(it)) {
        return true;
    }
    // What is not dbt's at all (`AWS_PROFILE`, `PYTHONPATH`) may be meant for another program.
    !name.starts_with("DBT_") || is_option_of_dbt(name)
}

/// Whether dbt itself looks for a variable under this name.
#[must_use]
pub fn is_option_of_dbt(name: &str) -> bool {
    name.strip_prefix("DBT_").is_some_and(|it| OPTIONS.contains(&format!(" {it} ")))
}

fn is_used_here(lines: &Dotenv, name: &str) -> bool {
    lines.substitutions().any(|(_, taken)| taken == name)
}
