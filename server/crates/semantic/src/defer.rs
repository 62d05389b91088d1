use std::sync::Arc;

use base::{Db, File};

use crate::{
    Node, Relation, adapter, config, project_quoting, read_state, relation, state_file, state_node,
};

/// The relation that a `ref` stands for, and the rule that chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub relation: Relation,
    pub rule: Rule,
    /// What it would be without deferral.
    pub own: Arc<Relation>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Deferral is off.
    Off,
    /// Deferral is on and there is no state, or none that can be read.
    NoState {
        reason: String,
    },
    /// The state does not know the node.
    New {
        state: File,
    },
    /// The command builds the node itself.
    Built,
    /// Ephemeral nodes are part of whoever reads them.
    Ephemeral,
    Deferred {
        state: File,
    },
}

impl Rule {
    #[must_use]
    pub fn is_deferred(&self) -> bool {
        matches!(self, Self::Deferred { .. })
    }
}

/// What a `ref` to a node resolves to. With deferral off the state is not even asked for.
#[salsa::tracked(returns(clone))]
pub fn chosen_relation(db: &dyn Db, node: Node) -> Arc<Chosen> {
    let project = node.package(db).project(db);
    let own = relation(db, node);
    let stays = |rule: Rule| {
        Arc::new(Chosen { relation: Relation::clone(&own), rule, own: Arc::clone(&own) })
    };
    let settings = project.settings(db);
    if config(db, node).materialized() == "ephemeral" {
        return stays(Rule::Ephemeral);
    }
    if !settings.defer {
        return stays(Rule::Off);
    }
    let Some(file) = state_file(db, project) else {
        return stays(Rule::NoState { reason: "no state is configured".to_owned() });
    };
    let unique_id = node.unique_id(db);
    let Some(found) = state_node(db, file, unique_id.clone()) else {
        let state = read_state(db, file);
        return match &state.problem {
            Some(problem) if state.is_empty() => stays(Rule::NoState { reason: problem.clone() }),
            _ => stays(Rule::New { state: file }),
        };
    };
    if settings.building.contains(&unique_id) {
        return stays(Rule::Built);
    }
    if found.is_ephemeral() {
        return stays(Rule::Ephemeral);
    }
    let relation = Relation::new(
        &adapter(db, project),
        project_quoting(db, project),
        found.database.clone(),
        found.schema.clone(),
        found.alias.clone().unwrap_or_else(|| found.name.clone()),
    );
    Arc::new(Chosen { relation, rule: Rule::Deferred { state: file }, own })
}
