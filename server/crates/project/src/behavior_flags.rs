use base::{Db, Project};

use crate::{Origin, Package, dbt_version, package_facts};

/// A flag under `flags` of the root project that lets dbt behave as it did before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BehaviorFlag {
    pub name: &'static str,
    /// The release of dbt Core, 1.x, that brought it.
    pub since: u32,
    /// The release of dbt Core, 1.x, from which it is on by itself.
    pub on_since: Option<u32>,
    pub in_v2: FlagInV2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagInV2 {
    /// v2 has no such flag: it always does the new thing.
    Always,
    /// v2 reads it, or has no use for what it is about.
    Kept,
}

/// As dbt Core 1.8 to 1.12 have them.
pub const BEHAVIOR_FLAGS: [BehaviorFlag; 21] = {
    use FlagInV2::{Always, Kept};
    const fn flag(
        name: &'static str,
        since: u32,
        on_since: Option<u32>,
        in_v2: FlagInV2,
    ) -> BehaviorFlag {
        BehaviorFlag { name, since, on_since, in_v2 }
    }
    [
        flag("require_generic_test_arguments_property", 10, Some(10), Always),
        flag("require_explicit_package_overrides_for_builtin_materializations", 8, Some(8), Always),
        flag("require_resource_names_without_spaces", 8, Some(10), Always),
        flag("source_freshness_run_project_hooks", 8, Some(10), Always),
        flag("require_batched_execution_for_custom_microbatch_strategy", 9, Some(12), Always),
        flag("skip_nodes_if_on_run_start_fails", 9, Some(12), Always),
        flag("state_modified_compare_more_unrendered_values", 9, Some(12), Always),
        flag("require_yaml_configuration_for_mf_time_spines", 9, Some(12), Always),
        flag("require_nested_cumulative_type_params", 9, Some(12), Always),
        flag("require_unique_project_resource_names", 11, None, Always),
        flag("require_ref_searches_node_package_before_root", 11, None, Always),
        flag("require_valid_schema_from_generate_schema_name", 12, None, Always),
        flag("require_sql_header_in_test_configs", 12, None, Always),
        flag("validate_macro_args", 10, Some(12), Kept),
        flag("require_all_warnings_handled_by_warn_error", 10, Some(12), Kept),
        flag("require_event_names_in_deprecations", 10, None, Kept),
        flag("state_modified_compare_vars", 10, None, Kept),
        flag("require_corrected_analysis_fqns", 12, None, Kept),
        flag("require_source_and_semantic_model_names_without_spaces", 12, None, Kept),
        flag("support_custom_ref_kwargs", 12, None, Kept),
        flag("allow_jinja_file_extensions", 12, None, Kept),
    ]
};

/// Whether the project's dbt does the new thing. Unknown flags are off.
#[must_use]
pub fn is_behavior_flag_on(db: &dyn Db, project: Project, name: &str) -> bool {
    let version = dbt_version(db, project);
    let flag = BEHAVIOR_FLAGS.iter().find(|it| it.name == name);
    if version.major >= 2 && flag.is_some_and(|it| it.in_v2 == FlagInV2::Always) {
        return true;
    }
    let root = Package::new(db, project, project.root(db).clone(), Origin::Root);
    package_facts(db, root).flag(name).unwrap_or_else(|| {
        let on_since = flag.and_then(|it| it.on_since);
        on_since.is_some_and(|it| (version.major, version.minor) >= (1, it))
    })
}
