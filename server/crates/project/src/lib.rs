//! What a dbt project says about itself: `dbt_project.yml`, packages, profiles, `.env`,
//! `dbt_cloud.yml`, the version it is judged for. Gives plain facts and problems; does not know
//! what a model means.

mod adapter;
mod assignments;
mod behavior_flags;
mod cloud;
mod commands;
pub mod config_keys;
mod context;
mod defined;
mod environment;
mod example;
mod hydration;
mod internal;
mod known_packages;
mod package;
mod pins;
mod place;
mod platform_connection;
mod platform_list;
mod policy_file;
mod profiles;
mod project_yaml;
mod resource;
mod secret;
mod secret_text;
mod skew;
mod vars;
mod version;
mod yaml_file;

pub use adapter::{
    Adapter, Each, Generation, Login, Need, ProfileKey, Support, ValueType, adapter, adapters,
    as_v2_reads, common_keys, is_other_adapter, is_secret_key,
};
pub use assignments::read_assignments;
pub use behavior_flags::{BEHAVIOR_FLAGS, BehaviorFlag, FlagInV2, is_behavior_flag_on};
pub use cloud::{
    CloudChain, CloudFileProblem, CloudFix, CloudLink, LinkRules, LinkSource, LinkStep, LinkValue,
    StepName, StepState, cloud_chain, cloud_file, cloud_file_problems, cloud_link, cloud_secrets,
    host_problem, misplaced_cloud_file,
};
pub use commands::{command_files, command_names};
pub use context::{YamlContext, contains_jinja, render_problem, render_value, target};
pub use defined::{
    DefinedFor, Definition, DefinitionFile, DefinitionFormat, EXAMPLE_NAMES, defined_names,
    definition_files, definitions, read_dev_container, repository_root,
};
pub use environment::{
    EnvironmentSource, EnvironmentValue, dotenv, dotenv_file, dotenv_value, environment_names,
    environment_value, explain_environment, metadata_environment, spawn_environment,
};
pub use example::{dotenv_from_example, dotenv_literal, with_values};
pub use hydration::{
    Difference, Hydrated, LoginChoice, Refusal, Wanted, WantedOutput, hydrate, login_choices,
};
pub use internal::{adapter_parents, internal_packages};
pub use known_packages::{KnownPackages, KnownVersions, known_packages};
pub use package::{
    Origin, Package, duplicate_packages, listed_name, owner_of, package_files, package_name,
    package_of, packages, uninstalled_packages, unusable_packages, upstream_names,
};
pub use pins::{Pin, PinSource, PinnedPackage, version_pins};
pub use place::{Place, original_path, outside_folders, place_in};
pub use platform_connection::{
    PlatformConnection, drifted, platform_connection, platform_connection_path,
};
pub(crate) use platform_list::kept_path;
pub(crate) use platform_list::platform_list_file;
pub use platform_list::{
    PlatformList, PlatformVariable, data_folder, platform_list_path, read_platform_list,
};
pub use policy_file::{Named, TandemFile, tandem_file, tandem_path};
pub use profiles::{
    Field, NameSource, Output, Profile, ProfileProblem, ProfileSearch, SearchedFor, profile,
    profile_search, selected_output, terminal_search,
};
pub use project_yaml::{Paths, ProjectFile, package_facts, project_file, project_file_problems};
pub use resource::{ResourceKind, Resources, property_files, resource_kind, resources};
pub use secret::{is_secret_name, is_secret_variable, mask, secrets};
pub use secret_text::{is_placeholder, looks_secret};
pub use skew::{Skew, SkewKind, pin_place, version_skews};
pub use vars::{command_line_vars, variable};
pub use version::{
    DbtVersion, Requirement, RequirementFix, RequirementProblem, Version, VersionRange,
    classify_version_output, dbt_version, requirement,
};
pub use yaml_file::{document, to_json};

/// Plain data as dbt sees it: order kept, no ranges.
pub type Json = serde_json::Value;
