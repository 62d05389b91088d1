//! What releases of dbt v2 could not do yet, with the release that brought it. From the public
//! change log of the engine; to be looked through again with each release.

use base::{Db, Project, range};
use project::selected_output;
use rules::{Diagnostic, Severity};
use semantic::{Config, Node, NodeKind};

use super::{Blocker, Mending, Owner, ReadinessState};

/// When this table was last held against the change log.
pub const TABLE_DATE: &str = "2026-05-16";
/// The newest release that the table knows.
pub const NEWEST_RELEASE: &str = "2.0.0-preview.212";

/// Something that a node may use and that some release of v2 lacks.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    pub name: &'static str,
    /// The adapters it is about; all of them where there are none.
    pub adapters: &'static [&'static str],
    pub is_used: fn(NodeKind, &Config) -> bool,
    /// The first release that has it.
    pub since: &'static str,
}

pub static FEATURES: &[Feature] = &[
    Feature {
        name: "microbatch models",
        adapters: &[],
        is_used: |_, config| config.text("incremental_strategy") == Some("microbatch"),
        since: "2.0.0-preview.134",
    },
    Feature {
        name: "Python models",
        adapters: &["bigquery"],
        is_used: |kind, _| kind == NodeKind::PythonModel,
        since: "2.0.0-preview.76",
    },
    Feature {
        name: "Python models",
        adapters: &["databricks"],
        is_used: |kind, _| kind == NodeKind::PythonModel,
        since: "2.0.0-preview.80",
    },
    Feature {
        name: "Python models",
        adapters: &["snowflake"],
        is_used: |kind, _| kind == NodeKind::PythonModel,
        since: "2.0.0-preview.81",
    },
    Feature {
        name: "`partition_by` of Iceberg tables",
        adapters: &["snowflake"],
        is_used: |_, config| is_iceberg(config) && config.get("partition_by").is_some(),
        since: "2.0.0-preview.78",
    },
    Feature {
        name: "`iceberg_version`",
        adapters: &["snowflake"],
        is_used: |_, config| config.get("iceberg_version").is_some(),
        since: "2.0.0-preview.176",
    },
    Feature {
        name: "Iceberg tables",
        adapters: &["databricks"],
        is_used: |_, config| is_iceberg(config),
        since: "2.0.0-preview.68",
    },
    Feature {
        name: "seeds as Iceberg tables",
        adapters: &[],
        is_used: |kind, config| kind == NodeKind::Seed && is_iceberg(config),
        since: "2.0.0-preview.80",
    },
    Feature {
        name: "`cluster_by` of dynamic tables",
        adapters: &["snowflake"],
        is_used: |_, config| is_dynamic(config) && config.get("cluster_by").is_some(),
        since: "2.0.0-preview.105",
    },
    Feature {
        name: "`snowflake_initialization_warehouse` of dynamic tables",
        adapters: &["snowflake"],
        is_used: |_, config| {
            is_dynamic(config) && config.get("snowflake_initialization_warehouse").is_some()
        },
        since: "2.0.0-preview.172",
    },
    Feature {
        name: "`scheduler` or `immutable_where` of dynamic tables",
        adapters: &["snowflake"],
        is_used: |_, config| {
            is_dynamic(config)
                && (config.get("scheduler").is_some() || config.get("immutable_where").is_some())
        },
        since: "2.0.0-preview.174",
    },
    Feature {
        name: "transient dynamic tables",
        adapters: &["snowflake"],
        is_used: |_, config| {
            is_dynamic(config) && config.get("transient").and_then(|it| it.as_bool()) == Some(true)
        },
        since: "2.0.0-preview.174",
    },
];

fn is_iceberg(config: &Config) -> bool {
    config.text("table_format").is_some_and(|it| it.eq_ignore_ascii_case("iceberg"))
}

fn is_dynamic(config: &Config) -> bool {
    config.materialized() == "dynamic_table"
}

/// The nodes that use what a release lacks.
pub(super) fn lacking(db: &dyn Db, project: Project, nodes: &[Node], engine: &str) -> Vec<Blocker> {
    let lacked: Vec<&Feature> = FEATURES.iter().filter(|it| is_older(engine, it.since)).collect();
    if lacked.is_empty() {
        return Vec::new();
    }
    let adapter = selected_output(db, project).and_then(|it| {
        it.field("type").and_then(|it| it.rendered.core.as_str().map(str::to_owned))
    });
    let mut blockers = Vec::new();
    for node in nodes {
        let kind = node.kind(db);
        if !matches!(
            kind,
            NodeKind::Model | NodeKind::PythonModel | NodeKind::Seed | NodeKind::Snapshot
        ) {
            continue;
        }
        let config = semantic::config(db, *node);
        for feature in &lacked {
            let is_meant = feature.adapters.is_empty()
                || adapter.as_deref().is_some_and(|it| feature.adapters.contains(&it));
            if !is_meant || !(feature.is_used)(kind, &config) {
                continue;
            }
            let message =
                format!("dbt {engine} does not know {}: {} does", feature.name, feature.since);
            blockers.push(Blocker {
                state: ReadinessState::SoftBlocked,
                owner: Owner::Engine,
                mending: Mending::Manual,
                finding: Diagnostic {
                    code: "unimplemented-feature",
                    event: None,
                    severity: Severity::Warning,
                    file: node.file(db),
                    range: range(0, 0),
                    message,
                    fix: None,
                    alternatives: Vec::new(),
                },
                nodes: vec![node.unique_id(db)],
                lifted_in: Some(feature.since),
            });
        }
    }
    blockers
}

/// Whether a release comes before another; of one that cannot be read nobody says so.
fn is_older(release: &str, than: &str) -> bool {
    match (rank(release), rank(than)) {
        (Some(release), Some(than)) => release < than,
        _ => false,
    }
}

/// `2.0.0-preview.190`, `2.0.0rc190`, `2.0.0-beta.2`, `2.0.0`: numbers, stage, number of the stage.
/// The engine's previews are packaged for Python as release candidates of the same number.
fn rank(release: &str) -> Option<([u32; 3], u32, u32)> {
    let end = release.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(release.len());
    let (numbers, stage) = release.split_at(end);
    let mut parts = numbers.trim_end_matches('.').split('.').map(|it| it.parse().ok());
    let mut next = || parts.next().unwrap_or(Some(0));
    let numbers = [next()?, next()?, next()?];
    let word: String = stage.chars().filter(char::is_ascii_alphabetic).collect();
    let number = stage.rsplit(|it: char| !it.is_ascii_digit()).next()?.parse().unwrap_or(0);
    let stage = match word.as_str() {
        "alpha" => 0,
        "preview" | "rc" | "previewnightly" => 1,
        "beta" => 2,
        _ => 3,
    };
    Some((numbers, stage, number))
}

#[cfg(test)]
mod tests {
    use super::is_older;

    #[test]
    fn releases_have_an_order() {
        for (older, newer) in [
            ("2.0.0-preview.66", "2.0.0-preview.134"),
            ("2.0.0rc80", "2.0.0-preview.81"),
            ("2.0.0-preview.212", "2.0.0-beta.1"),
            ("2.0.0-beta.2", "2.0.0"),
            ("2.0.0", "2.0.1-preview.1"),
        ] {
            assert!(is_older(older, newer), "{older} {newer}");
            assert!(!is_older(newer, older), "{newer} {older}");
        }
        assert!(!is_older("nonsense", "2.0.0") && !is_older("2.0.0rc134", "2.0.0-preview.134"));
    }
}
