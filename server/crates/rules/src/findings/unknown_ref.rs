use base::Db;
use project::Package;
use semantic::{RefCall, Resolution, is_enabled, nodes_in, parsed, resolve_ref};

use crate::rule::declare_rule;
use crate::{FileContext, Findings};

declare_rule! {
    /// A `ref` to a model, seed or snapshot that does not exist.
    ///
    /// Only refs that dbt would really take count: one in a branch that is not rendered is no
    /// finding.
    pub static UNKNOWN_REF = {
        name: "unknown-ref",
        event: None,
        severity: Error,
        since: "dbt 1.0",
        files: [Model, PythonModel, Snapshot, Analysis, SingularTest],
        check: check,
    }
}

fn check(findings: &mut Findings<'_>, context: &FileContext<'_>) {
    let db = context.db;
    // dbt reads a disabled node and resolves nothing of it.
    let nodes = nodes_in(db, context.package, context.file);
    for node in nodes.into_iter().filter(|it| is_enabled(db, *it)) {
        for call in &parsed(db, node).refs {
            if let Some(message) = problem(db, context.package, call) {
                findings.add(call.site.range, call.site.explain(&message));
            }
        }
    }
}

fn problem(db: &dyn Db, from: Package, call: &RefCall) -> Option<String> {
    let name = &call.name;
    let within = call.package.as_ref().map_or_else(String::new, |it| format!(" in `{it}`"));
    match resolve_ref(db, from, call.package.as_deref(), name, call.version.as_deref()) {
        // Of an upstream project nothing is at hand: nobody can say that the model is missing.
        Resolution::Node(_) | Resolution::UnknownUpstream(_) => None,
        Resolution::Disabled(_) => Some(format!("`{name}` is disabled")),
        Resolution::NoVersion { name, known } => {
            let version = call.version.as_deref().unwrap_or("?");
            let known = if known.is_empty() { "no versions".to_owned() } else { known.join(", ") };
            Some(format!("`{name}` has no version {version}; it has {known}"))
        }
        Resolution::Missing => {
            Some(format!("no model, seed or snapshot is named `{name}`{within}"))
        }
    }
}
