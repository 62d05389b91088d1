//! What the files of a project mean: nodes, sources, macros, configs, relations, what a `ref`
//! resolves to and what it is deferred to, and dbt's world as a template sees it. Does not compile.

mod checksum;
mod configs;
mod database_functions;
mod defer;
mod deprecation;
mod dispatch;
mod docs;
mod entries;
mod env_uses;
mod environment_places;
mod foreign_patches;
mod generic_tests;
mod graph;
mod items;
mod macros;
mod metric_names;
mod node;
mod operations;
mod other_calls;
mod parse;
mod prime;
mod property_files;
mod relations;
mod resolve;
mod sources;
mod state;
mod templates;
mod unit_test;
pub mod world;

pub(crate) use configs::config_before_properties;
pub use configs::{
    Config, ConfigKind, all_tags, config, fqn, is_enabled, is_enabled_before_properties,
    is_surely_enabled, node_patch, resource_path, unrendered_config,
};
pub(crate) use database_functions::functions_named;
pub use database_functions::{function_names, function_relation, resolve_function};
pub use defer::{Chosen, Rule, chosen_relation};
pub use deprecation::{DeprecationDate, deprecation_date};
pub use dispatch::{Dispatched, dispatched, implementation_prefixes};
pub use docs::{DocsBlock, docs_block, docs_id, docs_named, docs_names, docs_text};
pub use entries::{
    ResourceEntry, docs_json, macro_json, node_dependencies, node_entry, node_json,
    resource_entries, resource_id, source_config, source_fqn, source_id, source_json,
};
pub(crate) use entries::{identity_key, macro_dependencies, node_columns, test_macro};
pub use env_uses::{
    EnvironmentUse, Unrendered, environment_uses, files_with_jinja, missing_environment_names,
    required_environment_names, unrendered, used_environment_names,
};
pub use environment_places::{EnvironmentPlace, environment_places};
pub use generic_tests::{
    GenericTest, TestStep, TestTarget, generic_test, generic_test_nodes, generic_tests_in,
};
pub use graph::{
    RefName, WrittenRef, cycle_through, cycles, may_branch_on_compiling, parents, parsed_refs,
    written_refs,
};
pub use macros::{
    Macro, MacroName, internal_macro, macro_in_scope, macro_named, macro_names, macro_of_package,
    macros_named, macros_of, package_macro, package_named,
};
pub use metric_names::{MetricPlace, find_measure, find_metric, metrics};
pub use node::{Node, NodeKind, all_nodes, nodes, nodes_in, nodes_named, ref_names};
pub use operations::{operation_hook, operation_nodes, operation_sql};
pub use other_calls::{foreign_key_relation, later_calls};
pub(crate) use parse::gives_nothing;
pub use parse::{
    EnvironmentCall, FunctionCall, Parsed, RefCall, RenderProblem, RenderProblemKind, Site,
    SourceCall, generate_name, parsed, parsed_config, plain_test,
};
pub use prime::prime;
pub use property_files::{
    Column, Patch, PatchKind, PatchPlace, Properties, SourceTable, Version, is_properties_file,
    patch, patch_node, patches, properties,
};
pub use relations::{
    Quoting, Relation, adapter, macro_without_schema, project_quoting, quote_of_adapter,
    quoted_column, relation, source_relation,
};
pub(crate) use resolve::search_order;
pub use resolve::{Resolution, is_left_out, resolve_ref};
pub use sources::{SourcePlace, is_source_enabled, source_named, source_tables};
pub use state::{State, StateNode, read_state, state_file, state_node};
pub use templates::{
    JinjaText, jinja_at, jinja_texts, node_template, raw_code, template, template_offset,
};
pub use unit_test::{UnitTest, unit_tests};
