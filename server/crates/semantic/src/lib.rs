//! What the files of a project mean: nodes, sources, macros, configs, relations, what a `ref`
//! resolves to and what it is deferred to, and dbt's world as a template sees it. Does not compile.

mod checksum;
mod configs;
mod defer;
mod dispatch;
mod entries;
mod env_uses;
mod generic_tests;
mod macros;
mod node;
mod operations;
mod parse;
mod property_files;
mod relations;
mod resolve;
mod sources;
mod state;
mod templates;
mod unit_test;
pub mod world;

pub use configs::{Config, config, fqn, is_enabled, is_surely_enabled, node_patch, resource_path};
pub use defer::{Chosen, Rule, chosen_relation};
pub use dispatch::{Dispatched, dispatched, implementation_prefixes};
pub use entries::{
    exposure_id, exposure_json, group_id, group_json, macro_id, macro_json, node_dependencies,
    node_json, source_id, source_json,
};
pub use env_uses::{EnvironmentUse, environment_uses, files_with_jinja, used_environment_names};
pub use generic_tests::{
    GenericTest, TestStep, TestTarget, generic_test, generic_test_nodes, generic_tests_in,
};
pub use macros::{
    Macro, MacroName, internal_macro, macro_in_scope, macro_named, macro_names, macro_of_package,
    macros_named, macros_of, package_macro, package_named,
};
pub use node::{Node, NodeKind, all_nodes, nodes, nodes_in, nodes_named, ref_names};
pub use operations::{operation_hook, operation_nodes, operation_sql};
pub use parse::{
    EnvironmentCall, Parsed, RefCall, RenderProblem, RenderProblemKind, Site, SourceCall,
    generate_name, parsed, parsed_config,
};
pub use property_files::{
    Column, Patch, PatchKind, PatchPlace, Properties, SourceTable, Version, is_properties_file,
    patch, patch_node, patches, properties,
};
pub use relations::{
    Quoting, Relation, adapter, project_quoting, quote_of_adapter, relation, source_relation,
};
pub use resolve::{Resolution, resolve_ref};
pub use sources::{SourcePlace, is_source_enabled, source_named, source_tables};
pub use state::{State, StateNode, read_state, state_file, state_node};
pub use templates::{
    JinjaText, jinja_at, jinja_texts, node_template, raw_code, template, template_offset,
};
pub use unit_test::{UnitTest, unit_tests};
