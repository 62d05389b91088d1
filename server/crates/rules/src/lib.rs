//! Findings: one file per rule, each with its page, its check and its fix. Knows what is wrong with
//! a project and how to mend it; does not know how an editor or a terminal shows it.

mod check;
mod cloud;
mod commands;
mod deprecations;
mod diagnostic;
mod environment;
mod findings;
mod nodes;
mod packages;
mod page;
mod policy;
mod profiles;
mod render;
mod rule;
#[cfg(test)]
mod testing;

pub use check::{FileContext, FileKind, Scope, check_file, every_finding, files_to_check};
pub use diagnostic::{Diagnostic, FileEdit, Fix, Severity};
pub use environment::missing::platform_value;
pub use environment::unused_env_var::is_option_of_dbt;
pub use page::rules_page;
pub use rule::{Findings, Rule};

/// Every rule, in the order of the page.
pub static RULES: &[&Rule] = &[
    &findings::unreadable_file::UNREADABLE_FILE,
    &findings::invalid_project::INVALID_PROJECT,
    &findings::require_dbt_version::REQUIRE_DBT_VERSION,
    &findings::version_skew::VERSION_SKEW,
    &findings::missing_profile::MISSING_PROFILE,
    &profiles::invalid_profile::INVALID_PROFILE,
    &profiles::profile_missing_key::PROFILE_MISSING_KEY,
    &profiles::profile_unknown_key::PROFILE_UNKNOWN_KEY,
    &profiles::unsupported_adapter::UNSUPPORTED_ADAPTER,
    &profiles::literal_secret::LITERAL_SECRET,
    &profiles::platform_drift::PLATFORM_DRIFT,
    &cloud::unlinked_project::UNLINKED_PROJECT,
    &cloud::invalid_cloud_file::INVALID_CLOUD_FILE,
    &cloud::misplaced_cloud_file::MISPLACED_CLOUD_FILE,
    &findings::missing_package::MISSING_PACKAGE,
    &packages::package_redirect::PACKAGE_REDIRECT,
    &packages::package_without_v2::PACKAGE_WITHOUT_V2,
    &findings::yaml_syntax::YAML_SYNTAX,
    &findings::invalid_properties::INVALID_PROPERTIES,
    &findings::jinja_syntax::JINJA_SYNTAX,
    &findings::jinja_error::JINJA_ERROR,
    &findings::jinja_limit::JINJA_LIMIT,
    &findings::duplicate_node::DUPLICATE_NODE,
    &findings::incomplete_snapshot::INCOMPLETE_SNAPSHOT,
    &findings::python_argument::PYTHON_ARGUMENT,
    &findings::jinja_not_in_v2::JINJA_NOT_IN_V2,
    &findings::ref_cycle::REF_CYCLE,
    &findings::unknown_ref::UNKNOWN_REF,
    &findings::undeclared_ref::UNDECLARED_REF,
    &findings::unknown_source::UNKNOWN_SOURCE,
    &findings::unknown_function::UNKNOWN_FUNCTION,
    &findings::unknown_macro::UNKNOWN_MACRO,
    &findings::missing_env_var::MISSING_ENV_VAR,
    &environment::secret_env_var::SECRET_ENV_VAR,
    &environment::unrendered_env_var::UNRENDERED_ENV_VAR,
    &environment::environment_variable_namespace::ENVIRONMENT_VARIABLE_NAMESPACE,
    &environment::environment_variable_renamed::ENVIRONMENT_VARIABLE_RENAMED,
    &environment::dotenv_crash::DOTENV_CRASH,
    &environment::dotenv_encoding::DOTENV_ENCODING,
    &environment::dotenv_syntax::DOTENV_SYNTAX,
    &environment::dotenv_escape::DOTENV_ESCAPE,
    &environment::dotenv_open_quote::DOTENV_OPEN_QUOTE,
    &environment::dotenv_duplicate::DOTENV_DUPLICATE,
    &environment::dotenv_substitution::DOTENV_SUBSTITUTION,
    &environment::dotenv_quotes::DOTENV_QUOTES,
    &environment::dotenv_not_read::DOTENV_NOT_READ,
    &environment::env_secret_name::ENV_SECRET_NAME,
    &environment::env_drift::ENV_DRIFT,
    &environment::tracked_dotenv::TRACKED_DOTENV,
    &environment::unignored_dotenv::UNIGNORED_DOTENV,
    &environment::secret_in_example::SECRET_IN_EXAMPLE,
    &environment::unused_env_var::UNUSED_ENV_VAR,
    &commands::model_param_usage::MODEL_PARAM_USAGE,
    &commands::custom_output_path_in_source_freshness::CUSTOM_OUTPUT_PATH_IN_SOURCE_FRESHNESS,
    &deprecations::adapter_deprecation::ADAPTER_DEPRECATION,
    &deprecations::arguments_property_in_generic_test::ARGUMENTS_PROPERTY_IN_GENERIC_TEST,
    &deprecations::config_data_path::CONFIG_DATA_PATH,
    &deprecations::config_log_path::CONFIG_LOG_PATH,
    &deprecations::config_source_path::CONFIG_SOURCE_PATH,
    &deprecations::config_target_path::CONFIG_TARGET_PATH,
    &deprecations::custom_key_in_config::CUSTOM_KEY_IN_CONFIG,
    &deprecations::custom_key_in_object::CUSTOM_KEY_IN_OBJECT,
    &deprecations::custom_top_level_key::CUSTOM_TOP_LEVEL_KEY,
    &deprecations::deprecated_model::DEPRECATED_MODEL,
    &deprecations::deprecated_reference::DEPRECATED_REFERENCE,
    &deprecations::deprecated_static_analysis_value::DEPRECATED_STATIC_ANALYSIS_VALUE,
    &deprecations::duplicate_name_distinct_node_types::DUPLICATE_NAME_DISTINCT_NODE_TYPES,
    &deprecations::duplicate_yaml_keys::DUPLICATE_YAML_KEYS,
    &deprecations::exposure_name::EXPOSURE_NAME,
    &deprecations::generate_schema_name_null_value::GENERATE_SCHEMA_NAME_NULL_VALUE,
    &deprecations::generic_json_schema_validation::GENERIC_JSON_SCHEMA_VALIDATION,
    &deprecations::mf_cumulative_type_params::MF_CUMULATIVE_TYPE_PARAMS,
    &deprecations::mf_timespine_without_yaml_configuration::MF_TIMESPINE_WITHOUT_YAML_CONFIGURATION,
    &deprecations::microbatch_macro_outside_of_batches::MICROBATCH_MACRO_OUTSIDE_OF_BATCHES,
    &deprecations::missing_arguments_property_in_generic_test::MISSING_ARGUMENTS_PROPERTY_IN_GENERIC_TEST,
    &deprecations::missing_plus_prefix::MISSING_PLUS_PREFIX,
    &deprecations::modules_itertools_usage::MODULES_ITERTOOLS_USAGE,
    &deprecations::non_string_key::NON_STRING_KEY,
    &deprecations::package_install_path::PACKAGE_INSTALL_PATH,
    &deprecations::package_materialization_override::PACKAGE_MATERIALIZATION_OVERRIDE,
    &deprecations::project_flags_moved::PROJECT_FLAGS_MOVED,
    &deprecations::property_moved_to_config::PROPERTY_MOVED_TO_CONFIG,
    &deprecations::removed_behavior_flag::REMOVED_BEHAVIOR_FLAG,
    &deprecations::resource_names_with_spaces::RESOURCE_NAMES_WITH_SPACES,
    &deprecations::source_freshness_project_hooks_not_run::SOURCE_FRESHNESS_PROJECT_HOOKS_NOT_RUN,
    &deprecations::source_override::SOURCE_OVERRIDE,
    &deprecations::time_dimensions_require_granularity::TIME_DIMENSIONS_REQUIRE_GRANULARITY,
    &deprecations::unexpected_jinja_block::UNEXPECTED_JINJA_BLOCK,
    &deprecations::unused_config_key::UNUSED_CONFIG_KEY,
    &deprecations::upcoming_reference::UPCOMING_REFERENCE,
    &deprecations::weo_include_exclude::WEO_INCLUDE_EXCLUDE,
    &policy::unused_suppression::UNUSED_SUPPRESSION,
    &policy::invalid_tandem_file::INVALID_TANDEM_FILE,
];
