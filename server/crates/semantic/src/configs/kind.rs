use std::sync::OnceLock;

use serde_json::{Map, Value as Json, json};

/// The resources that have configs, by the shape that dbt gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfigKind {
    Model,
    Seed,
    Snapshot,
    Test,
    Function,
    /// Analyses and operations: what all nodes have, from the section of models.
    Plain,
    Source,
    Exposure,
    Metric,
    SemanticModel,
    SavedQuery,
    UnitTest,
    Group,
}

/// How a level's value meets the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    Clobber,
    Append,
    Update,
    /// Lists by key: replaced, or lengthened where the key begins with `+`.
    DictKeyAppend,
}

impl ConfigKind {
    /// The kind behind dbt's resource type.
    #[must_use]
    pub fn of(resource_type: &str) -> Self {
        match resource_type {
            "model" => Self::Model,
            "seed" => Self::Seed,
            "snapshot" => Self::Snapshot,
            "test" => Self::Test,
            "function" => Self::Function,
            "source" => Self::Source,
            "exposure" => Self::Exposure,
            "metric" => Self::Metric,
            "semantic_model" => Self::SemanticModel,
            "saved_query" => Self::SavedQuery,
            "unit_test" => Self::UnitTest,
            "group" => Self::Group,
            _ => Self::Plain,
        }
    }

    /// The sections of `dbt_project.yml` that configure it: the first that is there counts.
    pub(super) fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Model | Self::Plain | Self::Group => &["models"],
            Self::Seed => &["seeds"],
            Self::Snapshot => &["snapshots"],
            // `tests:` is the older name.
            Self::Test => &["data_tests", "tests"],
            Self::Function => &["functions"],
            Self::Source => &["sources"],
            Self::Exposure => &["exposures"],
            Self::Metric => &["metrics"],
            Self::SemanticModel => &["semantic_models", "semantic-models"],
            Self::SavedQuery => &["saved_queries", "saved-queries"],
            Self::UnitTest => &["unit_tests"],
        }
    }

    /// The same for what the manifest keeps as it was written: there dbt looks under other names.
    pub(super) fn unrendered_sections(self) -> &'static [&'static str] {
        match self {
            Self::Function => &["models"],
            Self::SemanticModel => &["semantic_models"],
            Self::SavedQuery => &["saved_queries"],
            _ => self.sections(),
        }
    }

    fn is_node(self) -> bool {
        matches!(self, Self::Model | Self::Seed | Self::Snapshot | Self::Function | Self::Plain)
    }

    pub(super) fn merge(self, key: &str) -> Merge {
        match key {
            "tags" if self.is_node() || matches!(self, Self::Test | Self::UnitTest) => {
                Merge::Append
            }
            "pre-hook" | "post-hook" | "packages" if self.is_node() => Merge::Append,
            "meta" if self != Self::Exposure => Merge::Update,
            "quoting" | "column_types" | "docs" | "contract" if self.is_node() => Merge::Update,
            "grants" if self.is_node() => Merge::DictKeyAppend,
            _ => Merge::Clobber,
        }
    }

    /// What holds where nothing is said, in dbt's order.
    #[must_use]
    pub fn defaults(self) -> &'static Map<String, Json> {
        macro_rules! kept {
            ($value:expr) => {{
                static DEFAULTS: OnceLock<Map<String, Json>> = OnceLock::new();
                DEFAULTS.get_or_init(|| object($value))
            }};
        }
        match self {
            Self::Model => kept!(node("view", json!({"access": "protected", "freshness": null}))),
            Self::Plain => kept!(node("view", json!({}))),
            Self::Seed => kept!(node("seed", json!({"delimiter": ",", "quote_columns": null}))),
            Self::Function => kept!(node(
                "function",
                json!({
                    "type": "scalar", "volatility": null, "runtime_version": null,
                    "entry_point": null,
                })
            )),
            Self::Snapshot => kept!(node(
                "snapshot",
                json!({
                    "strategy": null, "target_schema": null, "target_database": null,
                    "updated_at": null, "check_cols": null,
                    "snapshot_meta_column_names": {
                        "dbt_valid_to": null, "dbt_valid_from": null, "dbt_scd_id": null,
                        "dbt_updated_at": null, "dbt_is_deleted": null,
                    },
                    "dbt_valid_to_current": null,
                })
            )),
            Self::Test => kept!(json!({
                "enabled": true, "alias": null, "schema": "dbt_test__audit", "database": null,
                "tags": [], "meta": {}, "group": null, "static_analysis": null,
                "materialized": "test", "severity": "ERROR", "store_failures": null,
                "store_failures_as": null, "where": null, "limit": null, "fail_calc": "count(*)",
                "warn_if": "!= 0", "error_if": "!= 0",
            })),
            Self::Source => kept!(json!({
                "enabled": true, "event_time": null,
                "freshness": {
                    "warn_after": {"count": null, "period": null},
                    "error_after": {"count": null, "period": null}, "filter": null,
                },
                "loaded_at_field": null, "loaded_at_query": null, "meta": {}, "tags": [],
                "static_analysis": null,
            })),
            Self::Exposure => kept!(json!({"enabled": true, "tags": [], "meta": {}})),
            Self::Metric | Self::SemanticModel => {
                kept!(json!({"enabled": true, "group": null, "meta": {}}))
            }
            Self::SavedQuery => kept!(json!({
                "enabled": true, "group": null, "meta": {}, "export_as": null, "schema": null,
                "cache": {"enabled": false},
            })),
            Self::UnitTest => {
                kept!(json!({"tags": [], "meta": {}, "enabled": true, "static_analysis": null}))
            }
            Self::Group => kept!(json!({"meta": {}})),
        }
    }
}

fn node(materialized: &str, more: Json) -> Json {
    let mut values = object(json!({
        "enabled": true, "alias": null, "schema": null, "database": null, "tags": [], "meta": {},
        "group": null, "static_analysis": null, "materialized": materialized,
        "incremental_strategy": null, "batch_size": null, "lookback": 1, "begin": null,
        "persist_docs": {}, "post-hook": [], "pre-hook": [], "quoting": {}, "column_types": {},
        "full_refresh": null, "unique_key": null, "on_schema_change": "ignore",
        "on_configuration_change": "apply", "grants": {}, "packages": [],
        "docs": {"show": true, "node_color": null},
        "contract": {"enforced": false, "alias_types": true}, "event_time": null,
        "concurrent_batches": null,
    }));
    values.extend(object(more));
    Json::Object(values)
}

fn object(value: Json) -> Map<String, Json> {
    if let Json::Object(values) = value { values } else { Map::new() }
}
